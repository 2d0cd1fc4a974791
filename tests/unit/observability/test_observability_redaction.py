"""Redaction: by name, by shape, and of what the caller knows."""

from __future__ import annotations

import pytest

from specproof.observability.redaction import REDACTED, is_secret_name, redact_headers, redact_mapping, redact_text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("key sp_abcdefgh_0123456789012345678901234567890123456789012 was used", "0123456789012345678901234567890123456789012"),
        ("Authorization: Bearer abc.def-ghi", "abc.def-ghi"),
        ("authorization: basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ("X-Coding-Signature: sha1=0123456789abcdef0123456789abcdef01234567", "0123456789abcdef0123456789abcdef01234567"),
        ("sha256=" + "ab" * 32, "ab" * 32),
        ("postgresql://me:hunter2@127.0.0.1/db", "hunter2"),
        ("GET /x?project=a&token=topsecret&y=1", "topsecret"),
        ("GET /x?access_token=topsecret", "topsecret"),
        ('{"password": "hunter2"}', "hunter2"),
        ("client_secret=hunter2", "hunter2"),
        ("a eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl b", "eyJzdWIiOiIxIn0"),
    ],
)
def test_what_looks_like_a_credential_is_cut(text: str, secret: str) -> None:
    redacted = redact_text(text)
    assert secret not in redacted
    assert REDACTED in redacted


def test_the_rest_of_a_text_stays() -> None:
    assert redact_text("GET /x?project=a&token=topsecret&y=1") == f"GET /x?project=a&token={REDACTED}&y=1"
    assert redact_text("POST /books answered 201; sha1 of nothing") == "POST /books answered 201; sha1 of nothing"
    assert redact_text("https://127.0.0.1:8000/a@b") == "https://127.0.0.1:8000/a@b"


def test_redacting_twice_changes_nothing_more() -> None:
    once = redact_text("Authorization: Bearer abc; token=abc; ftp://a:b@c")
    assert redact_text(once) == once


def test_known_secrets_are_cut_wherever_they_stand() -> None:
    assert redact_text("nothing tells that plainword is one", known=("plainword", "")) == f"nothing tells that {REDACTED} is one"


def test_secret_names_are_recognised() -> None:
    names = (
        "Authorization",
        "Cookie",
        "Set-Cookie",
        "X-API-Key",
        "apikey",
        "x-auth-token",
        "client_secret",
        "X-Coding-Signature",
    )
    assert all(is_secret_name(name) for name in names)
    assert not any(is_secret_name(name) for name in ("content-type", "event_id", "key_id", "project", "user-agent"))


def test_a_mapping_is_redacted_at_every_depth() -> None:
    line: dict[str, object] = {
        "event": "x",
        "token": "abc",
        "nested": {"password": "p", "list": [{"secret": "s"}, "Bearer abc"], "bytes": b"Bearer abc"},
        "pair": ("a", 1),
    }
    redacted = redact_mapping(line)
    assert redacted == {
        "event": "x",
        "token": REDACTED,
        "nested": {"password": REDACTED, "list": [{"secret": REDACTED}, f"Bearer {REDACTED}"], "bytes": f"Bearer {REDACTED}"},
        "pair": ["a", 1],
    }
    assert line["token"] == "abc"


def test_numbers_and_empty_values_are_no_secrets() -> None:
    line: dict[str, object] = {"token": 7, "secret": "", "password": None, "duration": 1.5, "has_token": True}
    assert redact_mapping(line) == line


def test_something_endless_ends() -> None:
    loop: dict[str, object] = {"n": 1}
    loop["self"] = loop
    assert "[deep]" in str(redact_mapping(loop))


def test_headers_are_stored_without_secrets_and_without_control_characters() -> None:
    headers = redact_headers(
        [
            (b"Authorization", b"Bearer abc"),
            (b"Cookie", b"sid=1"),
            (b"X-Anything", b"sha1=" + b"a" * 40),
            (b"User-Agent", b"axios/0.27.2"),
            (b"X-Name", "接口".encode()),
            (b"X-Latin", b"caf\xe9\x00"),
            (b"X-Own", b"my plainword here"),
            (b"X-Token", b""),
        ],
        known=("plainword",),
    )
    assert headers == (
        ("authorization", REDACTED),
        ("cookie", REDACTED),
        ("x-anything", f"sha1={REDACTED}"),
        ("user-agent", "axios/0.27.2"),
        ("x-name", "接口"),
        ("x-latin", "café"),
        ("x-own", f"my {REDACTED} here"),
        ("x-token", ""),
    )


def test_standard_webhook_signatures_are_cut() -> None:
    assert redact_text("v1," + "Ab" * 22) == f"v1,{REDACTED}"
