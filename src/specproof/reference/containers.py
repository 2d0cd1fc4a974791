"""Where in an answer (or a request's body) the record or the list of records stands: bare, or in a wrapper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from specproof.openapi.model import MediaType, Operation, Response
from specproof.openapi.schema import Schema
from specproof.reference.naming import kind_of, plain
from specproof.reference.shapes import Shape, Shapes

LIST_NAMES: Final = (
    "items",
    "data",
    "results",
    "result",
    "content",
    "contents",
    "value",
    "values",
    "records",
    "list",
    "rows",
    "entries",
    "elements",
    "objects",
    "docs",
)
_WRAPPERS: Final = frozenset({"data", "result", "response", "payload", "content", "item", "record", "body", "value", "embedded"})
_AROUND: Final = frozenset(
    {
        *("code", "message", "msg", "success", "status", "error", "errors", "meta", "timestamp", "time", "requestid", "traceid"),
        *("links", "detail", "ok", "errcode", "errmsg", "type", "version", "total", "count", "statuscode", "warnings", "info"),
    }
)
"""Names of members that stand beside a wrapped record."""
PAGING_NAMES: Final = frozenset(
    {
        *(
            "total",
            "totalcount",
            "totalitems",
            "totalelements",
            "totalresults",
            "count",
            "limit",
            "offset",
            "page",
            "pages",
            "skip",
        ),
        *(
            "pagesize",
            "perpage",
            "size",
            "totalpages",
            "pagecount",
            "next",
            "previous",
            "prev",
            "cursor",
            "nextcursor",
            "hasmore",
        ),
        *(
            "hasnext",
            "nextpage",
            "nextpagetoken",
            "nexttoken",
            "pagetoken",
            "links",
            "meta",
            "pagination",
            "paging",
            "first",
            "last",
        ),
        *("number", "numberofelements", "empty", "self", "kind", "object", "url", "success", "code", "message", "msg", "status"),
        *("currentpage", "lastpage", "from", "to", "start", "end", "error", "etag", "ok", "type", "requestid", "traceid"),
    }
)
_ID_NAMES: Final = frozenset({"id", "uuid", "guid", "sid", "uid", "key", "slug"})


@dataclass(frozen=True, slots=True)
class Container:
    """The record or list in a body: the names that lead to it, and its schema (of one item, where it is a list)."""

    path: tuple[str, ...]
    item: Schema | None
    is_list: bool


def success_response(operation: Operation) -> Response | None:
    """The successful response that the reference gives: the lowest 2xx; for POST a 201 comes first."""
    found = operation.success_responses()
    if not found:
        return next((response for response in operation.responses if response.status == "default"), None)
    if operation.key.method.value == "POST":
        return next((response for response in found if response.status == "201"), found[0])
    return found[0]


def json_media(media_types: tuple[MediaType, ...]) -> MediaType | None:
    """The JSON media type of those that are documented, the first of them else."""
    return next((media for media in media_types if media.is_json), media_types[0] if media_types else None)


def answer_schema(operation: Operation) -> Schema | None:
    """The schema of a successful answer."""
    response = success_response(operation)
    media = json_media(response.media_types) if response is not None else None
    return media.schema if media is not None else None


def body_schema(operation: Operation) -> Schema | None:
    """The schema of the request's body."""
    media = json_media(operation.request_body.media_types) if operation.request_body is not None else None
    return media.schema if media is not None else None


def container_of(shapes: Shapes, schema: Schema | None, segment: str, *, wants_list: bool | None = None) -> Container | None:
    """What a body is about. ``segment`` is the collection's path segment, after which wrappers may name their content.

    ``wants_list`` says which of both is looked for, None for either: a list before a record.
    """
    if schema is None or schema.raw is True:
        return None
    shape = shapes.of_schema(schema)
    if wants_list is not False:
        path = _list_path(shapes, shape, segment, 0)
        if path is not None:
            inner = shapes.inner(schema, path)
            return Container(path, shapes.items_of(inner) if inner is not None else None, is_list=True)
        if wants_list:
            return None
    if shape.is_list or not shape.is_object:
        return None
    path = _record_path(shapes, shape, segment, 0)
    return Container(path, shapes.inner(schema, path), is_list=False)


def _list_path(shapes: Shapes, shape: Shape, segment: str, depth: int) -> tuple[str, ...] | None:
    if shape.is_list:
        return ()
    if not shape.properties or _has_id(shape):
        return None
    lists = [name for name in shape.properties if shapes.member(shape, name).is_list]
    by_name = {plain(name): name for name in lists}
    for wanted in (plain(segment), *LIST_NAMES):
        if wanted in by_name:
            return (by_name[wanted],)
    if len(lists) == 1 and all(plain(name) in PAGING_NAMES for name in shape.properties if name != lists[0]):
        return (lists[0],)
    if depth < 2:
        for name in shape.properties:
            if plain(name) in _WRAPPERS and shapes.member(shape, name).is_object:
                below = _list_path(shapes, shapes.member(shape, name), segment, depth + 1)
                if below is not None:
                    return (name, *below)
    return None


def _record_path(shapes: Shapes, shape: Shape, segment: str, depth: int) -> tuple[str, ...]:
    if _has_id(shape) or depth > 1:
        return ()
    kind = kind_of(segment)
    for name in shape.properties:
        inner = shapes.member(shape, name)
        if not inner.is_object or not inner.properties:
            continue
        others = [plain(other) for other in shape.properties if other != name]
        is_wrapper = plain(name) in _WRAPPERS or plain(name) == kind
        if is_wrapper and all(other in _AROUND for other in others):
            return (name, *_record_path(shapes, inner, segment, depth + 1))
    return ()


def _has_id(shape: Shape) -> bool:
    return any(plain(name) in _ID_NAMES for name in shape.properties)
