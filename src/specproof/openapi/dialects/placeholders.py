"""Apifox's ``{{variables}}`` inside of examples and defaults: they mean something only inside of Apifox."""

from __future__ import annotations

import re

from specproof.openapi.schema import JsonValue

_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")


def holds_placeholder(value: JsonValue) -> bool:
    """Whether any string of ``value``, at any depth, holds ``{{something}}``."""
    waiting: list[JsonValue] = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            if "{{" in node and _PLACEHOLDER.search(node):
                return True
        elif isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return False
