"""Runs a suite with pytest in a child process, and tells its outcomes while it goes on.

The isolation is what SECURITY calls less than T1: memory, file and descriptor limits, a scrubbed environment, a process tree that
ends as a whole - but the same user, the same files, the same network. Stronger tiers come behind the same port.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from specproof.domain.runs import Outcome, RunRequest, RunResult
from specproof.errors import ExecutionError
from specproof.execution import workspace as workspaces
from specproof.execution.junit import keep_junit
from specproof.execution.progress import RunProgress, verdict
from specproof.execution.redaction import Redactor
from specproof.execution.streams import OutputTail, PipeReader
from specproof.execution.workspace import PLUGIN, Workspace

TIER = "rlimits"
TIER_DESCRIPTION = "rlimits (less than T1: limits and a scrubbed environment, but the service's own user, files and network)"

DRAIN_SECONDS = 2.0

OnOutcome = Callable[[Outcome], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ExecutionPolicy:
    """What every run has in common. Sizes in bytes, times in seconds.

    ``reports_dir`` keeps the JUnit XML of each suite's latest run (named after the suite's folder) where a request names no place for
    it; None keeps none.
    """

    python: str = sys.executable
    reports_dir: Path | None = None
    grace_seconds: float = 0.5
    """Between SIGTERM and SIGKILL."""
    end_seconds: float = 8.0
    """How long the supervisor may take to end everything before it is killed itself."""
    file_bytes: int = 256 << 20
    open_files: int = 1024
    output_bytes: int = 64 << 20
    """A run that prints more is ended."""
    log_tail_bytes: int = 16_000
    max_outcomes: int = 100_000


class ProcessSuiteRunner:
    """The :class:`~specproof.domain.ports.SuiteRunner` that starts processes. May run several suites at once."""

    def __init__(self, policy: ExecutionPolicy | None = None, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._policy = policy or ExecutionPolicy()
        self._monotonic = monotonic

    async def run(self, request: RunRequest, *, on_outcome: OnOutcome | None = None) -> RunResult:
        """Run it and wait. Raises ``ExecutionError`` if it cannot be started; whatever ``on_outcome`` raises ends the run.

        Cancelling the call ends every process of the run before it returns.
        """
        targets = await asyncio.to_thread(_targets, request)
        redactor = Redactor([*request.credentials.values(), urlsplit(request.api_url).password or ""])
        started = self._monotonic()
        workspace = await asyncio.to_thread(workspaces.prepare, request.credentials)
        try:
            execution = _Execution(self._policy, request, workspace, redactor)
            progress, exit_code = await execution.carry_out(targets, on_outcome)
            status, message = verdict(progress, exit_code)
            return RunResult(
                status=status,
                outcomes=tuple(progress.outcomes),
                duration_seconds=self._monotonic() - started,
                message=redactor.text(message),
                log_tail=execution.output.text(redactor),
                junit_path=await asyncio.to_thread(keep_junit, workspace.junit, self._junit_target(request), redactor),
                tier=TIER,
            )
        finally:
            await asyncio.shield(asyncio.to_thread(workspaces.remove, workspace))

    def _junit_target(self, request: RunRequest) -> Path | None:
        if request.junit_path:
            return Path(request.junit_path)
        if self._policy.reports_dir is None:
            return None
        suite = Path(request.suite_dir)
        return self._policy.reports_dir / f"{suite.parent.name}-{suite.name}.xml"


class _Execution:
    """One run: the supervisor's process, its two pipes, and what came through them."""

    def __init__(self, policy: ExecutionPolicy, request: RunRequest, workspace: Workspace, redactor: Redactor) -> None:
        self._policy = policy
        self._request = request
        self._workspace = workspace
        self.output = OutputTail(policy.log_tail_bytes, policy.output_bytes)
        self._progress = RunProgress(redactor, policy.max_outcomes)
        self._is_ended = False

    async def carry_out(self, targets: list[str], on_outcome: OnOutcome | None) -> tuple[RunProgress, int]:
        """Start, follow and end it. The outcomes and why it ended, and the exit code."""
        results, output = PipeReader.pair(), PipeReader.pair()
        try:
            child = await self._start(targets, results.writer, output.writer)
        except BaseException:
            results.reader.close()
            output.reader.close()
            raise
        finally:
            os.close(results.writer)
            os.close(output.writer)
        follow = (
            asyncio.create_task(self._follow_results(results.reader, on_outcome)),
            asyncio.create_task(self._follow_output(output.reader, child)),
        )
        try:
            await self._until_over(child, follow)
            await self._end(child)
            # What is left in the pipes is read to its end; a process that got away may hold them open.
            await asyncio.wait(follow, timeout=DRAIN_SECONDS)
        finally:
            # Shielded: a cancelled run still ends its processes.
            await asyncio.shield(self._end(child))
            for task in follow:
                task.cancel()
            ends = await asyncio.gather(*follow, return_exceptions=True)
            results.reader.close()
            output.reader.close()
        for error in ends:
            if isinstance(error, Exception):
                raise error
        return self._progress, child.returncode if child.returncode is not None else -signal.SIGKILL

    async def _until_over(self, child: asyncio.subprocess.Process, follow: tuple[asyncio.Task[None], ...]) -> None:
        """Return when the process ended, its time is up, or following it failed."""
        ended = asyncio.create_task(child.wait())
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._request.timeout_seconds
        try:
            while not ended.done() and not any(_has_failed(task) for task in follow):
                remaining = deadline - loop.time()
                if remaining <= 0:
                    self._progress.is_timed_out = True
                    self._progress.end_reason = f"the time limit of {self._request.timeout_seconds:g} s was reached"
                    return
                unfinished = {ended, *(task for task in follow if not task.done())}
                await asyncio.wait(unfinished, timeout=remaining, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()

    async def _start(self, targets: list[str], results: int, output: int) -> asyncio.subprocess.Process:
        limits = json.dumps(
            {
                "memory_bytes": self._request.memory_bytes,
                "file_bytes": self._policy.file_bytes,
                "open_files": self._policy.open_files,
                "grace_seconds": self._policy.grace_seconds,
                "owner": os.getpid(),
                "workspace": str(self._workspace.root),
            }
        )
        supervisor = [self._policy.python, "-I", "-S", str(Path(__file__).with_name("supervisor.py")), limits]
        try:
            return await asyncio.create_subprocess_exec(
                *supervisor,
                *self._command(targets, results),
                stdin=asyncio.subprocess.PIPE,
                # A pipe of ours: asyncio's would let wait() hang as long as any descendant holds it open.
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                pass_fds=(results,),
                start_new_session=True,
                cwd=self._workspace.root / "home",
                env={**self._workspace.environment(self._request.api_url, os.environ), **self._judging()},
            )
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise ExecutionError(
                f"the run's process cannot be started: {reason}", at=self._policy.python, hint="Check memory and process limits."
            ) from error

    def _command(self, targets: list[str], results: int) -> list[str]:
        suite = self._request.suite_dir
        return [
            # -P: the working directory is no place to import from; -s: nor is the user's site-packages.
            *(self._policy.python, "-P", "-s", "-m", "pytest"),
            *("-p", PLUGIN, f"--specproof-results-fd={results}", "-p", "no:cacheprovider"),
            *("-c", str(self._workspace.config), f"--rootdir={suite}", f"--confcutdir={suite}"),
            *(f"--junitxml={self._workspace.junit}", f"--basetemp={self._workspace.root / 'tmp' / 'pytest'}"),
            *(f"--{name}={file}" for name, file in self._files() if file),
            *("-q", "--tb=short", "--color=no", "--show-capture=no", "--"),
            *targets,
        ]

    def _judging(self) -> dict[str, str]:
        """Variables and no options: a suite that was made before there were profiles runs as well."""
        chosen = {
            "SPECPROOF_STRICTNESS": self._request.strictness,
            "SPECPROOF_AS_DOCUMENTED": "1" * self._request.is_as_documented,
            "SPECPROOF_RISKY": "1" * self._request.is_risky,
            "SPECPROOF_STATELESS": "1" * self._request.is_stateless,
        }
        return {name: value for name, value in chosen.items() if value}

    def _files(self) -> tuple[tuple[str, str], ...]:
        request = self._request
        return ("baseline", request.baseline), ("write-baseline", request.write_baseline), ("harvest", request.harvest)

    async def _follow_results(self, results: PipeReader, on_outcome: OnOutcome | None) -> None:
        async for chunk in results:
            for outcome in self._progress.feed(chunk):
                if on_outcome is not None:
                    await on_outcome(outcome)

    async def _follow_output(self, output: PipeReader, child: asyncio.subprocess.Process) -> None:
        async for chunk in output:
            if not self.output.feed(chunk) and not self._progress.end_reason:
                self._progress.end_reason = f"it printed more than {self._policy.output_bytes} bytes"
                _let_go(child)

    async def _end(self, child: asyncio.subprocess.Process) -> None:
        """Close the leash: the supervisor ends everything. If it does not, it is killed, and what carries our mark with it."""
        if self._is_ended:
            return
        _let_go(child)
        is_over = await _wait_for_end(child, self._policy.end_seconds)
        if not is_over:
            _kill_session(child.pid)
        # A suite of the same user can kill its own supervisor: then its processes are found by the folder in their environment.
        await asyncio.to_thread(_kill_marked, str(self._workspace.root))
        if not is_over:
            await _wait_for_end(child, self._policy.end_seconds)
        self._is_ended = True


def _has_failed(task: asyncio.Task[None]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is not None


def _let_go(child: asyncio.subprocess.Process) -> None:
    """Close the supervisor's leash, with the farewell that tells it that we live and clean up ourselves."""
    if child.stdin is not None and not child.stdin.is_closing():
        child.stdin.write(b".")
        child.stdin.close()


async def _wait_for_end(child: asyncio.subprocess.Process, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await child.wait()
    except TimeoutError:
        return child.returncode is not None
    return True


def _targets(request: RunRequest) -> list[str]:
    """What pytest is told to run: the suite's folder, or the selected files and node ids in it, proven to be inside."""
    suite = Path(request.suite_dir)
    if not suite.is_dir():
        raise ExecutionError(
            "there is no such folder", at=request.suite_dir, hint="The suite may have been deleted; make it again."
        )
    root = suite.resolve()
    targets: list[str] = []
    for selected in request.select:
        file, separator, name = selected.partition("::")
        path = (root / file).resolve()
        if not path.is_relative_to(root) or not path.exists():
            raise ExecutionError(
                "the suite has no such file", at=selected, hint="Name files of the suite, relative to its folder."
            )
        targets.append(f"{path}{separator}{name}")
    return targets or [str(root)]


def _kill_session(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _kill_marked(mark: str) -> None:
    """SIGKILL every process that was started with ``mark`` in its environment (Linux)."""
    wanted = mark.encode()
    proc = Path("/proc")
    for folder in proc.iterdir() if proc.is_dir() else ():
        if not folder.name.isdigit():
            continue
        try:
            # The descriptor pins the process: its number cannot be given to another one in between.
            pinned = os.pidfd_open(int(folder.name))
        except OSError:
            continue
        try:
            if wanted in (folder / "environ").read_bytes():
                signal.pidfd_send_signal(pinned, signal.SIGKILL)
        except OSError:
            continue
        finally:
            os.close(pinned)
