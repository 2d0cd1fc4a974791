"""Places inside of a base value while it is walked together with its schema: their paths, their words, changes at them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from specproof.generators.test_data_factory import semantics
from specproof.generators.test_data_factory.places import escaped
from specproof.openapi.schema import JsonValue


@dataclass(frozen=True, slots=True)
class Spot:
    """Where we are in the base: the path, and the words of the path for slugs and phrases."""

    path: tuple[str | int, ...] = ()
    words: tuple[str, ...] = ()
    is_required: bool = True

    @property
    def pointer(self) -> str:
        """The JSON pointer of the path."""
        return "".join("/" + escaped(str(key)) for key in self.path)

    def below(self, key: str | int, *, is_required: bool) -> Spot:
        """The place of a member or item."""
        word = key if isinstance(key, str) else "item"
        return Spot((*self.path, key), (*self.words, word), is_required)


def ascii_word(word: str) -> str:
    """A name as words of a slug; where letters would get lost, a short hash tells it from others."""
    plain = "_".join(semantics.tokens(word))[:40]
    if word.isascii() and plain:
        return plain
    return f"{plain}_{short_digest(word)}" if plain else f"field_{short_digest(word)}"


def value_class(keyword: str, suffix: str) -> str:
    """What kind of value a fault or an edge sends, in words of ours: the place and the document's own values are left out."""
    words = suffix.replace("_", " ")
    return f"{keyword}: {'a member' if words.startswith('member ') else words}"


def short_digest(word: str) -> str:
    """Six characters that tell words apart."""
    return hashlib.sha256(word.encode("utf-8", "surrogatepass")).hexdigest()[:6]


def printable_word(word: str) -> str:
    """A name as people see it in a phrase: printable ASCII, or the slug's form of it."""
    return word if word.isascii() and word.isprintable() and len(word) <= 60 else ascii_word(word)


def with_at(value: JsonValue, path: tuple[str | int, ...], new: JsonValue) -> JsonValue:
    """A copy of ``value`` with ``new`` at ``path``; what is off the path is shared."""
    if not path:
        return new
    key, rest = path[0], path[1:]
    if isinstance(value, dict) and isinstance(key, str):
        return {**value, key: with_at(value.get(key), rest, new)}
    if isinstance(value, list) and isinstance(key, int):
        return [*value[:key], with_at(value[key], rest, new), *value[key + 1 :]]
    return value


def value_at(value: JsonValue, path: tuple[str | int, ...]) -> JsonValue:
    """What stands at ``path``; None where nothing does."""
    for key in path:
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return None
    return value


def member_of(value: JsonValue, name: str) -> JsonValue:
    """The member of that name, or None."""
    return value.get(name) if isinstance(value, dict) else None


def removed_at(value: JsonValue, path: tuple[str | int, ...]) -> JsonValue:
    """A copy of ``value`` without the member at ``path``."""
    key, rest = path[0], path[1:]
    if isinstance(value, dict) and isinstance(key, str):
        if not rest:
            return {name: member for name, member in value.items() if name != key}
        return {**value, key: removed_at(value[key], rest)}
    if isinstance(value, list) and isinstance(key, int):
        return [*value[:key], removed_at(value[key], rest), *value[key + 1 :]]
    return value


def characters(count: object) -> str:
    """``1 character``, ``40 characters``."""
    return "1 character" if count == 1 else f"{count} characters"
