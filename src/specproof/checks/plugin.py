"""What a suite adds to pytest: its option, its one fixture, and what its reports carry. ``conftest.py`` hands it to pytest."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from .client import Api, Connection
from .outcome import CheckFailure
from .retrying import RETRIED, Retries, protocol_of, run_and_log
from .stateless import is_wanted, unjudged
from .suite import Cases, Suite
from .summary import ShownOnce, remark_lines, silence, unretried

API_URL = "SPECPROOF_API_URL"
FOLDER = Path(__file__).resolve().parent.parent
CASES = pytest.StashKey[Cases]()
RETRIES = pytest.StashKey[Retries]()
SHOWN_ONCE = pytest.StashKey[ShownOnce]()
USAGE_ERROR = 4
# After these pytest shows the failures.
SHOWN_EXITS = frozenset({0, 1, 2})


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--api-url URL``, ``--no-retry`` and ``--stateless``; another suite in the same run may have added them already."""
    with contextlib.suppress(ValueError):
        parser.addoption("--api-url", default="", help=f"where the API under test answers (or the variable {API_URL})")
    with contextlib.suppress(ValueError):
        parser.addoption("--no-retry", action="store_true", help="report a failed case at once, without running it again alone")
    with contextlib.suppress(ValueError):
        parser.addoption("--stateless", action="store_true", help="the API is a mock: skip what only a memory could answer")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Every report of a case says which case it is."""
    notes = _cases(item).notes(_module(item), _function(item), item.user_properties)
    if notes.id:
        item.user_properties.extend(notes.described())


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """A failed case of this suite runs once more by itself before it is reported."""
    if not item.path.resolve().is_relative_to(FOLDER) or item.config.getoption("--no-retry", default=False):
        return None
    protocol = protocol_of(item.config)
    if protocol is None:
        return None
    retries = item.session.stash.setdefault(RETRIES, Retries(protocol))
    run_and_log(item, lambda: retries.reports(item, nextitem))
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed check adds what it expected, what it got and how to reproduce it, and shows without a traceback."""
    failure = call.excinfo.value if call.excinfo else None
    if isinstance(failure, CheckFailure):
        # The report of the teardown is the one that JUnit takes its properties from: so they go to the item.
        item.user_properties.extend(failure.properties())
    report = yield
    if isinstance(failure, CheckFailure) and call.excinfo:
        report.longrepr = call.excinfo.getrepr(style="value")
    return report


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Failures of one cause are shown once: the others are put aside until pytest has shown the failures."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    # Where failures are shown in one line or not at all, each is as good as the other.
    is_whole = session.config.getoption("tbstyle", default="auto") not in {"no", "line"}
    if reporter is not None and is_whole and exitstatus in SHOWN_EXITS:
        once = session.config.stash.setdefault(SHOWN_ONCE, ShownOnce())
        once.begin(reporter.stats.get("failed", []), _own_reports(reporter, "failed"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The remarks of this suite's cases, and whether the API was silent; from the reports alone, so under pytest-xdist too."""
    terminalreporter.config.stash.get(SHOWN_ONCE, ShownOnce()).end(terminalreporter.stats.get("failed", []))
    reports = _own_reports(terminalreporter, *terminalreporter.stats)
    lines = remark_lines(reports)
    if lines:
        terminalreporter.section("remarks")
        terminalreporter.write_line("Worth a look; none of these fails a case:")
        for line in lines:
            terminalreporter.write_line(line)
    sentence = silence(reports)
    if sentence:
        terminalreporter.section("no answer")
        terminalreporter.write_line(sentence)
    sentence = unretried(reports)
    if sentence:
        terminalreporter.section("not run again")
        terminalreporter.write_line(sentence)
    if _is_stateless(terminalreporter.config):
        terminalreporter.section("stateless")
        terminalreporter.write_line(unjudged(reports))


@pytest.fixture(scope="session")
def specproof_suite(request: pytest.FixtureRequest) -> Iterator[Suite]:
    """The suite during this run: one connection pool, the contracts, the credentials, the controls."""
    api_url = request.config.getoption("--api-url", default="") or os.environ.get(API_URL, "")
    if not api_url.startswith(("http://", "https://")):
        pytest.exit(f"which API? Run: pytest DIR --api-url http://host:port (or set {API_URL})", returncode=USAGE_ERROR)
    connection = Connection(api_url, remembers=not _is_stateless(request.config))
    yield Suite(FOLDER, connection)
    connection.close()


@pytest.fixture
def api(request: pytest.FixtureRequest, specproof_suite: Suite) -> Iterator[Api]:
    """The API under test. After the case everything that it created is deleted again."""
    item = request.node
    case = _cases(item).notes(_module(item), _function(item), item.user_properties)
    api = specproof_suite.api_for(case)
    if case.skip_reason:
        api.skip(case.skip_reason)
    specproof_suite.require_control(case)
    yield api
    specproof_suite.note_control(api, is_retry=item.stash.get(RETRIED, False))
    api.clean_up()


def _own_reports(reporter: pytest.TerminalReporter, *kinds: str) -> list[pytest.TestReport]:
    """The reports of this suite's cases."""
    root = reporter.config.rootpath
    return [
        report
        for kind in kinds
        for report in reporter.stats.get(kind, [])
        if isinstance(report, pytest.TestReport) and (root / report.location[0]).resolve().is_relative_to(FOLDER)
    ]


def _is_stateless(config: pytest.Config) -> bool:
    return is_wanted(bool(config.getoption("--stateless", default=False)))


def _cases(item: pytest.Item) -> Cases:
    """The suite's cases, read once per session."""
    # Two suites of one run have modules of their own: each has its own CASES key.
    if CASES not in item.session.stash:
        item.session.stash[CASES] = Cases.load(FOLDER)
    return item.session.stash[CASES]


def _module(item: pytest.Item) -> str:
    return item.path.stem


def _function(item: pytest.Item) -> str:
    return getattr(item, "originalname", None) or item.name
