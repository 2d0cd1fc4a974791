"""Small total readers for raw nodes: they give the wanted type or a neutral value, and never raise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from specproof.openapi.dialects.definitions import Definitions
from specproof.openapi.dialects.placeholders import holds_placeholder
from specproof.openapi.documents.references import ReferenceResolver
from specproof.openapi.finding_log import FindingLog
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.model import Encoding
from specproof.openapi.pointers import Tokens, pointer
from specproof.openapi.schema import Example, JsonObject, JsonValue, Schema
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import SpecVersion

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A header's name (RFC 9110, ``token``)."""


@dataclass(frozen=True, slots=True)
class DocumentReader:
    """What every part of the parser needs: the way to follow references, to make schemas, and to report."""

    resolver: ReferenceResolver
    definitions: Definitions
    log: FindingLog
    dialect: SpecVersion = SpecVersion.OPENAPI_32
    self_address: str = ""
    """The document's own ``$self`` (OpenAPI 3.2)."""
    known_encodings: dict[tuple[str, Tokens], tuple[Encoding, ...]] = field(default_factory=dict, repr=False, compare=False)
    """By media type and place: a body that thousands of operations share is looked at once."""

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

    def members(self, raw: JsonValue, at: Tokens, code: FindingCode, what: str, most: int) -> Iterator[tuple[str, JsonValue]]:
        """The members of an object, sorted, at most ``most``; nothing where there is none, and a finding where it is no object."""
        if raw is None:
            return
        if not isinstance(raw, dict):
            self.report(code, at, f"{what} must be an object; they are left out")
            return
        if len(raw) > most:
            self.report(code, at, f"only the first {most} of these {what} are read")
        yield from ((name, raw[name]) for name in sorted(raw)[:most])

    def entries(self, raw: JsonValue, at: Tokens, code: FindingCode, what: str, most: int) -> Iterator[tuple[Tokens, JsonValue]]:
        """The entries of a list and their places, at most ``most``; nothing where there is none, and a finding where it is no list."""
        if raw is None:
            return
        if not isinstance(raw, list):
            self.report(code, at, f"{what} must be a list; they are left out")
            return
        if len(raw) > most:
            self.report(code, at, f"only the first {most} of these {what} are read")
        yield from (((*at, str(index)), value) for index, value in enumerate(raw[:most]))

    def flag(self, node: JsonObject, key: str, at: Tokens, code: FindingCode) -> bool | None:
        """The boolean under ``key``; None where there is none, with a finding where something else stands there."""
        value = node.get(key)
        if value is None or isinstance(value, bool):
            return value
        self.report(code, (*at, key), "this must be true or false; it is left out")
        return None

    def schema(self, raw: JsonValue, at: Tokens) -> Schema:
        """The schema that stands at ``at``."""
        return Schema(raw=self.definitions.normalised(raw, at), pointer=pointer(at), definitions=self.definitions)

    def examples(self, owner: JsonObject, at: Tokens) -> tuple[Example, ...]:
        """``example`` and ``examples`` of a parameter or media type, without those that hold placeholders; sorted by key."""
        return tuple(
            Example(value, pointer(place))
            for value, place in self._raw_examples(owner, at)
            if not self.is_placeholder(value, place)
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
                if found is not None:
                    yield from self._named_example(*found)

    def _named_example(self, example: JsonObject, at: Tokens) -> Iterator[tuple[JsonValue, Tokens]]:
        """The value of an example object: ``value``, or the ``dataValue`` of OpenAPI 3.2."""
        if "serializedValue" in example:
            message = "an example as it is written on the wire is not read; a dataValue would be"
            self.report(FindingCode.EXAMPLE_INVALID, (*at, "serializedValue"), message, Severity.INFO)
        key = next((key for key in ("value", "dataValue") if key in example), None)
        if key is not None:
            yield example[key], (*at, key)

    def is_placeholder(self, value: JsonValue, at: Tokens) -> bool:
        """Whether ``value`` holds an Apifox variable; it is reported then, and not to be used."""
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
