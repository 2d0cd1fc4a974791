"""Rules about the document as a whole: what it defines and never uses, or uses and never defines."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from specproof.openapi.finding_log import quoted
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.lint.context import LintContext, finding
from specproof.openapi.model import Operation, SecurityScheme
from specproof.openapi.pointers import Tokens, fragment_tokens, pointer
from specproof.openapi.schema import JsonObject, JsonValue

_SWAGGER_SECTIONS = ("definitions", "parameters", "responses")
_NOT_REFERRED_TO = frozenset({"securitySchemes"})
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - named, never bound


def unused_components(context: LintContext) -> Iterator[Finding]:
    """``lint.component_unused``: what nothing outside leads to; a tree that refers to itself alone is unused too.

    Nothing is said about a document that refers to other files, which may refer back, nor about one without operations: it is a
    library for others.
    """
    if context.root is None or not _has_operations(context):
        return
    named = dict(_components(context.root))
    edges = _References(context.root, named).edges()
    if edges is None:
        return
    used: set[Tokens] = set()
    waiting = list(edges.get((), ()))
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting.extend(edges.get(name, ()))
    for name in named:
        if name not in used:
            yield finding(FindingCode.LINT_COMPONENT_UNUSED, pointer(name), "nothing refers to this", Severity.INFO)


def _components(root: JsonObject) -> Iterator[tuple[Tokens, JsonValue]]:
    sections: list[tuple[Tokens, JsonValue]] = [((name,), root.get(name)) for name in _SWAGGER_SECTIONS if "swagger" in root]
    components = root.get("components")
    if isinstance(components, dict) and "swagger" not in root:
        sections += [(("components", name), section) for name, section in components.items() if name not in _NOT_REFERRED_TO]
    for at, section in sections:
        for name, value in section.items() if isinstance(section, dict) else ():
            if not name.startswith("x-"):
                yield (*at, name), value


class _References:
    """Which component refers to which; ``()`` stands for everything that is no component."""

    def __init__(self, root: JsonObject, named: dict[Tokens, JsonValue]) -> None:
        self._root = root
        self._named = named
        self._depths = {len(name) for name in named}

    def edges(self) -> dict[Tokens, set[Tokens]] | None:
        """Owner -> the components that it refers to; None where a reference leads out of the document, or to an anchor."""
        edges: dict[Tokens, set[Tokens]] = {}
        owners = {id(value): name for name, value in self._named.items() if isinstance(value, (dict, list))}
        # YAML aliases share nodes: what is reached by two ways is looked at once for each owner.
        seen: set[tuple[int, Tokens]] = set()
        waiting: list[tuple[JsonValue, Tokens]] = [(self._root, ())]
        while waiting:
            node, owner = waiting.pop()
            if isinstance(node, list):
                waiting.extend((child, owner) for child in node if isinstance(child, (dict, list)))
            elif isinstance(node, dict) and (id(node), owner) not in seen:
                seen.add((id(node), owner))
                for reference in self._references(node):
                    target = self._target(reference)
                    if target is None:
                        return None
                    edges.setdefault(owner, set()).add(target)
                children = [child for child in node.values() if isinstance(child, (dict, list))]
                waiting.extend((child, owners.get(id(child), owner)) for child in children)
        return edges

    def _references(self, node: JsonObject) -> Iterator[str]:
        for keyword in ("$ref", "$dynamicRef", "operationRef"):
            reference = node.get(keyword)
            if isinstance(reference, str):
                yield reference
        described = node.get("discriminator")
        mapping = described.get("mapping") if isinstance(described, dict) else None
        for value in mapping.values() if isinstance(mapping, dict) else ():
            if isinstance(value, str):
                is_pointer = "#" in value or "/" in value or "." in value
                yield value if is_pointer else f"#/components/schemas/{value}"

    def _target(self, reference: str) -> Tokens | None:
        address, _, fragment = reference.partition("#")
        tokens = fragment_tokens(fragment) if not address else None
        if tokens is None:
            return None
        return next((tokens[:depth] for depth in sorted(self._depths) if tokens[:depth] in self._named), ())


def undefined_tags(context: LintContext) -> Iterator[Finding]:
    """``lint.tag_undefined``, once for each tag; only where the document lists its tags."""
    listed = context.root.get("tags") if context.root is not None else None
    if not isinstance(listed, list) or not listed:
        return
    known = {tag.get("name") for tag in listed if isinstance(tag, dict) and isinstance(tag.get("name"), str)}
    reported: set[str] = set()
    for operation in context.spec.operations:
        for tag in operation.tags:
            name = tag.raw()
            if name not in known and name not in reported:
                reported.add(name)
                message = f"the tag {quoted(name)} is not among the document's tags"
                yield finding(FindingCode.LINT_TAG_UNDEFINED, f"{operation.pointer}/tags", message, Severity.INFO)


def unused_schemes(context: LintContext) -> Iterator[Finding]:
    """``lint.security_scheme_unused``."""
    if not _has_operations(context):
        return
    used = {scheme.name for operation in _every_operation(context) for scheme in _schemes(operation)}
    by_default = context.root.get("security") if context.root is not None else None
    named = {name for entry in (by_default if isinstance(by_default, list) else []) if isinstance(entry, dict) for name in entry}
    for scheme in context.spec.security_schemes:
        if scheme.name not in used and scheme.name.raw() not in named:
            message = f"nothing requires the security scheme {quoted(scheme.name.raw())}"
            yield finding(FindingCode.LINT_SCHEME_UNUSED, scheme.pointer, message, Severity.INFO)


def _has_operations(context: LintContext) -> bool:
    return bool(context.spec.operations or context.spec.webhooks)


def _every_operation(context: LintContext) -> Iterator[Operation]:
    inbound = [*context.spec.webhooks]
    for operation in context.spec.operations:
        yield operation
        inbound.extend(operation.callbacks)
    for calls in inbound:
        yield from calls.operations


def _schemes(operation: Operation) -> Iterator[SecurityScheme]:
    for requirement in operation.security:
        yield from requirement.schemes


def servers_without_tls(context: LintContext) -> Iterator[Finding]:
    """``lint.server_without_tls``: addresses of the own machine do not count."""
    for server in context.spec.servers:
        url = server.url.raw()
        if url.lower().startswith("http://") and _host(url) not in _LOCAL_HOSTS:
            message = f"{quoted(url, 80)} is not encrypted"
            yield finding(FindingCode.LINT_SERVER_WITHOUT_TLS, f"{server.pointer}/url", message, Severity.INFO)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def capped_rules(context: LintContext) -> Iterator[Finding]:
    """``lint.capped``: what the other rules did not look at."""
    if context.graph.is_capped:
        message = "the document holds more schemas than are looked at"
        yield finding(FindingCode.LINT_CAPPED, "#", message, Severity.INFO)
    if context.examples.is_capped:
        message = "the document holds more examples and defaults than are held against their schemas"
        yield finding(FindingCode.LINT_CAPPED, "#", message, Severity.INFO)
