"""The stand-in as an ASGI application.

``POST /v1/projects/{id}/export-openapi`` is Apifox's. ``/control`` is ours, for tests and the demo: ``POST`` switches the document
and plans outages, ``GET`` tells what was asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from examples.apifox_standin.export import ExportRefusal, ExportRequest

SUPPORTED_VERSIONS = ("2024-03-28",)
TOKEN = "APS-standin-7d1f"
PROJECT = "4415263"

_EXPORT = re.compile(r"/v1/projects/([^/]+)/export-openapi")
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = dict[str, str]


@dataclass(slots=True)
class StandIn:
    """The stand-in's state: the document's file is read at each export, so replacing the file is enough to change it."""

    document: Path
    project: str = PROJECT
    token: str = TOKEN
    outages_left: int = 0
    exports: list[dict[str, Any]] = field(default_factory=list)

    def export(self, project: str, locale: str, headers: Headers, body: bytes) -> tuple[bytes, str]:
        """One export: the document's bytes and media type, or :class:`ExportRefusal`."""
        version = headers.get("x-apifox-api-version", "")
        self.exports.append({"project": project, "locale": locale, "version": version, "body": body.decode("utf-8", "replace")})
        if self.outages_left > 0:
            self.outages_left -= 1
            raise ExportRefusal(503, "503000", "Service Unavailable")
        if version not in SUPPORTED_VERSIONS:
            raise ExportRefusal(422, "422000", "X-Apifox-Api-Version is missing or not supported")
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or token != self.token:
            raise ExportRefusal(401, "401000", "Invalid access token")
        if project != self.project:
            raise ExportRefusal(403, "403010", "No project guest privilege")
        asked = ExportRequest.parse(body)
        return asked.render(json.loads(self.document.read_text(encoding="utf-8")))

    def control(self, body: bytes) -> None:
        """Switch what the body names: ``document`` (a file's path) and ``outages`` (how many of the next exports answer 503)."""
        wanted = json.loads(body)
        if "document" in wanted:
            self.document = Path(wanted["document"])
        self.outages_left = wanted.get("outages", self.outages_left)

    def answer(self, method: str, path: str, query: str, headers: Headers, body: bytes) -> tuple[int, bytes, str]:
        """Answer one request: status, body and media type."""
        plain = "application/json; charset=utf-8"
        if path == "/control":
            if method == "POST":
                self.control(body)
            state = {"document": str(self.document), "outages": self.outages_left, "exports": self.exports}
            return 200, json.dumps(state, ensure_ascii=False).encode(), plain
        found = _EXPORT.fullmatch(path)
        try:
            if found is None or method != "POST":
                raise ExportRefusal(404, "404000", "Not Found")
            content, media_type = self.export(found.group(1), parse_qs(query).get("locale", [""])[0], headers, body)
        except ExportRefusal as refusal:
            return refusal.status, refusal.body, plain
        return 200, content, media_type

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            while (message := await receive())["type"] != "lifespan.shutdown":
                await send({"type": f"{message['type']}.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        status, content, media_type = self.answer(scope["method"], scope["path"], scope["query_string"].decode(), headers, body)
        length = str(len(content)).encode()
        fields = [(b"content-type", media_type.encode()), (b"content-length", length)]
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": content})
