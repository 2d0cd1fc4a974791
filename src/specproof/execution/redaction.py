"""Taking the secrets of a run out of everything that comes back from it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

from specproof.domain.runs import Outcome

MASK = "***"
MIN_SECRET_LENGTH = 4
"""Shorter ones would hit ordinary words; nobody calls "on" a secret."""


class Redactor:
    """Replaces each secret, also as it stands in headers, addresses, JSON and XML, by ``***``."""

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings = {spelling for secret in secrets for spelling in _spellings(secret)}
        # The longest first: a secret that begins with another one goes as a whole.
        ordered = sorted(spellings, key=lambda text: (-len(text), text))
        self._pattern = re.compile("|".join(re.escape(text) for text in ordered)) if ordered else None
        self.longest = len(ordered[0]) if ordered else 0

    def text(self, text: str) -> str:
        """``text`` without secrets."""
        return self._pattern.sub(MASK, text) if self._pattern else text

    def outcome(self, outcome: Outcome) -> Outcome:
        """``outcome`` without secrets in any of its texts."""
        if self._pattern is None:
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


def _spellings(secret: str) -> set[str]:
    parts = {secret, secret.strip()}
    if ":" in secret:
        # user:password: the password alone, and the whole as a Basic credential.
        parts.add(secret.partition(":")[2])
        parts.add(base64.b64encode(secret.encode("utf-8", "replace")).decode("ascii"))
    long_enough = {part for part in parts if len(part) >= MIN_SECRET_LENGTH}
    spelled: set[str] = set()
    for part in long_enough:
        json_text = part.replace("\\", "\\\\").replace('"', '\\"')
        xml_text = escape(part, {'"': "&quot;"})
        spelled |= {part, quote(part, safe=""), quote_plus(part), json_text, xml_text, escape(part), repr(part)[1:-1]}
    return spelled
