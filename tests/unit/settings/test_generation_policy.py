"""What the settings say of generation arrives there."""

from __future__ import annotations

from specproof.bootstrap.policies import generation_policy
from specproof.settings.loading import load_settings


def test_a_limit_on_requests_arrives() -> None:
    assert generation_policy(load_settings({"SPECPROOF_GENERATION__MAX_REQUESTS": "175"})).max_requests == 175
    assert generation_policy(load_settings({})).max_requests == 0
