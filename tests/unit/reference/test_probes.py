"""Probes: requests laid out, values taken from replies, two servers told apart, differences shown to people."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from typing import Any

import pytest

from specproof.openapi.model import ApiSpec, Operation, OperationKey, Parameter
from specproof.openapi.parser import parse_spec
from specproof.openapi.schema import Schema
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import Method, ParameterLocation, ParameterStyle
from specproof.reference.messages import Reply, Request
from specproof.reference.probes.access import Access
from specproof.reference.probes.curl import as_curl
from specproof.reference.probes.differ import Prober, differ
from specproof.reference.probes.layout import body_bytes, cookie_pairs, header_text, path_text, query_pairs
from specproof.reference.probes.rendering import rendered
from specproof.reference.probes.steps import Caller, Conversation, Step, Taken

KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "components": {
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer"},
            "login": {"type": "http", "scheme": "basic"},
            "key": KEY,
            "queried": {**KEY, "in": "query", "name": "api key"},
            "baked": {**KEY, "in": "cookie", "name": "session"},
        }
    },
    "paths": {
        "/pets": {
            "post": {
                "security": [{"token": []}],
                "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
                "responses": {"201": {"description": "made"}},
            }
        },
        "/pets/{petId}": {
            "get": {
                "parameters": [
                    {"name": "petId", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "tags", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                    {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
                    {"name": "mood", "in": "cookie", "schema": {"type": "string"}},
                ],
                "responses": {"200": {"description": "one"}},
            }
        },
        "/both": {"get": {"security": [{"key": [], "login": []}], "responses": {"200": {"description": "ok"}}}},
        "/query": {"get": {"security": [{"queried": []}], "responses": {"200": {"description": "ok"}}}},
        "/cookie": {"get": {"security": [{}, {"baked": []}], "responses": {"200": {"description": "ok"}}}},
    },
}


def spec() -> ApiSpec:
    return parse_spec(json.dumps(DOCUMENT).encode())


def operation(method: str, path: str) -> Operation:
    found = spec().operation(OperationKey(Method(method), path))
    assert found is not None
    return found


CREATE = operation("POST", "/pets")
READ = operation("GET", "/pets/{petId}")
ACCESS = Access(spec())


def send(step: Step, *replies: Reply) -> Request:
    return rendered(step, replies, ACCESS)


# Values taken from replies.


def test_a_value_is_taken_from_the_body_of_an_earlier_reply() -> None:
    reply = Reply(201, (), b'{"data": {"id": 7, "list": [{"x/y": 8}]}}')
    assert Taken(0, ("/nowhere", "/data/id")).found([reply]) == 7
    assert Taken(0, ("/data/list/0/x~1y",)).found([reply]) == 8


def test_the_location_counts_where_the_body_says_nothing() -> None:
    reply = Reply(201, (("Location", "http://host/pets/a%20b?x=1"),), b"not json")
    assert Taken(0, ("/id",), "none").found([reply]) == "a b"
    assert Taken(0, header="location").found([reply]) == "http://host/pets/a%20b?x=1"


def test_without_a_reply_or_a_value_another_one_stands_in() -> None:
    assert Taken(0, ("/id",), "none").found([]) == "none"
    assert Taken(0, ("/id",), "none").found([Reply(404, (), b"{}")]) == "none"
    assert Taken(0, header="etag", otherwise="none").found([Reply(200, (), b"")]) == "none"


# Requests.


def test_a_step_becomes_a_request_with_values_of_replies_filled_in() -> None:
    step = Step(
        READ,
        {
            ("path", "petId"): Taken(0, ("/id",)),
            ("query", "tags"): ["a", "b c"],
            ("header", "X-Trace"): "t",
            ("cookie", "mood"): "good",
        },
        query="raw=1",
    )
    request = send(step, Reply(201, (), b'{"id": "x/1"}'))
    assert request == Request("GET", "/pets/x%2F1?tags=a&tags=b%20c&raw=1", (("x-trace", "t"), ("cookie", "mood=good")), b"")


def test_a_body_is_sent_with_its_content_type_and_the_callers_credential() -> None:
    first = send(
        Step(CREATE, body={"name": Taken(0, ("/name",))}, media_type="application/json"), Reply(200, (), b'{"name": "Rex"}')
    )
    assert first.body == b'{"name":"Rex"}'
    assert first.header("content-type") == "application/json"
    second = send(Step(CREATE, caller=Caller.SECOND))
    assert (first.header("authorization") or "").startswith("Bearer first")
    assert (second.header("authorization") or "").startswith("Bearer second")
    assert send(Step(CREATE, caller=Caller.NOBODY)).headers == ()


def test_a_step_can_say_its_bytes_target_and_method_itself() -> None:
    request = send(Step(CREATE, raw=b"{", content_type="", method="PURGE", target="http://host/a?b=1", caller=Caller.NOBODY))
    assert request == Request("PURGE", "/a?b=1", (), b"{")


def test_a_path_without_a_value_never_becomes_another_path() -> None:
    assert send(Step(READ)).target == "/pets/missing"
    assert send(Step(READ, {("path", "petId"): ""})).target == "/pets/%20"


def parameter(location: str, style: str, *, explode: bool, content_type: str = "") -> Parameter:
    schema = Schema(True, "#/x", {})
    place, layout = ParameterLocation(location), ParameterStyle(style)
    return Parameter(UntrustedText("p q"), place, True, schema, layout, explode, "#/p", content_type=content_type)


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        ("form", True, [1, "b"], ["p%20q=1", "p%20q=b"]),
        ("form", False, [1, "b,c"], ["p%20q=1,b%2Cc"]),
        ("form", True, {"a": 1, "b": None}, ["a=1", "b=null"]),
        ("form", False, {"a": True}, ["p%20q=a,true"]),
        ("spaceDelimited", False, ["a", "b"], ["p%20q=a%20b"]),
        ("pipeDelimited", False, ["a", "b"], ["p%20q=a%7Cb"]),
        ("deepObject", True, {"a": 1}, ["p%20q%5Ba%5D=1"]),
        ("form", True, "\u00e9&", ["p%20q=%C3%A9%26"]),
        ("form", True, [], []),
    ],
)
def test_query_parameters_are_laid_out_by_their_style(style: str, explode: bool, value: Any, expected: list[str]) -> None:
    assert query_pairs(parameter("query", style, explode=explode), value) == expected


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        ("simple", False, "a/b", "a%2Fb"),
        ("simple", False, [1, 2], "1,2"),
        ("simple", True, {"a": 1}, "a=1"),
        ("simple", False, {"a": 1}, "a,1"),
        ("label", True, [1, 2], ".1.2"),
        ("matrix", True, [1, 2], ";p%20q=1;p%20q=2"),
        ("matrix", False, [1, 2], ";p%20q=1,2"),
        ("matrix", True, {"a": 1}, ";a=1"),
        ("matrix", False, 5, ";p%20q=5"),
    ],
)
def test_path_parameters_are_laid_out_by_their_style(style: str, explode: bool, value: Any, expected: str) -> None:
    assert path_text(parameter("path", style, explode=explode), value) == expected


def test_headers_and_cookies_carry_nothing_that_would_end_them() -> None:
    assert header_text(parameter("header", "simple", explode=False), "a\r\nb\u00e9") == "a%0D%0Ab%C3%A9"
    assert cookie_pairs(parameter("cookie", "form", explode=True), "a;b") == ["p q=a%3Bb"]
    assert header_text(parameter("header", "simple", explode=False, content_type="application/json"), {"a": 1}) == '{"a":1}'


@pytest.mark.parametrize(
    ("media_type", "value", "body", "content_type"),
    [
        ("application/json", {"a": 1}, b'{"a":1}', "application/json"),
        ("application/merge-patch+json", {"a": None}, b'{"a":null}', "application/merge-patch+json"),
        ("*/*", [1], b"[1]", "application/json"),
        (
            "application/x-www-form-urlencoded",
            {"a": [1, "b c"], "d": True},
            b"a=1&a=b+c&d=true",
            "application/x-www-form-urlencoded",
        ),
        ("application/x-ndjson", [1, {"a": 2}], b'1\n{"a":2}\n', "application/x-ndjson"),
        ("text/plain", "hello", b"hello", "text/plain"),
        ("application/xml", {"a": "<&"}, b"<root><a>&lt;&amp;</a></root>", "application/xml"),
        ("application/json", 2**70, str(2**70).encode(), "application/json"),
    ],
)
def test_bodies_are_written_in_their_media_type(media_type: str, value: Any, body: bytes, content_type: str) -> None:
    assert body_bytes(value, media_type) == (body, content_type)


def test_a_multipart_body_names_its_boundary() -> None:
    body, content_type = body_bytes({"a": "x"}, "multipart/form-data")
    boundary = content_type.rpartition("boundary=")[2].encode()
    assert body == b"--" + boundary + b'\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--' + boundary + b"--\r\n"


# Credentials.


def test_each_kind_of_scheme_carries_its_secret_where_it_belongs() -> None:
    both = ACCESS.shown(operation("GET", "/both"), Caller.FIRST)
    assert {name for name, _ in both.headers} == {"x-key", "authorization"}
    assert ACCESS.shown(operation("GET", "/query"), Caller.FIRST).query[0].startswith("api%20key=first")
    assert ACCESS.shown(operation("GET", "/cookie"), Caller.SECOND).cookies[0].startswith("session=second")
    assert ACCESS.shown(READ, Caller.FIRST).headers == ()


@pytest.mark.parametrize("path", ["/both", "/query", "/cookie", "/pets"])
def test_odd_credentials_begin_with_none_and_never_hold_the_good_one(path: str) -> None:
    target = operation("POST" if path == "/pets" else "GET", path)
    odd = list(ACCESS.odd(target))
    assert odd[0].headers + odd[0].query + odd[0].cookies == ()
    assert len(odd) > 5
    assert ACCESS.shown(target, Caller.FIRST) not in odd
    assert ACCESS.shown(target, Caller.SECOND) not in odd


def test_an_open_operation_has_no_odd_credentials() -> None:
    assert list(ACCESS.odd(READ)) == []


# Telling two servers apart.


class Shop:
    """A server of two operations that can be told to be wrong."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.names: list[Any] = []
        self.answered = 0

    def reset(self) -> None:
        self.names = []

    def populate(self, count: int) -> None:
        self.names = [f"old {number}" for number in range(count)]

    def answer(self, request: Request) -> Reply:
        self.answered += 1
        headers = (("content-type", "application/json"), ("x-a", "1"))
        if request.method == "POST":
            self.names.append(json.loads(request.body)["name"])
            return Reply(201, headers, json.dumps({"id": len(self.names), "name": self.names[-1]}).encode())
        index = int(request.target.rpartition("/")[2]) - 1
        if index >= len(self.names):
            return Reply(404, headers, b"{}")
        name = "wrong" if self.fault == "second" and index == 1 else self.names[index]
        return self.spoilt(Reply(200, headers, json.dumps({"id": index + 1, "name": name}).encode()), index + 1, name)

    def spoilt(self, reply: Reply, key: int, name: str) -> Reply:
        changes: dict[str, dict[str, Any]] = {
            "status": {"status": 202},
            "header": {"headers": (*reply.headers[:1], ("x-a", "2"))},
            "slow": {"seconds": 5.0},
            "hardly slow": {"seconds": 0.9},
            "spaces": {"headers": reply.headers[::-1], "body": json.dumps({"name": name, "id": float(key)}, indent=1).encode()},
            "true": {"body": json.dumps({"id": True if key == 1 else key, "name": name}).encode()},
        }
        return reply._replace(**changes.get(self.fault, {}))


class Talk:
    """Conversations that a test has written."""

    access = ACCESS

    def __init__(self, *conversations: Conversation) -> None:
        self._conversations = conversations

    def of(self, keys: Iterable[OperationKey]) -> Iterable[Conversation]:
        wanted = set(keys)
        return [each for each in self._conversations if each.operations & wanted]


def made(name: str) -> Step:
    return Step(CREATE, body={"name": name}, media_type="application/json")


def read(step: int) -> Step:
    return Step(READ, {("path", "petId"): Taken(step, ("/id",), 99)})


TALK = Talk(Conversation("talk", "talk", (made("a"), read(0), made("b"), read(0), read(2), read(9))))


def test_equal_servers_are_not_told_apart_and_the_requests_are_counted() -> None:
    probing = differ(Shop(), Shop(), TALK, [READ.key])
    assert probing.difference is None
    assert probing.count == 6


@pytest.mark.parametrize(("fault", "index"), [("status", 1), ("header", 1), ("slow", 1), ("true", 1), ("second", 4)])
def test_the_first_reply_that_differs_is_found(fault: str, index: int) -> None:
    probing = differ(Shop(), Shop(fault), TALK, [READ.key])
    assert probing.difference is not None
    assert (len(probing.difference.requests), probing.count) == (index + 1, index + 1)
    assert probing.difference.request.target == f"/pets/{2 if fault == 'second' else 1}"
    assert probing.difference.expected != probing.difference.actual


@pytest.mark.parametrize("fault", ["spaces", "hardly slow"])
def test_layout_of_json_order_of_headers_and_time_within_the_budget_are_no_difference(fault: str) -> None:
    assert differ(Shop(), Shop(fault), TALK, [READ.key]).difference is None


def test_only_conversations_that_call_the_operation_are_played() -> None:
    only_made = Talk(Conversation("made", "made", (made("a"),)))
    assert differ(Shop(), Shop("status"), only_made, [READ.key]).count == 0
    assert differ(Shop(), Shop("status"), only_made, [CREATE.key]).count == 1


def test_the_reference_is_asked_once_for_all_mutants() -> None:
    reference = Shop()
    prober = Prober(reference, TALK)
    for _ in range(3):
        prober.probe(Shop(), [READ.key])
    assert reference.answered == 6


def test_records_of_a_stranger_are_there_when_the_conversation_wants_them() -> None:
    talk = Talk(Conversation("found", "found", (read(9).but(values={("path", "petId"): 2}),), records=2))
    difference = differ(Shop(), Shop("second"), talk, [READ.key]).difference
    assert difference is not None
    assert difference.records == 2
    assert json.loads(difference.expected.body)["name"] == "old 1"


def test_requests_that_do_not_need_each_other_are_left_out_of_a_difference() -> None:
    steps = (made("a"), made("b"), read(0), read(0), read(1))
    loose = Talk(Conversation("loose", "loose", steps, setup=2, is_loose=True))
    difference = differ(Shop(), Shop("second"), loose, [READ.key]).difference
    assert difference is not None
    assert [request.method for request in difference.requests] == ["POST", "POST", "GET"]


def test_a_difference_is_shortened_to_what_shows_it() -> None:
    reference, mutant = Shop(), Shop("second")
    prober = Prober(reference, TALK)
    difference = prober.probe(mutant, [READ.key]).difference
    assert difference is not None
    short = prober.shortened(mutant, difference)
    assert [request.method for request in short.requests] == ["POST", "POST", "GET"]
    assert (short.expected.status, short.actual.status) == (200, 200)


# For people.


def test_curl_shows_the_request_word_by_word() -> None:
    request = Request("PUT", "/pets/1?a=b", (("content-type", "application/json"), ("x-key", "it's")), b'{"a": "b\'c"}')
    words = shlex.split(as_curl(request))
    assert words == [
        *("curl", "-i", "-X", "PUT", "-H", "content-type: application/json", "-H", "x-key: it's"),
        *("--data-binary", '{"a": "b\'c"}', "http://127.0.0.1:8080/pets/1?a=b"),
    ]


def test_curl_keeps_what_a_shell_or_curl_would_change() -> None:
    assert "-X GET" in as_curl(Request("GET", "/", (), b"{}"))
    assert "content-type:" in shlex.split(as_curl(Request("POST", "/", (), b"{}")))
    assert "x-empty;" in shlex.split(as_curl(Request("GET", "/", (("x-empty", ""),))))
    assert r"$'\xff\x00\x40a'" in as_curl(Request("POST", "/", (("content-type", "x"),), b"\xff\x00@a"))
    assert shlex.split(as_curl(Request("GET", "/$(reboot)`x`"), "http://h:1/"))[-1] == "http://h:1/$(reboot)`x`"
    assert "--head" in as_curl(Request("HEAD", "/"))


def test_a_curl_leaves_out_what_every_client_adds() -> None:
    own = (
        ("host", "h"),
        ("connection", "keep-alive"),
        ("accept-encoding", "gzip"),
        ("user-agent", "python-x/1"),
        ("content-length", "2"),
    )
    request = Request("PUT", "/", (*own, ("content-type", "application/json")), b"{}")
    assert shlex.split(as_curl(request))[1:] == [
        "-i",
        "-X",
        "PUT",
        "-H",
        "content-type: application/json",
        *("--data-binary", "{}"),
        "http://127.0.0.1:8080/",
    ]
    meant = Request("GET", "/", (("user-agent", "mine"), ("content-length", "9")))
    assert {"user-agent: mine", "content-length: 9"} <= set(shlex.split(as_curl(meant)))
