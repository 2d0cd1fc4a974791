"""Requests that the API itself sends: callbacks of operations, and webhooks. They are read and named, and nothing is planned from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.model import Inbound, Operation
from specproof.openapi.pointers import Tokens, pointer
from specproof.openapi.reading.document_reader import DocumentReader
from specproof.openapi.reading.path_items import OperationPlace, PathItemReader
from specproof.openapi.schema import JsonValue
from specproof.openapi.text import UntrustedText

_MOST_INBOUND = 200
"""Of one document, callbacks and webhooks together."""
_MOST_OF_A_PLACE = 50
_CODE = FindingCode.INBOUND_NOT_TESTED


class InboundReader:
    """Reads callbacks and webhooks. ``read_operation`` must not follow callbacks itself: there is one level of them."""

    def __init__(
        self, reader: DocumentReader, items: PathItemReader, read_operation: Callable[[OperationPlace], Operation]
    ) -> None:
        self._reader = reader
        self._items = items
        self._read_operation = read_operation
        self._number = 0
        self._known: dict[Tokens, tuple[Inbound, ...]] = {}
        self._told: set[str] = set()

    def callbacks(self, raw: JsonValue, at: Tokens) -> tuple[Inbound, ...]:
        """The callbacks of an operation: one for each name and expression, sorted."""
        found: list[Inbound] = []
        for name, described in self._reader.members(raw, at, _CODE, "callbacks", _MOST_OF_A_PLACE):
            target = self._reader.object_at(described, (*at, name), _CODE, "a callback")
            if target is None:
                continue
            node, place = target
            if (name, *place) not in self._known:
                self._known[name, *place] = tuple(self._expressions(name, node, place))
            found.extend(self._known[name, *place])
        return tuple(found)

    def webhooks(self, raw: JsonValue, at: Tokens) -> tuple[Inbound, ...]:
        """The webhooks of a document, sorted by name."""
        found: list[Inbound] = []
        for name, described in self._reader.members(raw, at, _CODE, "webhooks", _MOST_INBOUND):
            if not name.startswith("x-"):
                found.extend(self._read("webhooks", at, name, "", described, (*at, name)))
        return tuple(found)

    def _expressions(self, name: str, node: JsonValue, at: Tokens) -> Iterator[Inbound]:
        for expression, described in self._reader.members(node, at, _CODE, "addresses", _MOST_OF_A_PLACE):
            if not expression.startswith("x-"):
                yield from self._read("callbacks", (*at, expression), name, expression, described, (*at, expression))

    def _read(self, kind: str, shown_at: Tokens, name: str, expression: str, raw: JsonValue, at: Tokens) -> Iterator[Inbound]:
        self._number += 1
        if self._number > _MOST_INBOUND:
            if self._number == _MOST_INBOUND + 1:
                self._reader.report(_CODE, at, f"only the first {_MOST_INBOUND} callbacks and webhooks are read")
            return
        if kind not in self._told:
            self._told.add(kind)
            message = f"the {kind} of this document are read, and not tested: the API sends them itself"
            self._reader.report(_CODE, shown_at, message, Severity.INFO)
        operations = tuple(self._read_operation(place) for place in self._items.operations(expression or name, raw, at))
        yield Inbound(UntrustedText(name), pointer(at), operations, UntrustedText(expression))
