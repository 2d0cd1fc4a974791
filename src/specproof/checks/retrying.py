"""A failed case runs once more by itself before it counts: what a second run does not show again is unstable, and no failure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pytest

from .fault_numbers import NO_ANSWER_IN_TIME

MOST_RETRIES = 20
RETRIED = pytest.StashKey[bool]()
NOTE = "specproof_retry"
NOT_AGAIN = f"not run again: a session runs {MOST_RETRIES} failed cases again"
FAILED_AGAIN = "failed again when it ran alone"


Protocol: TypeAlias = "Callable[..., list[pytest.TestReport]]"


def protocol_of(config: pytest.Config) -> Protocol | None:
    """How pytest runs the phases of one case: its own plug-in ``runner`` knows. None where another one stands in its place."""
    found: Protocol | None = getattr(config.pluginmanager.get_plugin("runner"), "runtestprotocol", None)
    return found


@dataclass(slots=True)
class Retries:
    """Runs the cases of a session, and how many retries it still has."""

    protocol: Protocol
    left: int = MOST_RETRIES

    def reports(self, item: pytest.Item, nextitem: pytest.Item | None) -> list[pytest.TestReport]:
        """Run the case, and once more if a check failed; the reports that count."""
        noted = len(item.user_properties)
        first = self.protocol(item, log=False, nextitem=nextitem)
        failure = failed_check(first)
        # Who has waited for an answer in vain does not wait as long again: a run has an end.
        if failure is None or failure.get("specproof_cause", "").startswith(NO_ANSWER_IN_TIME):
            return first
        if self.left <= 0:
            return _noted(first, NOTE, NOT_AGAIN)
        self.left -= 1
        del item.user_properties[noted:]
        item.stash[RETRIED] = True
        second = self.protocol(item, log=False, nextitem=nextitem)
        if second and all(report.passed or hasattr(report, "wasxfail") for report in second):
            return _noted(second, "specproof_remark", unstable(failure))
        again = failed_check(second)
        return _noted(first, NOTE, FAILED_AGAIN) if again is not None else first


def run_and_log(item: pytest.Item, reports: Callable[[], Sequence[pytest.TestReport]]) -> None:
    """What pytest does around the reports of a case."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for report in reports():
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)


def failed_check(reports: Sequence[pytest.TestReport]) -> dict[str, str] | None:
    """The properties of the failed check; None if no check failed."""
    for report in reports:
        if report.failed:
            said = {name: str(value) for name, value in report.user_properties}
            return said if "specproof_check" in said else None
    return None


def unstable(failure: dict[str, str]) -> str:
    """The remark on a case that failed and then passed: minor, with both outcomes."""
    texts = (failure.get(f"specproof_{name}", "") for name in ("operation", "check", "expected", "actual"))
    operation, check, expected, actual = texts
    return f"{operation}: unstable: passed when it ran again alone; first it failed {check}: expected {expected}, got {actual}"


def _noted(reports: list[pytest.TestReport], name: str, text: str) -> list[pytest.TestReport]:
    """The reports with one more property: each phase carries it, as JUnit reads the last."""
    for report in reports:
        report.user_properties.append((name, text))
    return reports
