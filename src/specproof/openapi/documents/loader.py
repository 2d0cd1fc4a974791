"""Bytes to a raw JSON tree: encodings, JSON or YAML, Apifox's envelope, and the limits.

Nothing here reads a file or opens a connection, and nothing here knows what OpenAPI means.
"""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass

from specproof.errors import SpecLimitError, SpecUnreadableError
from specproof.openapi.documents.json_reader import read_json, report_duplicate_keys
from specproof.openapi.documents.yaml_reader import read_yaml
from specproof.openapi.finding_log import FindingLog, quoted
from specproof.openapi.findings import Finding
from specproof.openapi.schema import JsonObject, JsonValue

_DOCUMENT_KEYS = frozenset({"openapi", "swagger"})
_ENCODING_HINT = "Save the document as UTF-8."


@dataclass(frozen=True, slots=True)
class SpecLimits:
    """How big a document may be.

    ``max_bytes`` as received; ``max_depth`` in levels of nesting (more than 250 would be over what the JSON writer and the validator
    take); ``max_nodes`` counts every value with YAML aliases expanded, and bounds the work on schemas in the same way;
    ``max_operations`` counts operations. A specification of several files keeps within ``max_bytes`` and ``max_nodes`` with all of
    them together, and may have ``max_files`` beside the main document.
    """

    max_bytes: int = 50 * 1024 * 1024
    max_depth: int = 200
    max_nodes: int = 5_000_000
    max_operations: int = 10_000
    max_files: int = 1_000


@dataclass(frozen=True, slots=True)
class LoadedTree:
    """A text as a tree of JSON values, and what there was to say about it. The tree has no cycles; do not mutate it.

    ``nodes`` counts its values; ``has_identifiers`` says whether ``$id`` stands anywhere in it.
    """

    value: JsonValue
    findings: tuple[Finding, ...]
    nodes: int
    has_identifiers: bool


@dataclass(frozen=True, slots=True)
class LoadedDocument:
    """A document that is an object at the top: see :class:`LoadedTree`."""

    root: JsonObject
    findings: tuple[Finding, ...]
    nodes: int = 0
    has_identifiers: bool = True


def load_document(content: bytes, *, limits: SpecLimits) -> LoadedDocument:
    """Read JSON or YAML, whichever it is.

    Raises :class:`SpecUnreadableError` where the bytes are no UTF-8 text, neither JSON nor YAML, or no object at the top;
    :class:`SpecLimitError` where they are over a limit.
    """
    tree = load_tree(content, limits=limits)
    return LoadedDocument(_unwrapped(tree.value), tree.findings, tree.nodes, tree.has_identifiers)


def load_tree(content: bytes, *, limits: SpecLimits) -> LoadedTree:
    """Read JSON or YAML with anything at the top: a file of a specification may hold one list or one schema.

    Raises as :func:`load_document` does.
    """
    if len(content) > limits.max_bytes:
        raise SpecLimitError(f"the document has {len(content)} bytes; the limit is {limits.max_bytes}")
    body = _checked_text(content)
    log = FindingLog()
    tree = _read(body, limits, log)
    size = _check_size(tree, limits)
    if _looks_like_json(body):
        _report_duplicates(body, size.keys, log)
    return LoadedTree(tree, log.collected(), size.nodes, size.has_identifiers)


@dataclass(frozen=True, slots=True)
class _Size:
    keys: int
    nodes: int
    has_identifiers: bool


def _checked_text(content: bytes) -> bytes:
    """The bytes without a byte order mark; refuses what is no UTF-8 text, with the reason."""
    if content.startswith(b"\x1f\x8b"):
        raise SpecUnreadableError("the document is gzip-compressed", hint="Decompress it first.")
    if content.startswith(b"PK\x03\x04"):
        raise SpecUnreadableError("the document is a zip archive", hint="Send the OpenAPI document that is inside of it.")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or (b"\0" in content[:4] and len(content) > 3):
        raise SpecUnreadableError("the document is not UTF-8 text (it looks like UTF-16 or UTF-32)", hint=_ENCODING_HINT)
    body = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SpecUnreadableError("the document is not UTF-8 text", at=f"byte {error.start}", hint=_ENCODING_HINT) from error
    stripped = text.lstrip()
    if not stripped:
        raise SpecUnreadableError("the document is empty")
    if stripped.startswith("<"):
        raise SpecUnreadableError(
            "the document is HTML or XML, not OpenAPI",
            hint="The address may lead to a login page: send a token, or the export itself.",
        )
    return body


def _looks_like_json(body: bytes) -> bool:
    return body.lstrip()[:1] in (b"{", b"[")


def _read(body: bytes, limits: SpecLimits, log: FindingLog) -> JsonValue:
    if not _looks_like_json(body):
        return read_yaml(body.decode("utf-8"), max_depth=limits.max_depth, max_nodes=limits.max_nodes, log=log)
    try:
        return read_json(body, max_depth=limits.max_depth, log=log)
    except json.JSONDecodeError as error:
        return _read_flow_yaml(body, error, limits, log)


def _read_flow_yaml(body: bytes, error: json.JSONDecodeError, limits: SpecLimits, log: FindingLog) -> JsonValue:
    """YAML may begin with a brace too. Where it is neither, the message about JSON is the one that helps."""
    refusal = SpecUnreadableError(f"the document is not valid JSON: {error.msg}", at=f"line {error.lineno}, column {error.colno}")
    try:
        tree = read_yaml(body.decode("utf-8"), max_depth=limits.max_depth, max_nodes=limits.max_nodes, log=log)
    except SpecUnreadableError as second:
        raise refusal from second
    if not isinstance(tree, dict) or not _DOCUMENT_KEYS & tree.keys():
        raise refusal
    return tree


def _check_size(tree: JsonValue, limits: SpecLimits) -> _Size:
    """Refuse trees over the limits on depth and nodes. Level by level, so nothing recurses."""
    level: list[JsonObject | list[JsonValue]] = [tree] if isinstance(tree, (dict, list)) else []
    depth = nodes = keys = 0
    has_identifiers = False
    while level:
        depth += 1
        if depth > limits.max_depth:
            raise SpecLimitError(f"the document is nested deeper than {limits.max_depth} levels")
        below: list[JsonObject | list[JsonValue]] = []
        for node in level:
            nodes += len(node)
            if isinstance(node, dict):
                keys += len(node)
                has_identifiers = has_identifiers or "$id" in node
                below += [value for value in node.values() if isinstance(value, (dict, list))]
            else:
                below += [value for value in node if isinstance(value, (dict, list))]
        if nodes > limits.max_nodes:
            raise SpecLimitError(f"the document has more than {limits.max_nodes} nodes")
        level = below
    return _Size(keys, nodes, has_identifiers)


def _report_duplicates(body: bytes, key_count: int, log: FindingLog) -> None:
    try:
        report_duplicate_keys(body, key_count, log)
    except json.JSONDecodeError:
        return  # It was flow YAML; that reader has looked at its keys already.


def _unwrapped(tree: JsonValue) -> JsonObject:
    """The document itself: some Apifox answers carry it as ``data`` of an envelope."""
    if not isinstance(tree, dict):
        kind = {list: "a list", str: "a text", type(None): "null"}.get(type(tree), "a single value")
        raise SpecUnreadableError(f"the document is {kind}, not an object")
    if "success" in tree and not _DOCUMENT_KEYS & tree.keys():
        inner = tree.get("data")
        if isinstance(inner, dict):
            return inner
        reason = tree.get("errorMessage") or tree.get("message")
        told = f": {quoted(reason, 120)}" if isinstance(reason, str) else ""
        raise SpecUnreadableError(f"the document is an answer without a document in it{told}")
    return tree
