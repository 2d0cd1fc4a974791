"""Bytes as text."""

from __future__ import annotations

import codecs
from typing import Final

from specproof.reference.decoding.decoded import MalformedError

UTF_8: Final = "utf-8"
_PLAIN: Final = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii"})


def text_of(body: bytes, charset: str = "") -> str:
    """The text of ``body``, UTF-8 where no charset is told. Raises :class:`MalformedError` where it is none in that charset."""
    name = codec(charset)
    try:
        text = body.decode(name)
    except ValueError:
        raise MalformedError(f"not text in {name}") from None
    return text if text.isascii() else text.encode(UTF_8, "replace").decode()


def codec(charset: str) -> str:
    """Python's name of a charset. Raises :class:`MalformedError` for one that is not known."""
    if charset.lower() in _PLAIN:
        return UTF_8
    try:
        known = codecs.lookup(charset)
    except (LookupError, ValueError):
        known = None
    # Python has codecs that are none of text (hex, zlib): what they make of hostile bytes is nobody's concern.
    if known is None or not known._is_text_encoding:
        raise MalformedError("the charset of the Content-Type is not known")
    return known.name
