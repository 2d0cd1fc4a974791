"""The processes of the demo: started in their own sessions, so that Ctrl-C reaches us alone and we end them in order."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[2]
_FOREIGN = ("SPECPROOF_", "BOOKSHOP_")
_ALIASES = frozenset(
    {"DATABASE_URL", "APIFOX_WEBHOOK_SECRET", "LOG_LEVEL", "TEST_OUTPUT_DIR", "MAX_RETRY_ATTEMPTS", "RETRY_DELAY"}
)
Found = TypeVar("Found")


class DemoError(Exception):
    """Something did not happen that had to. The message is the whole explanation."""


def environment(**extra: str) -> dict[str, str]:
    """This process's environment without settings of the service, which the demo makes itself."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN) and name not in _ALIASES}
    return {**kept, "PYTHONUNBUFFERED": "1", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", **extra}


def eventually(look: Callable[[], Found | None], seconds: float, what: str, pause: float = 0.05) -> Found:
    """What ``look`` finds once it finds something; :class:`DemoError` naming ``what`` after ``seconds``."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise DemoError(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(pause)


class Child:
    """One process, with the files that hold its output."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], output: Path, log: Path) -> None:
        self.name = name
        self.output = output
        self.log = log
        self._process = process

    def address(self, seconds: float = 30) -> str:
        """The address that the child prints as its first line (JSON with ``url``)."""
        return eventually(self._printed_address, seconds, f"the start of {self.name} (see {self.log})")

    def _printed_address(self) -> str | None:
        code = self._process.poll()
        if code is not None:
            raise DemoError(f"{self.name} ended with exit code {code} before it served:\n{self.log_tail()}")
        first, newline, _ = self.output.read_text(encoding="utf-8").partition("\n")
        if not newline:
            return None
        try:
            return str(json.loads(first)["url"])
        except (ValueError, KeyError, TypeError) as error:
            raise DemoError(f"{self.name} did not print its address, but: {first}\n{self.log_tail()}") from error

    def log_tail(self) -> str:
        """The last lines of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])

    def end(self, seconds: float = 15) -> None:
        """End it in order; by force with all its children after ``seconds``."""
        if self._process.poll() is None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)  # the child leads its session: whatever it left behind goes, too
        self._process.wait()


@contextlib.contextmanager
def child(
    name: str, arguments: list[str], logs: Path, *, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> Iterator[Child]:
    """``python -m ARGUMENTS`` as long as the block lasts."""
    output, log = logs / f"{name}.out", logs / f"{name}.log"
    with output.open("wb") as stdout, log.open("ab") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=cwd,
            env=dict(env or environment()),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
    started = Child(name, process, output, log)
    try:
        yield started
    finally:
        with _undisturbed():
            started.end()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """No second Ctrl-C between a child and its end."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def command(arguments: list[str], *, cwd: Path, env: Mapping[str, str]) -> str:
    """The stdout of ``python -m ARGUMENTS``; :class:`DemoError` with what it said if it fails."""
    finished = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=cwd, env=dict(env), capture_output=True, text=True, timeout=60, check=False
    )
    if finished.returncode != 0:
        said = (finished.stderr or finished.stdout).strip()
        raise DemoError(f"`{' '.join(arguments)}` failed with exit code {finished.returncode}:\n{said}")
    return finished.stdout
