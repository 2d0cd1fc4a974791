"""Where the changes of one operation are gathered."""

from __future__ import annotations

from specproof.openapi.diff.changes import Change, ChangeSeverity, Direction
from specproof.openapi.diff.rule_table import RULES
from specproof.openapi.diff.rules import ChangeRule
from specproof.openapi.diff.schema_graph import SchemaGraph
from specproof.openapi.diff.schema_views import ANYTHING, Part
from specproof.openapi.schema import Schema

_REQUEST_RULES = ("parameter.", "request.")


class ChangeLog:
    """Collects the changes of one pair of operations, each once."""

    def __init__(self, graph: SchemaGraph) -> None:
        self.graph = graph
        self.is_cut = False
        self._found: dict[Change, None] = {}

    def add(self, rule: ChangeRule, places: tuple[str, str], subject: str, text: str, *, is_demoted: bool = False) -> None:
        """One change: ``subject`` and ``text`` are its sentence; a demoted one does no harm, whatever its rule says."""
        severity = ChangeSeverity.INFO if is_demoted else RULES[rule].severity
        sentence = f"{subject}{text}" if subject and text.startswith((":", " ")) else f"{subject} {text}".strip()
        self._found[Change(rule, severity, direction_of(rule), *places, subject, sentence)] = None

    def compare(self, place: str, subject: str, old: tuple[Schema | None, str], new: tuple[Schema | None, str]) -> None:
        """All changes between two schemas; None is a schema that takes anything, at the place that stands beside it."""
        found, is_cut = self.graph.differences(place, _part(*old), _part(*new))
        self.is_cut |= is_cut
        for difference in found:
            title = f'{subject} property "{difference.path}"' if difference.path else subject
            places = (difference.before, difference.after)
            self.add(difference.rule, places, title, difference.text, is_demoted=difference.is_demoted)

    def changes(self) -> tuple[Change, ...]:
        """What was found: the worst first, else in the order in which it was found."""
        return tuple(sorted(self._found, key=lambda change: change.severity.rank))


def direction_of(rule: ChangeRule) -> Direction:
    """What the changes of ``rule`` are about."""
    if rule.startswith(_REQUEST_RULES):
        return Direction.REQUEST
    return Direction.RESPONSE if rule.startswith("response.") else Direction.OPERATION


def _part(schema: Schema | None, place: str) -> Part:
    return Part(ANYTHING, place) if schema is None else Part(schema.raw, schema.pointer)
