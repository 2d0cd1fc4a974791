"""Signed notices by POST."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from specproof.domain.ports import Notice
from specproof.errors import FetchRefusedError, FetchUnavailableError
from specproof.notifications.webhook_notifier import WebhookNotifier, WebhookTarget, notice_id, signature

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NOTICE = Notice("run.finished", "shop", "e1", "3 of 40 cases failed", "书店", {"status": "failed", "failed": 3})
KEY = bytes(range(24))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


class Receiver:
    """Keeps what it is sent and answers with a status."""

    def __init__(self, status: int = 204) -> None:
        self.status = status
        self.sent: list[tuple[str, bytes, dict[str, str]]] = []

    async def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.sent.append((url, body, dict(headers)))
        return self.status


def notifier(receiver: Receiver, secret: str = SECRET) -> WebhookNotifier:
    return WebhookNotifier(WebhookTarget("https://hooks.example/secret-path", secret), send=receiver, now=lambda: NOW)


async def test_a_notice_is_posted_with_a_signature_that_the_receiver_can_check() -> None:
    receiver = Receiver()

    await notifier(receiver).notify(NOTICE)

    ((url, body, headers),) = receiver.sent
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert url == "https://hooks.example/secret-path"
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {
        "type": "run.finished",
        "timestamp": "2026-01-01T00:00:00+00:00",
        "data": {
            "project": "shop",
            "event_id": "e1",
            "title": "3 of 40 cases failed",
            "text": "书店",
            "facts": {"status": "failed", "failed": 3},
        },
    }


async def test_without_a_secret_nothing_is_signed() -> None:
    receiver = Receiver()

    await notifier(receiver, "").notify(NOTICE)

    assert "webhook-signature" not in receiver.sent[0][2]


@pytest.mark.parametrize(
    ("secret", "key"), [("plain text", b"plain text"), ("whsec_not base64!", b"whsec_not base64!"), (SECRET, KEY)]
)
def test_a_secret_is_base64_after_its_prefix_and_plain_text_otherwise(secret: str, key: bytes) -> None:
    expected = base64.b64encode(hmac.new(key, b"msg_1.7.body", hashlib.sha256).digest()).decode()

    assert signature(secret, "msg_1", 7, b"body") == f"v1,{expected}"


@pytest.mark.parametrize(
    ("status", "error"), [(500, FetchUnavailableError), (429, FetchUnavailableError), (410, FetchRefusedError)]
)
async def test_a_refusal_is_an_error_that_does_not_name_the_address(status: int, error: type[Exception]) -> None:
    with pytest.raises(error, match=str(status)) as caught:
        await notifier(Receiver(status)).notify(NOTICE)

    assert "secret-path" not in str(caught.value)


def test_the_same_notice_keeps_its_id_and_another_one_has_its_own() -> None:
    assert notice_id(NOTICE) == notice_id(replace(NOTICE, facts=dict(reversed(NOTICE.facts.items()))))
    assert notice_id(NOTICE) != notice_id(replace(NOTICE, facts={"status": "passed"}))
    assert notice_id(NOTICE) != notice_id(replace(NOTICE, event_id="e2"))


async def test_facts_of_any_type_can_be_told() -> None:
    receiver = Receiver()

    await notifier(receiver).notify(replace(NOTICE, facts={"cost": Decimal("1.5"), "at": NOW, "by": {1: "a"}}))

    assert json.loads(receiver.sent[0][1])["data"]["facts"] == {
        "cost": "1.5",
        "at": "2026-01-01T00:00:00+00:00",
        "by": {"1": "a"},
    }


def test_a_target_does_not_show_its_secrets() -> None:
    assert "whsec" not in repr(WebhookTarget("https://h/x", SECRET))
    assert "https" not in repr(WebhookTarget("https://h/x", SECRET))
