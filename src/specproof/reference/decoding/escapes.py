"""Percent-encoding (RFC 3986), and text without what no UTF-8 can hold."""

from __future__ import annotations

from urllib.parse import unquote


def unescaped(text: str) -> str:
    """Text of a path or cookie. Bytes that are no UTF-8 become U+FFFD."""
    if "%" in text:
        text = unquote(text)
    return text if text.isascii() else sound(text)


def unescaped_query(text: str) -> str:
    """Text of a query or form: ``+`` is a blank there, and only there."""
    return unescaped(text.replace("+", " ") if "+" in text else text)


def sound(text: str) -> str:
    """Text without lone surrogates, which no validator takes."""
    return text.encode("utf-8", "replace").decode()
