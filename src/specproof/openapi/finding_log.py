"""Where findings are gathered while a document is read: each once, in an order that does not depend on the document's, and capped."""

from __future__ import annotations

from collections import Counter

from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.text import UntrustedText

MAX_PER_CODE = 200


class FindingLog:
    """Collects findings. A hostile document cannot make it grow: beyond :data:`MAX_PER_CODE` of one code only the number is kept."""

    def __init__(self) -> None:
        self._findings: set[Finding] = set()
        self._counts: Counter[FindingCode] = Counter()

    def add(self, code: FindingCode, at: str, message: str, severity: Severity = Severity.MINOR) -> None:
        """Remember one finding; a repetition of the same one changes nothing."""
        finding = Finding(code=code, at=at, message=message, severity=severity)
        if finding in self._findings:
            return
        self._counts[code] += 1
        if self._counts[code] <= MAX_PER_CODE:
            self._findings.add(finding)

    def extend(self, findings: tuple[Finding, ...]) -> None:
        """Remember several findings."""
        for finding in findings:
            self.add(finding.code, finding.at, finding.message, finding.severity)

    def collected(self) -> tuple[Finding, ...]:
        """Everything found, sorted by code and place; one closing finding for each code that was capped."""
        capped = [
            Finding(code, "#", f"{count - MAX_PER_CODE} more findings of this kind are not listed", Severity.INFO)
            for code, count in self._counts.items()
            if count > MAX_PER_CODE
        ]
        return tuple(sorted([*self._findings, *capped]))


def quoted(text: str, limit: int = 60) -> str:
    """A short printable piece of the document in double quotes, for messages."""
    return f'"{shortened(text, limit)}"'


def shortened(text: str, limit: int = 60) -> str:
    """A short printable piece of the document. Only its beginning is looked at: a name may have a million characters."""
    return UntrustedText(text[: 4 * limit]).printable(limit)
