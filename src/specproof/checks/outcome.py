"""What a case has to say: a failed check, a remark that fails nothing, or why it could not be judged."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass, field
from typing import Any, NoReturn

import pytest

from .causes import CAUSE_LINE, FailureKey, cause_of, fingerprint, slug_of
from .fault_numbers import fault_number
from .judgement import USUAL, Judgement, is_silence

KNOWN = "specproof_known"
FAILURE_KEY = "specproof_failure_key"
ENTRY = "specproof_entry"
TEXT_LIMIT = 2_000
RULE_LIMIT = 400
MAJOR = "major"
MINOR = "minor"
_JSON_PARTS = re.compile(r'("(?:[^"\\]|\\.)*"?)|\s+', re.DOTALL)
_SCHEMA_PATH = re.compile(r" \(([^()\s]*)\)$")
_ESCAPED = re.compile(r"((?:\\u[0-9a-fA-F]{4})+)|\\.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CaseNotes:
    """What one running case is about (out of ``cases/*.json``), and the properties that its report will carry."""

    id: str = ""
    operation: str = ""
    family: str = ""
    title: str = ""
    severity: str = MAJOR
    control: str = ""
    skip_reason: str = ""
    group: str = ""
    maintainer: str = ""
    value_class: str = ""
    risk: str = ""
    rule: str = ""
    properties: list[tuple[str, object]] = field(default_factory=list)
    judgement: Judgement = USUAL

    def remark(self, text: str) -> None:
        """Note a minor observation: it shows in reports and fails nothing."""
        self._note("specproof_remark", shortened(text))

    def accept(self, failure: CheckFailure) -> bool:
        """Whether the baseline knows the failure; then it is noted as known, and the case goes on."""
        reason = self.judgement.known(failure.key, self.id)
        if reason is None:
            return False
        sentence = f"{failure.key} ({reason})" if reason else str(failure.key)
        self._note(KNOWN, shortened(sentence))
        self._note(FAILURE_KEY, json.dumps(astuple(failure.key), ensure_ascii=False))
        return True

    def notice(self, failure: CheckFailure) -> None:
        """What is only a remark in this run may stand in the baseline: then it is no mended entry."""
        if self.judgement.baseline and self.judgement.baseline.accepted(failure.key, self.id):
            self._note(FAILURE_KEY, json.dumps(astuple(failure.key), ensure_ascii=False))

    def _note(self, name: str, text: str) -> None:
        if (name, text) not in self.properties:
            self.properties.append((name, text))

    def described(self) -> list[tuple[str, object]]:
        """The properties that every report of the case carries."""
        return [
            ("specproof_case", self.id),
            ("specproof_operation", self.operation),
            ("specproof_family", self.family),
            ("specproof_title", self.title),
            ("specproof_severity", self.severity),
            *((f"specproof_{name}", text) for name, text in self._optional() if text),
        ]

    def _optional(self) -> tuple[tuple[str, str], ...]:
        return (("group", self.group), ("maintainer", self.maintainer), ("risk", self.risk))

    @classmethod
    def from_json(cls, entry: Mapping[str, object], properties: list[tuple[str, object]]) -> CaseNotes:
        """An entry of a file in ``cases/``."""
        names = (
            "id",
            "operation",
            "family",
            "title",
            "severity",
            "control",
            "skip_reason",
            "group",
            "maintainer",
            "value_class",
            "risk",
        )
        texts: dict[str, Any] = {name: str(entry[name]) for name in names if entry.get(name)}
        return cls(properties=properties, rule=_rule(entry.get("rationale")), **texts)


class CheckFailure(AssertionError):  # noqa: N818 - the field's word: a failure of the API, no error of ours
    """A check on an answer failed. ``check`` is its id; the other fields are texts for people, secrets already replaced.

    ``answered`` is the status and the shape of the answer: with the kind of value that ``case`` sends it tells the cause.
    """

    def __init__(
        self,
        *,
        check: str,
        operation: str,
        expected: str,
        actual: str,
        curl: str,
        answered: str = "",
        case: CaseNotes | None = None,
        severity: str = MAJOR,
    ) -> None:
        super().__init__(check)
        self.check = check
        self.operation = operation
        self.expected = shortened(expected)
        self.actual = shortened(actual)
        self.curl = curl
        self.severity = severity
        about = case or CaseNotes()
        self.rule = about.rule
        self.case_id = about.id
        self.cause = shortened(cause_of(answered, about.value_class or slug_of(about.id)), RULE_LIMIT) if answered else ""
        self.fault_number = fault_number(check, about.id, self.cause)
        self.key = FailureKey(operation, check, fingerprint(self.cause, _broken_rule(check, self.expected, self.actual)))

    def __str__(self) -> str:
        # Several lines begin at the margin: blanks before them would not be blanks inside of quotes.
        gap = "\n" if "\n" in self.curl else " "
        number = "" if self.fault_number is None else f", WFC {self.fault_number}"
        case = f"  case:      {self.case_id}\n" if self.case_id else ""
        rule = f"  rule:      {self.rule}\n" if self.rule else ""
        cause = f"{CAUSE_LINE}{self.cause}\n" if self.cause else ""
        return (
            f"{self.operation} fails {self.check} ({self.severity}{number})\n"
            f"{case}"
            f"{rule}"
            f"  expected:  {self.expected}\n"
            f"  actual:    {self.actual}\n"
            f"{cause}"
            f"  reproduce:{gap}{self.curl}"
        )

    @property
    def entry(self) -> dict[str, object]:
        """The failure as a baseline holds it: what the report prints is what the file takes."""
        return {"operation": self.key.operation, "check": self.key.check, "cause": self.key.cause, "cases": [self.case_id]}

    def properties(self) -> list[tuple[str, object]]:
        """The properties that the report of a failed case carries in addition."""
        return [
            ("specproof_check", self.check),
            ("specproof_expected", self.expected),
            ("specproof_actual", self.actual),
            ("specproof_curl", self.curl),
            *([("specproof_rule", self.rule)] if self.rule else []),
            *([("specproof_cause", self.cause)] if self.cause else []),
            *([("specproof_weight", self.severity)] if self.severity != MAJOR else []),
            *([("specproof_wfc", self.fault_number)] if self.fault_number is not None else []),
            *([(ENTRY, json.dumps(self.entry, ensure_ascii=False))] if self.case_id and not is_silence(self.key) else []),
        ]


def _broken_rule(check: str, expected: str, actual: str) -> str:
    """Where in the document the rule stands that an answer breaks, or what it is about; "" where the answer as a whole is wrong."""
    if check == "body_schema":
        found = _SCHEMA_PATH.search(actual)
        return found[1] if found else expected
    return expected if check == "response_headers" else ""


def _rule(rationale: object) -> str:
    """``name longer than 30 characters breaks `maxLength`. (#/components/schemas/NewPet/properties/name/maxLength)``."""
    if not isinstance(rationale, Mapping):
        return ""
    text, pointer = (str(rationale.get(name) or "") for name in ("text", "pointer"))
    return shortened(f"{text} ({pointer})" if pointer else text, RULE_LIMIT)


def skip(reason: str) -> NoReturn:
    """End the case as skipped, because it cannot be judged."""
    __tracebackhide__ = True
    pytest.skip(shortened(reason))


def shortened(text: str, limit: int = TEXT_LIMIT) -> str:
    """``text`` in one line, cut in the middle if it is longer than ``limit`` characters.

    Control characters are escaped, line ends too: an answer must not look like lines of a report.
    """
    text = "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
    if len(text) <= limit:
        return text
    return f"{text[: limit // 2]} ... {text[-limit // 4 :]}"


def shown(value: object, limit: int = 200, redacted: Callable[[str], str] = str) -> str:
    """A JSON value in one line for people; ``redacted`` takes secrets out, before the line is cut: half a secret is not recognised."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return shortened(redacted(text), limit)


def readable_json(text: str) -> str:
    """JSON ``text`` as it is, but in one line and with real characters in the place of ``\\uXXXX``."""
    return _JSON_PARTS.sub(lambda part: _ESCAPED.sub(_real, part[1]) if part[1] else " ", text)


def _real(escape: re.Match[str]) -> str:
    """The characters that a run of ``\\uXXXX`` spells; what cannot be shown, and what JSON wants escaped, stays escaped."""
    if not escape[1]:
        return escape[0]
    text = bytes.fromhex(escape[1].replace("\\u", "")).decode("utf-16-be", "surrogatepass")
    return "".join(json.dumps(char, ensure_ascii=not char.isprintable())[1:-1] for char in text)
