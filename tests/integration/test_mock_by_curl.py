"""The mock of the sample API, driven by curl over the loopback."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mocks import BOOKSHOP, mock

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
AUTHOR = {"name": "沈从文", "country": "CN", "email": "shen@example.com"}


class Got(NamedTuple):
    status: int
    headers: str
    body: Any


class Curl:
    """One mock and its first user's token."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token

    def __call__(self, method: str, path: str, body: object = None, *, token: str | None = None) -> Got:
        shown = self.token if token is None else token
        command = ["curl", "--silent", "--show-error", "--max-time", "10", "--noproxy", "*", "--include", "-X", method]
        if shown:
            command += ["-H", f"Authorization: Bearer {shown}"]
        if body is not None:
            command += ["-H", "Content-Type: application/json", "--data-binary", json.dumps(body)]
        finished = subprocess.run([*command, self.url + path], capture_output=True, timeout=20, check=True)
        head, _, content = finished.stdout.partition(b"\r\n\r\n")
        status = int(head.split()[1])
        return Got(status, head.decode("latin-1").lower(), json.loads(content) if content.strip() else None)


@pytest.fixture(scope="module")
def curl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Curl]:
    with mock(BOOKSHOP, tmp_path_factory.mktemp("mock")) as served:
        assert served["url"].startswith("http://127.0.0.1:")
        yield Curl(served["url"], served["credentials"]["ClerkToken"][0])


def test_what_is_created_can_be_read_listed_changed_and_deleted(curl: Curl) -> None:
    created = curl("POST", "/authors", AUTHOR)
    assert (created.status, created.body["name"]) == (201, AUTHOR["name"])
    assert "location:" in created.headers
    place = f"/authors/{created.body['id']}"
    assert curl("GET", place).body == created.body
    listed = curl("GET", "/authors?limit=100")
    assert created.body["id"] in [author["id"] for author in listed.body["items"]]
    changed = curl("PATCH", place, {"country": "FR"})
    assert (changed.status, changed.body["country"], changed.body["name"]) == (200, "FR", AUTHOR["name"])
    assert curl("DELETE", place).status == 204
    assert curl("GET", place).status == 404


def test_what_nobody_created_is_not_found(curl: Curl) -> None:
    assert curl("GET", "/authors/987654321").status == 404
    assert curl("GET", "/nowhere").status == 404


def test_writes_need_a_credential_that_was_issued(curl: Curl) -> None:
    refused = curl("POST", "/authors", AUTHOR, token="")
    assert refused.status == 401
    assert "www-authenticate:" in refused.headers
    assert curl("POST", "/authors", AUTHOR, token="never-issued").status == 401


def test_requests_that_break_the_document_are_refused(curl: Curl) -> None:
    assert curl("POST", "/authors", {"country": "CN"}).status == 422
    assert curl("POST", "/authors", {**AUTHOR, "name": "x" * 81}).status == 422
    assert curl("GET", "/authors?limit=0").status in (400, 422)


def test_a_method_that_the_document_has_not_is_not_allowed(curl: Curl) -> None:
    refused = curl("DELETE", "/authors")
    assert refused.status == 405
    assert "allow:" in refused.headers


def test_state_is_kept_and_pages_are_pages(curl: Curl) -> None:
    before = curl("GET", "/authors?limit=1").body["total"]
    for number in range(3):
        assert curl("POST", "/authors", {"name": f"Author {number}", "country": "DE"}).status == 201
    after = curl("GET", "/authors?limit=2")
    assert after.body["total"] == before + 3
    assert len(after.body["items"]) == 2


def test_a_mock_can_begin_with_records_and_ask_nobody_for_a_credential(tmp_path: Path) -> None:
    with mock(BOOKSHOP, tmp_path, "--populate", "5", "--no-auth") as served:
        open_mock = Curl(served["url"], "")
        assert served["credentials"] == {}
        assert open_mock("GET", "/authors?limit=100").body["total"] == 5
        assert open_mock("POST", "/authors", AUTHOR).status == 201
