"""Where people look for an operation: its Apifox folder, else its first tag."""

from __future__ import annotations

import re

from specproof.openapi.model import Operation
from specproof.openapi.text import UntrustedText

_PART = re.compile(r"(?:[^/\\]|\\.?)+", re.DOTALL)
_ESCAPE = re.compile(r"\\([/\\])")


def folder_parts(folder: str) -> tuple[str, ...]:
    """The names on the way to a folder: ``shop/in\\/out`` is ``("shop", "in/out")``; ``\\\\`` is one backslash. The root has none."""
    names = (_ESCAPE.sub(r"\1", part).strip() for part in _PART.findall(folder))
    return tuple(name for name in names if name)


def group_of(operation: Operation) -> UntrustedText:
    """The operation's group, ``shop / orders``; empty where the document gives neither folder nor tag."""
    parts = folder_parts(operation.folder.raw())
    if parts:
        return UntrustedText(" / ".join(parts))
    return next((tag for tag in operation.tags if tag), UntrustedText(""))
