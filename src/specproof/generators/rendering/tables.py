"""Tables: cases of one operation that differ in one argument alone are the rows of one test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from specproof.domain.plans import Case
from specproof.generators.rendering.code_text import (
    PythonCode,
    comment,
    docstring,
    identifier,
    plain_text,
    text_literal,
)
from specproof.generators.rendering.holes import CONDITIONS, SENTENCES, Hole, hole_of
from specproof.openapi.text import UntrustedText

FEWEST_ROWS = 2
ROW_WIDTH = 100
"""Characters of the comment above a row."""
ANNOTATIONS = {"edit": "Edit", "query": "Parameters", "headers": "Parameters", "auth": "Auth | None"}
"""The types of what rows hold, in the words of the checks package."""
ARGUMENTS = frozenset(ANNOTATIONS)


@dataclass(frozen=True, slots=True)
class RowCode:
    """One row of a table: a case. ``title``, ``keyword`` and ``pointer`` are raw, for templates that want to say more: filter them."""

    id: PythonCode
    value: PythonCode
    reason: PythonCode
    title: UntrustedText
    keyword: UntrustedText
    pointer: UntrustedText


@dataclass(frozen=True, slots=True)
class Draft:
    """A case as it would stand in a table: ``statements`` with a variable in the hole, and the words that they use."""

    hole: Hole
    statements: tuple[str, ...]
    used: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """Cases of which only the row differs. ``name`` is the function's."""

    name: str
    draft: Draft
    cases: tuple[Case, ...]

    def sentence(self) -> PythonCode:
        """What the test says: which operation, what is sent, what is expected."""
        expected = parts_of(self.cases[0].name)[2].replace("_", " ")
        return docstring(f"{self.cases[0].subject.label}: {SENTENCES[self.draft.hole.name]} {expected}")

    def node(self, case: Case) -> str:
        """What pytest calls the row of ``case``: ``test_create_pet__body_edited__is_rejected[name_too_long]``."""
        return f"{self.name}[{parts_of(case.name)[1]}]"


def parts_of(name: str) -> tuple[str, str, str]:
    """Operation, condition and expectation of a case's name; empty where it has no such parts."""
    head, separator, expected = identifier(name, "test").rpartition("__")
    operation, _, condition = head.partition("__")
    return (operation, condition, expected) if separator and condition else (identifier(name, "test"), "", "")


def arranged(cases: Sequence[Case], draft_of: Callable[[Case, Hole], Draft | None]) -> Iterator[Case | Table]:
    """The cases in their order, those that make a table together at the place of the first."""
    groups: dict[tuple[object, ...], list[tuple[Case, Draft]]] = {}
    keys: dict[str, tuple[object, ...]] = {}
    for case in cases:
        hole = hole_of(case)
        operation, condition, expected = parts_of(case.name)
        draft = draft_of(case, hole) if hole is not None and condition else None
        if draft is not None:
            key: tuple[object, ...] = (case.subject, case.family, operation, expected, draft.hole.name, draft.statements)
            keys[case.id] = key
            groups.setdefault(key, []).append((case, draft))
    taken = {identifier(case.name, "test") for case in cases}
    written: set[tuple[object, ...]] = set()
    for case in cases:
        group = keys.get(case.id, ())
        members = groups.get(group, [])
        if len(members) < FEWEST_ROWS:
            yield case
        elif group not in written:
            written.add(group)
            yield Table(_unused(case, members[0][1].hole, taken), members[0][1], tuple(member for member, _ in members))


def row_code(case: Case, hole: Hole, value: str) -> RowCode:
    """The row of ``case``."""
    return RowCode(
        id=PythonCode(text_literal(parts_of(case.name)[1])),
        value=PythonCode(value),
        reason=_reason(case, hole),
        title=case.title,
        keyword=UntrustedText(case.rationale.keyword),
        pointer=UntrustedText(case.rationale.pointer),
    )


def used_words(tables: Iterable[Table]) -> frozenset[str]:
    """The words of the checks package that tables need besides their rows."""
    words: set[str] = set()
    for table in tables:
        words |= table.draft.used
        words |= set(ANNOTATIONS[table.draft.hole.name].replace("|", " ").split()) - {"None"}
    return frozenset(words)


def _reason(case: Case, hole: Hole) -> PythonCode:
    """Why the row is there: what it sends, and the rule of the document that it is about."""
    sent = plain_text(case.steps[hole.number].purpose).removeprefix("Send ")
    if case.rationale.source != "document":
        return comment(sent)
    pointer = plain_text(case.rationale.pointer)
    whole = f"{sent}: {pointer}"
    return comment(whole if len(whole) <= ROW_WIDTH else f"{sent} ({plain_text(case.rationale.keyword)})", ROW_WIDTH)


def _unused(case: Case, hole: Hole, taken: set[str]) -> str:
    """The table's name. Where an operation has several of a kind, those after the first are named after their first row too."""
    operation, condition, expected = parts_of(case.name)
    name = f"{operation}__{CONDITIONS[hole.name]}__{expected}"
    if name in taken:
        name = f"{operation}__{CONDITIONS[hole.name]}_{condition}__{expected}"
    taken.add(name)
    return name
