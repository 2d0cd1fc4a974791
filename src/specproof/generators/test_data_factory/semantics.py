"""What a property's name says about its value: names to wordings, for realism only. Everything is proven afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from specproof.generators.test_data_factory.fresh import LETTERS, TAIL, TAIL_LENGTH, UUID_PARTS, Parts
from specproof.generators.test_data_factory.seeds import Seed

if TYPE_CHECKING:
    from faker import Faker

_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_DRAWN: tuple[str, int] = (TAIL, TAIL_LENGTH)
_LETTERS: tuple[str, int] = (LETTERS, TAIL_LENGTH)
_DIGITS = "0123456789"
_KEYS = frozenset({"id", "ids", "key", "token", "secret", "hash"})
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Wording:
    """How a string reads: ``parts``, or a Faker provider whose text gets ``tail`` appended. ``is_fixed``: never made fresh."""

    parts: Parts = ()
    provider: str = ""
    tail: Parts = ()
    is_fixed: bool = False
    is_key: bool = False
    """Such values are commonly unique: an example of them is replaced by a fresh one, even where it cannot just be lengthened."""


def _key(*parts: str | tuple[str, int]) -> Wording:
    return Wording(parts, is_key=True)


def _fixed(text: str) -> Wording:
    return Wording((text,), is_fixed=True)


# The first entry of which all tokens occur in the name wins: specific ones stand first.
_STRINGS: tuple[tuple[str, Wording], ...] = (
    ("email", _key("reader.", _DRAWN, "@example.com")),
    ("mail", _key("reader.", _DRAWN, "@example.com")),
    ("user agent", _fixed("specproof/1.0")),
    ("phone", _key("+1555", (_DIGITS, 7))),
    ("mobile", _key("+1555", (_DIGITS, 7))),
    ("telephone", _key("+1555", (_DIGITS, 7))),
    ("iban", _fixed("DE89370400440532013000")),
    ("bic", _fixed("DEUTDEFF")),
    ("currency", _fixed("EUR")),
    ("country", _fixed("DE")),
    ("locale", _fixed("en-US")),
    ("language", _fixed("en")),
    ("lang", _fixed("en")),
    ("timezone", _fixed("Europe/Berlin")),
    ("tz", _fixed("Europe/Berlin")),
    ("latitude", _fixed("52.5")),
    ("longitude", _fixed("13.25")),
    ("lat", _fixed("52.5")),
    ("lon", _fixed("13.25")),
    ("lng", _fixed("13.25")),
    ("url", Wording(("https://example.com/", _DRAWN))),
    ("uri", Wording(("https://example.com/", _DRAWN))),
    ("website", Wording(("https://example.com/", _DRAWN))),
    ("homepage", Wording(("https://example.com/", _DRAWN))),
    ("href", Wording(("https://example.com/", _DRAWN))),
    ("avatar", Wording(("https://example.com/", _DRAWN, ".png"))),
    ("webhook", Wording(("https://example.com/", _DRAWN))),
    ("ip", _fixed("192.0.2.10")),
    ("hostname", _fixed("host.example.com")),
    ("host", _fixed("host.example.com")),
    ("domain", _fixed("example.com")),
    ("port", _fixed("8080")),
    ("user name", _key("user", _DRAWN)),
    ("username", _key("user", _DRAWN)),
    ("login", _key("user", _DRAWN)),
    ("nickname", _key("nick", _DRAWN)),
    ("file name", Wording(("file-", _DRAWN, ".txt"))),
    ("filename", Wording(("file-", _DRAWN, ".txt"))),
    ("first name", Wording(provider="first_name", tail=("-", _LETTERS))),
    ("firstname", Wording(provider="first_name", tail=("-", _LETTERS))),
    ("last name", Wording(provider="last_name", tail=("-", _LETTERS))),
    ("lastname", Wording(provider="last_name", tail=("-", _LETTERS))),
    ("surname", Wording(provider="last_name", tail=("-", _LETTERS))),
    ("full name", Wording(provider="name", tail=("-", _LETTERS))),
    ("company", Wording(provider="company", is_fixed=True)),
    ("street", Wording(provider="street_address", is_fixed=True)),
    ("address", Wording(provider="street_address", is_fixed=True)),
    ("city", Wording(provider="city", is_fixed=True)),
    ("job", Wording(provider="job", is_fixed=True)),
    ("zip", _fixed("10115")),
    ("postal", _fixed("10115")),
    ("postcode", _fixed("10115")),
    ("price", _fixed("19.50")),
    ("amount", _fixed("19.50")),
    ("color", _fixed("#336699")),
    ("colour", _fixed("#336699")),
    ("mime", _fixed("text/plain")),
    ("content type", _fixed("text/plain")),
    ("slug", _key("item-", _DRAWN)),
    ("sku", _key("SKU-", _DRAWN)),
    ("vat", _fixed("DE123456789")),
    ("uuid", Wording(UUID_PARTS)),
    ("guid", Wording(UUID_PARTS)),
    ("password", Wording(("Passw0rd!", _DRAWN))),
    ("birthday", _fixed("1990-05-17")),
    ("birth date", _fixed("1990-05-17")),
    ("date", _fixed("2024-05-17")),
    ("timestamp", _fixed("2024-05-17T09:30:00Z")),
    ("datetime", _fixed("2024-05-17T09:30:00Z")),
    ("created", _fixed("2024-05-17T09:30:00Z")),
    ("updated", _fixed("2024-05-17T09:30:00Z")),
    ("time", _fixed("09:30:00")),
    ("gender", _fixed("female")),
    ("status", _fixed("active")),
    ("state", _fixed("active")),
    ("sort", _fixed("id")),
    ("order by", _fixed("id")),
    ("direction", _fixed("asc")),
    ("role", _fixed("user")),
    ("type", _fixed("standard")),
    ("kind", _fixed("standard")),
    ("level", _fixed("standard")),
    ("category", _fixed("standard")),
    ("unit", _fixed("piece")),
    ("format", _fixed("json")),
    ("version", _fixed("1.0.0")),
)

_NUMBERS: tuple[tuple[str, int | float], ...] = (
    ("page size", 10),
    ("page count", 120),
    ("page", 1),
    ("limit", 10),
    ("size", 10),
    ("per page", 10),
    ("offset", 0),
    ("skip", 0),
    ("price", 19.5),
    ("amount", 42.5),
    ("cost", 12.25),
    ("total", 84.5),
    ("quantity", 3),
    ("qty", 3),
    ("count", 3),
    ("year", 2024),
    ("month", 5),
    ("day", 17),
    ("age", 34),
    ("percent", 15),
    ("rating", 4),
    ("latitude", 52.5),
    ("longitude", 13.25),
    ("lat", 52.5),
    ("lon", 13.25),
    ("lng", 13.25),
    ("port", 8080),
    ("weight", 2.5),
    ("height", 180),
    ("timestamp", 1715938200),
)


@lru_cache(maxsize=8192)
def tokens(name: str) -> tuple[str, ...]:
    """The words of a name: ``firstName``, ``first_name`` and ``First-Name`` are all ``("first", "name")``. ASCII only."""
    return tuple(match.group().lower() for match in _CAMEL.finditer(name))


def wording(name: str) -> Wording | None:
    """How a string of that name reads, or None where the name says nothing that we know."""
    words = tokens(name)
    if words and words[-1] in _KEYS and "uuid" not in words:
        return None  # A webhook's id is no URL.
    return _named(_STRINGS, name)


def number_wish(name: str) -> int | float | None:
    """A natural number for that name, or None. Numbers that are ids start at 1."""
    words = tokens(name)
    return 1 if words and words[-1] == "id" else _named(_NUMBERS, name)


def number_text(name: str) -> str | None:
    """A number of that name as text (``page=1``), or None. Ids are left out: as texts they need not be numbers."""
    words = tokens(name)
    number = None if words and words[-1] in _KEYS else _named(_NUMBERS, name)
    return None if number is None else str(number)


def stem(name: str) -> str:
    """The name as the start of a text: ``shortTitle`` -> ``Short title``; ``Text`` where it has no ASCII letters."""
    return " ".join(tokens(name)[:3]).capitalize()[:24] or "Text"


class Realism:
    """Faker, imported when it is first needed: it costs more than most whole suites."""

    def __init__(self) -> None:
        self._faker: Faker | None = None

    def text(self, provider: str, seed: Seed) -> str:
        """A text of Faker's provider (en_US), printable ASCII. Equal seeds give equal texts."""
        if self._faker is None:
            from faker import Faker

            self._faker = Faker("en_US")
        self._faker.seed_instance(seed.number(2**48))
        method: Callable[[], str] = getattr(self._faker, provider)
        return "".join(char if " " <= char <= "~" else " " for char in method())


def _named(table: tuple[tuple[str, _Answer], ...], name: str) -> _Answer | None:
    words = tokens(name)
    singular = {word.removesuffix("s") for word in words} | set(words)
    for wanted, answer in table:
        if wanted in singular or (" " in wanted and singular.issuperset(wanted.split())):
            return answer
    return None
