"""A decoder of the wire for tests, written from the standards alone: OpenAPI's style tables, RFC 6570, RFC 6265, RFC 3986.

It shares nothing with ``specproof.checks.wire``. Everything comes back as text: the wire has no other type. Arrays are lists of texts,
objects are mappings of texts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import unquote

Decoded: TypeAlias = "str | list[str] | dict[str, str]"

SCALAR, ARRAY, OBJECT = "scalar", "array", "object"


def pairs_of(query: str) -> list[tuple[str, str]]:
    """The parameters of a query as a form decoder sees them: ``&`` between them, the first ``=`` inside, ``+`` is a blank."""
    cut = [part.partition("=") for part in query.split("&") if part]
    return [(unquote(name.replace("+", " ")), unquote(text.replace("+", " "))) for name, _, text in cut]


def raw_pairs_of(query: str) -> list[tuple[str, str]]:
    cut = [part.partition("=") for part in query.split("&") if part]
    return [(unquote(name), text) for name, _, text in cut]


def members(texts: list[str], kind: str, *, explode: bool, read: Callable[[str], str] = unquote) -> Decoded:
    """Separated pieces as an array or an object: ``k,v,k,v``, exploded ``k=v,k=v``."""
    if kind == ARRAY:
        return [read(text) for text in texts]
    if explode:
        cut = [text.partition("=") for text in texts]
        return {read(key): read(text) for key, _, text in cut}
    return {read(key): read(text) for key, text in zip(texts[::2], texts[1::2], strict=True)}


def decode_path(segment: str, name: str, style: str, kind: str, *, explode: bool) -> Decoded:
    """Styles simple, label, matrix: the table "Style Examples" of OpenAPI."""
    if style == "matrix":
        return _matrix(segment, name, kind, explode=explode)
    if style == "label":
        assert segment.startswith(".")
        segment = segment[1:]
        separator = "." if explode else ","
    else:
        separator = ","
    return unquote(segment) if kind == SCALAR else members(segment.split(separator), kind, explode=explode)


def _matrix(segment: str, name: str, kind: str, *, explode: bool) -> Decoded:
    assert segment.startswith(";")
    parts = [part.partition("=") for part in segment[1:].split(";")]
    if kind == OBJECT and explode:
        return {unquote(key): unquote(text) for key, _, text in parts}
    assert {unquote(key) for key, _, _ in parts} == {name}
    if kind == ARRAY and explode:
        return [unquote(text) for _, _, text in parts]
    [(_, _, text)] = parts
    return unquote(text) if kind == SCALAR else members(text.split(","), kind, explode=False)


def decode_query(query: str, name: str, style: str, kind: str, *, explode: bool) -> Decoded:
    """Styles form, spaceDelimited, pipeDelimited, deepObject."""
    pairs = pairs_of(query)
    if style == "deepObject":
        found: dict[str, str] = {}
        for key, text in pairs:
            assert key.startswith(f"{name}[")
            assert key.endswith("]")
            found[key[len(name) + 1 : -1]] = text
        return found
    if kind == OBJECT and explode:
        return dict(pairs)
    assert {key for key, _ in pairs} == {name}
    if kind == ARRAY and explode:
        return [text for _, text in pairs]
    [(_, raw)] = raw_pairs_of(query)
    if kind == SCALAR:
        [(_, text)] = pairs
        return text
    separator = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}[style]
    return members(raw.split(separator), kind, explode=False)


def decode_header(value: str, kind: str, *, explode: bool) -> Decoded:
    """Style simple, as it is: headers are not percent-encoded."""
    return value if kind == SCALAR else members(value.split(","), kind, explode=explode, read=str)


def decode_cookie(header: str, name: str, style: str, kind: str, *, explode: bool) -> Decoded:
    """Styles form (percent-encoded) and cookie (as it is): ``; `` between cookies."""
    read: Callable[[str], str] = str if style == "cookie" else unquote
    cut = [part.partition("=") for part in header.split("; ")]
    if kind == OBJECT and explode:
        return {read(key): read(text) for key, _, text in cut}
    assert {key for key, _, _ in cut} == {name}
    if kind == ARRAY and explode:
        return [read(text) for _, _, text in cut]
    [(_, _, text)] = cut
    if kind == SCALAR:
        return read(text)
    return members(text.split(","), kind, explode=False, read=read)
