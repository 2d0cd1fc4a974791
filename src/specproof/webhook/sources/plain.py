"""A plain delivery: the document itself as JSON or YAML, an archive of it and its files, or ``{"url": ...}`` where it is to be had."""

from __future__ import annotations

import re
from dataclasses import dataclass

import orjson

from specproof.errors import AddressBlockedError, RequestError, SpecUnreadableError, SpecUnsupportedError
from specproof.openapi.documents.archives import is_archive
from specproof.openapi.text import UntrustedText
from specproof.web.services import ProjectReception

DOCUMENT_EVENT = "openapi.document"
URL_EVENT = "openapi.url"

_BOM = b"\xef\xbb\xbf"
_YAML_VERSION = re.compile(rb"^(?:\"|')?(?:openapi|swagger)(?:\"|')?[ \t]*:", re.MULTILINE)
_YAML_TITLE = re.compile(
    rb"^info[ \t]*:[ \t]*\r?\n(?:[ \t][^\n]*\n){0,40}?[ \t]{1,8}title[ \t]*:[ \t]*(?P<title>[^\r\n]{1,300})", re.MULTILINE
)
_URL_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class PlainMessage:
    """Exactly one of ``document`` and ``url`` is set; ``title`` is a printable line."""

    event_type: str
    title: str
    document: bytes = b""
    url: str = ""


def parse_plain(body: bytes) -> PlainMessage:
    """What the body brings. CPU work for a large document: call it in a thread.

    Raises ``RequestError`` for an empty body or a bad ``url``, ``SpecUnreadableError`` for what is neither JSON object nor YAML mapping,
    ``SpecUnsupportedError`` for what names no OpenAPI version. Whether the document is any good is found out later, by the job.
    """
    if is_archive(body):
        return PlainMessage(DOCUMENT_EVENT, "", document=body)  # The job opens it, with limits.
    text = body.removeprefix(_BOM)
    if not text.strip():
        raise RequestError("the body is empty", at="body", hint='Send an OpenAPI document, or {"url": "https://..."}.')
    if text.lstrip()[:1] not in (b"{", b"["):
        return _yaml(text)
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if _YAML_VERSION.search(text):
            return _yaml(text)
        raise SpecUnreadableError(f"the body is not JSON: {error}", at="body") from error
    if not isinstance(value, dict):
        raise SpecUnreadableError("the body is not a JSON object", at="body")
    return _json(value, text)


def permitted(message: PlainMessage, project: ProjectReception) -> PlainMessage:
    """``message``, if its address is one that the project may name; ``AddressBlockedError`` otherwise."""
    if message.url and not project.permits(message.url):
        raise AddressBlockedError("this address is not allowed for the project", at="url")
    return message


def _json(value: dict[str, object], text: bytes) -> PlainMessage:
    if "openapi" in value or "swagger" in value:
        details = value.get("info")
        title = details.get("title") if isinstance(details, dict) else None
        return PlainMessage(DOCUMENT_EVENT, UntrustedText(title if isinstance(title, str) else "").printable(), document=text)
    if "url" in value:
        url = value["url"]
        if (
            not isinstance(url, str)
            or not url.startswith(("http://", "https://"))
            or len(url) > _URL_LIMIT
            or not url.isprintable()
        ):
            raise RequestError("url is no http(s) address", at="url")
        return PlainMessage(URL_EVENT, "", url=url)
    raise SpecUnsupportedError("the body is a JSON object without `openapi`, `swagger` or `url`", at="body")


def _yaml(text: bytes) -> PlainMessage:
    # No full YAML parse at the door: it takes seconds for megabytes. The job parses it, with limits.
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SpecUnreadableError("the body is neither JSON nor text in UTF-8", at=f"byte {error.start}") from error
    if not _YAML_VERSION.search(text):
        raise SpecUnreadableError("the body is neither a JSON object nor a YAML mapping with an `openapi` key", at="body")
    title = _YAML_TITLE.search(text[:20_000])
    raw = title["title"].decode("utf-8", "ignore").strip().strip("\"'") if title else ""
    return PlainMessage(DOCUMENT_EVENT, UntrustedText(raw).printable(), document=text)
