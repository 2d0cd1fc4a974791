"""Notices by POST to an address of the user, signed as Standard Webhooks describes.

Three headers: ``webhook-id`` (the same for each repetition of a notice), ``webhook-timestamp`` (Unix seconds) and
``webhook-signature``: ``v1,`` and the base64 of HMAC-SHA256 over ``{id}.{timestamp}.{body}``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from specproof.domain.ports import Notice
from specproof.errors import FetchRefusedError, FetchUnavailableError

SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix that marks a secret, not a secret
BUSY = frozenset({408, 425, 429})

Sender = Callable[[str, bytes, Mapping[str, str]], Awaitable[int]]
"""POSTs a body with headers to an address, under the address policy and a time limit; the HTTP status of the answer."""


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """Whom to tell. ``secret`` signs (``whsec_`` + base64, or any text); "" sends unsigned. ``label`` names it in errors."""

    url: str = field(repr=False)
    secret: str = field(default="", repr=False)
    label: str = "notify.webhook_url"


class WebhookNotifier:
    """Delivers each notice once; whoever calls decides about repetition (the id stays the same)."""

    def __init__(self, target: WebhookTarget, *, send: Sender, now: Callable[[], datetime]) -> None:
        self._target = target
        self._send = send
        self._now = now

    async def notify(self, notice: Notice) -> None:
        """POST it. Raises ``FetchUnavailableError`` for 5xx and 429, ``FetchRefusedError`` for other refusals, and the sender's errors."""
        body = notice_body(notice, self._now())
        message_id = notice_id(notice)
        headers = {"content-type": "application/json", "webhook-id": message_id}
        timestamp = int(self._now().timestamp())
        headers["webhook-timestamp"] = str(timestamp)
        if self._target.secret:
            headers["webhook-signature"] = signature(self._target.secret, message_id, timestamp, body)
        status = await self._send(self._target.url, body, headers)
        if 200 <= status < 300:
            return
        if status >= 500 or status in BUSY:
            raise FetchUnavailableError(f"the receiver of notices answered {status}", at=self._target.label)
        raise FetchRefusedError(
            f"the receiver of notices answered {status}", at=self._target.label, hint="Check SPECPROOF_NOTIFY__WEBHOOK_URL."
        )


def notice_body(notice: Notice, now: datetime) -> bytes:
    """The JSON that is sent: ``type``, ``timestamp`` and ``data``, as Standard Webhooks recommends."""
    content = {
        "project": notice.project,
        "event_id": notice.event_id,
        "title": notice.title,
        "text": notice.text,
        "facts": notice.facts,
    }
    document = {"type": notice.kind, "timestamp": now.isoformat(), "data": content}
    return orjson.dumps(document, default=str, option=orjson.OPT_NON_STR_KEYS)


def notice_id(notice: Notice) -> str:
    """The notice's own id: the same whenever the same is told again."""
    facts = orjson.dumps(notice.facts, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    words = "\n".join((notice.kind, notice.project, notice.event_id, notice.title)).encode() + b"\n" + facts
    return "msg_" + hashlib.sha256(words).hexdigest()[:24]


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """``v1,<base64>``: HMAC-SHA256 over ``id.timestamp.body``."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(_key(secret), signed, "sha256")).decode("ascii")


def _key(secret: str) -> bytes:
    if secret.startswith(SECRET_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
        except binascii.Error:
            # Not base64 after all: then the text itself is the key, prefix and all.
            return secret.encode()
    return secret.encode()
