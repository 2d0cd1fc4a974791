"""What a suite of the sample API finds of its hand-written bugs: ``python -m tools.outside_bugs``.

The bugs are real code (``examples/bookshop``), not mutants of the reference; the second list was written by somebody who had not seen how
suites are generated. Each bug gets a server process of its own, and the suite runs against it as the product runs it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from examples.bookshop.app import SECOND_TOKEN, TOKEN
from examples.bookshop.bug import Bug
from examples.bookshop.bugs import ALL_BUGS
from examples.bookshop.outside_bugs import OUTSIDE_BUGS

from specproof.bootstrap.generation import GenerationPolicy, generate_suite
from specproof.domain.runs import OutcomeKind, RunRequest, RunResult, RunStatus
from specproof.execution.suite_runner import ProcessSuiteRunner
from specproof.storage.suite_folder import write_suite_folder

_PROSE = "a rule that stands in prose alone"
WHY_MISSED = {
    "unknown_token_is_403": "403 instead of 401 is a remark: APIs that refuse a token so are many",
    "lowercase_bearer_refused": "not tried: HTTP calls both spellings one, and hardly a client writes the small one",
    "longer_token_accepted": "not tried: a token with something added would be one more case for every secured operation",
    "author_name_trimmed": "a conforming API may cut off blanks around a text",
    "author_change_keeps_updated_at": "a clock of whole seconds may show the same moment twice",
    "deleting_unknown_author_answers_204": "a delete that finds nothing left to do may say that it is done",
    "title_sort_ignores_case": "whether case matters to an order is the API's choice; here it is settled by prose alone",
    "in_stock_by_truthiness": "no property has the filter's name: what it means stands in prose alone",
    "single_copy_not_in_stock": "no property has the filter's name: what it means stands in prose alone",
    "changed_book_moves_last": "the order of an unsorted list is the API's choice; here it is settled by prose alone",
    "isbn_reserved_after_delete": "an API may keep the keys of deleted records reserved",
    "second_line_forgotten_on_delete": _PROSE,
    "cancelled_order_keeps_book": _PROSE,
    "repeated_book_charged_once": _PROSE,
    "order_times_in_local_time": "a server's clock is its own: no document says what time it is",
    "foreign_order_is_403": "403 and 404 are both right for what is somebody else's; here it is settled by prose alone",
    "change_reopens_cancelled_order": "a change may move a state on; which one it may not is settled by prose alone",
    "cancelled_order_cancelled_again": _PROSE,
}
"""Why no case derived from the document alone finds a bug without risking an alarm on a conforming API; or why none is planned."""

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "examples" / "bookshop" / "openapi.json"


@dataclass(frozen=True, slots=True)
class BugOutcome:
    """What became of one bug. ``found_by`` names the families and checks of the failing cases of a guilty operation."""

    bug: Bug
    found_by: tuple[str, ...]
    innocent: tuple[str, ...]
    """Operations that failed although the bug is neither in them nor before them."""

    @property
    def is_found(self) -> bool:
        """Whether a case of an operation that the bug lists as its own, or as its consequence, failed."""
        return bool(self.found_by)


def outcomes_of(bugs: Sequence[Bug], folder: Path, *, workers: int = 2) -> list[BugOutcome]:
    """Each bug alone against the suite in ``folder``. Raises :class:`RuntimeError` if the suite is red on the healthy sample API."""
    healthy = _run_against(folder)
    if healthy.status is not RunStatus.PASSED:
        raise RuntimeError(f"the suite does not pass on the healthy sample API: {healthy.status.value} {healthy.message}")
    with ThreadPoolExecutor(workers) as threads:
        return list(threads.map(lambda bug: _outcome(bug, _run_against(folder, "--bug", bug.name)), bugs))


def _outcome(bug: Bug, result: RunResult) -> BugOutcome:
    blamed = {" ".join(operation) for operation in (*bug.operations, *bug.consequences)}
    failed = [outcome for outcome in result.outcomes if outcome.kind in (OutcomeKind.FAILED, OutcomeKind.ERRORED)]
    ways = Counter(f"{outcome.family}: {outcome.check or 'error'}" for outcome in failed if outcome.operation in blamed)
    innocent = sorted({outcome.operation for outcome in failed} - blamed)
    return BugOutcome(bug, tuple(f"{way} ({count})" for way, count in ways.most_common()), tuple(innocent))


def _run_against(folder: Path, *arguments: str) -> RunResult:
    with _served(*arguments) as url:
        schemes = json.loads((folder / "schemas" / "security.json").read_text(encoding="utf-8"))
        secrets = {
            **{f"SPECPROOF_CREDENTIAL_{scheme}": TOKEN for scheme in schemes},
            **{f"SPECPROOF_SECOND_CREDENTIAL_{scheme}": SECOND_TOKEN for scheme in schemes},
        }
        request = RunRequest(suite_dir=str(folder), api_url=url, credentials=secrets, timeout_seconds=180)
        return asyncio.run(ProcessSuiteRunner().run(request))


@contextlib.contextmanager
def _served(*arguments: str) -> Iterator[str]:
    """The sample API in a process of its own; its address."""
    command = [sys.executable, "-m", "examples.bookshop", "--port", "0", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own sample
    try:
        yield json.loads(process.stdout.readline())["url"] if process.stdout else ""
    finally:
        process.terminate()
        process.wait(20)


def generated_suite(folder: Path) -> Path:
    """The suite of the sample API's document, written to ``folder``."""
    suite = generate_suite(GenerationPolicy(), DOCUMENT.read_bytes(), "bookshop", None).suite
    write_suite_folder(folder, suite.files, force=False)
    return folder


def table(outcomes: Sequence[BugOutcome]) -> list[str]:
    """Markdown: what was found, by which kind of case, and what was missed."""
    found = sum(1 for outcome in outcomes if outcome.is_found)
    false_alarms = sum(1 for outcome in outcomes if outcome.innocent)
    lines = [
        f"{found} of {len(outcomes)} found; {false_alarms} runs blamed an innocent operation as well.",
        "",
        "| bug | where | found by |",
        "|---|---|---|",
    ]
    for outcome in outcomes:
        where = ", ".join(f"`{' '.join(operation)}`" for operation in outcome.bug.operations[:2])
        reason = WHY_MISSED.get(outcome.bug.name)
        ways = "; ".join(outcome.found_by[:3]) or ("**missed**" + (f": {reason}" if reason else ""))
        lines.append(f"| {outcome.bug.description} | {where} | {ways} |")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first-list", action="store_true", help="the bugs that grew up beside the generator instead")
    parser.add_argument("--bug", action="append", default=[], help="only these")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    bugs = [bug for bug in (ALL_BUGS if options.first_list else OUTSIDE_BUGS) if not options.bug or bug.name in options.bug]
    with tempfile.TemporaryDirectory() as folder:
        print("\n".join(table(outcomes_of(bugs, generated_suite(Path(folder) / "bookshop"), workers=options.workers))))


if __name__ == "__main__":
    main()
