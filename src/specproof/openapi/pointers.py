"""JSON pointers as this package writes and reads them.

Inside, a place in the document is a tuple of plain tokens; :func:`pointer` writes it as the URI fragment ``#/paths/~1pets``. A place in
another file of the specification begins with that file's token, and is written ``paths/pets.yaml#/get``.
Characters that would disturb a terminal or a report (controls, white space, surrogates) and ``%`` are percent-encoded.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath
from typing import TypeAlias
from urllib.parse import quote, unquote

Tokens: TypeAlias = "tuple[str, ...]"

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")
_LOOKS_HASHED = re.compile(r".*_[0-9a-f]{10}")
_NO_SLUG = re.compile(r"[^A-Za-z0-9]+")
_MAX_SHOWN_TOKEN = 1_000
_FILE_MARK = "\ud800file:"
"""A lone surrogate: no document can produce it, since the readers of JSON and YAML replace or refuse them."""
COMPONENT_SCHEMAS: Tokens = ("components", "schemas")
"""Where OpenAPI 3 has its named schemas."""


def in_file(name: str, tokens: Tokens = ()) -> Tokens:
    """The place ``tokens`` of the file ``name`` (a path in the bundle, or a URL); the empty name is the main document."""
    return (_FILE_MARK + name, *tokens) if name else tokens


def file_and_place(tokens: Tokens) -> tuple[str, Tokens]:
    """What :func:`in_file` was given: the file's name, empty for the main document, and the place in it."""
    if tokens and tokens[0].startswith(_FILE_MARK):
        return tokens[0].removeprefix(_FILE_MARK), tokens[1:]
    return "", tokens


def pointer(tokens: Tokens) -> str:
    """``("paths", "/pets")`` -> ``#/paths/~1pets``. Tokens of absurd length are cut, so that reports stay small."""
    name, place = file_and_place(tokens)
    return _shown(_cut(name).replace("#", "%23")) + "#" + "".join("/" + _escape(token) for token in place)


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN_TOKEN else text[:_MAX_SHOWN_TOKEN] + "..."


def _escape(token: str) -> str:
    return _shown(_cut(token).replace("~", "~0").replace("/", "~1"))


def _shown(escaped: str) -> str:
    if escaped.isascii() and escaped.isprintable() and " " not in escaped and "%" not in escaped:
        return escaped
    return "".join(
        quote(char, safe="", errors="surrogatepass") if char == "%" or unicodedata.category(char)[0] in "CZ" else char
        for char in escaped
    )


def fragment_tokens(fragment: str, *, decode: bool = True) -> Tokens | None:
    """The tokens of a reference's fragment (without ``#``), or None where it is no JSON pointer (an anchor).

    Percent-decoding comes first, then ``~1`` and ``~0``.
    """
    text = unquote(fragment, errors="replace") if decode else fragment
    if not text:
        return ()
    if not text.startswith("/"):
        return None
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in text[1:].split("/"))


def definition_name(tokens: Tokens, *, full_hash: bool = False, schemas_at: Tokens = COMPONENT_SCHEMAS) -> str:
    """A stable ASCII name for the schema at ``tokens``: it depends on nothing but the place.

    A plain name below ``schemas_at``, where the document has its named schemas, is its own (``Pet``). Everything else gets a slug
    and a piece of the place's SHA-256 (``Message_Data_1f0c99a2b3``); so does a plain name that looks like such a hashed one, which
    keeps the two kinds apart.
    """
    name, place = file_and_place(tokens)
    last = place[-1] if place else PurePosixPath(name).stem or "document"
    is_component = bool(tokens) and tokens[:-1] == schemas_at
    if is_component and _PLAIN_NAME.fullmatch(last) and not _LOOKS_HASHED.fullmatch(last):
        return last
    digest = hashlib.sha256("\0".join(tokens).encode("utf-8", errors="surrogatepass")).hexdigest()
    slug = _NO_SLUG.sub("_", unicodedata.normalize("NFKC", last)).strip("_")[:40].strip("_")
    if not slug or slug[0].isdigit():
        slug = f"Schema_{slug}".strip("_")
    return f"{slug}_{digest if full_hash else digest[:10]}"
