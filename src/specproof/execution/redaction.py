"""Taking the secrets of a run out of everything that comes back from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from specproof.checks.spellings import spellings
from specproof.domain.runs import Outcome

MASK = "***"


class Redactor:
    """Replaces each secret, however it is spelt, by ``***``."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first: a secret that begins with another one goes as a whole.
        self._spelt = sorted({form for secret in secrets for form in spellings(secret)}, key=lambda form: (-len(form), form))
        self.longest = len(self._spelt[0]) if self._spelt else 0

    def text(self, text: str) -> str:
        """``text`` without secrets."""
        for form in self._spelt:
            text = text.replace(form, MASK)
        return text

    def outcome(self, outcome: Outcome) -> Outcome:
        """``outcome`` without secrets in any of its texts."""
        if not self._spelt:
            return outcome
        return replace(
            outcome,
            case_id=self.text(outcome.case_id),
            node_id=self.text(outcome.node_id),
            operation=self.text(outcome.operation),
            family=self.text(outcome.family),
            title=self.text(outcome.title),
            check=self.text(outcome.check),
            expected=self.text(outcome.expected),
            actual=self.text(outcome.actual),
            curl=self.text(outcome.curl),
            message=self.text(outcome.message),
            remarks=tuple(self.text(remark) for remark in outcome.remarks),
            known=tuple(self.text(known) for known in outcome.known),
            rule=self.text(outcome.rule),
            failure_keys=tuple(self.text(key) for key in outcome.failure_keys),
            timings=tuple(self.text(timing) for timing in outcome.timings),
            entry=self.text(outcome.entry),
            unrecognised=self.text(outcome.unrecognised),
        )
