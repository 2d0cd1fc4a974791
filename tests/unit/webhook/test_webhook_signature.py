"""Signatures: on bytes, in any header, and never an exception."""

from __future__ import annotations

import pytest

from http_service import BARE, BEARER, OPEN, PINNED, SECOND_SECRET, SECRET, SHOP, URL_TOKEN, sha1_signature, sha256_signature
from specproof.web.services import ProjectReception
from specproof.webhook.signature import (
    RawHeaders,
    bearer_text,
    claims_signature,
    stranger,
    verify_apifox,
    verify_plain,
)

BODY = '{"event":"API_UPDATED","title":"接口变更提醒","content":""}'.encode()
SIGNATURE = sha1_signature(BODY).encode()

JUNK: list[RawHeaders] = [
    [],
    [(b"x-signature", b"")],
    [(b"x-signature", b"sha1=")],
    [(b"x-signature", b"sha1=" + b"0" * 40)],
    [(b"x-signature", SIGNATURE[:-1])],
    [(b"x-signature", SIGNATURE + b"0")],
    [(b"x-signature", SIGNATURE.removeprefix(b"sha1="))],
    [(b"x-signature", b"\xff\xfe\x00\xe6\x8e\xa5")],
    [(b"\xff\xfe", b"\xff" * 5000)],
    [(b"authorization", b"Bearer")],
    [(b"authorization", b"Bearer ")],
    [(b"authorization", b"Bearer \xe6\x8e\xa5\xff")],
    [(b"authorization", b"Basic " + BEARER)],
    [(b"authorization", b"")],
    [(b"x-signature", sha1_signature(BODY, b"wrong secret").encode())],
    [(b"x-signature", sha1_signature(BODY + b" ").encode())],
    [(b"x-signature", sha256_signature(BODY).encode())],
]


@pytest.mark.parametrize("name", [b"X-Coding-Signature", b"x-apifox-signature", b"whatever"])
def test_the_signature_counts_in_any_header(name: bytes) -> None:
    verdict = verify_apifox(SHOP, [(b"host", b"x"), (name, SIGNATURE)], b"", BODY)
    assert verdict.is_trusted
    assert verdict.header == name.decode()


def test_upper_case_digits_and_surrounding_spaces_change_nothing() -> None:
    assert verify_apifox(SHOP, [(b"x", b" " + SIGNATURE.upper() + b" ")], b"", BODY).is_trusted


@pytest.mark.parametrize("secret", [SECRET, SECOND_SECRET])
def test_both_secrets_count_during_a_rotation(secret: bytes) -> None:
    assert verify_apifox(SHOP, [(b"x", sha1_signature(BODY, secret).encode())], b"", BODY).is_trusted
    assert verify_plain(SHOP, [(b"x-specproof-signature", sha256_signature(BODY, secret).encode())], BODY).is_trusted


@pytest.mark.parametrize("headers", JUNK, ids=range(len(JUNK)))
def test_everything_else_is_refused_without_an_exception(headers: RawHeaders) -> None:
    assert not verify_apifox(SHOP, headers, b"", BODY).is_trusted
    assert not verify_plain(SHOP, headers, BODY).is_trusted


def test_one_changed_byte_of_the_body_is_noticed() -> None:
    for position in range(len(BODY)):
        tampered = BODY[:position] + bytes([BODY[position] ^ 1]) + BODY[position + 1 :]
        assert not verify_apifox(SHOP, [(b"x", SIGNATURE)], b"", tampered).is_trusted


def test_a_pinned_header_is_the_only_one_that_counts() -> None:
    assert verify_apifox(PINNED, [(b"x-coding-signature", SIGNATURE)], b"", BODY).is_trusted
    assert not verify_apifox(PINNED, [(b"x-other", SIGNATURE)], b"", BODY).is_trusted


def test_bearer_and_url_tokens_prove_a_sender() -> None:
    assert verify_apifox(SHOP, [(b"Authorization", b"bearer  " + BEARER)], b"", BODY).reason == "bearer token"
    assert verify_apifox(SHOP, [], URL_TOKEN, BODY).reason == "url token"
    assert not verify_apifox(SHOP, [], b"wrong", BODY).is_trusted
    assert not verify_apifox(SHOP, [], BEARER, BODY).is_trusted
    assert verify_plain(SHOP, [(b"authorization", b"Bearer " + BEARER)], BODY).is_trusted


def test_a_project_without_a_secret_refuses_unless_it_allows_unsigned() -> None:
    assert not verify_apifox(BARE, [], b"", BODY).is_trusted
    assert "no secret" in verify_apifox(BARE, [(b"x", SIGNATURE)], b"", BODY).reason
    assert verify_apifox(OPEN, [], b"", BODY).is_trusted
    assert verify_plain(OPEN, [], BODY).is_trusted


def test_an_empty_secret_proves_nothing() -> None:
    careless = ProjectReception(name="careless", bearer_tokens=(b"",), url_tokens=(b"",))
    assert not verify_apifox(careless, [(b"authorization", b"Bearer ")], b"", BODY).is_trusted


def test_nobody_passes_for_a_stranger() -> None:
    unknown = stranger("nobody", b"\x01" * 32)
    assert not any(verify_apifox(unknown, headers, b"", BODY).is_trusted for headers in JUNK)
    assert not verify_apifox(unknown, [(b"x", SIGNATURE)], URL_TOKEN, BODY).is_trusted


def test_a_plain_signature_counts_in_its_own_header_only() -> None:
    value = sha256_signature(BODY).encode()
    assert verify_plain(SHOP, [(b"X-SpecProof-Signature", value)], BODY).is_trusted
    assert not verify_plain(SHOP, [(b"x-other", value)], BODY).is_trusted
    assert not verify_plain(SHOP, [(b"x-specproof-signature", SIGNATURE)], BODY).is_trusted


def test_the_reason_is_told_to_the_log_only_by_kind() -> None:
    assert verify_apifox(SHOP, [], b"", BODY).reason == "no valid signature"
    assert verify_apifox(SHOP, [], b"wrong", BODY).reason == "wrong token"


def test_a_claimed_signature_is_known_before_the_body_is_read() -> None:
    assert claims_signature([(b"authorization", b"Bearer x"), (b"X-SpecProof-Signature", b"")])
    assert not claims_signature([(b"authorization", b"Bearer x"), (b"x-signature", b"sha256=1")])


def test_a_bearer_token_that_is_not_ascii_is_no_api_key() -> None:
    assert bearer_text([(b"authorization", b"Bearer sp_x")]) == "sp_x"
    assert bearer_text([(b"authorization", b"Bearer \xff")]) == ""
    assert bearer_text([]) == ""


def test_secrets_reach_no_repr() -> None:
    assert SECRET.decode() not in repr(SHOP)
    assert set(SHOP.known_secrets()) == {value.decode() for value in (SECRET, SECOND_SECRET, BEARER, URL_TOKEN)}
