"""Which query parameters of a list mean its page, its page size and its order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from specproof.domain.plans import PlanValue
from specproof.generators.reading.answers import ListPlace
from specproof.generators.reading.cursors import beside_of
from specproof.generators.reading.shapes import Shape, escape, shape_of
from specproof.generators.words import tokens
from specproof.openapi.model import Operation, Parameter
from specproof.openapi.vocabulary import ParameterLocation

_SIZE_NAMES = frozenset(
    {"limit", "size", "pagesize", "perpage", "take", "top", "maxresults", "pagelimit", "itemsperpage", "resultsperpage"}
)
_SIZE_PHRASES = ("page size", "per page", "items to return", "results to return", "maximum number of", "每页", "页大小")
_PAGE_NAMES = frozenset({"page", "pageno", "pagenum", "pagenumber", "pageindex", "currentpage"})
_OFFSET_NAMES = frozenset({"offset", "skip", "startindex"})
_ORDER_NAMES = frozenset({"order", "direction", "dir", "sortorder", "sortdirection", "sortdir", "orderdirection", "orderdir"})
_SORT_NAMES = frozenset({"sort", "sortby", "orderby", "order", "sortfield", "sortkey", "ordering", "orderfield"})
_TOTAL_NAMES = frozenset({"total", "totalcount", "totalitems", "totalelements", "totalresults", "totalrecords"})
_TOTAL_HEADERS = frozenset({"x-total-count", "x-total", "total-count"})
_ASCENDING = frozenset({"asc", "ascending", "ascend"})
_DESCENDING = frozenset({"desc", "descending", "descend"})
_LARGEST_PAGE = 1000
_LONGEST_DESCRIPTION = 4000
_SHOWN = re.compile(r"`(-?[A-Za-z_][A-Za-z0-9_]*)`")
"""A word that a description shows as code."""

ParameterKey = tuple[ParameterLocation, str]


@dataclass(frozen=True, slots=True)
class SortChoice:
    """One documented order: the item property that it sorts by, its direction, and the parameters that ask for it."""

    key: str
    descending: bool
    parameters: tuple[tuple[ParameterKey, PlanValue], ...]


def _plain(parameter: Parameter) -> str:
    return "".join(tokens(parameter.name.raw()))


def _key(parameter: Parameter) -> ParameterKey:
    return parameter.location, parameter.name.raw()


def is_page_size(parameter: Parameter, shape: Shape, item: Shape) -> bool:
    """Whether a query parameter limits how many items a page holds: an integer with such a name or description."""
    if not shape.is_numeric or any(tokens(name) == tokens(parameter.name.raw()) for name in item.properties):
        return False
    said = f"{parameter.description.printable(300)} {shape.description}".lower()
    return _plain(parameter) in _SIZE_NAMES or any(phrase in said for phrase in _SIZE_PHRASES)


def first_position(parameter: Parameter, shape: Shape) -> int | None:
    """Where the first page begins, if a query parameter says where a page begins: 0 for an offset, 0 or 1 for a page number."""
    name = _plain(parameter)
    if "integer" not in shape.types:
        return None
    if name in _PAGE_NAMES:
        return int(shape.minimum) if shape.minimum is not None else 1
    return 0 if name in _OFFSET_NAMES else None


def widest_page(operation: Operation, item: Shape) -> dict[ParameterKey, PlanValue]:
    """The parameters that ask for the first page, as large as the document allows: what a search of the whole list begins with."""
    wanted: dict[ParameterKey, PlanValue] = {}
    for parameter in operation.parameters_in(ParameterLocation.QUERY):
        shape = shape_of(parameter.schema)
        if not shape.is_numeric or "integer" not in shape.types:
            continue
        position = first_position(parameter, shape)
        if is_page_size(parameter, shape, item) and shape.maximum is not None:
            wanted[_key(parameter)] = min(int(shape.maximum), _LARGEST_PAGE)
        elif position is not None:
            wanted[_key(parameter)] = position
    return wanted


@dataclass(frozen=True, slots=True)
class TotalPlace:
    """Where a list's total stands: a JSON pointer of the answer, or the lower-case name of a header."""

    name: str
    is_header: bool


def totals_of(operation: Operation, place: ListPlace) -> list[TotalPlace]:
    """Where the answer says how many items the whole list has: beside the list or around it, in an object that tells of
    its pages, and in a documented header.
    """
    found = [
        TotalPlace(f"{pointer}/{escape(name)}", is_header=False)
        for pointer, shape in beside_of(operation, place)
        for name, schema in shape.properties.items()
        if "".join(tokens(name)) in _TOTAL_NAMES and "integer" in shape_of(schema).types
    ]
    headers = [header.name for response in operation.success_responses() for header in response.headers]
    found += [TotalPlace(name, is_header=True) for name in dict.fromkeys(headers) if name in _TOTAL_HEADERS]
    return found


def counts_items(parameter: Parameter) -> bool:
    """Whether a parameter that says where a page begins counts items (``offset``) and not pages."""
    return _plain(parameter) in _OFFSET_NAMES


def sort_choices(operation: Operation, parameter: Parameter, item: Shape) -> list[SortChoice]:
    """Every order that a parameter documents by its ``enum``, or shows in both directions in its description.

    Item properties, with ``-``, ``+``, ``:desc`` or beside an order parameter. Empty where a member means no property of an item: then
    the words of the enum are not known.
    """
    shape = shape_of(parameter.schema)
    members = [member for member in (shape.enum or shape_of(shape.items).enum) if isinstance(member, str)]
    members = members or _shown_both_ways(parameter, shape, item)
    by_words = {tokens(name): name for name in item.properties if shape_of(item.properties[name]).is_scalar}
    read = [_read(member) for member in members]
    if not read or any(tokens(name) not in by_words for name, _ in read):
        return []
    order = next(
        (one for one in operation.parameters_in(ParameterLocation.QUERY) if one is not parameter and _directions(one)), None
    )
    if by_words and _plain(parameter) not in _SORT_NAMES and not any(direction for _, direction in read) and order is None:
        return []
    return sorted(_choices(parameter, members, read, by_words, order), key=lambda choice: (choice.key, choice.descending))


def _shown_both_ways(parameter: Parameter, shape: Shape, item: Shape) -> list[str]:
    """The values of a free text that its description shows in both directions: ```price``` and ```-price```, for a property."""
    if _plain(parameter) not in _SORT_NAMES or shape.types != {"string"} or shape.enum:
        return []
    said = parameter.description.printable(_LONGEST_DESCRIPTION)
    shown = set(_SHOWN.findall(said)) if "desc" in said.lower() else set()
    return [value for name in item.properties if {name, f"-{name}"} <= shown for value in (name, f"-{name}")]


def _choices(
    parameter: Parameter,
    members: list[str],
    read: list[tuple[str, str]],
    by_words: dict[tuple[str, ...], str],
    order: Parameter | None,
) -> Iterator[SortChoice]:
    is_list = bool(shape_of(parameter.schema).items)
    for member, (name, direction) in zip(members, read, strict=True):
        value: PlanValue = [member] if is_list else member
        own = (_key(parameter), value)
        if direction or order is None:
            yield SortChoice(by_words[tokens(name)], direction == "desc", (own,))
            continue
        for descending, word in _directions(order):
            yield SortChoice(by_words[tokens(name)], descending, (own, (_key(order), word)))


def _read(member: str) -> tuple[str, str]:
    """``-price`` -> ``("price", "desc")``, ``price:asc`` -> ``("price", "asc")``, ``price`` -> ``("price", "")``."""
    if member[:1] in {"-", "+"}:
        return member[1:], "desc" if member[0] == "-" else "asc"
    words = tokens(member)
    if len(words) > 1 and words[-1] in _ASCENDING | _DESCENDING:
        return "_".join(words[:-1]), "desc" if words[-1] in _DESCENDING else "asc"
    return member, ""


def _directions(parameter: Parameter) -> list[tuple[bool, str]]:
    """The words of an order parameter: whether each is descending. Empty for other parameters."""
    members = [member for member in shape_of(parameter.schema).enum if isinstance(member, str)]
    lower = {member.lower() for member in members}
    if not lower or not lower <= _ASCENDING | _DESCENDING:
        return []
    return sorted((member.lower() in _DESCENDING, member) for member in members)
