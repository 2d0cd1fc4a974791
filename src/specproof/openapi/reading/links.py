"""Links of responses: which operation an answer leads to, and what it hands on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specproof.openapi.finding_log import quoted
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.model import JsonLiteral, Link, LinkArgument, OperationKey, RuntimeExpression
from specproof.openapi.pointers import Tokens, fragment_tokens, pointer
from specproof.openapi.reading.document_reader import DocumentReader, text_of
from specproof.openapi.reading.expressions import holds_expression, parse_expression
from specproof.openapi.reading.path_items import OperationPlace
from specproof.openapi.schema import JsonObject, JsonValue
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import ParameterLocation

_LOCATIONS = {location.value: location for location in ParameterLocation}
_MOST_LINKS = 50
_MOST_ARGUMENTS = 50
_CODE = FindingCode.LINK_INVALID


class LinkReader:
    """Reads links. It knows every operation of the document before the first response is read."""

    def __init__(self, reader: DocumentReader, places: Iterable[OperationPlace]) -> None:
        self._reader = reader
        self._by_id: dict[str, OperationKey | None] = {}
        self._by_place: dict[Tokens, OperationKey] = {}
        self._known: dict[Tokens, tuple[Link, ...]] = {}
        for place in places:
            identity = text_of(place.node, "operationId").raw()
            # None: several operations have that id, so it leads to none of them.
            self._by_id[identity] = None if identity in self._by_id else place.key
            self._by_place[place.named_at] = place.key
            self._by_place.setdefault(place.at, place.key)

    def read(self, raw: JsonValue, at: Tokens) -> tuple[Link, ...]:
        """The links of a response, sorted by name. A link without an operation is a finding and left out."""
        if raw is None:
            return ()
        if at not in self._known:
            self._known[at] = tuple(self._links(raw, at))
        return self._known[at]

    def _links(self, raw: JsonValue, at: Tokens) -> Iterator[Link]:
        for name, described in self._reader.members(raw, at, _CODE, "links", _MOST_LINKS):
            found = self._reader.object_at(described, (*at, name), _CODE, "a link")
            target = self._target(*found) if found is not None else None
            if found is None or target is None:
                continue
            node, place = found
            yield Link(
                name=UntrustedText(name),
                target=target,
                pointer=pointer(place),
                arguments=tuple(self._arguments(node.get("parameters"), (*place, "parameters"))),
                body=self._value(node["requestBody"], (*place, "requestBody")) if "requestBody" in node else None,
            )

    def _target(self, node: JsonObject, at: Tokens) -> OperationKey | None:
        identity, reference = node.get("operationId"), node.get("operationRef")
        if isinstance(reference, str) and identity is None:
            return self._referred(reference, (*at, "operationRef"))
        if not isinstance(identity, str):
            self._refuse(at, "a link needs an operationId or an operationRef; it is left out")
            return None
        if reference is not None:
            message = "a link has an operationId or an operationRef, not both; the operationId counts"
            self._reader.report(_CODE, (*at, "operationRef"), message)
        target = self._by_id.get(identity) if identity else None
        if target is None:
            what = "several operations have" if identity in self._by_id else "no operation has"
            self._refuse((*at, "operationId"), f"{what} the id {quoted(identity)}; the link is left out")
        return target

    def _referred(self, reference: str, at: Tokens) -> OperationKey | None:
        address, _, fragment = reference.partition("#")
        if address and address != self._reader.self_address:
            self._refuse(at, f"{quoted(reference)} leads out of the document; the link is left out")
            return None
        for decode in (True, False):
            tokens = fragment_tokens(fragment, decode=decode)
            if tokens is not None and tokens in self._by_place:
                return self._by_place[tokens]
        self._refuse(at, f"no operation stands at {quoted(reference)}; the link is left out")
        return None

    def _arguments(self, raw: JsonValue, at: Tokens) -> Iterator[LinkArgument]:
        for name, given in self._reader.members(raw, at, _CODE, "parameters of a link", _MOST_ARGUMENTS):
            value = self._value(given, (*at, name))
            if value is None:
                continue
            prefix, dot, rest = name.partition(".")
            if dot and rest and prefix in _LOCATIONS:
                yield LinkArgument(UntrustedText(rest), value, _LOCATIONS[prefix])
            else:
                yield LinkArgument(UntrustedText(name), value)

    def _value(self, raw: JsonValue, at: Tokens) -> RuntimeExpression | JsonLiteral | None:
        if not isinstance(raw, str) or not holds_expression(raw):
            return None if self._reader.is_placeholder(raw, at) else JsonLiteral(raw)
        expression = parse_expression(raw)
        if expression is None:
            self._reader.report(_CODE, at, f"{quoted(raw)} is no runtime expression; the link goes without it")
        return expression

    def _refuse(self, at: Tokens, message: str) -> None:
        self._reader.report(_CODE, at, message, Severity.MINOR)
