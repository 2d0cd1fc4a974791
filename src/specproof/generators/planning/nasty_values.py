"""The catalogue of values that crash programs: what a member, a parameter or a path is given of it.

Without a profile that asks for all, the catalogue is dealt out by hash, so that each place gets some, all of it is used somewhere, and
another member changes nothing for the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specproof.domain.plans import Fresh, PlanValue
from specproof.domain.profiles import Profile
from specproof.generators.naming import digest
from specproof.generators.reading.shapes import Shape

_LONG = 5_000


@dataclass(frozen=True, slots=True)
class Nasty:
    """One entry: the words of a case's name and of its title, and the value."""

    words: str
    phrase: str
    value: PlanValue


LONG_TEXT = Nasty("5000 characters", f"{_LONG} characters", "a" * _LONG)
_NUL = Nasty("nul", "a NUL character", "a\x00b")
_QUOTES = Nasty("quotes", "quotes and brackets", "'\"`<>{}[]();--%$\\")
LINE_BREAK = Nasty("line break", "a line break", "a\r\nb")
"""What ends up in a header, or in a line of a file, must not end it."""
_EMPTY_TEXT = Nasty("empty text", "an empty text", "")
MANY_SCRIPTS = Nasty("emoji", "letters and signs of many scripts", "é漢字עברית👩\u200d💻\u202e")
# JSON can say it (\ud800); no text that is UTF-8 can hold it, so that no address can.
_HALF_SURROGATE = Nasty("lone surrogate", "half of a surrogate pair", "a\ud800b")
_TEXTS = (LONG_TEXT, _NUL, _QUOTES, LINE_BREAK, _EMPTY_TEXT, MANY_SCRIPTS, _HALF_SURROGATE)
_QUERY_TEXTS = (LONG_TEXT, _NUL, _QUOTES, LINE_BREAK, MANY_SCRIPTS)
_MINUS_ONE = Nasty("minus one", "-1", -1)
_BEYOND_UINT32 = Nasty("2 to the 32", "2^32", 2**32)
_BEYOND_INT64 = Nasty("2 to the 63", "2^63", 2**63)
_NUMBERS = (
    _MINUS_ONE,
    Nasty("zero", "0", 0),
    Nasty("2 to the 31", "2^31", 2**31),
    _BEYOND_UINT32,
    _BEYOND_INT64,
    Nasty("10 to the 30", "10^30", 1e30),
    Nasty("one half", "0.5", 0.5),
)
_LISTS = (Nasty("list of null", "[null]", [None]), Nasty("list of lists", "[[]]", [[]]))
_ANYTHING = (Nasty("null", "null", None), Nasty("empty object", "{}", {}), Nasty("empty list", "[]", []))
WHOLE_BODIES: tuple[Nasty, ...] = (
    Nasty("body list", "a list", []),
    Nasty("body text", "a text", "text"),
    Nasty("body null", "null", None),
)
NOBODY = "specproof-nobody"
_NO_ID = Nasty("no id", "a word", NOBODY)
# In a path: what no API takes for an instruction, whatever it does with it. Quotes and brackets are only read with.
_PATHS = (LONG_TEXT, _NUL)
_READ_PATHS = (*_PATHS, _QUOTES, LINE_BREAK, MANY_SCRIPTS, Nasty("zero", "0", "0"))
_NUMBER_PATHS = (_MINUS_ONE, _BEYOND_UINT32, _BEYOND_INT64)


def nasty_members(key: str, value: PlanValue, profile: Profile) -> list[Nasty]:
    """What the member of a body gets that has ``value``: something of its own kind and something of another, or all of it."""
    own = (
        _TEXTS
        if isinstance(value, (str, Fresh))
        else _NUMBERS
        if isinstance(value, (int, float)) and not isinstance(value, bool)
        else _LISTS
    )
    if profile is Profile.THOROUGH:
        return [*own, *_ANYTHING, *(_LISTS if own is not _LISTS else ())]
    turn = int(digest(key, 8), 16)
    return [own[turn % len(own)], _ANYTHING[turn // 7 % len(_ANYTHING)]]


def nasty_parameters(key: str, shape: Shape, profile: Profile) -> list[Nasty]:
    """What a parameter in a query gets."""
    if profile is Profile.THOROUGH:
        return [*_NUMBERS, LONG_TEXT] if shape.is_numeric else list(_QUERY_TEXTS)
    turn = int(digest(key, 8), 16)
    return [_NUMBERS[turn % len(_NUMBERS)]] if shape.is_numeric else [LONG_TEXT, LINE_BREAK]


def nasty_ids(key: str, shape: Shape, profile: Profile, *, is_read: bool) -> list[Nasty]:
    """What stands in a path instead of an id: a word where it has a form (a number, a UUID), else something long or unprintable."""
    has_form = shape.is_numeric or shape.format in {"uuid", "guid"} or shape.has_pattern
    texts = _READ_PATHS if is_read else _PATHS
    own: Sequence[Nasty] = (_NO_ID, *_NUMBER_PATHS) if shape.is_numeric else (_NO_ID, *texts) if has_form else texts
    if profile is Profile.THOROUGH and (is_read or not shape.is_numeric):
        return list(own)
    chosen = own[0] if has_form else own[int(digest(key, 8), 16) % len(own)]
    return [chosen, LINE_BREAK] if is_read and not has_form and chosen is not LINE_BREAK else [chosen]
