"""``specproof mock``: the application that it serves, and what it says about it."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest

from specproof.bootstrap.proving import Mock, MockPolicy, mock_of
from specproof.cli.exit_codes import exit_code_of
from specproof.cli.mock_command import MockOptions, _Announcement, mock
from specproof.cli.output import Output
from specproof.errors import SettingsError, SpecUnreadableError

PETSHOP = Path(__file__).parents[2] / "golden" / "documents" / "petshop.yaml"
VARIABLES = {"key": ("SPECPROOF_CREDENTIAL_KEY", "SPECPROOF_SECOND_CREDENTIAL_KEY")}
CAT = {"name": "Tom", "kind": "cat"}


def mocked(**policy: Any) -> Mock:
    return mock_of(MockPolicy(**policy), PETSHOP.read_bytes())


async def answer_of(served: Mock, method: str, path: str, **more: Any) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=served.app)  # type: ignore[arg-type]
    async with httpx2.AsyncClient(transport=transport, base_url="http://mock.invalid") as client:
        return await client.request(method, path, **more)


def key_of(served: Mock, user: int = 0) -> dict[str, str]:
    return {"X-API-Key": served.credentials["apiKey"][user]}


async def test_what_is_created_is_there_in_the_next_request() -> None:
    served = mocked()
    created = await answer_of(served, "POST", "/pets", json=CAT, headers=key_of(served))
    assert created.status_code == 201
    read = await answer_of(served, "GET", f"/pets/{created.json()['id']}")
    assert (read.status_code, read.json()) == (200, created.json())
    assert (await answer_of(served, "GET", "/pets")).json()["total"] == 1


async def test_a_credential_that_was_not_issued_is_refused() -> None:
    served = mocked()
    assert (await answer_of(served, "POST", "/pets", json=CAT)).status_code == 401
    assert (await answer_of(served, "POST", "/pets", json=CAT, headers={"X-API-Key": "guessed"})).status_code == 401
    assert (await answer_of(served, "POST", "/pets", json=CAT, headers=key_of(served, 1))).status_code == 201


async def test_without_auth_nobody_is_asked() -> None:
    served = mocked(has_auth=False)
    assert served.credentials == {}
    assert (await answer_of(served, "POST", "/pets", json=CAT)).status_code == 201


async def test_without_auth_requests_still_have_to_be_valid() -> None:
    assert (await answer_of(mocked(has_auth=False), "POST", "/pets", json={})).status_code == 400


async def test_a_mock_begins_with_the_records_asked_for_and_the_seed_makes_them() -> None:
    async def listed(seed: str) -> Any:
        return (await answer_of(mocked(records=3, seed=seed), "GET", "/pets")).json()

    first = await listed("one")
    assert first["total"] == 3
    assert await listed("one") == first
    assert (await listed("two"))["items"] != first["items"]


def said(*, as_json: bool, monkeypatch: pytest.MonkeyPatch | None = None) -> str:
    out = io.StringIO()
    announcement = _Announcement(
        "http://127.0.0.1:9", "Pets\x1b[2J", {"key": ("one", "two")}, Output(as_json=as_json, out=out), VARIABLES
    )
    if monkeypatch is not None:
        monkeypatch.setattr(sys, "stdout", out)
    announcement()
    return out.getvalue()


def test_it_says_where_it_listens_and_which_credentials_it_accepts() -> None:
    text = said(as_json=False)
    assert "http://127.0.0.1:9" in text
    assert "credential key: one   (another user: two)" in text
    assert "export SPECPROOF_CREDENTIAL_KEY=one SPECPROOF_SECOND_CREDENTIAL_KEY=two" in text
    assert "\x1b" not in text


def test_the_variables_are_those_in_which_a_suite_expects_them() -> None:
    assert mocked().variables == {"apiKey": ("SPECPROOF_CREDENTIAL_APIKEY", "SPECPROOF_SECOND_CREDENTIAL_APIKEY")}


def test_with_json_it_says_so_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = said(as_json=True, monkeypatch=monkeypatch).splitlines()
    told = json.loads(line)
    assert (told["url"], told["credentials"]) == ("http://127.0.0.1:9", {"key": ["one", "two"]})


def test_a_document_that_cannot_be_read_exits_with_2(tmp_path: Path) -> None:
    with pytest.raises(SpecUnreadableError) as raised:
        mock(MockOptions(str(tmp_path / "nowhere.yaml"), 0), Output(as_json=False))
    assert exit_code_of(raised.value) == 2


def test_a_port_that_is_taken_exits_with_2_and_says_which_option() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError) as raised:
            mock(MockOptions(str(PETSHOP), port), Output(as_json=False))
    assert (exit_code_of(raised.value), raised.value.at) == (2, "--port")


def test_a_port_out_of_range_is_wrong_usage(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "specproof", "mock", str(PETSHOP), "--port", "70000"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert finished.returncode == 2
    assert "--port" in finished.stderr
