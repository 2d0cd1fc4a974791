"""``specproof.toml``: what a team accepts of an operation, or of one case, though the document says otherwise. It is shown, with its reason."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final

from .nearest import nearest
from .strictness import FAILS_FROM

OVERRIDES: Final = "specproof.toml"
REMARK: Final = "remark"
FAIL: Final = "fail"
_SEVERITIES: Final = (REMARK, FAIL)
_OPERATIONS: Final = "operations"
_CASES: Final = "cases"
_NODE: Final = "::"
_KEYS: Final = ("expected", "severity", "reason")
# A server error is accepted check by check, or by a baseline: no request expects one.
_STATUSES: Final = range(200, 500)


class OverridesError(ValueError):
    """The file cannot be understood; the text says what, where and what to do."""


@dataclass(frozen=True, slots=True)
class Override:
    """What is accepted of one operation or case, and why. ``expected`` are statuses in the place of a success, ``severity`` maps checks."""

    reason: str
    expected: tuple[int, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict)

    @property
    def because(self) -> str:
        """What stands before a remark that would have been a failure."""
        return f"overridden ({self.reason}): "


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a file accepts, by operation and by the id of a case."""

    operations: Mapping[str, Override] = field(default_factory=dict)
    cases: Mapping[str, Override] = field(default_factory=dict)


def load_overrides(
    path: Path, operations: Collection[str], cases: Mapping[str, Collection[str]] = MappingProxyType({})
) -> Overrides:
    """The overrides in ``path``. Raises :class:`OverridesError`.

    ``operations`` are those that the suite has; ``cases`` maps each name of a case to the ids that it stands for (see :func:`node_name`).
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise OverridesError(f"{path} is no TOML that can be read: {reason}. Repair it, or remove it.") from error
    _only(document, (_OPERATIONS, _CASES), str(path))
    found: dict[str, Override] = {}
    for operation, table in _tables(document, _OPERATIONS, "GET /things", path).items():
        at = f'{path}: [operations."{operation}"]'
        if operation not in operations:
            raise OverridesError(f"{at}: the suite has no such operation. {nearest(operation, operations)}")
        found[operation] = _override(table, at)
    return Overrides(found, _of_cases(_tables(document, _CASES, "GET /things :: success", path), path, cases))


def _tables(document: Mapping[str, object], kind: str, example: str, path: Path) -> Mapping[str, object]:
    tables = document.get(kind, {})
    if not isinstance(tables, dict):
        raise OverridesError(f'{path}: `{kind}` must hold tables: [{kind}."{example}"]')
    return tables


def _of_cases(tables: Mapping[str, object], path: Path, cases: Mapping[str, Collection[str]]) -> dict[str, Override]:
    found: dict[str, Override] = {}
    said: dict[str, str] = {}
    for name, table in tables.items():
        at = f'{path}: [cases."{name}"]'
        wanted = node_name(name)
        if wanted not in cases:
            alike = [known for known in cases if (_NODE in known and " " not in known) == (wanted != name)]
            raise OverridesError(f"{at}: the suite has no such case. {nearest(wanted, alike)}")
        override = _override(table, at)
        for case in cases[wanted]:
            if case in said:
                raise OverridesError(f'{at}: [cases."{said[case]}"] is about the same case. Keep one of them.')
            said[case], found[case] = name, override
    return found


def node_name(name: str) -> str:
    """``test_things::test_a[null]`` of a node id as pytest prints it, wherever it was called; the id of a case as it is."""
    file, separator, test = name.partition(_NODE)
    return f"{PurePosixPath(file.replace(chr(92), '/')).stem}{_NODE}{test}" if separator and file.endswith(".py") else name


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
