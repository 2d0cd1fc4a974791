"""What a failure says to paste into a shell is really pasted, and shows the failure again, from nothing and as often as one likes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from faulty_server import running
from library_api import TOKEN, library
from planbuilders import library_plan
from specproof.checks.client import Api, Connection
from specproof.checks.contracts import Contracts
from specproof.checks.credentials import Credentials, Scheme, misplaced, valid
from specproof.checks.fresh import ALNUM, fresh
from specproof.checks.outcome import CaseNotes, CheckFailure
from specproof.checks.wire import Parameter
from specproof.checks.wire_bodies import Field
from specproof.checks.wire_xml import Xml
from suiteruns import pasted, run_suites, suite_on_disk

CREDENTIALS = {"SPECPROOF_CREDENTIAL_LIBRARYTOKEN": TOKEN, "SPECPROOF_CREDENTIAL_X_KEY": "the-x-key"}
LIFE = "test_post_readers__life_of_a_record"
NASTY = 'it\'s "q" $(exit 9) `exit 9` \\ \\n % ! \u4e66\t\r\n\x1b[1m'


def test_a_lost_update_shows_again_with_the_update_before_the_read(tmp_path: Path) -> None:
    suite = suite_on_disk(tmp_path / "library", library_plan())
    with library("forget_update") as server:
        run = run_suites(suite, api_url=server.url, environment=CREDENTIALS)
        [script] = run.property(LIFE, "specproof_curl")
        assert server.readers == {}
        assert f"reproduce:\n{script}" in run.output
        created, replaced = (script.count(f"-X {method}") for method in ("POST", "PUT"))
        assert (created, replaced, script.count(" -i ")) == (2, 1, 1)
        for turn in (1, 2):
            server.seen.clear()
            status, body = pasted(script, CREDENTIALS)
            assert status == 200
            assert len(server.readers) == created * turn
            assert server.seen[-2:] == [f"{method} /readers/{body['id']}" for method in ("PUT", "GET")]
            # The record is as it was created: the update is lost.
            assert f'"age": {body["age"]}' in script.partition("-X PUT")[0]
            assert f'"age": {body["age"]}' not in script.partition("-X PUT")[2]
        assert TOKEN not in script


def test_a_record_that_stays_although_it_was_deleted_shows_again(tmp_path: Path) -> None:
    suite = suite_on_disk(tmp_path / "library", library_plan())
    with library("keep_deleted") as server:
        run = run_suites(suite, api_url=server.url, environment=CREDENTIALS)
        [script] = run.property(LIFE, "specproof_curl")
        status, body = pasted(script, CREDENTIALS)
        assert (status, body["id"]) == (200, f"r{server.ids}")
        assert server.seen[-2:] == [f"DELETE /readers/{body['id']}", f"GET /readers/{body['id']}"]
    with library() as healthy:
        assert pasted(script.replace(server.url, healthy.url), CREDENTIALS)[0] == 404


class Journal(ThreadingHTTPServer):
    """Notes each request as it came, and answers with a new id and whatever it was given to say."""

    daemon_threads = True

    def __init__(self, said: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), Writer)
        self.said = said
        self.noted: list[tuple[str, str, dict[str, str], bytes]] = []


class Writer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Journal

    def log_message(self, *_: Any) -> None:
        """Silence."""

    def note(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kept = {
            name: self.headers[name] for name in ("Content-Type", "Authorization", "X-Word", "Cookie") if name in self.headers
        }
        self.server.noted.append((self.command, self.path, kept, body))
        content = json.dumps({"id": len(self.server.noted), **self.server.said}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_HEAD = do_QUERY = do_COPY = note  # noqa: N815 - http.server's names


@contextmanager
def api_to(server: Journal) -> Iterator[Api]:
    connection = Connection(f"http://127.0.0.1:{server.server_port}")
    schemes = {"PAIR": Scheme("basic"), "TOKEN": Scheme("bearer")}
    secrets = {"SPECPROOF_CREDENTIAL_PAIR": "user:pa$$ word", "SPECPROOF_CREDENTIAL_TOKEN": "bearer-secret"}
    yield Api(connection, Contracts({}, {}), Credentials(schemes, secrets), CaseNotes())
    connection.close()


@pytest.mark.parametrize("body", ["json", "form", "multipart", "content", "long", "nothing", "head"])
def test_the_same_bytes_go_over_the_wire_but_for_what_is_new(body: str) -> None:
    """Real requests, then the script by real curl: the second request uses what each first one was answered."""
    with running(Journal({"deep": [{NASTY: NASTY, "word": "a-b"}]})) as server, api_to(server) as api:
        first = api.send("POST", "/a", json={"name": fresh((ALNUM, 8)), "nasty": NASTY}, auth=valid("TOKEN"))
        text = first.at(f"/deep/0/{NASTY}")
        record = {"id": first.at("/id"), "text": text, "list": [text, 1.50, None, True], NASTY: "\u4e66"}
        bodies: dict[str, dict[str, Any]] = {
            "json": {"json": record},
            "form": {"form": record},
            "multipart": {"multipart": record},
            "content": {"content": text, "media_type": "text/plain"},
            "long": {"json": [text, "x" * 250_000]},
        }
        last = api.send(
            "HEAD" if body == "head" else "POST",
            "/b/{id}/{text}",
            path={"id": first.at("/id"), "text": text},
            query={"q": [text, first.at("/id")]},
            headers={"X-Word": first.at("/deep/0/word")},
            cookies={"c": text},
            auth=valid("PAIR"),
            **bodies.get(body, {}),
        )
        with pytest.raises(CheckFailure) as failure:
            last.fail("rejected", "something else")
        environment = {"SPECPROOF_CREDENTIAL_PAIR": "user:pa$$ word", "SPECPROOF_CREDENTIAL_TOKEN": "bearer-secret"}
        assert pasted(failure.value.curl, environment)[0] == 200
        one, two, three, four = server.noted
    assert len(one[3]) == len(three[3])
    assert one[3] != three[3]
    assert (one[1], one[2]) == (three[1], three[2])
    new_id = {b'"id": 1,': b'"id": 3,', b"id=1&": b"id=3&", b"\r\n\r\n1\r\n": b"\r\n\r\n3\r\n"}
    expected = two[3]
    for old, new in new_id.items():
        expected = expected.replace(old, new)
    assert four[3] == expected
    assert four[0] == two[0]
    assert four[1] == two[1].replace("/b/1/", "/b/3/").replace("&q=1", "&q=3")
    assert four[2] == two[2]


def test_a_token_under_another_scheme_goes_over_the_wire_as_it_did() -> None:
    with running(Journal({})) as server, api_to(server) as api:
        answer = api.send("GET", "/a", auth=misplaced("TOKEN"))
        with pytest.raises(CheckFailure) as failure:
            answer.fail("unauthenticated", "401")
        assert pasted(failure.value.curl, {"SPECPROOF_CREDENTIAL_TOKEN": "bearer-secret"})[0] == 200
        one, two = server.noted
    assert "Basic bearer-secret" in str(one[2])
    assert one == two


PICTURE = base64.b64encode(bytes(range(256)) * 3).decode()
NASTY_XML = NASTY.replace("\x1b", "")
BODIES: dict[str, dict[str, Any]] = {
    "octets": {"octets": PICTURE, "media_type": "image/png"},
    "few octets": {"octets": base64.b64encode(b"\0\xff'\r\n%").decode()},
    "long octets": {"octets": base64.b64encode(bytes(range(256)) * 1000).decode()},
    "xml": {
        "xml": {"id": 7, "name": NASTY_XML, "tags": ["a", NASTY_XML]},
        "layout": Xml("pet", prefix="p", namespace="urn:p", members={"id": Xml(kind="attribute"), "tags": Xml(wrapped=True)}),
    },
    "lines": {"lines": [{"a": NASTY}, {"b": "\u4e66"}]},
    "records": {"lines": [{"a": 1}, 2], "media_type": "application/json-seq"},
    "multipart": {
        "multipart": {"title": NASTY, "photo": PICTURE, "meta": {"a": [NASTY]}, "tags": ["x", "y"]},
        "fields": [
            Field("photo", "image/png", file_name="file.png", is_base64=True, headers=(("X-Of", "a b"),)),
            Field("tags", style="pipeDelimited", explode=False),
        ],
    },
    "form": {
        "form": {"ids": [1, 2], "filter": {"a": NASTY}, "url": "http://a/?b#c"},
        "fields": [
            Field("ids", style="pipeDelimited", explode=False),
            Field("filter", style="deepObject"),
            Field("url", style="form", allow_reserved=True),
        ],
    },
}


@pytest.mark.parametrize("method", ["POST", "QUERY", "COPY"])
@pytest.mark.parametrize("body", BODIES)
def test_every_kind_of_body_is_sent_again_byte_for_byte(body: str, method: str) -> None:
    with running(Journal({})) as server, api_to(server) as api:
        answer = api.send(
            method,
            "/a{m}/{l}",
            path=[Parameter("m", ["x", NASTY], "matrix", explode=True), Parameter("l", "a;b", "label", allow_reserved=True)],
            query=[Parameter("d", {"k": NASTY}, "deepObject"), Parameter("w", {"a": 1}, "querystring")],
            cookies=[Parameter("c", "x%20y", "cookie")],
            **BODIES[body],
        )
        with pytest.raises(CheckFailure) as failure:
            answer.fail("rejected", "something else")
        assert pasted(failure.value.curl, {})[0] == 200
        one, two = server.noted
    assert one == two
    assert one[0] == method
    assert one[3] == answer.request.body.content
    assert "%20" in one[2]["Cookie"]


def test_what_an_earlier_answer_brought_is_taken_again_for_every_kind_of_body() -> None:
    with running(Journal({"word": "a-b"})) as server, api_to(server) as api:
        made = api.send("POST", "/a", json={})
        taken = {"id": made.at("/id"), "word": made.at("/word")}
        for body in ({"xml": taken, "layout": Xml("r")}, {"lines": [taken]}):
            answer = api.send("POST", "/b", **body)
        with pytest.raises(CheckFailure) as failure:
            answer.fail("rejected", "something else")
        assert pasted(failure.value.curl, {})[0] == 200
        _, xml, lines, _, xml_again, lines_again = (content for *_, content in server.noted)
    assert xml_again == xml.replace(b"<id>1<", b"<id>4<")
    assert lines_again == lines.replace(b'"id": 1', b'"id": 4')
    assert xml != xml_again
