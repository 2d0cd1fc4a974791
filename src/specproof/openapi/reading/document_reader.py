"""Small total readers for raw nodes: they give the wanted type or a neutral value, and never raise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from specproof.openapi.dialects.definitions import Definitions
from specproof.openapi.dialects.placeholders import holds_placeholder
from specproof.openapi.documents.references import ReferenceResolver
from specproof.openapi.finding_log import FindingLog
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.pointers import Tokens, pointer
from specproof.openapi.schema import Example, JsonObject, JsonValue, Schema
from specproof.openapi.text import UntrustedText

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A header's name (RFC 9110, ``token``)."""


@dataclass(frozen=True, slots=True)
class DocumentReader:
    """What every part of the parser needs: the way to follow references, to make schemas, and to report."""

    resolver: ReferenceResolver
    definitions: Definitions
    log: FindingLog

    def report(self, code: FindingCode, at: Tokens, message: str, severity: Severity = Severity.MINOR) -> None:
        """Leave a finding at a place."""
        self.log.add(code, pointer(at), message, severity)

    def object_at(self, value: JsonValue, at: Tokens, code: FindingCode, what: str) -> tuple[JsonObject, Tokens] | None:
        """The object that stands at ``at`` or where a reference there leads to; None with a finding where it is none."""
        target = self.resolver.follow(value, at)
        if target is None:
            return None
        if not isinstance(target.value, dict):
            self.report(code, at, f"{what} must be an object", Severity.MAJOR)
            return None
        return target.value, target.tokens

    def schema(self, raw: JsonValue, at: Tokens) -> Schema:
        """The schema that stands at ``at``."""
        return Schema(raw=self.definitions.normalised(raw, at), pointer=pointer(at), definitions=self.definitions)

    def examples(self, owner: JsonObject, at: Tokens) -> tuple[Example, ...]:
        """``example`` and ``examples`` of a parameter or media type, without those that hold placeholders; sorted by key."""
        return tuple(
            Example(value, pointer(place))
            for value, place in self._raw_examples(owner, at)
            if not self._is_placeholder(value, place)
        )

    def _raw_examples(self, owner: JsonObject, at: Tokens) -> Iterator[tuple[JsonValue, Tokens]]:
        if "example" in owner:
            yield owner["example"], (*at, "example")
        named = owner.get("examples")
        if isinstance(named, list):
            yield from ((value, (*at, "examples", str(index))) for index, value in enumerate(named))
        elif isinstance(named, dict):
            for name in sorted(named):
                place = (*at, "examples", name)
                found = self.object_at(named[name], place, FindingCode.EXAMPLE_INVALID, "an example")
                if found is not None and "value" in found[0]:
                    yield found[0]["value"], (*found[1], "value")

    def _is_placeholder(self, value: JsonValue, at: Tokens) -> bool:
        found = holds_placeholder(value)
        if found:
            message = "this holds a {{placeholder}} that only Apifox can fill in; it is left out"
            self.report(FindingCode.EXAMPLE_PLACEHOLDER, at, message, Severity.INFO)
        return found


def text_of(node: JsonObject, key: str) -> UntrustedText:
    """The text under ``key``; a number is written out, anything else is empty."""
    value = node.get(key)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    return UntrustedText(value if isinstance(value, str) else "")


def flag_of(node: JsonObject, key: str) -> bool:
    """Whether ``key`` is exactly true."""
    return node.get(key) is True
