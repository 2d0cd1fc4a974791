from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from specproof.checks import client
from specproof.checks.client import PATIENCE, PROBES, Api, Connection
from specproof.checks.contracts import Contracts
from specproof.checks.credentials import Credentials, Scheme, misplaced, second, undefined, valid, wrong
from specproof.checks.fresh import ALNUM, HEX, fresh
from specproof.checks.outcome import CaseNotes, CheckFailure, shortened, shown
from specproof.checks.pointers import ABSENT, changed, lookup, removed
from specproof.checks.wire import Parameter
from specproof.checks.wire_bodies import Field
from specproof.checks.wire_xml import Xml
from unit.checks.checkfakes import SCHEMES, SECRET, answer_of, api_of, remarks, response

Skipped = pytest.skip.Exception


def sent(**arguments: Any) -> httpx2.Request:
    """The request that ``Api.send`` puts on the wire."""
    seen: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return response(200, {})

    api_of(respond).send("POST", "/things/{id}", **{"path": {"id": "a b"}, **arguments})
    return seen[0]


def test_a_request_is_laid_out_as_openapi_says() -> None:
    request = sent(query={"q": ["a", "b"], "n": None}, headers={"X-A": [1, 2]}, cookies={"c": "1"}, json={"k": "\u4e66"})
    assert str(request.url) == "http://api.test/v1/things/a%20b?q=a&q=b"
    assert request.headers["x-a"] == "1,2"
    assert request.headers["cookie"] == "c=1"
    assert request.headers["content-type"] == "application/json"
    assert request.content == '{"k": "\u4e66"}'.encode()


def test_other_layouts_and_other_bodies() -> None:
    assert "q=a%7Cb" in str(sent(query=[Parameter("q", ["a", "b"], "pipeDelimited", explode=False)]).url)
    assert sent(form={"a": "x y"}).content == b"a=x%20y"
    multipart = sent(multipart={"a": "x"})
    assert multipart.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="a"\r\n\r\nx\r\n' in multipart.content
    text = sent(content="{", media_type="application/json", headers={"Content-Type": "text/plain", "Accept": "a/b"})
    assert (text.content, text.headers["content-type"], text.headers["accept"]) == (b"{", "application/json", "a/b")
    assert sent(json=None, media_type="application/vnd.x+json").content == b"null"
    assert (b"X-Word", "\u4e66".encode()) in sent(headers={"X-Word": "\u4e66"}).headers.raw
    assert "content-type" not in sent().headers


@pytest.mark.parametrize(("kind", "shown"), [("bearer", "Basic a:b"), ("basic", "Bearer YTpi")])
def test_a_misplaced_secret_stands_under_the_other_scheme(kind: str, shown: str) -> None:
    credentials = Credentials({"S": Scheme(kind)}, {"SPECPROOF_CREDENTIAL_S": "a:b"})
    assert [placed.value for placed in credentials.placed(misplaced("S"))] == [shown]


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_where_the_credential_is_not_defined_is_inconclusive(status: int) -> None:
    api = api_of(lambda _: response(status, {}))
    with pytest.raises(Skipped, match="inconclusive: the document does not define the credential"):
        api.send("GET", "/things", auth=undefined())
    assert api.send("GET", "/things", auth=None).status == status


def test_other_answers_where_the_credential_is_not_defined_are_judged() -> None:
    seen: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return response(400, {})

    assert api_of(respond).send("GET", "/things", auth=undefined()).status == 400
    assert "authorization" not in seen[0].headers


def test_every_kind_of_body_has_its_content_type() -> None:
    kinds: dict[str, dict[str, Any]] = {
        "application/xml": {"xml": {"a": 1}, "layout": Xml("r")},
        "application/x-ndjson": {"lines": [1]},
        "application/octet-stream": {"octets": "AP8="},
    }
    for content_type, body in kinds.items():
        assert sent(**body).headers["content-type"] == content_type
        assert sent(**body, media_type="x/y").headers["content-type"] == "x/y"
    assert sent(octets="AP8=").content == b"\0\xff"
    assert sent(form={"a": [1, 2]}, fields=[Field("a", style="form", explode=False)]).content == b"a=1,2"


def test_a_boundary_is_said_as_it_was_chosen() -> None:
    request = sent(multipart={"a": "specproof-8f0a1c5b7d"})
    assert request.headers["content-type"] == "multipart/form-data; boundary=specproof-8f0a1c5b7d-2"
    assert request.content.startswith(b"--specproof-8f0a1c5b7d-2\r\n")


@pytest.mark.parametrize(
    "arguments",
    [
        {"headers": {"X-A": "a\r\nX-Evil: 1"}},
        {"cookies": [Parameter("c", "a; evil=1", "cookie")]},
        {"xml": {"a": "\0"}, "layout": Xml("r")},
    ],
)
def test_a_value_that_cannot_be_sent_in_its_place_skips_the_case(arguments: dict[str, Any]) -> None:
    with pytest.raises(pytest.skip.Exception, match="cannot be sent"):
        sent(**arguments)


@pytest.mark.parametrize("method", ["QUERY", "COPY", "M-SEARCH"])
def test_any_method_is_sent(method: str) -> None:
    seen: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return response(200, {})

    api_of(respond).send(method, "/things", json={"a": 1})
    assert (seen[0].method, seen[0].content) == (method, b'{"a": 1}')


@pytest.mark.parametrize(
    ("auth", "place", "value"),
    [
        (valid("TOKEN"), "authorization", f"Bearer {SECRET}"),
        (second("TOKEN"), "authorization", "Bearer another-token"),
        (wrong("TOKEN"), "authorization", "Bearer specproof-wrong-credential-0000"),
        (valid("PAIR"), "authorization", "Basic " + base64.b64encode(b"user:pa$$ word").decode()),
        (wrong("PAIR"), "authorization", "Basic " + base64.b64encode(b"specproof-nobody:specproof-wrong-password").decode()),
        (valid("KEY"), "x-key", SECRET),
        (valid("COOKIE"), "cookie", f"sid={SECRET}"),
    ],
)
def test_credentials_go_where_their_scheme_says(auth: Any, place: str, value: str) -> None:
    assert sent(auth=auth, headers={"X-Key": "overruled"}).headers[place] == value


def test_schemes_can_go_together() -> None:
    request = sent(auth=valid("TOKEN", "QUERY"), query={"a": 1})
    assert str(request.url).endswith(f"?a=1&key={SECRET}")
    assert request.headers["authorization"] == f"Bearer {SECRET}"


def test_a_missing_credential_skips_and_names_its_variable() -> None:
    api = api_of(lambda _: response(), secrets={})
    with pytest.raises(Skipped, match="set SPECPROOF_SECOND_CREDENTIAL_TOKEN"):
        api.send("GET", "/", auth=second("TOKEN"))
    assert api.answers == []


def test_credentials_come_from_the_environment_and_the_file_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "security.json").write_text(json.dumps({"TOKEN": {"kind": "bearer"}}), encoding="utf-8")
    monkeypatch.setenv("SPECPROOF_CREDENTIAL_TOKEN", "from the environment")
    monkeypatch.delenv("SPECPROOF_CREDENTIALS_FILE", raising=False)
    assert Credentials.load(tmp_path).placed(valid("TOKEN"))[0].value == "Bearer from the environment"
    (tmp_path / "secrets.json").write_text('{"SPECPROOF_CREDENTIAL_TOKEN": "from the file"}', encoding="utf-8")
    monkeypatch.setenv("SPECPROOF_CREDENTIALS_FILE", str(tmp_path / "secrets.json"))
    assert Credentials.load(tmp_path).placed(valid("TOKEN"))[0].value == "Bearer from the file"


@pytest.mark.parametrize("scheme", ["TOKEN", "PAIR", "KEY", "QUERY", "COOKIE"])
def test_no_secret_reaches_a_text_that_is_shown(scheme: str) -> None:
    secret = "user:pa$$ word" if scheme == "PAIR" else SECRET
    answer = api_of(lambda _: response(200, {"leak": f"{secret} {base64.b64encode(secret.encode()).decode()}"})).send(
        "GET", "/things", auth=valid(scheme)
    )
    with pytest.raises(CheckFailure) as failure:
        answer.fail("rejected", "nothing")
    text = str(failure.value)
    assert secret not in text
    assert base64.b64encode(secret.encode()).decode() not in text
    assert f"$SPECPROOF_CREDENTIAL_{scheme}" in failure.value.curl
    assert "$SPECPROOF_CREDENTIAL_" in failure.value.actual


def test_an_answer_reads_its_body_strictly_and_leniently() -> None:
    answer = answer_of(201, {"a": [{"b": None}]}, method="POST", sending={"json": {"c": 1}})
    assert answer.at("/a/0/b") is None
    assert answer.find("/a/0") == {"b": None}
    assert answer.find("/x") is ABSENT
    assert answer.find("/c", sent=True) == 1
    assert (answer.sent, answer.sent_at("/c"), answer.or_skip()) == ({"c": 1}, 1, answer)
    put = answer_of(201, {}, method="PUT", path="/things/{id}", sending={"path": {"id": "a b"}, "json": {"id": 2}})
    assert (put.sent_at("{id}"), put.find("{id}", sent=True), put.find("{name}", sent=True)) == ("a b", "a b", ABSENT)
    with pytest.raises(Skipped, match="nothing at /x"):
        answer.at("/x")
    with pytest.raises(Skipped, match="sent nothing at /x"):
        answer.sent_at("/x")
    refused = answer_of(409, {"a": 1})
    assert refused.find("/a") is ABSENT
    with pytest.raises(Skipped, match="cannot be prepared: GET /things answered 409 Conflict"):
        refused.or_skip()
    assert answer_of(799).described() == "799, no body"


def test_cleanups_run_last_first_and_only_where_there_is_something() -> None:
    seen: list[str] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        seen.append(f"{request.method} {request.url.path}")
        return response(404)

    api = api_of(respond)
    api.cleanup("DELETE", "/a/{id}", path={"id": 1})
    api.cleanup("DELETE", "/b/{id}", path={"id": ABSENT})
    api.cleanup("DELETE", "/c/{id}", path=[Parameter("id", 2, "simple", explode=False)])
    api.cleanup("DELETE", "/d/{id}", path=[Parameter("id", ABSENT, "simple", explode=False)])
    api.cleanup("DELETE", "/e/{id}", path={"id": None})
    api.cleanup("DELETE", "/f/{id}", path={"id": ""})
    api.clean_up()
    api.clean_up()
    assert seen == ["DELETE /v1/c/2", "DELETE /v1/a/1"]


@pytest.mark.parametrize(("is_alive", "words"), [(True, "is answered afterwards"), (False, "is not answered afterwards either")])
@pytest.mark.parametrize("error", [httpx2.ReadTimeout("slow"), httpx2.RemoteProtocolError("cut")])
def test_after_silence_somebody_looks_whether_the_api_still_answers(error: Exception, is_alive: bool, words: str) -> None:
    def respond(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/v1/hang" or not is_alive:
            raise error
        return response(404)

    connection = Connection("http://api.test/v1", transport=httpx2.MockTransport(respond))
    api = Api(connection, Contracts({}, {}), Credentials({}, {}), CaseNotes())
    with pytest.raises(CheckFailure) as failure:
        api.send("GET", "/hang")
    assert failure.value.actual.endswith(f"; a plain GET of the base address {words}")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx2.ConnectError("refused"), "the API at http://api.test/v1/ did not answer: refused"),
        (httpx2.ReadTimeout("slow"), "no answer within 30 seconds"),
        (httpx2.RemoteProtocolError("cut"), "no readable answer: RemoteProtocolError: cut"),
    ],
)
def test_no_answer_is_a_failure_that_says_so_and_soon_a_skip(error: Exception, words: str) -> None:
    def respond(request: httpx2.Request) -> httpx2.Response:
        raise error

    api = api_of(respond)
    for _ in range(PATIENCE):
        with pytest.raises(CheckFailure) as failure:
            api.send("GET", "/things")
        assert failure.value.actual == words
        assert failure.value.check == "no_server_error"
    with pytest.raises(Skipped, match="did not answer the last 3 requests"):
        api.send("GET", "/things")


def test_an_api_that_hangs_on_one_kind_of_request_is_asked_the_others() -> None:
    def respond(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/hangs"):
            raise httpx2.ReadTimeout("slow")
        return response(200)

    api = api_of(respond)
    for _ in range(2):
        for _ in range(PATIENCE):
            with pytest.raises(CheckFailure):
                api.send("GET", "/hangs")
        with pytest.raises(Skipped, match="did not answer the last 3 requests"):
            api.send("GET", "/hangs")
        assert api.send("GET", "/things").status == 200


def test_an_api_that_never_answers_is_not_asked_for_ever() -> None:
    asked: list[object] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.extensions["timeout"]["read"])
        raise httpx2.ReadTimeout("slow")

    api = api_of(respond)
    for _ in range(PATIENCE + PROBES + 5):
        with pytest.raises((CheckFailure, Skipped)):
            api.send("GET", "/things")
    assert asked == [client.TIME_BUDGET_SECONDS] * PATIENCE + [client.PROBE_SECONDS] * PROBES


def test_a_failed_cleanup_is_a_remark() -> None:
    def respond(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("gone")

    api = api_of(respond)
    api.cleanup("DELETE", "/a")
    api.clean_up()
    assert [str(value) for key, value in api.case.properties if "could not clean up: DELETE /a" in str(value)]


def test_redirects_are_not_followed_and_cookies_do_not_travel_between_requests() -> None:
    seen: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return response(302, None, None, location="http://elsewhere.test/", set_cookie="sid=1")

    api = api_of(respond)
    assert api.send("GET", "/a").status == 302
    api.send("GET", "/b")
    assert [request.url.path for request in seen] == ["/v1/a", "/v1/b"]
    assert "cookie" not in seen[1].headers


def test_the_transport_is_the_one_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "make_transport", lambda: httpx2.MockTransport(lambda _: response(200, "seam")))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    connection = Connection("http://api.test")
    api = api_of(lambda _: response())
    api._connection = connection
    assert api.send("GET", "/").body == "seam"
    connection.close()


def test_fresh_strings_never_repeat_and_keep_their_shape() -> None:
    made = [fresh("T-", (ALNUM, 8), "-", (HEX, 2)) for _ in range(3000)]
    assert len({text[:10] for text in made}) == len(made)
    assert all(len(text) == 13 and text.startswith("T-") and text[10] == "-" for text in made)
    assert len({fresh(("01", 4)) for _ in range(16)}) == 16
    assert fresh(("a", 3)) == "aaa"
    assert len(fresh((ALNUM, 60))) == 60


def test_pointers_change_copies_only() -> None:
    body = {"a": {"b": [1, 2]}, "c/d": 1, "~": 2}
    assert lookup(body, "/a/b/1") == 2
    assert lookup(body, "/c~1d") == 1
    assert lookup(body, "/~0") == 2
    assert lookup(body, "") is body
    assert [lookup(body, pointer) for pointer in ("/a/b/9", "/a/b/x", "/zz", "/c~1d/0")] == [ABSENT] * 4
    assert changed(body, "/a/b/0", 9) == {"a": {"b": [9, 2]}, "c/d": 1, "~": 2}
    assert lookup(changed(body, "/a/b/-", 3), "/a/b") == [1, 2, 3]
    assert lookup(changed(body, "/a/b/2", 3), "/a/b") == [1, 2, 3]
    assert lookup(changed(body, "/new/deep", 3), "/new") == {"deep": 3}
    assert changed(body, "", 5) == 5
    assert removed(body, "/a/b/0", "/c~1d", "/none") == {"a": {"b": [2]}, "~": 2}
    assert body == {"a": {"b": [1, 2]}, "c/d": 1, "~": 2}
    for call in (lambda: changed(1, "/a", 1), lambda: removed(body, ""), lambda: lookup(body, "a")):
        with pytest.raises(ValueError, match=r"pointer|nothing can be"):
            call()
    assert not ABSENT
    assert repr(ABSENT) == "ABSENT"


def test_texts_are_bounded_and_stay_in_their_line() -> None:
    assert shortened("a\x1b[31m\u202eb\r\n\tc") == "a\\x1b[31m\\u202eb\\r\\n\\tc"
    assert len(shortened("x" * 9000)) < 2100
    assert shown({"a": "\u4e66"}) == '{"a": "\u4e66"}'
    assert shown(ABSENT) == "ABSENT"


def test_json_is_described_in_one_line_with_real_characters() -> None:
    content = rb'{\n  "a": "\\u4e66\\ud83d\\ude00 \\u001b \\u0022 \\\\u4e66 \\ud800 \\n",\r\n\t"b": 1.50}'.decode(
        "unicode_escape"
    ).encode()
    described = answer_of(200, content=content, content_type="application/json").described()
    text = described.partition(": ")[2]
    assert text == '{ "a": "\u4e66\U0001f600 \\u001b \\" \\\\u4e66 \\ud800 \\n", "b": 1.50}'
    assert json.loads(text) == json.loads(content)
    assert answer_of(200, content=b"a\nb", content_type="text/plain").described().endswith("a\nb")


def test_an_answer_cannot_pretend_to_be_lines_of_the_report() -> None:
    answer = answer_of(200, content=b"fine\n  reproduce: rm -rf /", content_type="text/plain")
    with pytest.raises(CheckFailure) as failure:
        answer.fail("rejected", "a\nb")
    assert [line.strip().partition(":")[0] for line in str(failure.value).splitlines()[1:]] == [
        "expected",
        "actual",
        "cause",
        "reproduce",
    ]


def test_schemas_never_fetch_anything() -> None:
    contracts = Contracts({}, {})
    assert contracts.first_error({"$ref": "http://127.0.0.1:1/schema"}, 1) is None


def test_a_remark_is_noted_once() -> None:
    answer = answer_of()
    answer.case.remark("odd")
    answer.case.remark("odd")
    assert remarks(answer) == ["odd"]
    notes = CaseNotes.from_json({"id": "GET / :: a", "operation": "GET /", "severity": "minor", "rationale": {}}, [])
    assert dict(notes.described())["specproof_severity"] == "minor"


EITHER = valid("TOKEN") | valid("PAIR", "KEY") | valid("COOKIE")


@pytest.mark.parametrize(
    ("given", "headers"),
    [
        (("TOKEN", "PAIR", "KEY", "COOKIE"), ["authorization"]),
        (("PAIR", "KEY", "COOKIE"), ["authorization", "x-key"]),
        (("KEY", "COOKIE"), ["cookie"]),
    ],
)
def test_of_several_alternatives_the_first_whose_credentials_are_all_given_is_shown(
    given: tuple[str, ...], headers: list[str]
) -> None:
    seen: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return response(200)

    secrets = {f"SPECPROOF_CREDENTIAL_{name}": "a:b" for name in given}
    api_of(respond, secrets=secrets).send("GET", "/", auth=EITHER)
    assert [name for name in ("authorization", "x-key", "cookie") if name in seen[0].headers] == headers


def test_without_any_alternative_the_case_is_skipped_and_all_that_would_do_are_named() -> None:
    api = api_of(lambda _: response(), secrets={"SPECPROOF_CREDENTIAL_KEY": "k"})
    wanted = (
        "set SPECPROOF_CREDENTIAL_TOKEN or SPECPROOF_CREDENTIAL_PAIR or SPECPROOF_CREDENTIAL_COOKIE (see the suite's README.md)"
    )
    with pytest.raises(Skipped) as skipped:
        api.send("GET", "/", auth=EITHER)
    assert wanted in str(skipped.value)
    with pytest.raises(Skipped, match="set SPECPROOF_CREDENTIAL_TOKEN and SPECPROOF_CREDENTIAL_PAIR "):
        api.send("GET", "/", auth=valid("TOKEN", "PAIR", "KEY"))


def test_wrong_and_second_credentials_choose_among_alternatives_too() -> None:
    def kinds(auth: Any, **secrets: str) -> list[str]:
        named = {f"SPECPROOF_{name}": secret for name, secret in secrets.items()}
        return [placed.kind for placed in Credentials(SCHEMES, named).placed(auth)]

    either = wrong("TOKEN") | wrong("KEY")
    assert kinds(either, CREDENTIAL_KEY="k") == ["apiKey"]
    assert kinds(either, CREDENTIAL_KEY="k", CREDENTIAL_TOKEN="t") == ["bearer"]
    assert kinds(either) == ["bearer"]
    another = second("TOKEN") | second("KEY")
    assert kinds(another, CREDENTIAL_TOKEN="t", SECOND_CREDENTIAL_KEY="k") == ["apiKey"]


@pytest.mark.parametrize("key", [".", ".."])
def test_an_id_that_would_lead_out_of_its_path_is_not_sent(key: str) -> None:
    sent: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(f"{request.method} {request.url.path}")
        return response(201, {"id": key})

    api = api_of(answer)
    made = api.send("POST", "/things", json={})
    api.cleanup("DELETE", "/others/{id}", path={"id": "7"})
    api.cleanup("DELETE", "/things/{id}", path={"id": made.find("/id")})
    api.clean_up()
    assert sent == ["POST /v1/things", "DELETE /v1/others/7"]
    with pytest.raises(pytest.skip.Exception, match="dot segment"):
        api.send("GET", "/things/{id}", path={"id": key})


@pytest.mark.parametrize("key", [{}, [], {"a": 1}])
def test_what_is_no_single_value_removes_nothing(key: object) -> None:
    sent: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(request.method)
        return response(201, {"id": key})

    api = api_of(answer)
    api.cleanup("DELETE", "/things/{id}", path={"id": api.send("POST", "/things", json={}).find("/id")})
    api.clean_up()
    assert sent == ["POST"]


@pytest.mark.parametrize("before", ["", "a", "ab"])
def test_a_secret_that_comes_back_encoded_reaches_no_text_that_is_shown(before: str) -> None:
    spelt = [base64.b64encode(f"{before}{SECRET} and more".encode()).decode(), f"{before}{SECRET.encode().hex()}"]
    described = answer_of(200, content=" ".join(spelt).encode(), content_type="text/plain").described()
    assert described.count("$SPECPROOF_CREDENTIAL_") == 2
    assert base64.b64encode(SECRET.encode()).decode()[:-4] not in described


@pytest.mark.parametrize(
    "arguments",
    [
        {"path": {"id": "\ud800"}},
        {"query": {"q": "\udfff"}},
        {"headers": {"X-A": "\ud800"}},
        {"cookies": {"c": "\ud800"}},
        {"form": {"a": "\ud800"}},
        {"json": {"a": float("inf")}},
        {"lines": [float("inf")]},
        {"query": {"q": float("-inf")}},
    ],
)
def test_what_an_answer_held_and_no_request_can_skips_the_case(arguments: dict[str, Any]) -> None:
    with pytest.raises(Skipped, match=r"POST /things/\{id\} cannot be sent: "):
        sent(**arguments)


def test_half_of_a_surrogate_pair_in_an_id_is_no_error_and_is_no_step_of_what_comes_later() -> None:
    def respond(request: httpx2.Request) -> httpx2.Response:
        if request.method == "DELETE":
            raise httpx2.ReadTimeout("slow")
        return response(201, {"id": "\ud800"})

    api = api_of(respond)
    made = api.send("POST", "/things", json={}).at("/id")
    with pytest.raises(Skipped, match="half of a surrogate pair"):
        api.send("GET", "/things/{id}", path={"id": made})
    with pytest.raises(CheckFailure) as failure:
        api.send("DELETE", "/things")
    assert failure.value.curl.count("curl") == 2
