"""``specproof.toml``: where a team accepts that an operation is not as its document. What is accepted is shown, with its reason."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .nearest import nearest
from .strictness import FAILS_FROM

OVERRIDES: Final = "specproof.toml"
REMARK: Final = "remark"
FAIL: Final = "fail"
_SEVERITIES: Final = (REMARK, FAIL)
_KEYS: Final = ("expected", "severity", "reason")
# A server error is accepted check by check, or by a baseline: no request expects one.
_STATUSES: Final = range(200, 500)


class OverridesError(ValueError):
    """The file cannot be understood; the text says what, where and what to do."""


@dataclass(frozen=True, slots=True)
class Override:
    """What is accepted of one operation, and why. ``expected`` are statuses in the place of a success, ``severity`` maps checks."""

    reason: str
    expected: tuple[int, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict)

    @property
    def because(self) -> str:
        """What stands before a remark that would have been a failure."""
        return f"overridden ({self.reason}): "


def load_overrides(path: Path, operations: Collection[str]) -> Mapping[str, Override]:
    """The overrides in ``path``, by operation. Raises :class:`OverridesError`; ``operations`` are those that the suite has."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise OverridesError(f"{path} is no TOML that can be read: {reason}. Repair it, or remove it.") from error
    _only(document, ("operations",), str(path))
    tables = document.get("operations", {})
    if not isinstance(tables, dict):
        raise OverridesError(f'{path}: `operations` must hold tables: [operations."GET /things"]')
    found: dict[str, Override] = {}
    for operation, table in tables.items():
        at = f'{path}: [operations."{operation}"]'
        if operation not in operations:
            raise OverridesError(f"{at}: the suite has no such operation. {nearest(operation, operations)}")
        found[operation] = _override(table, at)
    return found


def _override(table: object, at: str) -> Override:
    if not isinstance(table, dict):
        raise OverridesError(f"{at}: must be a table with {', '.join(_KEYS)}")
    _only(table, _KEYS, at)
    reason = table.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise OverridesError(f"{at}: `reason` is missing. Say why and until when, for those who read the report.")
    expected = table.get("expected", [])
    if not isinstance(expected, list) or not all(type(one) is int and one in _STATUSES for one in expected):
        raise OverridesError(f"{at}: `expected` must be a list of statuses from 200 to 499, for example [200, 204]")
    severity = table.get("severity", {})
    if not isinstance(severity, dict):
        raise OverridesError(f'{at}: `severity` names a check: severity.status_documented = "remark"')
    _only(severity, FAILS_FROM, f"{at}: `severity`")
    for check, word in severity.items():
        if word not in _SEVERITIES:
            raise OverridesError(f'{at}: severity.{check} must be "remark" or "fail": what is accepted is still shown')
    if not expected and not severity:
        raise OverridesError(f"{at}: nothing is overridden. Add `expected` or `severity`, or remove the table.")
    return Override(" ".join(reason.split()), tuple(expected), dict(severity))


def _only(table: Mapping[str, object], names: Collection[str], at: str) -> None:
    for name in table:
        if name not in names:
            raise OverridesError(f"{at}: `{name}` is not known here. {nearest(name, names)}")
