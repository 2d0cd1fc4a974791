"""Documented response headers, with values that are valid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from specproof.openapi.model import Response, ResponseHeader
from specproof.openapi.schema import JsonValue
from specproof.reference.record_forms import key_text
from specproof.reference.shapes import Shapes
from specproof.reference.values import Impossible, Instances, View

_NEVER: Final = frozenset({"content-type", "content-length", "transfer-encoding", "connection", "set-cookie"})


class HeaderForms:
    """Fills in the headers of answers."""

    def __init__(self, instances: Instances, shapes: Shapes) -> None:
        self._instances = instances
        self._shapes = shapes
        self._made: dict[int, Mapping[str, str]] = {}

    def headers(self, response: Response, known: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
        """Every documented header of ``response``. Of ``known`` the first valid value counts; what is not known is made up."""
        found = []
        made = self._made_up(response)
        for header in response.headers:
            if header.name in _NEVER:
                continue
            candidates = known.get(header.name, ())
            text = next((candidate for candidate in candidates if self._fits(header, candidate)), made.get(header.name))
            if text is not None:
                found.append((header.name, text))
        return found

    def _made_up(self, response: Response) -> Mapping[str, str]:
        known = self._made.get(id(response))
        if known is None:
            values = {header.name: self._value(header) for header in response.headers}
            known = {name: text for name, text in values.items() if text is not None}
            self._made[id(response)] = known
        return known

    def _value(self, header: ResponseHeader) -> str | None:
        if header.schema is None:
            return "1" if header.required else None
        made = self._instances.instance(header.schema, key=header.pointer, view=View.RESPONSE)
        return None if isinstance(made, Impossible) else _header_text(made)

    def _fits(self, header: ResponseHeader, text: str) -> bool:
        if header.schema is None:
            return True
        kinds = self._shapes.of_schema(header.schema).kinds
        value: JsonValue = int(text) if kinds & {"integer", "number"} and "string" not in kinds and text.isdigit() else text
        return self._instances.proven(header.schema, value, View.RESPONSE)


def _header_text(value: JsonValue) -> str | None:
    """A value as a header has it; None where it cannot stand in one."""
    if isinstance(value, list):
        text = ",".join(key_text(item) for item in value)
    elif isinstance(value, dict):
        text = ",".join(f"{name},{key_text(member)}" for name, member in value.items())
    else:
        text = key_text(value) if value is not None else ""
    return text if text.isascii() and text.isprintable() else None
