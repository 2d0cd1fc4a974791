"""Names as documents spell them, made comparable: ``petId``, ``pet_id`` and ``pet-id`` are one name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_KEEPS_S: Final = ("ss", "us", "is")


@lru_cache(maxsize=65536)
def words(name: str) -> tuple[str, ...]:
    """The words of a name, lower-case: ``petId`` -> ``pet``, ``id``."""
    return tuple(word.lower() for word in _WORD.findall(name))


@lru_cache(maxsize=65536)
def plain(name: str) -> str:
    """A name without case and separators."""
    return "".join(words(name))


@lru_cache(maxsize=16384)
def singular(word: str) -> str:
    """``pets`` -> ``pet``, ``categories`` -> ``category``; good enough for comparing, not for showing."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(_KEEPS_S) and len(word) > 2:
        return word[:-1]
    return word


def kind_of(segment: str) -> str:
    """What a path segment is a collection of: ``pet-owners`` -> ``petowner``."""
    found = words(segment)
    return "".join((*found[:-1], singular(found[-1]))) if found else segment.lower()


def named(names: Iterable[str], wanted: str) -> str:
    """The first of ``names`` that is ``wanted`` in any spelling, "" for none."""
    plain_wanted = plain(wanted)
    return next((name for name in names if plain(name) == plain_wanted), "")
