"""The export call as APIFOX documents it, and what is made of each answer."""

from __future__ import annotations

import json
from dataclasses import replace

import orjson
import pytest

from specproof.errors import FetchRefusedError, FetchUnavailableError, SpecProofError
from specproof.fetching.apifox_client import export_body, export_document
from specproof.fetching.http_client import HttpCaller
from specproof.fetching.sources import ApifoxExport, ProjectSource
from stand_in_server import StandIn, answer

TOKEN = "afxp_0123456789abcdef"
DOCUMENT = b'{"openapi": "3.1.0", "info": {"title": "\xe4\xb9\xa6\xe5\xba\x97"}, "paths": {}}'


def export(stand_in: StandIn, **changes: object) -> ApifoxExport:
    return replace(ApifoxExport(project_id="1234567", token=TOKEN, base_url=stand_in.url), **changes)


async def fetched(stand_in: StandIn, **changes: object) -> bytes:
    source = ProjectSource(addresses=stand_in.policy)
    return (await export_document(export(stand_in, **changes), source, HttpCaller())).content


async def refused(stand_in: StandIn, given: bytes, **changes: object) -> SpecProofError:
    stand_in.answers = [given]
    with pytest.raises(SpecProofError) as caught:
        await fetched(stand_in, **changes)
    assert TOKEN not in str(caught.value) + caught.value.hint + caught.value.at
    return caught.value


def envelope(code: str, message: str, status: int) -> bytes:
    body = json.dumps({"success": False, "errorCode": code, "errorMessage": message}).encode()
    return answer(body, status=status, content_type="application/json")


async def test_the_call_is_the_documented_one(stand_in: StandIn) -> None:
    stand_in.answers = [answer(DOCUMENT)]

    await fetched(stand_in, branch_id=7, module_id=8, environment_ids=(5, 6))

    head, _, body = stand_in.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    assert lines[0] == "post /v1/projects/1234567/export-openapi?locale=zh-cn http/1.1"
    assert f"authorization: bearer {TOKEN}" in lines
    assert "x-apifox-api-version: 2024-03-28" in lines
    assert "content-type: application/json" in lines
    assert json.loads(body) == {
        "scope": {"type": "ALL"},
        "options": {"includeApifoxExtensionProperties": True, "addFoldersToTags": False},
        "oasVersion": "3.1",
        "exportFormat": "JSON",
        "branchId": 7,
        "moduleId": 8,
        "environmentIds": [5, 6],
    }


def test_what_is_not_set_is_not_sent() -> None:
    assert set(json.loads(export_body(ApifoxExport("1", "t")))) == {"scope", "options", "oasVersion", "exportFormat"}


async def test_a_bare_document_comes_through_unchanged(stand_in: StandIn) -> None:
    stand_in.answers = [answer(DOCUMENT)]

    assert await fetched(stand_in) == DOCUMENT


@pytest.mark.parametrize("inner", [json.loads(DOCUMENT), DOCUMENT.decode()], ids=["object", "text"])
async def test_a_document_in_an_envelope_is_taken_out(stand_in: StandIn, inner: object) -> None:
    stand_in.answers = [answer(orjson.dumps({"success": True, "data": inner}))]

    assert json.loads(await fetched(stand_in)) == json.loads(DOCUMENT)


async def test_an_odd_project_id_stays_one_part_of_the_path(stand_in: StandIn) -> None:
    stand_in.answers = [answer(DOCUMENT)]

    await fetched(stand_in, project_id="../a b?c", base_url=stand_in.url + "/prefix/")

    assert stand_in.requests[0].startswith(b"POST /prefix/v1/projects/..%2Fa%20b%3Fc/export-openapi?locale=zh-CN ")


@pytest.mark.parametrize(
    ("code", "status", "hint"),
    [
        ("401001", 401, "make a new one"),
        ("401", 200, "make a new one"),
        ("403010", 403, "editor role"),
        ("403057", 403, "apifox_environment_ids"),
        ("403999", 403, "editor role"),
        ("400105", 400, "API_VERSION"),
        ("", 422, "API_VERSION"),
        ("999", 422, "API_VERSION"),
        ("", 404, "project id"),
    ],
)
async def test_a_refusal_says_what_to_do(stand_in: StandIn, code: str, status: int, hint: str) -> None:
    error = await refused(stand_in, envelope(code, "No project guest privilege", status))

    assert isinstance(error, FetchRefusedError)
    assert hint in error.hint
    assert "No project guest privilege" in error.message
    assert code in error.message


async def test_an_echoed_token_and_control_characters_stay_out_of_the_message(stand_in: StandIn) -> None:
    error = await refused(stand_in, envelope("401", f"bad token {TOKEN}\x1b[31m" + "x" * 1000, 401))

    assert "bad token ***" in error.message
    assert "\x1b" not in error.message
    assert len(error.message) < 300


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_away_and_busy_are_transient(stand_in: StandIn, status: int) -> None:
    error = await refused(stand_in, answer(b"<html>", status=status, retry_after="17"))

    assert isinstance(error, FetchUnavailableError)
    assert error.retry_after_seconds == 17
    assert str(status) in error.message


async def test_a_redirect_is_not_followed_with_the_token(stand_in: StandIn) -> None:
    error = await refused(stand_in, answer(status=307, location="https://elsewhere.example/x"))

    assert isinstance(error, FetchRefusedError)
    assert "https://elsewhere.example/x" in error.hint
    assert len(stand_in.requests) == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<html>login</html>", "no JSON object"),
        (b"[]", "no JSON object"),
        (b"", "no JSON object"),
        (b"{}", "no OpenAPI document"),
        (b'{"success": true, "data": {"a": 1}}', "no OpenAPI document"),
        (b'{"success": true, "data": "text"}', "no OpenAPI document"),
        (b'{"openapi": null}', "no OpenAPI document"),
        (b'{"success": false}', "refused the export"),
        (b'{"success": true, "errorCode": 403010, "message": "x"}', "refused the export (403010: x)"),
    ],
)
async def test_an_answer_without_a_document_is_refused(stand_in: StandIn, body: bytes, message: str) -> None:
    error = await refused(stand_in, answer(body))

    assert isinstance(error, FetchRefusedError)
    assert message in error.message
    assert error.hint


@pytest.mark.parametrize("token", ["", "has space", "line\nbreak", "中文"])
async def test_a_token_that_cannot_be_one_is_refused_before_any_call(stand_in: StandIn, token: str) -> None:
    with pytest.raises(FetchRefusedError, match="token") as caught:
        await fetched(stand_in, token=token)

    assert "SPECPROOF_APIFOX__TOKEN" in caught.value.hint
    assert stand_in.requests == []


def test_a_token_is_not_shown_by_accident() -> None:
    source = ProjectSource(apifox=ApifoxExport("1", TOKEN), url="https://user:pass@host/")

    assert TOKEN not in repr(source)
    assert "pass" not in repr(source)
