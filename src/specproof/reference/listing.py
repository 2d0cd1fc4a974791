"""Lists: which records, in which order, which page of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cmp_to_key
from typing import Final

from specproof.openapi.schema import JsonValue
from specproof.reference.calls import Call, Page
from specproof.reference.list_parameters import sorted_by
from specproof.reference.record_forms import key_text
from specproof.reference.resources import Filter, Listing
from specproof.reference.store import Record

_NO_LIMIT: Final = 1_000_000


def selected(call: Call, records: list[Record]) -> list[Record]:
    """What the filters leave."""
    parameters = call.decoded.parameters
    for each in call.reading.listing.filters:
        wanted = parameters.get(("query", each.parameter))
        if wanted is not None:
            keeps = _test(each, wanted)
            records = [record for record in records if keeps(record)]
    return records


def _test(each: Filter, wanted: JsonValue) -> Callable[[Record], bool]:
    if each.comparison == "equal":
        choices = wanted if isinstance(wanted, list) else [wanted]
        return lambda record: any(_is_equal(record.values.get(each.property), choice) for choice in choices)
    if each.comparison == "present":
        return lambda record: bool(record.values.get(each.property)) is bool(wanted)
    if each.comparison == "contains":
        return lambda record: _contains(record, each.property, key_text(wanted))
    return lambda record: _compares(each.comparison, record.values.get(each.property), wanted)


def _is_equal(value: JsonValue, wanted: JsonValue) -> bool:
    if isinstance(value, list):
        return any(_is_equal(item, wanted) for item in value)
    if isinstance(value, dict):
        return any(_is_equal(member, wanted) for member in value.values() if not isinstance(member, (dict, list)))
    if value is None or isinstance(value, bool) is not isinstance(wanted, bool):
        return value is None and wanted is None
    return value == wanted or key_text(value) == key_text(wanted)


def _contains(record: Record, name: str, wanted: str) -> bool:
    texts = [record.values.get(name)] if name else list(record.values.values())
    return any(isinstance(text, str) and wanted.casefold() in text.casefold() for text in texts)


def _compares(comparison: str, value: JsonValue, wanted: JsonValue) -> bool:
    order = compared(value, wanted)
    if value is None or order is None:
        return False
    return {"least": order >= 0, "most": order <= 0, "above": order > 0, "below": order < 0}[comparison]


def compared(first: JsonValue, second: JsonValue) -> int | None:
    """-1, 0 or 1 as ``first`` is less, equal or more; None where they do not compare. Texts compare by code points."""
    if isinstance(first, (int, float)) and isinstance(second, (int, float)):
        return (first > second) - (first < second)
    if isinstance(first, str) and isinstance(second, str):
        return (first > second) - (first < second)
    return None


def ordered(call: Call, records: list[Record]) -> list[Record]:
    """In the order asked for; a value that names no property leaves them as they are. Records without a value come last."""
    listing = call.reading.listing
    if not listing.sort:
        return records
    spelling = call.decoded.parameters.get(("query", listing.sort))
    if spelling is None:
        return records
    spellings = spelling if isinstance(spelling, list) else str(spelling).split(",")
    keys = [found for each in spellings if (found := sorted_by(str(each), listing.sortable)) is not None]
    if keys and _descends(call.decoded.parameters, listing):
        keys = [(name, True) for name, _ in keys]
    for name, descends in reversed(keys):
        known = [record for record in records if record.values.get(name) is not None]
        unknown = [record for record in records if record.values.get(name) is None]
        records = [*sorted(known, key=cmp_to_key(_by(name)), reverse=descends), *unknown]
    return records


def _by(name: str) -> Callable[[Record, Record], int]:
    return lambda one, other: compared(one.values[name], other.values[name]) or 0


def _descends(parameters: Mapping[tuple[str, str], JsonValue], listing: Listing) -> bool:
    direction = parameters.get(("query", listing.direction)) if listing.direction else None
    return direction is True or (isinstance(direction, str) and direction.lower().startswith("desc"))


def page(call: Call, records: list[Record]) -> Page:
    """The page asked for."""
    listing = call.reading.listing
    total = len(records)
    limit = page_size(call)
    start = 0
    offset = _number(call, listing.offset)
    number = _number(call, listing.page)
    if offset is not None:
        start = offset
    elif number is not None:
        start = max(0, number - listing.first_page) * limit
    elif listing.cursor:
        start = _after(call, records)
    end = min(total, start + limit)
    return Page(records[start:end], total, end < total, start)


def page_size(call: Call) -> int:
    """How many records a page has at most."""
    listing = call.reading.listing
    asked = _number(call, listing.limit) if listing.limit else None
    if asked is None:
        asked = listing.default_limit if listing.default_limit is not None else listing.maximum
    most = listing.most_items
    sizes = [size for size in (asked, most) if size is not None and size >= 0]
    return min(sizes) if sizes else _NO_LIMIT


def _number(call: Call, name: str) -> int | None:
    value = call.decoded.parameters.get(("query", name)) if name else None
    return max(0, int(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _after(call: Call, records: list[Record]) -> int:
    """Where the page after a cursor begins: cursors are positions, or the key of the last record before it."""
    value = call.decoded.parameters.get(("query", call.reading.listing.cursor))
    if value is None:
        return 0
    text = key_text(value)
    position = next((index for index, record in enumerate(records) if record.key == text), None)
    if position is not None:
        return position + 1
    bare = text.removeprefix("after-")
    return int(bare) if bare.isdigit() else 0


def cursor_after(position: int) -> str:
    """The cursor of the page that begins at ``position``."""
    return f"after-{position}"
