"""``application/x-www-form-urlencoded``: bodies, and whole queries (OpenAPI 3.2, ``in: querystring``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final
from urllib.parse import unquote

from specproof.openapi.model import Encoding
from specproof.openapi.schema import JsonObject, JsonValue
from specproof.openapi.vocabulary import ParameterStyle
from specproof.reference.decoding.charsets import UTF_8, codec
from specproof.reference.decoding.decoded import MalformedError
from specproof.reference.decoding.escapes import sound
from specproof.reference.decoding.layouts import Found, deep, delimited, exploded
from specproof.reference.decoding.pairs import Pairs, query_pairs
from specproof.reference.decoding.value_reader import ValueReader

MAX_FIELDS: Final = 20_000
"""How many fields a form may have."""


class FormReader:
    """Reads forms of one schema. A field with a ``style`` is laid out like a query parameter; of the others arrays repeat their name and
    objects are JSON."""

    def __init__(self, reader: ValueReader, encodings: Iterable[Encoding]) -> None:
        self._reader = reader
        self._styled = {each.name.raw(): each for each in encodings if each.style is not None}
        self._taken = frozenset({*self._styled, *reader.facets.properties})

    def body(self, body: bytes, arguments: Mapping[str, str]) -> JsonValue:
        """The value of a body; ``arguments`` are the parameters of its Content-Type."""
        name = codec(arguments.get("charset", ""))
        try:
            text = body.decode(name)
        except ValueError:
            raise MalformedError(f"not a form: no text in {name}") from None
        return self.value(text, name)

    def value(self, text: str, charset: str = UTF_8) -> JsonValue:
        """The value of a form's text."""
        if text.count("&") >= MAX_FIELDS:
            raise MalformedError(f"not a readable form: more than {MAX_FIELDS} fields")
        pairs = query_pairs(text, _unescape(charset))
        members: JsonObject = {}
        styled: set[str] = set()
        for name, encoding in self._styled.items():
            found = self._laid_out(name, encoding, pairs)
            if found is not None:
                members[name] = found[0]
            styled |= self._names(name, encoding, pairs)
        for name in pairs.by_name:
            if name not in styled:
                members[name] = self._reader.member(name).repeated(pairs.texts(name))
        return members

    def _laid_out(self, name: str, encoding: Encoding, pairs: Pairs) -> Found:
        reader = self._reader.member(name)
        if encoding.style is ParameterStyle.DEEP_OBJECT:
            return deep(reader, name, pairs)
        if encoding.explode:
            return exploded(reader, name, pairs, self._taken)
        return delimited(reader, name, encoding.style or ParameterStyle.FORM, pairs)

    def _names(self, name: str, encoding: Encoding, pairs: Pairs) -> set[str]:
        """The names of the pairs that a styled field takes."""
        reader = self._reader.member(name)
        if encoding.style is ParameterStyle.DEEP_OBJECT:
            return {key for key in pairs.by_name if key == name or key.startswith(f"{name}[")}
        if encoding.explode and reader.takes_object:
            own = {key for key in pairs.by_name if key in reader.facets.properties}
            return own | {key for key in pairs.by_name if key not in self._taken and reader.names_itself(key)}
        return {name}


def _unescape(charset: str) -> Callable[[str], str]:
    def unescape(text: str) -> str:
        text = text.replace("+", " ")
        if "%" in text:
            try:
                text = unquote(text, charset, "strict")
            except ValueError:
                raise MalformedError(f"not a form: percent-encoded bytes are no {charset}") from None
        return text if text.isascii() else sound(text)

    return unescape
