"""Good values at the edge: for one keyword of one place, what should just still be allowed. Nothing here is proven."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from specproof.domain.plans import Fresh, PlanValue
from specproof.generators.test_data_factory import fresh
from specproof.generators.test_data_factory.faults import strictest
from specproof.generators.test_data_factory.numbers import LARGEST_EXACT, exact, number_range, plain_number
from specproof.generators.test_data_factory.patterns import layouts, open_ends
from specproof.generators.test_data_factory.places import Shape
from specproof.generators.test_data_factory.seeds import Seed
from specproof.generators.test_data_factory.spots import characters
from specproof.openapi.findings import Severity
from specproof.openapi.schema import JsonValue

MAX_TEXT = 8_192
"""Longer texts are not sent as good ones: what stands before the API may refuse them."""

_MAX_ITEMS = 100
_MOST_MEMBERS = 8
_LONGEST_FOREIGN = 60
_MORE = "~d"
_FOREIGN = "Größe 数据 ñandú "


@dataclass(frozen=True, slots=True)
class Edge:
    """Candidates for one edge: the keyword, what a slug and a phrase say of it, and the values to try in turn."""

    keyword: str
    pointer: str
    suffix: str
    phrase: str
    values: tuple[PlanValue, ...]
    severity: Severity = Severity.MAJOR


def edge_values(shape: Shape, value: JsonValue, seed: Seed) -> Iterator[Edge]:
    """Everything that ``value`` (a valid one of ``shape``) could be at an edge of what is allowed, one entry per edge."""
    for rule in _RULES:
        yield from rule(shape, value, seed)


def _members(shape: Shape, value: JsonValue, _: Seed) -> Iterator[Edge]:
    """Each member of an enumeration that the base does not have: of long ones the first, the last and the longest."""
    for said in shape.said("enum")[:1]:
        members = said.value if isinstance(said.value, list) else []
        scalars = [member for member in members if isinstance(member, (str, int, float)) and repr(member) != repr(value)]
        if len(scalars) > _MOST_MEMBERS:
            longest = max(scalars, key=lambda member: len(str(member)))
            scalars = [member for index, member in enumerate(scalars) if index in {0, len(scalars) - 1} or member is longest]
        for member in scalars:
            text = str(member).lower() if isinstance(member, bool) else str(member)
            # ``-name`` and ``name`` are two members, and one word in slugs.
            suffix = f"member minus {text}" if text.startswith("-") else f"member {text}"
            # Comments in code are ASCII: a member that they could not show is not named.
            phrase = f'of the allowed value "{text}"' if text.isascii() else "of another allowed value"
            yield Edge("enum", said.pointer, suffix, phrase, (member,))


def _truths(shape: Shape, value: JsonValue, _: Seed) -> Iterator[Edge]:
    if isinstance(value, bool) and not shape.has("enum", "const"):
        other = not value
        yield Edge("type", _type_pointer(shape), str(other).lower(), f"set to {str(other).lower()}", (other,))


def _nothing(shape: Shape, value: JsonValue, _: Seed) -> Iterator[Edge]:
    if value is not None and shape.is_typed and "null" in shape.types:
        yield Edge("type", _type_pointer(shape), "allowed null", "set to null, which is allowed", (None,))


def _numbers(shape: Shape, value: JsonValue, _: Seed) -> Iterator[Edge]:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or shape.has("enum", "const"):
        return
    allowed = number_range(shape, is_integer="number" not in shape.types)
    ends = {-1: allowed.low if allowed else None, 1: allowed.high if allowed else None}
    for keyword, sign, word in (
        ("minimum", -1, "smallest"),
        ("exclusiveMinimum", -1, "smallest"),
        ("maximum", 1, "largest"),
        ("exclusiveMaximum", 1, "largest"),
    ):
        said = strictest(shape, keyword, sign)
        if said is None or not isinstance(said.value, (int, float)) or abs(said.value) >= LARGEST_EXACT:
            continue
        bound, inside = exact(said.value), ends[sign]
        candidates = [plain_number(bound)] if not keyword.startswith("exclusive") else [plain_number(bound - sign * exact(0.01))]
        candidates += [allowed.value(inside)] if allowed is not None and inside is not None else []
        yield Edge(keyword, said.pointer, f"at {keyword}", f"of the {word} allowed value", tuple(candidates))


def _lengths(shape: Shape, value: JsonValue, seed: Seed) -> Iterator[Edge]:
    if not isinstance(value, str) or shape.has("enum", "const"):
        return
    pattern = next(iter(shape.texts("pattern")), None)
    for keyword, sign, word in (("minLength", -1, "shortest"), ("maxLength", 1, "longest")):
        said = strictest(shape, keyword, sign)
        if said is None or not isinstance(said.value, int) or not 0 < said.value <= MAX_TEXT:
            continue
        texts = tuple(_texts(value, said.value, pattern, seed.at(keyword)))
        yield Edge(keyword, said.pointer, f"at {keyword}", f"of exactly {characters(said.value)}, the {word} allowed", texts)


def _beside(shape: Shape, value: JsonValue, seed: Seed) -> Iterator[Edge]:
    """A text that keeps its pattern only because the pattern does not say where it ends: what reads on is not prepared for it."""
    if not isinstance(value, str) or shape.has("enum", "const", "format"):
        return
    longest = shape.limit("maxLength")
    high = (MAX_TEXT if longest is None else min(longest, MAX_TEXT)) - len(_MORE)
    low = max(0, shape.count("minLength") - len(_MORE))
    for said in shape.said("pattern")[:1] if high >= low else ():
        texts = [
            _drawn((*parts, _MORE) if is_open_after else (_MORE, *parts), seed.at("beside"))
            for option, _, is_open_after in open_ends(str(said.value))
            for parts in layouts(option, low, high, variants=1)
        ]
        yield Edge(
            "pattern", said.pointer, "beside more", "with more beside what the pattern asks for", tuple(texts), Severity.MINOR
        )


def _texts(value: str, count: int, pattern: str | None, seed: Seed) -> Iterator[PlanValue]:
    """Strings of exactly ``count`` characters, new in each run where they are long enough to be."""
    if pattern is not None:
        for parts in layouts(pattern, count, count) if count <= 2_000 else ():
            yield _drawn(parts, seed)
        return
    if "@" in value:
        local, _, domain = value.partition("@")
        missing = count - len(domain) - 1 - fresh.TAIL_LENGTH
        if missing >= 0:
            yield _drawn((("a" * missing), (fresh.TAIL, fresh.TAIL_LENGTH), "@" + domain), seed)
        yield "a" * max(1, count - len(value) + len(local)) + "@" + domain
    tail = min(count, fresh.TAIL_LENGTH)
    yield _drawn(("a" * (count - tail), (fresh.LETTERS, tail)), seed)
    yield "a" * count


def _drawn(parts: fresh.Parts, seed: Seed) -> PlanValue:
    kept = fresh.merged([part for part in parts if part])
    sample = fresh.sample(kept, seed)
    return Fresh(kept, sample) if fresh.entropy(kept) > 1 else sample


def _foreign(shape: Shape, value: JsonValue, seed: Seed) -> Iterator[Edge]:
    """Letters beyond ASCII, as many as are allowed: what counts bytes, or knows one alphabet only, stumbles."""
    if not isinstance(value, str) or shape.has("enum", "const", "pattern", "format"):
        return
    high, low = shape.limit("maxLength"), shape.count("minLength")
    count = max(low, min(_LONGEST_FOREIGN if high is None else high, _LONGEST_FOREIGN))
    if count < 2 * fresh.TAIL_LENGTH:
        return
    body = (_FOREIGN * (count // len(_FOREIGN) + 1))[: count - fresh.TAIL_LENGTH]
    text = _drawn((body, (fresh.TAIL, fresh.TAIL_LENGTH)), seed.at("foreign"))
    phrase = f"of {count} characters, many beyond ASCII"
    yield Edge("type", _type_pointer(shape), "beyond ascii", phrase, (text,), Severity.MINOR)


def _arrays(shape: Shape, value: JsonValue, _: Seed) -> Iterator[Edge]:
    if not isinstance(value, list):
        return
    low, high = shape.count("minItems"), strictest(shape, "maxItems", 1)
    if low == 0 and value and not shape.has("contains"):
        yield Edge("type", _type_pointer(shape), "empty", "with no items", ([],))
    for said in shape.said("minItems")[:1]:
        if 0 < low < len(value):
            yield Edge("minItems", said.pointer, "at minItems", f"of exactly {low} items", (fresh.kept(value[:low]),))
    if high is not None and isinstance(high.value, int) and len(value) < high.value <= _MAX_ITEMS and value:
        longer = tuple(fresh.kept(list(grown)) for grown in _grown(value, high.value))
        yield Edge("maxItems", high.pointer, "at maxItems", f"of exactly {high.value} items", longer)


def _grown(value: list[JsonValue], count: int) -> Iterator[list[JsonValue]]:
    """``value`` with ``count`` items, different ones where they can be made."""
    first, missing = value[0], count - len(value)
    if isinstance(first, str):
        yield [*value, *(f"{first}{index}" for index in range(missing))]
        yield [*value, *(f"{first[:-2]}{index:02}" for index in range(missing))]
    elif isinstance(first, (int, float)) and not isinstance(first, bool):
        most = max(member for member in value if isinstance(member, (int, float)))
        yield [*value, *(most + 1 + index for index in range(missing))]
    yield [*value, *([first] * missing)]


def _type_pointer(shape: Shape) -> str:
    stated = shape.said("type")
    return stated[0].pointer if stated else (shape.nodes[0][1] if shape.nodes else "")


_RULES: tuple[Callable[[Shape, JsonValue, Seed], Iterator[Edge]], ...] = (
    _members,
    _truths,
    _nothing,
    _numbers,
    _lengths,
    _foreign,
    _beside,
    _arrays,
)
