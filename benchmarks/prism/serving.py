"""Prism as a process that serves one document on the loopback."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
PRISM = ROOT / ".peers-npm" / "node_modules" / ".bin" / "prism"
START_SECONDS = 40.0
END_SECONDS = 10.0
POLL_SECONDS = 0.1
LOOPBACK = "127.0.0.1"

_REMOTE = re.compile(rb"\$ref[\"']?\s*:\s*[\"']?https?://")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_LEAD = re.compile(r"^\[[0-9: APM]+\] \S+ \[CLI\] \S+ +fatal +")
_MESSAGE_LIMIT = 160


class NotServedError(Exception):
    """Prism does not serve a document; the text says why."""


class Served:
    """Prism while it serves one document. One that dies is started again, so that a run does not end with it; ``deaths`` counts that."""

    def __init__(self, command: Sequence[str], port: int, log: IO[bytes]) -> None:
        self.url = f"http://{LOOPBACK}:{port}"
        self.deaths = 0
        self._command = command
        self._log = log
        self._is_over = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self.child = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, stdout=self._log, stderr=subprocess.STDOUT, cwd=ROOT)

    def keep(self) -> None:
        """Start it again from now on whenever it dies."""
        self._keeper.start()

    def _keep(self) -> None:
        while not self._is_over.wait(POLL_SECONDS / 2):
            if self.child.poll() is not None:
                self.deaths += 1
                self.child = self._started()

    def end(self) -> None:
        """End it for good."""
        self._is_over.set()
        if self._keeper.is_alive():
            self._keeper.join()
        self.child.terminate()
        try:
            self.child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


@contextlib.contextmanager
def served(document: Path, *, is_dynamic: bool = False) -> Iterator[Served]:
    """Prism with ``document`` on a free port. Raises :class:`NotServedError` where it does not answer in time."""
    if _REMOTE.search(document.read_bytes()):
        raise NotServedError("the document refers to another host, which a measurement must not call")
    port = free_port()
    with tempfile.TemporaryFile() as log:
        prism = Served(_command(document, port, is_dynamic), port, log)
        try:
            if not _answers(prism.child, port):
                log.seek(0)
                raise NotServedError(_reason(log.read().decode("utf-8", "replace")))
            prism.keep()
            yield prism
        finally:
            prism.end()


def _command(document: Path, port: int, is_dynamic: bool) -> list[str]:
    node = shutil.which("node")
    if node is None or not PRISM.exists():
        raise SystemExit("prism is not installed: make bench-prism installs it (it needs node and npm)")
    mode = ["--dynamic"] if is_dynamic else []
    return [node, str(PRISM), "mock", "--host", LOOPBACK, "--port", str(port), "--multiprocess", "false", *mode, str(document)]


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), 1):
            return True
        time.sleep(POLL_SECONDS)
    return False


def _reason(log: str) -> str:
    """The line of Prism's log that says what is wrong; when it says nothing, that it did not start in time."""
    lines = [" ".join(_ANSI.sub("", line).split()) for line in log.splitlines()]
    telling = [line for line in lines if "fatal" in line or "rror" in line]
    chosen = telling[0] if telling else f"it did not answer within {START_SECONDS:g} s"
    chosen = _LEAD.sub("", chosen)
    return chosen.replace(str(ROOT), "").replace(tempfile.gettempdir(), "")[:_MESSAGE_LIMIT]


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
