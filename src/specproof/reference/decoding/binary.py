"""Binary content as the text that stands for it in JSON: base64 where the schema says so, else one character for each byte."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from specproof.openapi.schema import resolve_reference
from specproof.reference.decoding.facets import Definitions, Raw

_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]+={0,2}")
_TEXT_TYPES: Final = ("text/", "application/json", "application/xml")


def encoding_of(raw: Raw, definitions: Definitions) -> str:
    """The ``contentEncoding`` of a schema; ``base64`` for ``format: byte``, "" for none."""
    resolved = resolve_reference(raw, definitions)
    if not isinstance(resolved, dict):
        return ""
    encoding = resolved.get("contentEncoding")
    if isinstance(encoding, str):
        return encoding.lower()
    return "base64" if resolved.get("format") == "byte" else ""


def is_binary(raw: Raw, definitions: Definitions) -> bool:
    """Whether the schema stands for bytes: ``format: binary``, or a ``contentMediaType`` that is no text."""
    resolved = resolve_reference(raw, definitions)
    if not isinstance(resolved, dict):
        return False
    media_type = resolved.get("contentMediaType")
    return resolved.get("format") == "binary" or (isinstance(media_type, str) and not media_type.lower().startswith(_TEXT_TYPES))


def text_of_bytes(content: bytes, encoding: str) -> str:
    """The text that stands for ``content``. What is base64 on the wire already stays."""
    if not encoding.startswith("base64"):
        return content.decode("latin-1")
    if len(content) % 4 == 0 and _BASE64.fullmatch(content):
        return content.decode()
    encode = base64.urlsafe_b64encode if encoding == "base64url" else base64.b64encode
    return encode(content).decode()


def bytes_of_text(text: str, encoding: str) -> bytes:
    """The content that ``text`` stands for."""
    if encoding.startswith("base64"):
        try:
            return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
        except (binascii.Error, ValueError):
            return text.encode("utf-8", "replace")
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
