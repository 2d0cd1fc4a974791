"""Business codes: the convention of answering ``{"code": 0, "msg": "...", "data": ...}`` inside of an HTTP 200."""

from __future__ import annotations

import re
from dataclasses import dataclass

AUTO = "auto"
OFF = "off"
FORM = f"`{AUTO}`, `{OFF}`, or a name and the values that mean success, such as code=0,200 or data.code=0"
_LONGEST = 200
_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,14}")


@dataclass(frozen=True, slots=True)
class BusinessCode:
    """Where an answer carries its business code (a JSON pointer, ``/code``), and the values that mean success.

    ``success`` is never empty. A number and the text of the same number mean the same.
    """

    pointer: str
    success: tuple[int | str, ...]

    @property
    def name(self) -> str:
        """The code's place as people write it: ``code``, ``data.code``."""
        return ".".join(part.replace("~1", "/").replace("~0", "~") for part in self.pointer.split("/")[1:])


def explicit_code(setting: str) -> BusinessCode | None:
    """The code that a setting spells out (``data.code=0,200``); None for ``auto`` and ``off``. Raises ValueError for anything else."""
    text = setting.strip()
    if text in {AUTO, OFF}:
        return None
    name, separator, listed = text.partition("=")
    names = [part.strip() for part in name.split(".")]
    values = [value.strip() for value in listed.split(",")]
    if not separator or not all(names) or not all(values) or not text.isprintable() or len(text) > _LONGEST:
        raise ValueError(f"use {FORM}")
    pointer = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in names)
    return BusinessCode(pointer, tuple(dict.fromkeys(int(value) if _NUMBER.fullmatch(value) else value for value in values)))
