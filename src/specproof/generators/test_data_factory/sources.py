"""Values that the document itself gives: examples and defaults, used only if the whole schema accepts them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from specproof.checks.wire import text_of
from specproof.generators.test_data_factory.model import Origin
from specproof.generators.test_data_factory.places import Place, Shape
from specproof.generators.test_data_factory.proving import Prover
from specproof.generators.test_data_factory.readings import scalar_readings
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.schema import Example, JsonValue

_PLACEHOLDER = re.compile(r"\{\{.{0,200}?\}\}", re.DOTALL)
# What editors put there when nobody wrote an example.
_EMPTY_EXAMPLES = ("string", "String", "", "null", "undefined")
_MAX_EXAMPLES = 5
_MAX_DEPTH = 12
_MAX_TEXT = 2_000


class Sources:
    """Looks through the examples and defaults of a place and reports those that break its schema."""

    def __init__(self, prover: Prover, shape_of: Callable[[Place], Shape], *, is_wire: bool) -> None:
        self._prover = prover
        self._shape_of = shape_of
        self._is_wire = is_wire

    def usable(self, shape: Shape, findings: list[Finding], *, defaults: bool) -> Iterator[tuple[JsonValue, Origin]]:
        """The place's own examples (else defaults) that are accepted, hidden properties pruned. The others become findings."""
        for example in _stated(shape, defaults=defaults):
            value = self.checked(shape, example, findings)
            if value is not None:
                yield value, Origin.DEFAULT if defaults else Origin.EXAMPLE

    def checked(self, shape: Shape, example: Example, findings: list[Finding]) -> JsonValue:
        """``example`` as it can be sent, or None (and perhaps a finding). A null example counts as none."""
        if example.value is None or example.value in _EMPTY_EXAMPLES or _is_huge(example.value):
            return None
        if _holds_placeholder(example.value):
            message = "the example holds a {{placeholder}}: it is not sent, and a value is derived instead"
            findings.append(Finding(FindingCode.EXAMPLE_PLACEHOLDER, example.pointer, message, Severity.INFO))
            return None
        value = self.pruned(shape, example.value)
        is_whole = shape.needs_proof or isinstance(value, (dict, list))
        faults = self._prover.faults(shape.place if is_whole else shape.scalar_place, value)
        if faults and self._is_wire:
            # "7" and 7 are the same text: an example may be written as either.
            for twin in _twins(value):
                if self._prover.accepts(shape.place, twin):
                    return twin
        if faults:
            where = "/" + "/".join(str(key) for key in faults[0].path) if faults[0].path else "its root"
            message = f"the example breaks its schema ({faults[0].keyword} at {_printable(where)}): a value is derived instead"
            findings.append(Finding(FindingCode.EXAMPLE_INVALID, example.pointer, message))
        return value if faults == () else None

    def pruned(self, shape: Shape, value: JsonValue, depth: int = 0) -> JsonValue:
        """``value`` without the properties that this direction does not see."""
        if depth > _MAX_DEPTH:
            return value
        if isinstance(value, dict):
            kept: dict[str, JsonValue] = {}
            for name, member in value.items():
                if name not in shape.hidden:
                    place = shape.properties.get(name)
                    kept[name] = member if place is None else self.pruned(self._shape_of(place), member, depth + 1)
            return kept
        if isinstance(value, list):
            return [self.pruned(self._shape_of(shape.item(index)), member, depth + 1) for index, member in enumerate(value)]
        return value


def _stated(shape: Shape, *, defaults: bool) -> list[Example]:
    """The examples (or defaults) that stand in the schemas of a place, in order."""
    if defaults:
        return [Example(said.value, said.pointer) for said in shape.said("default")][:_MAX_EXAMPLES]
    found: list[Example] = []
    for said in shape.said("examples"):
        if isinstance(said.value, list):
            found += [Example(value, f"{said.pointer}/{index}") for index, value in enumerate(said.value)]
    found += [Example(said.value, said.pointer) for said in shape.said("example")]
    return found[:_MAX_EXAMPLES]


def _twins(value: JsonValue) -> list[JsonValue]:
    """Other JSON values that look the same on the wire."""
    if isinstance(value, str):
        return [twin for twin in scalar_readings(value) if twin is not None and text_of(twin) == value]
    return [text_of(value)] if isinstance(value, (int, float)) else []


def _texts(value: JsonValue) -> Iterator[str]:
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _holds_placeholder(value: JsonValue) -> bool:
    return any("{{" in text and _PLACEHOLDER.search(text) for text in _texts(value))


def _is_huge(value: JsonValue) -> bool:
    """Whether an example holds texts that nobody would want to read in a test, or that cannot be sent (NUL, surrogates)."""
    return any(
        len(text) > _MAX_TEXT or any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text) for text in _texts(value)
    )


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)[:80]
