"""Strings: by format, by pattern, by what the name says, or just a text; each candidate proven before it is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from specproof.domain.plans import Fresh
from specproof.generators.test_data_factory import fresh, mocks, semantics
from specproof.generators.test_data_factory.fresh import LETTERS, TAIL, TAIL_LENGTH, UUID_PARTS, Parts
from specproof.generators.test_data_factory.patterns import layouts
from specproof.generators.test_data_factory.places import Shape
from specproof.generators.test_data_factory.proving import Prover
from specproof.generators.test_data_factory.seeds import Seed
from specproof.generators.test_data_factory.semantics import Realism, Wording
from specproof.openapi.schema import JsonValue

MAX_LENGTH = 10_000
"""A longer minLength is not fulfilled: what it would allocate is the document's choice, not ours."""

_PROOFS = 5
_SHORT = 6
_DRAWN: tuple[str, int] = (TAIL, TAIL_LENGTH)

_FORMATS: dict[str, Wording] = {
    "email": Wording(("reader.", _DRAWN, "@example.com")),
    "idn-email": Wording(("reader.", _DRAWN, "@example.com")),
    "uuid": Wording(UUID_PARTS),
    "guid": Wording(UUID_PARTS),
    "uri": Wording(("https://example.com/", _DRAWN)),
    "url": Wording(("https://example.com/", _DRAWN)),
    "iri": Wording(("https://example.com/", _DRAWN)),
    "uri-reference": Wording(("/items/", _DRAWN)),
    "iri-reference": Wording(("/items/", _DRAWN)),
    "password": Wording(("Passw0rd!", _DRAWN)),
}
_FIXED_FORMATS: dict[str, str] = {
    "time": "09:30:00Z",
    "duration": "P3D",
    "hostname": "host.example.com",
    "idn-hostname": "host.example.com",
    "ipv4": "192.0.2.10",
    "ip": "192.0.2.10",
    "ipv6": "2001:db8::10",
    "byte": "c3BlY3Byb29m",
    "base64": "c3BlY3Byb29m",
    "binary": "A small file of a test.",
    "regex": "^[a-z]+$",
    "json-pointer": "/items/0",
    "relative-json-pointer": "0/items",
    "uri-template": "/items/{id}",
    "phone": "+15550123456",
    "color": "#336699",
    "decimal": "19.50",
    "int32": "7",
    "int64": "7",
    "float": "7.5",
    "double": "7.5",
}
# Strings that look like a pattern's digits but carry a meaning that random digits would break.
_WELL_KNOWN = (
    "2024-05-17",
    "2024-05-17T09:30:00Z",
    "2024-05-17T09:30:00",
    "2024-05-17 09:30:00",
    "2024-05",
    "09:30",
    "09:30:00",
    "1.0.0",
)


def anything_fits(_: JsonValue) -> bool:
    """What a JSON body asks of its values: nothing beyond the schema."""
    return True


@dataclass(frozen=True, slots=True)
class Wish:
    """What is known of a wanted string beside its schema."""

    name: str
    seed: Seed
    wants_fresh: bool
    fits: Callable[[JsonValue], bool] = anything_fits
    """Whether a value survives where it travels (the wire form of a parameter)."""


class StringMaker:
    """Makes proven strings."""

    def __init__(self, prover: Prover, realism: Realism) -> None:
        self._prover = prover
        self._realism = realism

    def make(self, shape: Shape, wish: Wish) -> str | Fresh | None:
        """A string that the whole place accepts, fresh where wanted and possible; None if none was found."""
        low, high = shape.count("minLength"), shape.limit("maxLength")
        if low > MAX_LENGTH or (high is not None and high < low):
            return None
        for candidate in self._candidates(shape, wish, low, high):
            found = self.proven(shape, candidate, wish)
            if found is not None:
                return found
        return None

    def proven(self, shape: Shape, candidate: Wording, wish: Wish) -> str | Fresh | None:
        """``candidate`` as a value: constant, or Fresh if every one of several drawn samples is accepted; None if refused."""
        text = fresh.sample(candidate.parts, wish.seed)
        if not wish.fits(text) or not self._prover.accepts(shape.scalar_place, text):
            return None
        if not wish.wants_fresh or candidate.is_fixed or fresh.entropy(candidate.parts) < fresh.MIN_ENTROPY:
            return text
        drawn = [fresh.sample(candidate.parts, wish.seed.at("proof", str(index))) for index in range(_PROOFS)]
        if all(self._prover.accepts(shape.scalar_place, other) for other in drawn):
            return Fresh(candidate.parts, text)
        return text

    def _candidates(self, shape: Shape, wish: Wish, low: int, high: int | None) -> Iterator[Wording]:
        """Wordings, the most meaningful first, fitted to the length."""
        for worded in mocks.mocked(shape.texts(mocks.MOCK), wish.seed):
            yield from self._worded(worded, wish, low, high)
        formats = shape.texts("format")
        for name in formats:
            yield from self._of_format(name, wish, low, high)
        patterns = shape.texts("pattern")
        named = semantics.wording(wish.name) or _of_media(shape)
        if named is not None and (patterns or low or high is not None or not formats):
            yield from self._worded(named, wish, low, high)
        for pattern in patterns:
            yield from of_pattern(pattern, low, high)
        if not patterns:
            number = semantics.number_text(wish.name)
            if number is not None:
                yield Wording((number,), is_fixed=True)
            stem = semantics.stem(wish.name)
            stem = stem if wish.wants_fresh else stem.lower().replace(" ", "-")
            yield from self._worded(Wording((stem + "-", _DRAWN)), wish, low, high)
            yield from (Wording(parts) for parts in _filled(low, high))

    def _of_format(self, name: str, wish: Wish, low: int, high: int | None) -> Iterator[Wording]:
        day = wish.seed.at("date").number(300)
        date = f"2024-{day // 28 + 1:02}-{day % 28 + 1:02}"
        if name == "date":
            yield Wording((date,), is_fixed=True)
        elif name in {"date-time", "datetime"}:
            yield Wording((f"{date}T09:30:00Z",), is_fixed=True)
        elif name in _FIXED_FORMATS:
            yield Wording((_FIXED_FORMATS[name],), is_fixed=True)
        elif name in _FORMATS:
            yield from self._worded(_FORMATS[name], wish, low, high)
            if name in {"uri", "url", "iri"}:
                yield Wording(("http://a.example",), is_fixed=True)

    def _worded(self, wording: Wording, wish: Wish, low: int, high: int | None) -> Iterator[Wording]:
        """A wording, cut or padded to the length."""
        parts = wording.parts
        if wording.provider:
            parts = (self._realism.text(wording.provider, wish.seed), *wording.tail)
        fitted = _fitted(parts, low, high)
        if fitted is not None:
            yield Wording(fitted, is_fixed=wording.is_fixed)


def of_pattern(pattern: str, low: int, high: int | None) -> list[Wording]:
    """Wordings of a pattern: those that can differ from run to run first, and before them dates and times where it looks like one."""
    laid_out = list(layouts(pattern, low, high))
    if not laid_out and not pattern.endswith("$"):
        # "At least one capital letter", say: where the pattern leaves the end open, letters may follow.
        short = [parts for parts in layouts(pattern, 0, high) if fresh.length(parts) < low]
        laid_out = [fresh.merged([*parts, (LETTERS, low - fresh.length(parts))]) for parts in short]
    found = sorted(laid_out, key=lambda parts: -min(fresh.entropy(parts), fresh.MIN_ENTROPY))
    known = _WELL_KNOWN if found and _is_digits(found[0]) else ()
    return [*(Wording((text,), is_fixed=True) for text in known), *(Wording(parts) for parts in found)]


def _of_media(shape: Shape) -> Wording | None:
    """3.1's way to say "a file" or "base64" (``contentMediaType``, ``contentEncoding``)."""
    if shape.has("contentEncoding"):
        return Wording((_FIXED_FORMATS["byte"],), is_fixed=True)
    return Wording((_FIXED_FORMATS["binary"],), is_fixed=True) if shape.has("contentMediaType") else None


def _fitted(parts: Parts, low: int, high: int | None) -> Parts | None:
    """``parts`` with ``low`` to ``high`` characters: the leading text is cut or padded, the drawn part stays. None if it cannot be."""
    total = fresh.length(parts)
    head = parts[0]
    if high is not None and total > high:
        if not isinstance(head, str) or len(parts) > 2 or high < _SHORT:
            return None
        kept = len(head) - (total - high)
        if kept < 2:
            return (
                None if len(parts) == 1 else (parts[1],) if kept + len(head) >= 0 and fresh.length((parts[1],)) <= high else None
            )
        return (head[: kept - 1] + head[-1], *parts[1:])
    if total < low:
        padding = "x" * (low - total)
        return (head + padding, *parts[1:]) if isinstance(head, str) else (padding, *parts)
    return parts


def _filled(low: int, high: int | None) -> Iterator[Parts]:
    """Plain letters of a length that fits, for what nothing else fits."""
    count = max(low, 1) if high is None else max(low, min(high, TAIL_LENGTH))
    yield ((LETTERS, count),) if count else ("",)


def _is_digits(parts: Parts) -> bool:
    """Whether a pattern's strings are digits between the signs of dates and times."""
    drawn = [part[0] for part in parts if isinstance(part, tuple)]
    signs = "".join(part for part in parts if isinstance(part, str))
    return (
        bool(signs)
        and len(drawn) > 1
        and all(alphabet.isdecimal() for alphabet in drawn)
        and not set(signs) - set("-:./TZ 0123456789")
    )
