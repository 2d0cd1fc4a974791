"""How a secret may be spelt in a text that somebody else has written: what is redacted."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

SHORTEST_SECRET = 4
"""Shorter ones would hit ordinary words; nobody calls "on" a secret."""
# Of a secret in the midst of base64 only the characters that are its own are known: fewer than these are found in anything.
_SHORTEST_CORE = 6
_URL_SAFE = str.maketrans("+/", "-_")
_ESCAPE = re.compile("%[0-9A-F]{2}")
# What encodeURIComponent leaves alone.
_LEFT_BY_BROWSERS = "!*'()"


def spellings(secret: str) -> list[str]:
    """The secret as it is, in URLs, JSON, HTML, hexadecimal and base64, the longest first; of ``user:password`` the password, too."""
    parts = {secret, secret.strip()} | ({secret.partition(":")[2]} if ":" in secret else set())
    found = {form for part in parts if len(part) >= SHORTEST_SECRET for form in _forms(part)}
    return sorted((form for form in found if len(form) >= SHORTEST_SECRET), key=lambda form: (-len(form), form))


def _forms(text: str) -> Iterator[str]:
    raw = text.encode("utf-8", "surrogatepass")
    yield text
    yield repr(text)[1:-1]
    for form in (quote(raw, safe=""), quote(raw), quote_plus(raw), quote(raw, safe=_LEFT_BY_BROWSERS)):
        yield form
        yield _ESCAPE.sub(lambda found: found[0].lower(), form)
    for form in (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]):
        yield form
        yield json.dumps(form)[1:-1]  # JSON inside of a text in JSON
        yield form.replace("/", "\\/")
        yield re.sub("[<>&']", lambda found: f"\\u{ord(found[0]):04x}", form)
    quoted = html.escape(text)
    yield from (quoted, quoted.replace("&#x27;", "&#39;"), quoted.replace("&#x27;", "&apos;"))
    yield from (escape(text), escape(text, {'"': "&quot;"}))
    yield from (raw.hex(), raw.hex().upper())
    for form in _in_base64(raw):
        yield form
        yield form.translate(_URL_SAFE)


def _in_base64(raw: bytes) -> Iterator[str]:
    """By itself, and in the midst of other bytes: three bytes are four characters, so there are three ways to lie."""
    whole = base64.b64encode(raw).decode("ascii")
    yield from (whole, whole.rstrip("="))
    for before in range(3):
        text = base64.b64encode(bytes(before) + raw).decode("ascii")
        core = text[-(-8 * before // 6) : 8 * (before + len(raw)) // 6]
        if len(core) >= _SHORTEST_CORE:
            yield core
