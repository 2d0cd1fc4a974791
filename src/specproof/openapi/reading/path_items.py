"""Path items: where the operations of a document stand, found before any of them is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specproof.openapi.finding_log import quoted
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.model import OperationKey
from specproof.openapi.pointers import Tokens
from specproof.openapi.reading.document_reader import DocumentReader
from specproof.openapi.schema import JsonObject, JsonValue
from specproof.openapi.vocabulary import Method, SpecVersion

_METHODS = {method.value.lower(): method for method in Method}
_ORDER = {method: index for index, method in enumerate(Method)}
_NO_METHODS = frozenset({"$ref", "summary", "description", "servers", "parameters"})
_ADDITIONAL = "additionalOperations"
_MOST_ADDITIONAL = 20
_MOST_METHODS = 50


@dataclass(frozen=True, slots=True)
class OperationPlace:
    """One operation, not read yet, and the path item that it belongs to.

    ``at`` is where it stands; ``named_at`` is where its path has it, which differs where a reference lies between.
    """

    key: OperationKey
    node: JsonObject
    at: Tokens
    named_at: Tokens
    item: JsonObject
    item_at: Tokens


class PathItemReader:
    """Finds operations, and remembers the methods that a document adds to those of OpenAPI: there may be so many."""

    def __init__(self, reader: DocumentReader) -> None:
        self._reader = reader
        self._additional: set[Method] = set()

    def operations(self, path: str, raw: JsonValue, at: Tokens) -> Iterator[OperationPlace]:
        """The operations of the path item ``raw``, which stands at ``at`` or where a reference there leads to; in the order of their methods."""
        found = self._reader.object_at(raw, at, FindingCode.OPERATION_INVALID, "a path item")
        if found is None:
            return
        item, item_at = found
        places = [
            OperationPlace(OperationKey(method, path), node, where, (*at, *keys), item, item_at)
            for method, keys in self._methods(item, item_at)
            if (described := self._described(item, item_at, keys)) is not None
            for node, where in (described,)
        ]
        yield from sorted(places, key=lambda place: method_order(place.key.method))

    def _described(self, item: JsonObject, at: Tokens, keys: Tokens) -> tuple[JsonObject, Tokens] | None:
        raw: JsonValue = item
        for key in keys:
            raw = raw[key] if isinstance(raw, dict) else None
        return self._reader.object_at(raw, (*at, *keys), FindingCode.OPERATION_INVALID, "an operation")

    def _methods(self, item: JsonObject, at: Tokens) -> Iterator[tuple[Method, Tokens]]:
        """Each method, and the keys under which ``item`` has its operation."""
        is_32 = self._reader.dialect is SpecVersion.OPENAPI_32
        for key in sorted(item):
            method = _METHODS.get(key)
            if method is not None:
                if method is Method.QUERY and not is_32:
                    message = '"query" is a method of OpenAPI 3.2; it is read as such'
                    self._reader.report(FindingCode.METHOD_UNSUPPORTED, (*at, key), message, Severity.INFO)
                yield method, (key,)
            elif key == _ADDITIONAL and is_32:
                yield from self._additional_methods(item[key], (*at, key))
            elif key not in _NO_METHODS and not key.startswith("x-"):
                message = f"{quoted(key)} is no method that this version of OpenAPI can describe; it is left out"
                self._reader.report(FindingCode.METHOD_UNSUPPORTED, (*at, key), message)

    def _additional_methods(self, raw: JsonValue, at: Tokens) -> Iterator[tuple[Method, Tokens]]:
        code = FindingCode.METHOD_UNSUPPORTED
        for name, _ in self._reader.members(raw, at, code, "additional operations", _MOST_ADDITIONAL):
            place = (*at, name)
            if name.lower() in _METHODS:
                message = f"{quoted(name)} has a field of its own in a path item; it is left out here"
                self._reader.report(code, place, message)
                continue
            method = self._additional_method(name)
            if method is None:
                message = f"{quoted(name)} is no method in capital letters, or one too many; it is left out"
                self._reader.report(code, place, message)
            else:
                yield method, (_ADDITIONAL, name)

    def _additional_method(self, name: str) -> Method | None:
        if len(self._additional) >= _MOST_METHODS and name not in self._additional:
            return None
        try:
            method = Method(name)
        except ValueError:
            return None
        self._additional.add(method)
        return method


def method_order(method: Method) -> tuple[int, str]:
    """Sorts methods: those of OpenAPI in its order, then the others by name."""
    return _ORDER.get(method, len(_ORDER)), method.value
