"""``$ref``: where a reference leads, found lazily and without recursion.

Nothing is inlined and nothing is fetched: a reference out of the document is a finding. ``$ref`` counts only as a string in a place
where OpenAPI has a reference, so a property that is *named* ``$ref`` is an ordinary property.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from specproof.openapi.finding_log import FindingLog, quoted
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.pointers import Tokens, fragment_tokens, pointer
from specproof.openapi.schema import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class Target:
    """A place in the document and what stands there."""

    tokens: Tokens
    value: JsonValue


class _Missing:
    """The type of the mark for "nothing stands there" (null is a value)."""


_MISSING: Final = _Missing()


def reference_of(value: JsonValue) -> str | None:
    """The ``$ref`` of a reference object; None for everything else."""
    reference = value.get("$ref") if isinstance(value, dict) else None
    return reference if isinstance(reference, str) else None


class ReferenceResolver:
    """Resolves references within one document. Each is looked up once; troubles are reported where they stand."""

    def __init__(self, root: JsonObject, log: FindingLog) -> None:
        self._root = root
        self._log = log
        self._targets: dict[str, Target | None] = {}
        self._ends: dict[Tokens, Target | None] = {}
        self._anchors: dict[str, Target] | None = None

    def locate(self, reference: str, at: Tokens) -> Target | None:
        """Where ``reference`` leads; None (and a finding at ``at``) where it leads out of the document or nowhere."""
        if reference in self._targets and self._targets[reference] is not None:
            return self._targets[reference]
        address, _, fragment = reference.partition("#")
        if address:
            message = f"the reference {quoted(reference)} leads out of the document; it is not followed"
            self._log.add(FindingCode.REF_EXTERNAL, pointer(at), message, Severity.MAJOR)
            return None
        target = self._targets[reference] if reference in self._targets else self._search(fragment)
        self._targets[reference] = target
        if target is None:
            message = f"the reference {quoted(reference)} leads nowhere"
            self._log.add(FindingCode.REF_NOT_FOUND, pointer(at), message, Severity.MAJOR)
        return target

    def follow(self, value: JsonValue, at: Tokens) -> Target | None:
        """The first thing that is no bare reference, from ``value`` at ``at`` along a chain of any length.

        None where the chain breaks or bites its own tail; the finding is left.
        """
        passed: list[Tokens] = []
        seen: set[Tokens] = set()
        current: Target | None = Target(at, value)
        while current is not None and (reference := reference_of(current.value)) is not None:
            if current.tokens in self._ends:
                current = self._ends[current.tokens]
                break
            if current.tokens in seen:
                chain = " -> ".join(pointer(tokens) for tokens in [*passed[-3:], current.tokens])
                message = f"references form a circle: {chain[:200]}"
                self._log.add(FindingCode.REF_CYCLE, pointer(current.tokens), message, Severity.MAJOR)
                current = None
                break
            seen.add(current.tokens)
            passed.append(current.tokens)
            current = self.locate(reference, current.tokens)
        for tokens in passed:
            self._ends[tokens] = current
        return current

    def value_at(self, tokens: Tokens) -> JsonValue:
        """What stands at ``tokens``; None where nothing does."""
        value = self._walk(tokens)
        return None if isinstance(value, _Missing) else value

    def _search(self, fragment: str) -> Target | None:
        for decode in (True, False):
            tokens = fragment_tokens(fragment, decode=decode)
            if tokens is None:
                return self._anchor_index().get(fragment)
            value = self._walk(tokens)
            if not isinstance(value, _Missing):
                return Target(tokens, value)
        return None

    def _walk(self, tokens: Tokens) -> JsonValue | _Missing:
        node: JsonValue = self._root
        for token in tokens:
            if isinstance(node, dict) and token in node:
                node = node[token]
            elif isinstance(node, list) and token.isascii() and token.isdigit() and len(token) < 10 and int(token) < len(node):
                node = node[int(token)]
            else:
                return _MISSING
        return node

    def _anchor_index(self) -> dict[str, Target]:
        """Every ``$anchor`` and ``$dynamicAnchor`` of the document, the first in pointer order winning. Built when first asked for."""
        if self._anchors is not None:
            return self._anchors
        found: dict[str, Target] = {}
        waiting: list[Target] = [Target((), self._root)]
        while waiting:
            place = waiting.pop()
            node = place.value
            if isinstance(node, dict):
                for keyword in ("$anchor", "$dynamicAnchor"):
                    name = node.get(keyword)
                    if isinstance(name, str) and (name not in found or place.tokens < found[name].tokens):
                        found[name] = place
            pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
            waiting.extend(Target((*place.tokens, str(key)), child) for key, child in pairs if isinstance(child, (dict, list)))
        self._anchors = found
        return found
