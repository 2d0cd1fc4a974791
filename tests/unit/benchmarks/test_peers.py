"""Comparing tools: what the proxy counts, which operation a request means, and how the table reads."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from benchmarks.peers import judgements
from benchmarks.peers.__main__ import Compared, differences, judged, table
from benchmarks.peers.counting import DROPPED, Counts, Exchange, Operations, counted, counting_proxy
from benchmarks.peers.judgements import Judgement, false_reports
from benchmarks.peers.tools import OURS, OURS_WITH_FEW, THEIRS, Report, Said, reports_of
from benchmarks.services.starting import DESCRIBED_ELSEWHERE, prepared

DOCUMENT = {
    "paths": {
        "/things/{id}": {"get": {}, "delete": {}, "parameters": []},
        "/things/newest": {"get": {}},
        "/": {"get": {}},
        "/files/{name}.{kind}": {"get": {}},
    }
}
OPERATIONS = Operations(DOCUMENT, "/v1")


@pytest.mark.parametrize(
    ("method", "target", "operation"),
    [
        ("GET", "/v1/things/7?full=1", "GET /things/{id}"),
        ("GET", "/v1/things/a%2Fb", "GET /things/{id}"),
        ("GET", "/v1/things/newest", "GET /things/newest"),
        ("DELETE", "/v1/things/newest", "DELETE /things/{id}"),
        ("GET", "/v1/", "GET /"),
        ("GET", "/v1", "GET /"),
        ("GET", "/v1/files/a.txt", "GET /files/{name}.{kind}"),
        ("PUT", "/v1/things/7", ""),
        ("GET", "/v1/things/7/parts", ""),
        ("GET", "/things/7", ""),
    ],
)
def test_a_request_means_one_operation(method: str, target: str, operation: str) -> None:
    assert OPERATIONS.of(method, target) == operation
    assert len(OPERATIONS.labels) == 5


def test_operations_count_once_and_foreign_requests_not() -> None:
    seen = [Exchange("GET", "/a", status, "GET /a") for status in (200, 204, 500)]
    counts = counted(
        [*seen, Exchange("GET", "/b", DROPPED, "GET /b"), Exchange("GET", "/c", 500), Exchange("GET", "/d", 404, "GET /d")]
    )
    assert counts == Counts(6, frozenset({"GET /a"}), frozenset({"GET /a", "GET /b"}))


class Upstream(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/v1/dropped":
            self.close_connection = True
            return
        self.send_response_only(201)
        self.send_header("X-Seen", self.headers["X-Sent"])
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def upstream() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Upstream)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_proxy_relays_what_it_counts(upstream: str) -> None:
    with counting_proxy(upstream, lambda method, target: f"{method} {target}") as proxy:
        address = proxy.url.removeprefix("http://")
        connection = http.client.HTTPConnection(address, timeout=10)
        connection.request("POST", "/v1/things", body=b"sent", headers={"X-Sent": "yes"})
        answer = connection.getresponse()
        assert (answer.status, answer.headers["X-Seen"], answer.read()) == (201, "yes", b"sent")
        connection.close()
        dropped = http.client.HTTPConnection(address, timeout=10)
        dropped.request("POST", "/v1/dropped", body=b"sent")
        with pytest.raises(http.client.RemoteDisconnected):
            dropped.getresponse()
        dropped.close()
    assert proxy.exchanges == [
        Exchange("POST", "/v1/things", 201, "POST /v1/things"),
        Exchange("POST", "/v1/dropped", DROPPED, "POST /v1/dropped"),
    ]


def test_no_tool_is_led_to_another_host() -> None:
    away = {"$ref": "https://elsewhere.example/a.yaml"}
    feature = {"$ref": "https://elsewhere.example/a.yaml#/components/parameters/featureId"}
    document = {
        "openapi": "3.0.3",
        "servers": [{"url": "https://elsewhere.example"}],
        "paths": {
            "/a": {
                "get": {"parameters": [away, feature, {"$ref": "#/here"}], "responses": {"400": away, "200": {"schema": away}}}
            }
        },
    }
    made = prepared(document, "http://127.0.0.1:1", "/v1")
    assert made["servers"] == [{"url": "http://127.0.0.1:1/v1"}]
    assert made["paths"]["/a"]["get"] == {
        "parameters": [DESCRIBED_ELSEWHERE["featureId"], {"$ref": "#/here"}],
        "responses": {"400": {"description": "described elsewhere"}, "200": {"schema": {}}},
    }
    older = prepared({"swagger": "2.0", "host": "elsewhere.example"}, "http://127.0.0.1:1", "")
    assert older == {"swagger": "2.0", "host": "127.0.0.1:1", "basePath": "/", "schemes": ["http"]}


def test_a_report_of_schemathesis_counts_for_each_operation() -> None:
    told = {"failures": [{"type": "ServerError", "title": "500", "operations": ["GET /a", "GET /b"]}, {"type": "Odd"}]}
    assert [(one.operation, one.check) for one in reports_of(told)] == [("GET /a", "ServerError"), ("GET /b", "ServerError")]


def test_the_table_says_what_is_false_and_what_nobody_has_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    known = (
        Judgement("shop", OURS, "echo", is_false=True, reason="it may trim"),
        Judgement("shop", OURS, "no_server_error", is_false=False, reason="500", operation="^GET /a$"),
    )
    monkeypatch.setattr(judgements, "JUDGEMENTS", known)
    monkeypatch.setattr("benchmarks.peers.__main__.JUDGEMENTS", known)
    checks = ("echo", "no_server_error", "listed")
    reports = tuple(Report("GET /a", check, "case", "was | so") for check in checks)
    assert false_reports("shop", OURS, reports) == "1 of 3, 1 not judged"
    assert false_reports("shop", OURS, reports[:2]) == "1 of 2"
    assert false_reports("shop", OURS_WITH_FEW, reports[:2]) == "1 of 2"
    assert false_reports("shop", THEIRS, ()) == "0 of 0"
    operations = frozenset({"GET /a", "GET /b"})
    ours = Compared("shop", OURS, operations, Counts(7, frozenset({"GET /a"}), frozenset()), Said(reports, 3.2))
    theirs = Compared("shop", THEIRS, operations, Counts(9, operations, frozenset({"GET /b"})), Said((), 60.0, "stopped"))
    assert list(table([ours, theirs]))[2:] == [
        "| shop | 2 | specproof | 1 | 0 | 1 | 7 | 3 | 1 of 3, 1 not judged |",
        "| shop | 2 | schemathesis (stopped) | 2 | 1 | 0 | 9 | 60 | 0 of 0 |",
    ]
    assert list(differences([ours, theirs])) == [
        "- shop: specproof reports 1 that schemathesis does not: `GET /a`.",
        "- shop: schemathesis sees a 5xx at 1 that specproof does not: `GET /b`.",
    ]
    assert list(judged([ours]))[2:] == [
        "| shop | specproof | 1 | false | it may trim |",
        "| shop | specproof | 1 | true | 500 |",
        "| shop | specproof | 1 | not judged | `GET /a` listed: case: was \\| so |",
    ]
