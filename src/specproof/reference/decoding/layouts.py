"""OpenAPI's table of styles, read backwards: one text or the pairs of a query, form or cookie become a value.

Where a text is not laid out as the style says, it is *absent*: nothing is read then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.openapi.vocabulary import ParameterStyle
from specproof.reference.decoding.escapes import sound, unescaped
from specproof.reference.decoding.pairs import Pairs
from specproof.reference.decoding.value_reader import ValueReader

Found: TypeAlias = "tuple[JsonValue] | None"
"""A value, or None where there is none."""
Entry: TypeAlias = "tuple[tuple[str, ...], list[str]]"

_SEPARATORS: Final[Mapping[ParameterStyle, re.Pattern[str]]] = {
    ParameterStyle.SPACE_DELIMITED: re.compile(r"%20|\+| "),
    ParameterStyle.PIPE_DELIMITED: re.compile(r"%7[cC]|\|"),
}
_COMMA: Final = re.compile(",")
_BRACKETED: Final = re.compile(r"(?:\[[^\[\]]*\])+")
_MAX_PATH: Final = 2_000
_MAX_LEVELS: Final = 16
"""How deep bracketed names are followed; deeper ones are no part of the parameter."""


def one_text(
    reader: ValueReader, raw: str, unescape: Callable[[str], str], separator: re.Pattern[str], *, explode: bool
) -> JsonValue:
    """A value in one piece: ``a,b`` for arrays; ``k,v,k,v`` or, exploded, ``k=v,k=v`` for objects."""
    if not reader.is_structured:
        return reader.scalar(unescape(raw))
    pieces = separator.split(raw)
    pairs = (_named(pieces) if explode else _alternating(pieces)) if reader.takes_object else None
    members = reader.object((unescape(name), unescape(text)) for name, text in pairs) if pairs is not None else None
    return reader.composed(unescape(raw), [unescape(piece) for piece in pieces], members)


def _named(pieces: Sequence[str]) -> list[tuple[str, str]] | None:
    """``k=v`` pieces; None where one has no ``=``."""
    pairs = [piece.partition("=") for piece in pieces]
    return [(name, text) for name, _, text in pairs] if all(mark for _, mark, _ in pairs) else None


def _alternating(pieces: Sequence[str]) -> list[tuple[str, str]] | None:
    """``k,v,k,v``; None where a name has no value."""
    return list(zip(pieces[::2], pieces[1::2], strict=True)) if len(pieces) % 2 == 0 else None


def path_value(reader: ValueReader, name: str, style: ParameterStyle, raw: str, *, explode: bool) -> Found:
    """A raw path segment: styles ``simple``, ``label`` and ``matrix``."""
    if style is ParameterStyle.LABEL:
        if not raw.startswith("."):
            return None
        return (one_text(reader, raw[1:], unescaped, re.compile(r"\.") if explode else _COMMA, explode=explode),)
    if style is ParameterStyle.MATRIX:
        return _matrix(reader, name, raw, explode=explode)
    return (one_text(reader, raw, unescaped, _COMMA, explode=explode),)


def _matrix(reader: ValueReader, name: str, raw: str, *, explode: bool) -> Found:
    if not raw.startswith(";"):
        return None
    cut = [part.partition("=") for part in raw[1:].split(";")]
    pairs = [(unescaped(key), text) for key, _, text in cut]
    own = [text for key, text in pairs if key == name]
    if explode and reader.is_structured:
        if own:
            texts = [unescaped(text) for text in own]
            return (reader.composed(texts[-1], texts, None),)
        if not reader.takes_object:
            return None
        return (reader.object((key, unescaped(text)) for key, text in pairs),)
    if len(pairs) != 1 or not own:
        return None
    return (one_text(reader, own[0], unescaped, _COMMA, explode=False),)


def header_value(reader: ValueReader, raw: str, *, explode: bool) -> JsonValue:
    """A header, style ``simple``: nothing is percent-encoded, blanks around members do not count."""
    return one_text(reader, raw, _trimmed, _COMMA, explode=explode)


def _trimmed(text: str) -> str:
    return sound(text.strip(" \t"))


def delimited(reader: ValueReader, name: str, style: ParameterStyle, pairs: Pairs) -> Found:
    """A value under its own name, not exploded: ``form``, ``spaceDelimited``, ``pipeDelimited``. Of several the last counts."""
    raws = pairs.by_name.get(name)
    if not raws:
        return None
    return (one_text(reader, raws[-1], pairs.unescape, _SEPARATORS.get(style, _COMMA), explode=False),)


def exploded(reader: ValueReader, name: str, pairs: Pairs, taken: frozenset[str]) -> Found:
    """Style ``form`` exploded: arrays repeat their name, members of objects stand under their own.

    An object takes the members that its schema names; where it is open, all that is not ``taken`` by other parameters.
    """
    texts = pairs.texts(name)
    if not reader.is_structured:
        return (reader.scalar(texts[-1]),) if texts else None
    members = _members(reader, pairs, taken) if reader.takes_object else {}
    if not texts and not members:
        return None
    return (reader.composed(texts[-1] if texts else None, texts or None, members or None),)


def _members(reader: ValueReader, pairs: Pairs, taken: frozenset[str]) -> JsonObject:
    members: JsonObject = {}
    for key in pairs.by_name:
        if key in reader.facets.properties or (
            key not in taken and key.partition("[")[0] not in taken and reader.names_itself(key)
        ):
            members[key] = reader.member(key).repeated(pairs.texts(key))
    return members


def deep(reader: ValueReader, name: str, pairs: Pairs) -> Found:
    """Style ``deepObject``: ``name[key]=value``; deeper brackets, ``name[]`` and numbered items as servers agree upon."""
    entries: list[Entry] = []
    for key, raws in pairs.by_name.items():
        path = _brackets(key[len(name) :]) if key.startswith(name) else None
        if path is not None:
            entries.append((path, [pairs.unescape(raw) for raw in raws]))
    return (_nested(reader, entries),) if entries else None


def _brackets(text: str) -> tuple[str, ...] | None:
    """``[a][b]`` -> ``a``, ``b``; the empty text has none; None where it is anything else."""
    if not text:
        return ()
    if len(text) > _MAX_PATH or not _BRACKETED.fullmatch(text):
        return None
    path = tuple(text[1:-1].split("]["))
    return path if len(path) <= _MAX_LEVELS else None


def _nested(reader: ValueReader, entries: list[Entry]) -> JsonValue:
    leaves = [text for path, texts in entries if not path for text in texts]
    branches = [(path, texts) for path, texts in entries if path]
    if not branches:
        return reader.repeated(leaves)
    groups: dict[str, list[Entry]] = {}
    for path, texts in branches:
        groups.setdefault(path[0], []).append((path[1:], texts))
    if not reader.takes_object and all(name.isdecimal() or not name for name in groups):
        return _numbered(reader, groups)
    return {name: _nested(reader.member(name), below) for name, below in groups.items()}


def _numbered(reader: ValueReader, groups: Mapping[str, list[Entry]]) -> JsonValue:
    """``[0]``, ``[1]`` and ``[]``: items in the order of their numbers, those without one after them."""
    items: list[list[Entry]] = [groups[name] for name in sorted((name for name in groups if name), key=int)]
    for path, texts in groups.get("", []):
        items.extend([(path, [text])] for text in texts)
    return [_nested(reader.item(index), below) for index, below in enumerate(items)]
