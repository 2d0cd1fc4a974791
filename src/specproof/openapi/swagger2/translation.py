"""Swagger 2.0 documents as OpenAPI 3.0 trees: operations are rewritten, schemas stay where they are.

Nothing is validated here. What cannot be understood is handed on as it is, so that the ordinary reader reports it; only what has no
place in OpenAPI 3.0 is reported here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from specproof.openapi.dialects.swagger2 import inline_schema
from specproof.openapi.documents.bundle import Bundle
from specproof.openapi.documents.references import ReferenceResolver
from specproof.openapi.finding_log import FindingLog
from specproof.openapi.findings import Finding, FindingCode
from specproof.openapi.pointers import Tokens
from specproof.openapi.schema import JsonObject, JsonValue
from specproof.openapi.swagger2.media import Entry, Translation, layout, media_type_names, request_body, responses
from specproof.openapi.swagger2.relocation import Relocations
from specproof.openapi.vocabulary import Method

DEFINITIONS_AT: Tokens = ("definitions",)
"""Where Swagger 2.0 has its named schemas."""
_METHODS = frozenset(method.value.lower() for method in Method)
_HOST = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")
_SCHEMES = ("https", "http", "wss", "ws")
_FLOWS = {"application": "clientCredentials", "accessCode": "authorizationCode"}
"""The flows of oauth2 that OpenAPI 3.0 calls by another name."""
_UNKNOWN = ("servers", "callbacks")
"""What only OpenAPI 3 knows in a path item or operation."""
_KEPT = ("name", "in", "required", "description", "deprecated", "example", "schema")


@dataclass(frozen=True, slots=True)
class TranslatedDocument:
    """The OpenAPI 3.0 tree, how its places lead back to the original, and the findings (they point into the original)."""

    root: JsonObject
    relocations: Relocations
    findings: tuple[Finding, ...]


def as_openapi_30(root: JsonObject, bundle: Bundle | None = None) -> TranslatedDocument:
    """The OpenAPI 3.0 tree for the Swagger 2.0 document ``root``, which is not changed and shares its schemas with the result.

    Schemas keep their references, so they are to be resolved in ``root`` and the ``bundle`` whose main document it is. Path items,
    parameters and responses of other files become part of the tree; the relocations lead back to their files.
    """
    # What a reference lacks is reported by whoever reads the tree: this resolver's findings would be the same again.
    translation = Translation(ReferenceResolver(root, FindingLog(), bundle=bundle))
    definitions = root.get("definitions")
    if definitions is not None and not isinstance(definitions, dict):
        translation.report(FindingCode.DOCUMENT_INVALID, DEFINITIONS_AT, "definitions must be an object; they are left out")
    servers = _servers(translation, root)
    for index in range(len(servers)):
        translation.relocations.add(("servers", str(index)), ("host",) if "host" in root else ("basePath",))
    translated: JsonObject = {
        **root,
        "servers": servers,
        "paths": _Operations(translation, root).paths(root.get("paths", {})),
        "components": {"securitySchemes": _security_schemes(translation, root.get("securityDefinitions"))},
    }
    translation.relocations.add(("components", "securitySchemes"), ("securityDefinitions",))
    return TranslatedDocument(translated, translation.relocations, translation.log.collected())


def _servers(translation: Translation, root: JsonObject) -> list[JsonValue]:
    """One server for each scheme; without a host, the path alone."""
    path = root.get("basePath", "")
    if not isinstance(path, str) or (path and not path.startswith("/")):
        translation.report(FindingCode.DOCUMENT_INVALID, ("basePath",), "a base path must begin with /; it is left out")
        path = ""
    path = path.rstrip("/")
    host = root.get("host")
    if host is not None and not (isinstance(host, str) and _HOST.fullmatch(host)):
        translation.report(FindingCode.DOCUMENT_INVALID, ("host",), "this is no host name; it is left out")
        host = None
    if host is None:
        return [{"url": path}] if path else []
    listed = root.get("schemes")
    schemes = [scheme for scheme in listed if scheme in _SCHEMES] if isinstance(listed, list) else []
    if listed is not None and not schemes:
        translation.report(FindingCode.DOCUMENT_INVALID, ("schemes",), "none of these schemes is known; https is taken")
    return [{"url": f"{scheme}://{host}{path}"} for scheme in schemes or ["https"]]


def _security_schemes(translation: Translation, raw: JsonValue) -> JsonValue:
    if not isinstance(raw, dict):
        return raw
    schemes: JsonObject = {}
    for name, scheme in raw.items():
        origin: Tokens = ("securityDefinitions", name)
        translation.relocations.add(("components", "securitySchemes", name), origin)
        translation.relocations.add(("components", "securitySchemes", name, "flows"), origin)
        schemes[name] = _security_scheme(scheme) if isinstance(scheme, dict) else scheme
        if isinstance(scheme, dict) and isinstance(scheme.get("flow"), str):
            flow = _flow_name(str(scheme["flow"]))
            translation.relocations.add(("components", "securitySchemes", name, "flows", flow), origin)
    return schemes


def _flow_name(flow: str) -> str:
    return _FLOWS.get(flow, flow)


def _security_scheme(raw: JsonObject) -> JsonObject:
    if raw.get("type") == "basic":
        return {"type": "http", "scheme": "basic"}
    flow = raw.get("flow")
    if raw.get("type") != "oauth2" or not isinstance(flow, str):
        return raw
    told: JsonObject = {key: raw[key] for key in ("authorizationUrl", "tokenUrl", "scopes") if key in raw}
    return {"type": "oauth2", "flows": {_flow_name(flow): told}}


@dataclass(slots=True)
class _Parameters:
    """The parameters of one list: those that OpenAPI 3.0 has too, translated, and those that make up the body."""

    plain: JsonValue = None
    bodies: list[Entry] = field(default_factory=list)
    forms: list[Entry] = field(default_factory=list)


class _Operations:
    """Translates path items and operations."""

    def __init__(self, translation: Translation, root: JsonObject) -> None:
        self._translation = translation
        self._consumes = media_type_names(translation, root.get("consumes"), ("consumes",))
        self._produces = media_type_names(translation, root.get("produces"), ("produces",))

    def paths(self, raw: JsonValue) -> JsonValue:
        """The ``paths`` of the document."""
        if not isinstance(raw, dict):
            return raw
        return {path: raw[path] if path.startswith("x-") else self._path_item(raw[path], ("paths", path)) for path in raw}

    def _path_item(self, raw: JsonValue, at: Tokens) -> JsonValue:
        entry = self._translation.entry(raw, at)
        if entry is None:
            return raw
        self._translation.relocations.add(at, entry.origin)
        shared = self._parameters(entry.node.get("parameters"), (*at, "parameters"), (*entry.origin, "parameters"))
        item: JsonObject = {}
        for key, value in entry.node.items():
            if key in _METHODS and isinstance(value, dict) and "$ref" not in value:
                item[key] = self._operation(value, shared, (*at, key), (*entry.origin, key))
            elif key not in _UNKNOWN:
                item[key] = shared.plain if key == "parameters" else value
        return item

    def _operation(self, node: JsonObject, shared: _Parameters, at: Tokens, origin: Tokens) -> JsonObject:
        translation = self._translation
        own = self._parameters(node.get("parameters"), (*at, "parameters"), (*origin, "parameters"))
        consumes = media_type_names(translation, node.get("consumes"), (*origin, "consumes"))
        produces = media_type_names(translation, node.get("produces"), (*origin, "produces"))
        bodies, forms = _payload(own, shared)
        operation: JsonObject = {key: value for key, value in node.items() if key not in _UNKNOWN}
        operation["parameters"] = own.plain
        body = request_body(translation, bodies, forms, consumes or self._consumes, at)
        if body is not None:
            operation["requestBody"] = body
        operation["responses"] = responses(
            translation, node.get("responses"), produces or self._produces, (*at, "responses"), (*origin, "responses")
        )
        return operation

    def _parameters(self, raw: JsonValue, at: Tokens, origin: Tokens) -> _Parameters:
        if not isinstance(raw, list):
            return _Parameters(plain=raw)
        plain: list[JsonValue] = []
        found = _Parameters(plain=plain)
        for index, value in enumerate(raw):
            place = (*origin, str(index))
            entry = self._translation.entry(value, place)
            if entry is not None and entry.node.get("in") == "body":
                found.bodies.append(entry)
            elif entry is not None and entry.node.get("in") == "formData":
                found.forms.append(entry)
            else:
                moved = (*at, str(len(plain)))
                self._translation.relocations.add(moved, entry.origin if entry is not None else place)
                plain.append(value if entry is None else self._parameter(entry, moved))
        return found

    def _parameter(self, entry: Entry, at: Tokens) -> JsonObject:
        node = entry.node
        parameter: JsonObject = {key: node[key] for key in _KEPT if key in node}
        if "example" not in node and "x-example" in node:
            parameter["example"] = node["x-example"]
            self._translation.relocations.add((*at, "example"), (*entry.origin, "x-example"))
        inline = inline_schema(node)
        if "schema" not in node and inline:
            parameter["schema"] = inline
            self._translation.relocations.add((*at, "schema"), entry.origin)
        if node.get("type") == "array" and node.get("in") in ("path", "query", "header"):
            parameter |= layout(self._translation, entry)
        return parameter


def _payload(own: _Parameters, shared: _Parameters) -> tuple[list[Entry], list[Entry]]:
    """What makes up the body: the operation's own parameters before those of its path item, fields of a form merged by name."""
    if own.bodies:
        return own.bodies, own.forms
    if not own.forms and shared.bodies:
        return shared.bodies, []
    # A field without a name stays by itself, to be reported.
    merged = {
        (entry.node.get("name") if isinstance(entry.node.get("name"), str) else entry.origin): entry for entry in shared.forms
    }
    for entry in own.forms:
        name = entry.node.get("name")
        merged[name if isinstance(name, str) else entry.origin] = entry
    return [], list(merged.values())
