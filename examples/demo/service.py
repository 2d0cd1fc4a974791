"""The service as the demo sees it: its HTTP API, and nothing of its inside."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import httpx2
from examples.demo.children import DemoError

Json = dict[str, Any]
_AS_APIFOX_SENDS = {
    "Accept": "application/json, text/plain, */*",
    "Content-Type": "application/json;charset=utf-8",
    "User-Agent": "axios/0.27.2",
}


class Service:
    """A running service. Every refusal becomes a :class:`DemoError` that says what was asked and what came."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self.key = key
        self._client = httpx2.Client(base_url=url, timeout=30, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, path: str, **query: str | int) -> Json:
        """GET with the API key."""
        answer = self._client.get(path, params=query, headers={"Authorization": f"Bearer {self.key}"})
        return self._content(answer, f"GET {path}", 200)

    def deliver(self, project: str, secret: str, event: str, content: str) -> Json:
        """Send a delivery as Apifox does: compact UTF-8 JSON of three strings, signed with ``sha1=`` and an HMAC of the bytes."""
        delivery = {"event": event, "title": "接口变更提醒", "content": content}
        body = json.dumps(delivery, ensure_ascii=False, separators=(",", ":")).encode()
        signature = "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
        path = f"/api/v1/webhooks/apifox/{project}"
        answer = self._client.post(path, content=body, headers={**_AS_APIFOX_SENDS, "X-Coding-Signature": signature})
        return self._content(answer, f"POST {path}", 202)

    def _content(self, answer: httpx2.Response, what: str, expected: int) -> Json:
        if answer.status_code != expected:
            raise DemoError(f"{what} was answered with {answer.status_code} instead of {expected}:\n{answer.text[:2000]}")
        content: Json = answer.json()
        return content
