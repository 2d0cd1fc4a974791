"""Prism as a process that serves one document on the loopback."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRISM = ROOT / ".peers-npm" / "node_modules" / ".bin" / "prism"
START_SECONDS = 40.0
END_SECONDS = 10.0
POLL_SECONDS = 0.1
LOOPBACK = "127.0.0.1"

_REMOTE = re.compile(rb"\$ref[\"']?\s*:\s*[\"']?https?://")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_MESSAGE_LIMIT = 160


class NotServedError(Exception):
    """Prism does not serve a document; the text says why."""


@contextlib.contextmanager
def served(document: Path, *, is_dynamic: bool = False) -> Iterator[str]:
    """Prism with ``document`` on a free port; its address. Raises :class:`NotServedError` where it does not answer in time."""
    if _REMOTE.search(document.read_bytes()):
        raise NotServedError("the document refers to another host, which a measurement must not call")
    port = free_port()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(_command(document, port, is_dynamic), stdout=log, stderr=subprocess.STDOUT, cwd=ROOT)
        try:
            if not _answers(process, port):
                log.seek(0)
                raise NotServedError(_reason(log.read().decode("utf-8", "replace")))
            yield f"http://{LOOPBACK}:{port}"
        finally:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


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
    return chosen.replace(str(ROOT), "").replace(tempfile.gettempdir(), "")[:_MESSAGE_LIMIT]


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
