"""Which parameters of a list page, filter and sort it, as far as their names and schemas say."""

from __future__ import annotations

import re
from typing import Final

from specproof.openapi.model import Operation, Parameter, Response
from specproof.openapi.schema import Schema
from specproof.openapi.vocabulary import ParameterLocation
from specproof.reference.containers import Container, answer_schema, success_response
from specproof.reference.naming import named, plain, words
from specproof.reference.resources import Filter, Listing
from specproof.reference.shapes import Shape, Shapes

_LIMITS: Final = (
    *("limit", "pagesize", "perpage", "pagelimit", "size", "maxresults", "maxitems", "top", "take", "rows", "first", "count"),
)
_OFFSETS: Final = ("offset", "skip", "start", "startindex", "pageoffset", "from")
_PAGES: Final = ("page", "pagenumber", "pageno", "pagenum", "pageindex", "currentpage")
_CURSORS: Final = (
    "cursor",
    "after",
    "pagetoken",
    "nexttoken",
    "startingafter",
    "continuationtoken",
    "marker",
    "pagecursor",
    "pageafter",
)
_SORTS: Final = ("sort", "sortby", "orderby", "ordering", "sortfield", "order", "sortkey")
_DIRECTIONS: Final = (
    "order",
    "direction",
    "sortorder",
    "sortdirection",
    "dir",
    "orderdirection",
    "sortdir",
    "desc",
    "descending",
)
_SEARCHES: Final = ("q", "query", "search", "keyword", "keywords", "searchterm", "term")
_TOTALS: Final = ("total", "totalcount", "totalitems", "totalelements", "totalresults", "totalsize", "totalrecords")
_AROUND_TOTALS: Final = ("meta", "pagination", "paging", "page", "data", "result", "links", "pageinfo")
_LEAST: Final = frozenset({"min", "from", "gte", "minimum", "since", "start"})
_MOST: Final = frozenset({"max", "to", "lte", "maximum", "until", "end"})
_COMPARISONS: Final = {
    **dict.fromkeys(_LEAST, "least"),
    **dict.fromkeys(_MOST, "most"),
    **dict.fromkeys(("gt", "after", "above"), "above"),
    **dict.fromkeys(("lt", "before", "below"), "below"),
    **dict.fromkeys(("contains", "like"), "contains"),
}
_PRESENCE: Final = frozenset({"in", "has", "is", "with"})
_BRACKETS: Final = re.compile(r"filters?\[([^\[\]]+)\](?:\[([^\[\]]+)\])?|([^\[\]]+)\[([^\[\]]+)\]")
_TOTAL_HEADER: Final = re.compile(r"(x-)?(total|total-?count|total-?items|pagination-total)(-count)?")


def listing_of(shapes: Shapes, operation: Operation, container: Container | None, item: Schema | None) -> Listing:
    """How the operation lists records of ``item``; ``container`` is where its answer holds them."""
    queries = {plain(p.name.raw()): p for p in reversed(operation.parameters_in(ParameterLocation.QUERY))}
    shape = shapes.of_schema(item)
    properties = {plain(name) for name in shape.properties}

    def first(names: tuple[str, ...], *, counts: bool = True) -> Parameter | None:
        found = (queries[name] for name in names if name in queries and (not counts or name not in properties))
        return next((p for p in found if not counts or shapes.of_schema(p.schema).kinds & {"integer", "number"}), None)

    limit, page = first(_LIMITS), first(_PAGES)
    offset = first(_OFFSETS)
    cursor = next((queries[name] for name in _CURSORS if name in queries and name not in properties), None)
    direction = next((queries[name] for name in _DIRECTIONS if name in queries and _is_direction(shapes, queries[name])), None)
    sort = next((queries[n] for n in _SORTS if n in queries and queries[n] is not direction), None)
    taken = {id(p) for p in (limit, page, offset, cursor, direction, sort) if p is not None}
    rest = [p for p in operation.parameters_in(ParameterLocation.QUERY) if id(p) not in taken]
    limits = shapes.of_schema(limit.schema).flags if limit else {}
    return Listing(
        limit=_name(limit),
        default_limit=_whole(limits.get("default")),
        maximum=_whole(limits.get("maximum")),
        most_items=_most_items(shapes, operation, container),
        offset=_name(offset),
        page=_name(page),
        first_page=_first_page(shapes.of_schema(page.schema)) if page else 1,
        cursor=_name(cursor),
        filters=tuple(found for p in rest if (found := _filter(shapes, p, shape)) is not None),
        sort=_name(sort),
        direction=_name(direction),
        sortable=tuple(_sortable(shapes.of_schema(sort.schema), shapes, shape)) if sort else (),
        items=container.path if container is not None else (),
        total=_total_path(shapes, operation, container),
        total_header=_total_header(success_response(operation)),
    )


def _name(parameter: Parameter | None) -> str:
    return parameter.name.raw() if parameter is not None else ""


def _most_items(shapes: Shapes, operation: Operation, container: Container | None) -> int | None:
    schema = answer_schema(operation)
    inner = shapes.inner(schema, container.path) if schema is not None and container is not None else None
    return _whole(shapes.of_schema(inner).flags.get("maxItems"))


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _first_page(shape: Shape) -> int:
    return 0 if 0 in (_whole(shape.flags.get("minimum")), _whole(shape.flags.get("default"))) else 1


def _is_direction(shapes: Shapes, parameter: Parameter) -> bool:
    shape = shapes.of_schema(parameter.schema)
    if "boolean" in shape.kinds:
        return plain(parameter.name.raw()) in {"desc", "descending"}
    choices = {str(choice).lower() for choice in shape.enum}
    return bool(choices) and all(choice.startswith(("asc", "desc")) for choice in choices)


def _filter(shapes: Shapes, query: Parameter, item: Shape) -> Filter | None:
    parameter, kinds = query.name.raw(), shapes.of_schema(query.schema).kinds
    usable = [name for name in item.properties if not shapes.member(item, name).is_write_only]
    exact = named(usable, parameter)
    if exact:
        return Filter(parameter, exact)
    bracketed = _BRACKETS.fullmatch(parameter)
    if bracketed:
        name, comparison = bracketed[1] or bracketed[3], bracketed[2] or bracketed[4] or ""
        found = named(usable, name)
        kind = _COMPARISONS.get(plain(comparison), "equal")
        return Filter(parameter, found, kind) if found and (kind != "equal" or plain(comparison) in {"", "eq"}) else None
    if plain(parameter) in _SEARCHES:
        return Filter(parameter, "", "contains")
    return _presence(parameter, usable, kinds) or _range(parameter, usable)


def _presence(parameter: str, usable: list[str], kinds: set[str]) -> Filter | None:
    """``has_chip=true``: pets whose ``chip`` is neither missing nor empty nor 0."""
    parts = words(parameter)
    if kinds == {"boolean"} and len(parts) > 1 and parts[0] in _PRESENCE:
        found = named(usable, "".join(parts[1:]))
        return Filter(parameter, found, "present") if found else None
    return None


def _range(parameter: str, usable: list[str]) -> Filter | None:
    parts = words(parameter)
    for comparison, rest in ((parts[0], parts[1:]), (parts[-1], parts[:-1])) if len(parts) > 1 else ():
        if comparison in _COMPARISONS:
            for spelling in ("".join(rest), "".join((*rest, "at")), "".join((*rest, "on"))):
                found = named(usable, spelling)
                if found:
                    return Filter(parameter, found, _COMPARISONS[comparison])
    return None


def _sortable(sort: Shape, shapes: Shapes, item: Shape) -> list[str]:
    scalars = [name for name in item.properties if shapes.member(item, name).is_scalar]
    choices = sort.enum or (shapes.of(sort.items).enum if sort.items is not None else [])
    if not choices:
        return scalars
    return [name for name in scalars if any(sorted_by(str(choice), [name]) for choice in choices)]


def sorted_by(spelling: str, names: list[str] | tuple[str, ...]) -> tuple[str, bool] | None:
    """What a sort value says: ``-born``, ``born:desc``, ``born_desc``, ``born DESC``: the property, and whether it descends."""
    text = spelling.strip()
    descends = text.startswith("-")
    bare = text.lstrip("+-")
    found = named(names, bare)
    if found:
        return found, descends
    parts = words(bare)
    if len(parts) > 1 and parts[-1] in {"asc", "desc", "ascending", "descending"}:
        found = named(names, "".join(parts[:-1]))
        if found:
            return found, parts[-1].startswith("desc")
    return None


def _total_path(shapes: Shapes, operation: Operation, container: Container | None) -> tuple[str, ...]:
    response = success_response(operation)
    if container is None or not container.path or response is None:
        return ()
    schema = next((media.schema for media in response.media_types if media.is_json and media.schema is not None), None)
    shape = shapes.of_schema(schema)
    places: list[tuple[tuple[str, ...], Shape]] = [((), shape)]
    around = {*_AROUND_TOTALS, container.path[0]}
    places += [((name,), shapes.member(shape, name)) for name in shape.properties if plain(name) in around]
    for wanted in (*_TOTALS, "count"):
        for path, inner in places:
            found = named(inner.properties, wanted)
            if found and shapes.member(inner, found).kinds & {"integer", "number"}:
                return (*path, found)
    return ()


def _total_header(response: Response | None) -> str:
    headers = response.headers if response is not None else ()
    return next((header.name for header in headers if _TOTAL_HEADER.fullmatch(header.name)), "")
