"""Policies: what they refuse at assembly."""

from __future__ import annotations

import pytest

from specproof.errors import SettingsError
from specproof.web.policy import BodyPolicy, CorsPolicy


def test_every_origin_with_credentials_is_refused() -> None:
    with pytest.raises(SettingsError) as raised:
        CorsPolicy(origins=("*",), allow_credentials=True).checked()
    assert raised.value.at == "SPECPROOF_CORS__ORIGINS"
    assert "exact origins" in raised.value.hint


@pytest.mark.parametrize("origin", ["example.com", "https://a/", "https://*.a", "", "null", "https://a b"])
def test_what_is_no_origin_is_refused(origin: str) -> None:
    with pytest.raises(SettingsError, match="not an origin"):
        CorsPolicy(origins=(origin,)).checked()


@pytest.mark.parametrize("origins", [(), ("*",), ("https://a.example", "http://127.0.0.1:5173")])
def test_exact_origins_are_taken(origins: tuple[str, ...]) -> None:
    policy = CorsPolicy(origins=origins)
    assert policy.checked() is policy


def test_documents_may_be_larger_than_other_bodies() -> None:
    policy = BodyPolicy(default_bytes=10, document_bytes=100)
    assert policy.limit_for("/api/v1/webhooks/openapi") == 100
    assert policy.limit_for("/api/v1/webhooks/validate-tests") == 100
    assert policy.limit_for("/api/v1/webhooks/apifox/shop") == 10
    assert policy.limit_for("/api/v1/webhooks/openapi-not") == 10
