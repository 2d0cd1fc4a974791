"""How the phases of one case end."""

from __future__ import annotations

from collections.abc import Sequence
from unittest import SkipTest

import pytest

from specproof.quality.proof.recording import ERROR, Ending, Failure

SKIPS = (pytest.skip.Exception, SkipTest)


class Endings:
    """Notes how the phases of one case end, in the place of pytest's own reports, which are slow to build and which nobody reads."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """A case begins."""
        self.failure: Failure | None = None
        self.ending = Ending.PASSED

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """The shortest report that other plug-ins can live with."""
        raised = call.excinfo.value if call.excinfo else None
        outcome: Ending = Ending.PASSED
        if isinstance(raised, SKIPS):
            outcome = Ending.SKIPPED
        elif raised is not None:
            outcome = Ending.FAILED
            self.note_failure(raised)
        return pytest.TestReport(
            item.nodeid,
            item.location,
            {},
            outcome.value,
            None,
            call.when if call.when != "collect" else "setup",
            user_properties=item.user_properties,
        )

    def settle(self, reports: Sequence[pytest.TestReport]) -> None:
        """What other plug-ins made of the phases counts: an expected failure is none, an unexpected pass is one."""
        if any(report.failed for report in reports):
            self.ending = Ending.FAILED
            self.failure = self.failure or Failure(ERROR, actual="it passed, and was marked as failing")
        else:
            self.ending = Ending.SKIPPED if any(report.skipped for report in reports) else Ending.PASSED
            self.failure = None

    def note_failure(self, raised: BaseException) -> None:
        """The first failure of a case is the one that counts."""
        self.ending = Ending.FAILED
        self.failure = self.failure or failure_of(raised)


def failure_of(raised: BaseException) -> Failure:
    """What the exception that ended a case says."""
    check = getattr(raised, "check", None)
    if type(raised).__name__ != "CheckFailure" or not isinstance(check, str):
        return Failure(ERROR, actual=f"{type(raised).__name__}: {raised}"[:500])
    parts = (str(getattr(raised, name, "")) for name in ("operation", "expected", "actual", "curl"))
    return Failure(check, *parts)
