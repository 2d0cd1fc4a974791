"""Answers of servers that want to be unpacked for ever, or to see our token in a log."""

from __future__ import annotations

import gzip
import json

import pytest

from specproof.errors import FetchRefusedError, FetchUnavailableError
from specproof.fetching.apifox_client import export_document
from specproof.fetching.http_client import HttpCaller
from specproof.fetching.sources import ApifoxExport, ProjectSource
from specproof.fetching.url_fetcher import fetch_url
from stand_in_server import StandIn, answer

TOKEN = "afxp_0123456789abcdefghij0123456789abcdefghijklmnop"


def refusal(code: str, message: str) -> bytes:
    body = json.dumps({"success": False, "errorCode": code, "errorMessage": message}).encode()
    return answer(body, status=403, content_type="application/json")


@pytest.mark.parametrize("coding", ["gzip, gzip", "gzip,deflate", "identity, gzip, gzip", "br", "zstd", "x-unknown"])
async def test_stacked_and_unknown_codings_are_refused_before_anything_is_unpacked(stand_in: StandIn, coding: str) -> None:
    stand_in.answers = [answer(gzip.compress(gzip.compress(b"{}")), content_encoding=coding)]

    with pytest.raises(FetchRefusedError, match="Content-Encoding"):
        await fetch_url(stand_in.url, stand_in.policy, HttpCaller())


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "identity, gzip"])
async def test_one_coding_is_read(stand_in: StandIn, coding: str) -> None:
    stand_in.answers = [answer(gzip.compress(b"{}"), content_encoding=coding)]

    assert (await fetch_url(stand_in.url, stand_in.policy, HttpCaller())).content == b"{}"


async def test_the_odd_coding_of_an_error_does_not_hide_the_error(stand_in: StandIn) -> None:
    stand_in.answers = [answer(b"junk", status=503, content_encoding="gzip, gzip")]

    with pytest.raises(FetchUnavailableError, match="503"):
        await fetch_url(stand_in.url, stand_in.policy, HttpCaller())


@pytest.mark.parametrize(
    "given",
    [
        refusal(TOKEN, "no"),
        refusal(f"prefix {TOKEN}", "no"),
        refusal("x" * 20 + TOKEN, f"{'y' * 180} {TOKEN}"),
        answer(status=307, location=f"https://elsewhere.example/{TOKEN}/x"),
    ],
)
async def test_no_part_of_an_echoed_token_is_told(stand_in: StandIn, given: bytes) -> None:
    stand_in.answers = [given]
    export = ApifoxExport(project_id="1", token=TOKEN, base_url=stand_in.url)

    with pytest.raises(FetchRefusedError) as caught:
        await export_document(export, ProjectSource(addresses=stand_in.policy), HttpCaller())

    told = caught.value.message + caught.value.hint + caught.value.at
    assert TOKEN[:12] not in told
    assert "***" in told
