"""The one redaction: for log lines, stored headers, samples and reports.

It works by *name* (a key that is called like a secret loses its value) and by *shape* (a text that looks like a credential is cut
whatever it is called). Both are best effort, so callers that know a secret pass it in ``known`` as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

REDACTED = "[redacted]"

_SECRET_NAME = re.compile(
    r"authori[sz]ation|cookie|passw(or)?d|passphrase|secret|token|api[-_]?key|apikey|access[-_]?key|private[-_]?key|credential|signature|^dsn$",
    re.IGNORECASE,
)

_NAMES = ("token", "secret", "passw", "key", "signature", "credential")

# Markers, shape, replacement. A text that holds none of the markers (in lower case) cannot have the shape: looking for a word is a
# hundred times cheaper than looking for a shape, and most texts hold none.
_SHAPES: tuple[tuple[tuple[str, ...], re.Pattern[str], str], ...] = (
    (("sp_",), re.compile(r"\bsp_([a-z0-9]{8})_[A-Za-z0-9_-]{20,}"), rf"sp_\1_{REDACTED}"),
    (("bearer", "basic", "digest"), re.compile(r"\b(bearer|basic|digest)\s+(?!\[redacted\])[^\s\"',;]+", re.IGNORECASE), rf"\1 {REDACTED}"),
    (("sha1", "sha256", "sha512", "v1"), re.compile(r"\b(sha1|sha256|sha512|v1a?)([=,])[A-Za-z0-9+/]{27,}={0,2}", re.IGNORECASE), rf"\1\2{REDACTED}"),
    (("eyj",), re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*"), REDACTED),
    # The part between "://" and "@" of an address: user:password.
    (("://",), re.compile(r"(://)[^\s/?#@\"']+@"), rf"\1{REDACTED}@"),
    (
        _NAMES,
        re.compile(r"([?&;](?:[a-z0-9_.-]*(?:token|secret|passw(?:or)?d|api[-_]?key|signature|credential))=)[^&#\s\"']+", re.IGNORECASE),
        rf"\1{REDACTED}",
    ),
    (
        _NAMES,
        re.compile(r"(\b[a-z0-9_-]*(?:token|secret|passw(?:or)?d|api[-_]?key)[\"']?\s*[:=]\s*[\"']?)(?!\[redacted\])[^\s\"',;&}]+", re.IGNORECASE),
        rf"\1{REDACTED}",
    ),
)  # fmt: skip

_DEEPEST = 12


def is_secret_name(name: str) -> bool:
    """Whether a header, key or parameter of this name holds a secret by its name alone."""
    return _SECRET_NAME.search(name) is not None


def redact_text(text: str, known: Sequence[str] = ()) -> str:
    """``text`` without what looks like a credential, and without every string of ``known``."""
    for secret in known:
        if secret:
            text = text.replace(secret, REDACTED)
    folded = text.casefold()
    for markers, pattern, replacement in _SHAPES:
        if any(marker in folded for marker in markers):
            text = pattern.sub(replacement, text)
    return text


def redact_value(value: object, known: Sequence[str] = (), *, depth: int = 0) -> object:
    """``value`` with every text in it redacted; mappings by key name too. Numbers, booleans and None stay as they are."""
    if isinstance(value, str):
        return redact_text(value, known)
    if isinstance(value, (bytes, bytearray)):
        return redact_text(bytes(value).decode("utf-8", "backslashreplace"), known)
    if depth >= _DEEPEST:
        return value if isinstance(value, (int, float, bool)) or value is None else "[deep]"
    if isinstance(value, Mapping):
        return {key: _by_name(str(key), item, known, depth) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redact_value(item, known, depth=depth + 1) for item in value]
    return value


def redact_mapping(mapping: Mapping[str, object], known: Sequence[str] = ()) -> dict[str, object]:
    """A copy of ``mapping`` with the values of secret-named keys and all credential-like texts replaced."""
    return {key: _by_name(key, value, known, 0) for key, value in mapping.items()}


def _by_name(name: str, value: object, known: Sequence[str], depth: int) -> object:
    # A fencing token or a count of secrets is a number: only texts and what holds texts can be secrets.
    if is_secret_name(name) and value and not isinstance(value, (int, float)):
        return REDACTED
    return redact_value(value, known, depth=depth + 1)


def redact_headers(headers: Iterable[tuple[bytes, bytes]], known: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
    """HTTP headers as they are stored: names in lower case, values as text with secrets replaced, control characters dropped."""
    stored = []
    for raw_name, raw_value in headers:
        name = _plain(raw_name).lower()
        value = _plain(raw_value)
        stored.append((name, REDACTED if value and is_secret_name(name) else redact_text(value, known)))
    return tuple(stored)


def _plain(raw: bytes) -> str:
    """Header bytes as text: UTF-8 where they are, else Latin-1; without control characters (PostgreSQL stores no NUL)."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return "".join(char for char in text if char.isprintable())
