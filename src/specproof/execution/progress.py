"""What is known of a run while it goes on, and the verdict in the end."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.domain.runs import Outcome, OutcomeKind, RunStatus
from specproof.execution.redaction import Redactor
from specproof.execution.result_stream import Collected, CollectError, Finished, LineSplitter, Started, parse_line
from specproof.execution.targets import BAD_KINDS, about_target

MAX_COLLECT_ERRORS = 20
EXIT_MEANINGS = {
    2: "pytest was interrupted",
    3: "pytest failed inside",
    4: "pytest did not understand how it was called; is this the folder of a suite?",
    5: "no tests were found",
}
KILLED = 128


class RunProgress:
    """Gathers the lines of a run. One outcome per node id counts: the first."""

    def __init__(self, redactor: Redactor, max_outcomes: int) -> None:
        self._redactor = redactor
        self._max_outcomes = max_outcomes
        self._splitter = LineSplitter()
        self._seen: set[str] = set()
        self.outcomes: list[Outcome] = []
        self.collect_errors: list[CollectError] = []
        self.total = 0
        self.running = ""
        self.finished: Finished | None = None
        self.ignored_lines = 0
        self.is_timed_out = False
        self.end_reason = ""
        """Why we ended it; "" if it ended by itself."""

    def feed(self, chunk: bytes) -> Iterator[Outcome]:
        """Take a piece of the stream; the new outcomes in it, redacted."""
        for raw in self._splitter.feed(chunk):
            line = parse_line(raw)
            match line:
                case Outcome() if line.node_id not in self._seen and len(self.outcomes) < self._max_outcomes:
                    self._seen.add(line.node_id)
                    self.running = ""
                    clean = self._redactor.outcome(line)
                    self.outcomes.append(clean)
                    yield clean
                case Collected():
                    self.total = line.total
                case Started():
                    self.running = line.node_id
                case CollectError() if len(self.collect_errors) < MAX_COLLECT_ERRORS:
                    self.collect_errors.append(line)
                case Finished():
                    self.finished = line
                case _:
                    self.ignored_lines += 1

    @property
    def unreadable_lines(self) -> int:
        """Lines that were not taken: too long, not ours, or repeated."""
        return self.ignored_lines + self._splitter.dropped


def verdict(progress: RunProgress, exit_code: int) -> tuple[RunStatus, str]:
    """How the run ended, and why if not in good order. ``exit_code`` is pytest's, or 128 + a signal."""
    status, message = _verdict(progress, exit_code)
    if progress.unreadable_lines:
        message = f"{message} ({progress.unreadable_lines} result lines could not be read)".strip()
    return status, message


def _verdict(progress: RunProgress, exit_code: int) -> tuple[RunStatus, str]:
    about = about_target(progress.outcomes)
    if progress.end_reason:
        status = RunStatus.TIMED_OUT if progress.is_timed_out else RunStatus.BROKEN
        return status, progress.end_reason + _where(progress) + (f"; {about}" if about else "")
    trouble = _trouble(progress, exit_code)
    if trouble:
        return RunStatus.BROKEN, trouble
    if about:
        return RunStatus.BROKEN, about
    if all(outcome.kind is OutcomeKind.SKIPPED and not outcome.known for outcome in progress.outcomes):
        return RunStatus.BROKEN, "every test was skipped: nothing was checked"
    is_bad = any(outcome.kind in BAD_KINDS for outcome in progress.outcomes)
    return (RunStatus.FAILED if exit_code == 1 or is_bad else RunStatus.PASSED), ""


def _trouble(progress: RunProgress, exit_code: int) -> str:
    """Why the outcomes say nothing about the API; "" if they do."""
    if progress.finished is None or progress.finished.exit_code != exit_code:
        # Exit code 0 without the plug-in's last word is a test that called os._exit(0), not a success.
        return _death(progress, exit_code)
    if progress.collect_errors:
        first = progress.collect_errors[0]
        reason = first.message.strip().rpartition("\n")[2]
        return f"{len(progress.collect_errors)} modules could not be collected; {first.node_id}: {reason}"
    if exit_code not in (0, 1):
        return EXIT_MEANINGS.get(exit_code, f"pytest ended with code {exit_code}")
    if len(progress.outcomes) < progress.total:
        return f"only {len(progress.outcomes)} of {progress.total} outcomes arrived"
    return ""


def _death(progress: RunProgress, exit_code: int) -> str:
    if exit_code < 0:
        return "the supervising process was killed" + _where(progress)
    if exit_code == KILLED + 9:
        return "it was killed (signal 9): out of memory?" + _where(progress)
    if exit_code > KILLED:
        return f"it was killed by signal {exit_code - KILLED}" + _where(progress)
    if exit_code in EXIT_MEANINGS and not progress.total:
        return EXIT_MEANINGS[exit_code]
    return f"the process ended (code {exit_code}) before pytest was done" + _where(progress)


def _where(progress: RunProgress) -> str:
    return f", during {progress.running}" if progress.running else ""
