"""A baseline: the failures that a team knows. They count no more; new ones do, and those that are mended are told."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from .causes import FailureKey
from .nearest import nearest
from .strictness import FAILS_FROM

BASELINE: Final = "baseline.json"
"""Its name in the suite's folder, where it is used without being asked for."""
VERSION: Final = 1
_FIELDS: Final = ("operation", "check", "cause")
_ADVICE: Final = "Repair the file, or write it anew with --write-baseline FILE."


class BaselineError(ValueError):
    """A file is no baseline; the text says what, where and what to do."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted failure: in how many cases, in which, and why it is accepted ("" if nobody said). In other cases it is a new one."""

    key: FailureKey
    count: int
    cases: tuple[str, ...]
    reason: str = ""

    def of(self, cases: Collection[str]) -> Accepted:
        """The same failure in those of its cases that are among ``cases``."""
        kept = tuple(case for case in self.cases if case in cases)
        return replace(self, count=len(kept), cases=kept)

    def to_json(self) -> dict[str, object]:
        """As the file has it. Nothing in it is a value that was sent or answered."""
        found = self.key
        named = {"operation": found.operation, "check": found.check, "cause": found.cause}
        return {**named, "count": self.count, "cases": list(self.cases), **({"reason": self.reason} if self.reason else {})}


@dataclass(frozen=True, slots=True)
class Baseline:
    """The accepted failures of a file."""

    path: Path
    entries: Mapping[FailureKey, Accepted]

    @classmethod
    def load(cls, path: Path) -> Baseline:
        """The file at ``path``. Raises :class:`BaselineError` if it is none that can be read."""
        try:
            entries = list(_entries(json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, RecursionError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise BaselineError(f"{path} is no baseline: {reason}. {_ADVICE}") from error
        return cls(path, {entry.key: entry for entry in entries})

    def accepted(self, key: FailureKey, case: str) -> Accepted | None:
        """The entry that names ``case`` for the failure ``key``; None where none does: then it is a new failure."""
        entry = self.entries.get(key)
        return entry if entry is not None and case in entry.cases else None

    def mended(self, seen: Seen, suite: Ours) -> tuple[Accepted, ...]:
        """What does not occur any more: of each entry the cases that were judged and did not show it, and the entries of no case at all."""
        is_own = self.path.parent.resolve() == suite.folder
        found = (entry.of(self._mended_cases(entry, seen, suite, is_own=is_own)) for entry in self.entries.values())
        return tuple(entry for entry in found if entry.cases)

    @staticmethod
    def _mended_cases(entry: Accepted, seen: Seen, suite: Ours, *, is_own: bool) -> Collection[str]:
        left = [case for case in entry.cases if case in suite.cases]
        if not left:
            # A file of several suites holds what is none of our business.
            return entry.cases if is_own or entry.key.operation in suite.operations else ()
        shown = seen.cases_of.get(entry.key, ())
        mended = [case for case in left if case in seen.judged and case not in shown]
        return entry.cases if len(mended) == len(left) else mended

    def renewed(self, seen: Seen, suite: Ours) -> Baseline:
        """What was seen, and the entries about which this run has nothing to say; without the mended ones. Reasons are kept."""
        gone = {entry.key: set(entry.cases) for entry in self.mended(seen, suite)}
        left = (entry.of(set(entry.cases) - gone.get(key, set())) for key, entry in self.entries.items())
        kept = {entry.key: entry for entry in left if entry.cases}
        for key, cases in seen.cases_of.items():
            before = self.entries.get(key)
            unseen = [case for case in before.cases if case in suite.cases and case not in seen.judged] if before else []
            everywhere = tuple(sorted({*cases, *unseen}))
            kept[key] = Accepted(key, len(everywhere), everywhere, before.reason if before else "")
        return Baseline(self.path, kept)

    def write(self) -> None:
        """Write the file, whole or not at all. Raises ``OSError``."""
        ordered = [self.entries[key].to_json() for key in sorted(self.entries)]
        text = json.dumps({"version": VERSION, "known": ordered}, ensure_ascii=False, indent=2) + "\n"
        staged = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        staged.write_text(text, encoding="utf-8")
        staged.replace(self.path)


@dataclass(frozen=True, slots=True)
class Ours:
    """What belongs to one suite: its folder, the ids of its cases, its operations."""

    folder: Path
    cases: Collection[str]
    operations: Collection[str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run has seen: the cases that showed each failure, and the cases that were judged to their end."""

    cases_of: Mapping[FailureKey, Collection[str]]
    judged: Collection[str]


def _entries(document: Any) -> Iterator[Accepted]:
    if not isinstance(document, dict) or document.get("version") != VERSION or not isinstance(document.get("known"), list):
        raise BaselineError(f'it must be {{"version": {VERSION}, "known": [...]}}')
    for number, entry in enumerate(document["known"]):
        texts = [entry.get(name) for name in _FIELDS] if isinstance(entry, dict) else [None]
        if not all(isinstance(text, str) for text in texts):
            raise BaselineError(f"entry {number} of `known` needs the texts {', '.join(_FIELDS)}")
        cases, reason = entry.get("cases", []), entry.get("reason", "")
        count = entry.get("count", len(cases) if isinstance(cases, list) else 0)
        if not (type(count) is int and _are_texts(cases) and isinstance(reason, str)):
            raise BaselineError(f"entry {number} of `known`: `count` is a number, `cases` a list of texts, `reason` a text")
        key = FailureKey(*texts)
        if key.check not in FAILS_FROM:
            raise BaselineError(
                f"entry {number} of `known`: the check `{key.check}` is not known. {nearest(key.check, FAILS_FROM)}"
            )
        if not cases or count != len(cases):
            raise BaselineError(
                f"entry {number} of `known` covers the cases that it names: `cases` names {len(cases)}, `count` says {count}"
            )
        yield Accepted(key, count, tuple(cases), reason)


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(one, str) for one in values)
