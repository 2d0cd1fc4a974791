"""What a suite adds to pytest: its option, its one fixture, and what its reports carry. ``conftest.py`` hands it to pytest."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from .client import Api, Connection
from .harvest import Harvest
from .judgement import USUAL, Judgement
from .known import as_known, baseline_lines, write_baseline
from .options import (
    API_URL,
    RISKY,
    add_options,
    judgement_of,
    most_bytes,
    takes_risks,
    target_of,
    told,
)
from .outcome import CaseNotes, CheckFailure
from .recognising import UNRECOGNISED, strange_reports, unrecognised
from .retrying import RETRIED, Retries, protocol_of, run_and_log
from .stateless import is_wanted, unjudged
from .strictness import Strictness
from .suite import Cases, Suite
from .summary import ShownOnce, remark_lines, silence, unretried
from .timing_checks import TIMING

FOLDER = Path(__file__).resolve().parent.parent
CASES = pytest.StashKey[Cases]()
HARVEST = pytest.StashKey[Harvest]()
JUDGEMENT = pytest.StashKey[Judgement]()
RETRIES = pytest.StashKey[Retries]()
WRITTEN = pytest.StashKey[str]()
SHOWN_ONCE = pytest.StashKey[ShownOnce]()
USAGE_ERROR = 4
# After these pytest shows the failures.
SHOWN_EXITS = frozenset({0, 1, 2})
# And after these every case that was chosen has run.
JUDGED_EXITS = frozenset({0, 1})


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a suite; another suite in the same run may have added them already."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """What the run was told is understood before anything is sent."""
    config.stash[JUDGEMENT] = judgement_of(config, FOLDER)
    most_bytes(config)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Every report of a case says which case it is."""
    notes = _notes(item)
    if notes.id:
        item.user_properties.extend(notes.described())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What may stop the API comes last."""
    items.sort(key=lambda item: any(name == "specproof_risk" for name, _ in item.user_properties))


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
    as_known(report, failure, item.config.stash.get(JUDGEMENT, USUAL))
    return report


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Failures of one cause are shown once: the others are put aside until pytest has shown the failures."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    target = target_of(session.config)
    if target is not None and reporter is not None and exitstatus in JUDGED_EXITS:
        try:
            write_baseline(target, _own_reports(reporter, *reporter.stats), Cases.load(FOLDER).belongings)
        except (OSError, ValueError) as error:
            pytest.exit(f"the baseline {target} cannot be written: {error}", returncode=USAGE_ERROR)
        session.config.stash[WRITTEN] = str(target)
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
    judgement = terminalreporter.config.stash.get(JUDGEMENT, USUAL)
    written = terminalreporter.config.stash.get(WRITTEN, "")
    lines = list(baseline_lines(reports, judgement, Cases.load(FOLDER).belongings, written))
    if lines:
        terminalreporter.section("baseline")
        for line in lines:
            terminalreporter.write_line(line)
    sentence = strange_reports(reports)
    if sentence:
        terminalreporter.section("another target")
        terminalreporter.write_line(f"{sentence[0].upper()}{sentence[1:]}")
    sentence = silence(reports)
    if sentence:
        terminalreporter.section("no answer")
        terminalreporter.write_line(sentence)
    sentence = unretried(reports)
    if sentence:
        terminalreporter.section("not run again")
        terminalreporter.write_line(sentence)
    strictness = judgement.strictness
    if strictness is not Strictness.STANDARD and reports:
        terminalreporter.section("strictness")
        terminalreporter.write_line(f"Judged as {strictness} (--strictness).")
    lines = [str(value) for report in reports for name, value in report.user_properties if name == TIMING]
    if lines:
        terminalreporter.section("timings")
        for line in dict.fromkeys(lines):
            terminalreporter.write_line(line)
    if _is_stateless(terminalreporter.config):
        terminalreporter.section("stateless")
        terminalreporter.write_line(unjudged(reports))


@pytest.fixture(scope="session")
def specproof_suite(request: pytest.FixtureRequest) -> Iterator[Suite]:
    """The suite during this run: one connection pool, the contracts, the credentials, the controls."""
    api_url = told(request.config, "--api-url", API_URL)
    if not api_url.startswith(("http://", "https://")):
        pytest.exit(f"which API? Run: pytest DIR --api-url http://host:port (or set {API_URL})", returncode=USAGE_ERROR)
    connection = Connection(api_url, most_bytes=most_bytes(request.config), remembers=not _is_stateless(request.config))
    target = told(request.config, "--harvest")
    if target:
        request.config.stash[HARVEST] = Cases.load(FOLDER).harvest()
    yield Suite(FOLDER, connection, _judgement(request.config))
    connection.close()
    if target:
        request.config.stash[HARVEST].write(request.config.invocation_params.dir / target)


@pytest.fixture
def api(request: pytest.FixtureRequest, specproof_suite: Suite) -> Iterator[Api]:
    """The API under test. After the case everything that it created is deleted again."""
    item = request.node
    case = _notes(item)
    api = specproof_suite.api_for(case)
    if case.skip_reason:
        api.skip(case.skip_reason)
    if case.risk and not takes_risks(request.config):
        api.skip(f"{case.operation} {case.risk}: run with --risky (or {RISKY}=1) to call it")
    specproof_suite.require_control(case)
    yield api
    # In our own process the target is the API for sure, and looking at an answer has a price there.
    answered = unrecognised(api.answers) if specproof_suite.connection.is_network else ""
    if answered:
        item.user_properties.append((UNRECOGNISED, answered))
    if HARVEST in item.config.stash:
        item.config.stash[HARVEST].take(api.answers)
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


def _judgement(config: pytest.Config) -> Judgement:
    """How this run judges; understood already, unless the suite's hooks are not all in place."""
    if JUDGEMENT not in config.stash:
        config.stash[JUDGEMENT] = judgement_of(config, FOLDER)
    return config.stash[JUDGEMENT]


def _is_stateless(config: pytest.Config) -> bool:
    return is_wanted(bool(config.getoption("--stateless", default=False)))


def _cases(item: pytest.Item) -> Cases:
    """The suite's cases, read once per session."""
    # Two suites of one run have modules of their own: each has its own CASES key.
    if CASES not in item.session.stash:
        item.session.stash[CASES] = Cases.load(FOLDER)
    return item.session.stash[CASES]


def _notes(item: pytest.Item) -> CaseNotes:
    """What is known of the item's case: a row of a table is one of its own, a row that somebody added is of its function's case."""
    function = getattr(item, "originalname", None) or item.name
    return _cases(item).notes(item.path.stem, (item.name, function), item.user_properties)
