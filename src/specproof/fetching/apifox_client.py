"""Apifox's export endpoint, as it really behaves.

``POST {base}/v1/projects/{id}/export-openapi?locale=zh-CN`` answers with the bare document; refusals come as an envelope
``{"success": false, "errorCode": "403010", "errorMessage": "..."}``, and a missing version header as 422.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import quote

import orjson

from specproof.domain.ports import FetchedDocument
from specproof.errors import FetchRefusedError, FetchUnavailableError, SpecProofError
from specproof.fetching.http_client import HttpAnswer, HttpCaller, shown_url
from specproof.fetching.sources import ApifoxExport, ProjectSource

HINTS: tuple[tuple[str, str], ...] = (
    ("401", "The token is not valid (any more): make a new one in Apifox under account settings, API access tokens."),
    ("403010", "The token's account is not a member of the project with at least the editor role, or the project id is wrong."),
    ("403057", "An id in apifox_environment_ids does not exist in the project."),
    ("400105", "Apifox asks for a newer API version: set SPECPROOF_APIFOX__API_VERSION."),
    ("403", "The token's account needs at least the editor role in the project."),
    ("404", "Check the project id, and the branch and module ids if they are set."),
    ("422", "Apifox does not support the version header that we send: set SPECPROOF_APIFOX__API_VERSION to a living one."),
)
"""What to do, by the beginning of the error code or the HTTP status; the first match counts."""

BUSY = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Envelope:
    """Apifox's own wrapping of an answer. ``document`` is what ``data`` holds, as bytes; empty if it holds no document."""

    is_success: bool
    code: str
    message: str
    document: bytes = b""


def export_url(export: ApifoxExport) -> str:
    """The address of the export call."""
    project = quote(export.project_id, safe="")
    return f"{export.base_url.rstrip('/')}/v1/projects/{project}/export-openapi?locale={quote(export.locale, safe='')}"


def export_body(export: ApifoxExport) -> bytes:
    """The body of the export call: everything, with Apifox's extension properties, as JSON."""
    body: dict[str, object] = {
        "scope": {"type": "ALL"},
        "options": {"includeApifoxExtensionProperties": True, "addFoldersToTags": False},
        "oasVersion": export.oas_version,
        "exportFormat": "JSON",
    }
    if export.branch_id is not None:
        body["branchId"] = export.branch_id
    if export.module_id is not None:
        body["moduleId"] = export.module_id
    if export.environment_ids:
        # Without it, the exported document mostly names no servers.
        body["environmentIds"] = list(export.environment_ids)
    return orjson.dumps(body)


async def export_document(export: ApifoxExport, source: ProjectSource, caller: HttpCaller) -> FetchedDocument:
    """One export, tried once. Raises ``FetchRefusedError`` and ``FetchUnavailableError``, without the token in them."""
    url = export_url(export)
    answer = await caller.call("POST", url, policy=source.addresses, headers=_headers(export), body=export_body(export))
    if not 200 <= answer.status < 300:
        raise _failure(answer, export)
    content = await asyncio.to_thread(_document, answer, export)
    return FetchedDocument(content, origin=shown_url(url), content_type=answer.content_type)


def _headers(export: ApifoxExport) -> dict[str, str]:
    values = (export.token, export.api_version)
    if not all(value and value.isascii() and value.isprintable() and " " not in value for value in values):
        raise FetchRefusedError(
            "the Apifox token is missing or holds characters that no token has",
            at=shown_url(export_url(export)),
            hint="Set SPECPROOF_APIFOX__TOKEN, or apifox_token of the project, to the token alone.",
        )
    return {
        "authorization": f"Bearer {export.token}",
        "x-apifox-api-version": export.api_version,
        "content-type": "application/json",
        "accept": "application/json",
    }


def _failure(answer: HttpAnswer, export: ApifoxExport) -> SpecProofError:
    envelope = _envelope(answer.body)
    at = shown_url(export_url(export))
    said = _said(envelope, export)
    if answer.status >= 500 or answer.status in BUSY:
        hint = "Apifox is away or busy: it may answer later. If it goes on: it also answers so to tokens without the role."
        return FetchUnavailableError(
            f"Apifox answered {answer.status}{said}", at=at, hint=hint, retry_after_seconds=answer.retry_after_seconds
        )
    if 300 <= answer.status < 400:
        location = answer.location.replace(export.token, "***") or "none"
        hint = f"Set SPECPROOF_APIFOX__BASE_URL to the address it names: {location}"
        return FetchRefusedError(f"Apifox answered with a redirect ({answer.status}), which is not followed", at=at, hint=hint)
    return FetchRefusedError(f"Apifox answered {answer.status}{said}", at=at, hint=_hint(envelope, answer.status))


def _document(answer: HttpAnswer, export: ApifoxExport) -> bytes:
    """The document in a 2xx answer: as it is, or out of an envelope's ``data``."""
    at = shown_url(export_url(export))
    envelope = _envelope(answer.body)
    if envelope is None:
        raise FetchRefusedError(
            f"the answer is no JSON object ({answer.content_type or 'no content type'})",
            at=at,
            hint="Check that SPECPROOF_APIFOX__BASE_URL is the address of the API, not of the web pages.",
        )
    if not envelope.is_success:
        said = _said(envelope, export)
        raise FetchRefusedError(f"Apifox refused the export{said}", at=at, hint=_hint(envelope, answer.status))
    if not envelope.document:
        raise FetchRefusedError(
            "the answer holds no OpenAPI document", at=at, hint="Check the project id, branch and module in Apifox."
        )
    return envelope.document


def _envelope(body: bytes) -> Envelope | None:
    """What a JSON body says; None if it is no JSON object."""
    try:
        loaded = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(loaded, dict):
        return None
    if _is_document(loaded):
        return Envelope(is_success=True, code="", message="", document=body)
    inner = loaded.get("data")
    document = b""
    if _is_document(inner):
        document = orjson.dumps(inner)
    elif isinstance(inner, str) and ("openapi" in inner[:2000] or "swagger" in inner[:2000]):
        document = inner.encode()
    code = loaded.get("errorCode")
    message = next((text for key in ("errorMessage", "message", "detail") if isinstance(text := loaded.get(key), str)), "")
    return Envelope(
        is_success=loaded.get("success") is not False and not code,
        code=str(code) if isinstance(code, str | int) else "",
        message=message,
        document=document,
    )


def _is_document(value: object) -> bool:
    return isinstance(value, dict) and any(isinstance(value.get(key), str | int | float) for key in ("openapi", "swagger"))


def _said(envelope: Envelope | None, export: ApifoxExport) -> str:
    """`` (403010: No project guest privilege)``: bounded, printable, without the token should it be echoed."""
    if envelope is None or not (envelope.code or envelope.message):
        return ""
    # Cut after the token is gone: the beginning of a token is most of a token.
    parts = (envelope.code.replace(export.token, "***")[:40], envelope.message.replace(export.token, "***")[:200])
    text = ": ".join(part for part in parts if part)
    return " (" + "".join(char if char.isprintable() else " " for char in text) + ")"


def _hint(envelope: Envelope | None, status: int) -> str:
    codes = (envelope.code if envelope else "", str(status))
    return next((hint for code in codes if code for prefix, hint in HINTS if code.startswith(prefix)), "")
