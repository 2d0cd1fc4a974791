"""Words of names: how ``ownerId``, ``owner_id`` and ``owners`` are known to speak of the same thing.

English plurals by rule, not by dictionary, so that made-up words work too. Where a rule cannot know (``houses``: *house* or *hous*?), all
candidates are compared instead of one being guessed.
"""

from __future__ import annotations

import re
from functools import lru_cache

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SPLIT = re.compile(r"[\W_]+")
_IRREGULAR = {"people": "person", "children": "child", "men": "man", "women": "woman", "mice": "mouse", "feet": "foot"}
ID_WORDS = frozenset({"id", "uuid", "guid"})
"""Last words of a name that say that it holds an identity."""
KEY_WORDS = ("id", "uuid", "guid", "key", "slug", "code", "name", "number", "no")
"""What an identity is called inside its own record, best first."""


@lru_cache(maxsize=8192)
def tokens(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: ``petTAGCode`` -> ``("pet", "tag", "code")``. Empty if it has no letter or digit."""
    return tuple(word.lower() for part in _SPLIT.split(name) if part for word in _CAMEL.split(part) if word)


def singular(word: str) -> str:
    """The likeliest singular of a lower-case English plural; other words as they are."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")) and len(word) > 4:
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2:
        return word[:-1]
    return word


def singulars(word: str) -> frozenset[str]:
    """Every singular that ``word`` could be the plural of, and the word itself."""
    found = {word, singular(word)}
    if len(word) > 2 and word.endswith("s"):
        found.add(word[:-1])
        if word.endswith("es"):
            found.add(word[:-2])
        if word.endswith("ies"):
            found.add(word[:-3] + "y")
    return frozenset(found)


def same_word(left: str, right: str) -> bool:
    """Whether two words are equal up to singular and plural."""
    return left == right or bool(singulars(left) & singulars(right))


def same_words(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether two names say the same; only the last word may differ in number."""
    if not left or len(left) != len(right):
        return False
    return left[:-1] == right[:-1] and same_word(left[-1], right[-1])


def id_stem(name: str) -> tuple[str, ...] | None:
    """What an id-like name identifies: ``owner_id`` and ``ownerId`` -> ``("owner",)``, ``id`` -> ``()``; None for other names."""
    words = tokens(name)
    if not words:
        return None
    last = words[-1]
    if last in ID_WORDS:
        return words[:-1]
    if last.endswith("id") and len(last) > 4:
        return (*words[:-1], last[:-2])
    return None


def ids_stem(name: str) -> tuple[str, ...] | None:
    """What a name for several ids identifies: ``pet_ids`` -> ``("pet",)``; None for other names."""
    words = tokens(name)
    if len(words) > 1 and words[-1] in {"ids", "uuids", "guids"}:
        return words[:-1]
    return None
