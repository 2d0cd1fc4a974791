"""What becomes of a failed check: it fails its case, it is known already, or it is a remark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .baseline import Baseline
from .causes import FailureKey
from .fault_numbers import NO_ANSWER, NO_ANSWER_IN_TIME
from .overrides import FAIL, Override
from .strictness import Strictness, fails


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether the case fails; ``because`` stands before the text of a remark that would have been a failure."""

    fails: bool
    because: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a run judges failed checks. ``accepts_all`` where it writes a baseline: then it goes on after each failure."""

    strictness: Strictness = Strictness.STANDARD
    baseline: Baseline | None = None
    accepts_all: bool = False
    overrides: Mapping[str, Override] = field(default_factory=dict)
    case_overrides: Mapping[str, Override] = field(default_factory=dict)
    """By the id of the case that they are about."""
    own: Override | None = None
    """That of the case which is judged, and ``own_operation`` what the case is about."""
    own_operation: str = ""

    def of_case(self, case: str, operation: str) -> Judgement:
        """How one case is judged: what is accepted of it alone comes before what is accepted of its operation."""
        own = self.case_overrides.get(case)
        return replace(self, own=own, own_operation=operation) if own else self

    def ruling(self, check: str, *operations: str, is_minor: bool) -> Ruling:
        """What a failed ``check`` means; ``is_minor`` where the document leaves room.

        ``operations`` are the one that the case is about and the one whose answer is judged: the first whose override names the check wins,
        after that of the case.
        """
        for override in (self.own, *map(self.overrides.get, operations)):
            if override and check in override.severity:
                return Ruling(fails=True) if override.severity[check] == FAIL else Ruling(fails=False, because=override.because)
        return Ruling(fails(check, self.strictness, is_minor=is_minor))

    def excuse(self, operation: str, status: int) -> str:
        """Why ``status`` is accepted of ``operation`` in the place of a success: what a remark on it begins with; "" if it is not."""
        own = self.own if operation == self.own_operation else None
        accepting = (override for override in (own, self.overrides.get(operation)) if override and status in override.expected)
        return next((override.because for override in accepting), "")

    def known(self, key: FailureKey, case: str) -> str | None:
        """Why a failure of ``case`` is accepted ("" if nobody said), None if it is not. That nothing answers is never accepted."""
        if is_silence(key):
            return None
        entry = self.baseline.accepted(key, case) if self.baseline else None
        if entry is not None:
            return entry.reason
        return "" if self.accepts_all else None


def is_silence(key: FailureKey) -> bool:
    """Whether nobody was there to answer: no failure of the API that could be accepted."""
    return key.cause.startswith(NO_ANSWER) and not key.cause.startswith(NO_ANSWER_IN_TIME)


USUAL = Judgement()
