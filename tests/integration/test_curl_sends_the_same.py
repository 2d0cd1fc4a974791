"""The curl command of a failure sends what the suite has sent, byte for byte where it matters."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

import pytest

from hostile_server import answer, hostile
from specproof.checks.client import Api, Connection
from specproof.checks.contracts import Contracts
from specproof.checks.credentials import Credentials
from specproof.checks.outcome import CaseNotes, CheckFailure
from specproof.checks.wire import Parameter

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")

# What each client says of itself, and of what it takes.
OWN = (b"user-agent:", b"accept-encoding:", b"connection:", b"accept:")
EVERY = "".join(chr(code) for code in range(33, 127))
IN_A_TEMPLATE = "".join(char for char in EVERY if char not in "{}/")


def parts(request: bytes) -> tuple[bytes, list[bytes], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *headers = head.split(b"\r\n")
    return first, sorted(line.strip() for line in headers if not line.lower().startswith(OWN)), body


@pytest.mark.parametrize(
    ("base", "method", "template", "arguments"),
    [
        ("", "GET", "/a", {}),
        ("/api/../v2", "GET", "/a/./b", {}),
        ("", "GET", "/a/../b/../../c", {}),
        ("", "GET", "/a/{b}/..", {"path": {"b": "q"}}),
        ("", "GET", "/a/%2e%2e/b/..%2f/%2E", {}),
        ("/.", "GET", "/.a/..b/...", {}),
        ("", "GET", "//other/a//b//", {}),
        ("", "GET", f"/{IN_A_TEMPLATE}", {}),
        ("", "GET", "/{x}", {"path": {"x": EVERY}}),
        ("", "GET", "/{x}", {"path": [Parameter("x", EVERY, "simple", allow_reserved=True)]}),
        ("", "GET", "/a", {"query": {EVERY: EVERY}}),
        ("", "GET", "/a", {"query": [Parameter("filter", {"a": [1]}, "deepObject"), Parameter("q", EVERY, allow_reserved=True)]}),
        ("", "GET", "/a?b=[1]&c=*", {}),
        ("?key=1", "GET", "/a", {}),
        ("", "HEAD", "/a", {}),
        ("", "TRACE", "/a", {}),
        ("", "GET", "/a", {"headers": {"X-A": "@/etc/hostname", "X-B": "", "X-C": "a\tb;'\"$`\\", "X-D": "a\u202eb"}}),
        ("", "GET", "/a", {"cookies": {"c": "a b;"}}),
        ("", "GET", "/a", {"json": {"a": 1}}),
        ("", "PUT", "/a", {"json": {"@a": "\u202e\u4e66'$(id)`"}}),
        ("", "POST", "/a", {"json": "\ud800"}),
        ("", "POST", "/a", {"content": "@/etc/hostname", "media_type": "text/plain"}),
        ("", "POST", "/a", {"content": "a\0b\r\n\x1b'\"$(id)`\\", "media_type": "text/plain"}),
        ("", "POST", "/a", {"content": "no media type"}),
        ("", "POST", "/a", {"octets": "/v8A" * 20}),
        ("", "POST", "/a", {"form": {"a": EVERY}}),
        ("", "POST", "/a", {"multipart": {"a": EVERY}}),
        ("", "DELETE", "/a", {"json": {"a": "x" * 120_000}}),
    ],
)
def test_curl_sends_what_the_suite_has_sent(base: str, method: str, template: str, arguments: dict[str, Any]) -> None:
    with hostile(answer(b"", "connection: close")) as server:
        connection = Connection(server.url + base, timeout=5)
        told = Api(connection, Contracts({}, {}), Credentials({}, {}), CaseNotes()).send(method, template, **arguments)
        connection.close()
        with pytest.raises(CheckFailure) as failure:
            told.fail("rejected", "nothing")
        ended = subprocess.run(["sh", "-c", failure.value.curl], capture_output=True, timeout=10, check=False)
        assert ended.returncode == 0, ended.stderr
    ours, theirs = map(parts, server.asked)
    assert theirs == ours
