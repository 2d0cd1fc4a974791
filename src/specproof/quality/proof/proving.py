"""``prove``: what a suite is worth, found by running its files against the reference of its document."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any, Final

import specproof
from specproof import errors
from specproof.domain.proofs import ProofReport
from specproof.errors import ProofError, SuiteUnprovableError
from specproof.quality.proof import cache, encoding
from specproof.quality.proof.settings import ProofSettings
from specproof.quality.proof.suite_sources import document_of

INHERITED: Final = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
"""The only variables that the worker gets of our own environment: some Pythons do not start without them."""
FILE_BYTES: Final = 64 << 20
MOST_BYTES: Final = 512 << 20
"""What the worker may say."""
_SHOWN_OUTPUT = 300
_TELLABLE = {
    name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.SpecProofError)
}


def prove(folder: Path, document: bytes | None = None, *, settings: ProofSettings | None = None) -> ProofReport:
    """Prove the suite in ``folder``, by the document that it carries unless another is given.

    The suite is run in child processes with an environment of their own. Raises :class:`~specproof.errors.SuiteUnprovableError` for a folder
    that cannot be proven, :class:`~specproof.errors.SpecificationError` for a document that cannot be read,
    :class:`~specproof.errors.ProofError` for a proof that did not come to its end.
    """
    settings = settings or ProofSettings()
    started = monotonic()
    folder = folder.resolve()
    if not folder.is_dir():
        raise SuiteUnprovableError("there is no such folder", at=folder.name)
    document = document_of(folder) if document is None else document
    place = cache.place(folder, settings.cache)
    stored = cache.recalled(place) if settings.uses_cache else {}
    with tempfile.TemporaryDirectory(prefix="specproof-proof-", ignore_cleanup_errors=True) as workspace:
        said = _Worker(folder, document, settings, stored, Path(workspace)).carried_out()
    if settings.uses_cache:
        cache.remember(place, said["memory"])
    return replace(encoding.report_of(said["report"]), seconds=round(monotonic() - started, 3))


class _Worker:
    """The worker's process and what it says."""

    def __init__(
        self, folder: Path, document: bytes, settings: ProofSettings, stored: Mapping[str, Any], workspace: Path
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._workspace = workspace
        self._phase = "starting"
        self._job = {
            "folder": str(folder),
            "document": base64.b64encode(document).decode(),
            "settings": _passed_on(settings),
            "stored": stored,
            "parent": os.getpid(),
            "memory_bytes": settings.memory_bytes,
            "file_bytes": FILE_BYTES,
        }

    def carried_out(self) -> dict[str, Any]:
        """The worker's last word."""
        job, output = self._workspace / "job.json", self._workspace / "output.txt"
        job.write_text(json.dumps(self._job), encoding="utf-8")
        reader, writer = os.pipe()
        with os.fdopen(reader, "rb", buffering=0) as results, job.open("rb") as given, output.open("wb") as printed:
            try:
                child = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
                    [sys.executable, "-P", "-s", "-m", "specproof.quality.proof.worker", str(writer)],
                    stdin=given,
                    stdout=subprocess.DEVNULL,
                    stderr=printed,
                    cwd=self._workspace,
                    env=self._environment(),
                    pass_fds=(writer,),
                    start_new_session=True,
                )
            finally:
                os.close(writer)
            try:
                last = self._heard(results)
            finally:
                # The workers that it forked are of its session, and so is most of what a suite leaves running.
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(child.pid, signal.SIGKILL)
                code = child.wait()
        if last is None:
            raise ProofError(
                f"the proof's process died ({_ended(code)}) while {self._phase}{_last_line(output)}", at=self._folder.name
            )
        if last["kind"] == "error":
            kind = _TELLABLE.get(str(last["name"]), ProofError)
            raise kind(str(last["message"]), at=str(last["at"]), hint=str(last["hint"]))
        return last

    def _heard(self, results: Any) -> dict[str, Any] | None:
        """Follow what the worker says up to its last word; None if it ends without one."""
        deadline = monotonic() + self._settings.deadline_seconds
        pending, total = bytearray(), 0
        with selectors.DefaultSelector() as selector:
            selector.register(results, selectors.EVENT_READ)
            while True:
                if not selector.select(max(0.0, deadline - monotonic())):
                    wait = f"{self._settings.deadline_seconds:g} s"
                    raise ProofError(f"the proof was not done after {wait}; it was {self._phase}", at=self._folder.name)
                chunk = os.read(results.fileno(), 1 << 20)
                total += len(chunk)
                if not chunk:
                    return None
                if total > MOST_BYTES:
                    raise ProofError("the proof's process does not stop talking", at=self._folder.name)
                pending += chunk
                lines: list[bytearray] = []
                if b"\n" in chunk:
                    *lines, pending = pending.split(b"\n")
                for line in lines:
                    said = _read(bytes(line))
                    if said["kind"] != "phase":
                        return said
                    self._phase = str(said["text"])

    def _environment(self) -> dict[str, str]:
        variables = {name: os.environ[name] for name in INHERITED if name in os.environ}
        return variables | {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "HOME": str(self._workspace),
            "TMPDIR": str(self._workspace),
            # Where we are ourselves, be we installed or not.
            "PYTHONPATH": str(Path(specproof.__file__).parents[1]),
            "PYTHONHASHSEED": "0",
            "PYTHONUTF8": "1",
            "MALLOC_ARENA_MAX": "2",
        }


def _passed_on(settings: ProofSettings) -> dict[str, Any]:
    """The settings for the worker, which opens no cache."""
    return {name: getattr(settings, name) for name in settings.__dataclass_fields__ if name != "cache"}


def _read(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        said = None
    if not isinstance(said, dict) or said.get("kind") not in {"phase", "error", "proven"}:
        raise ProofError("the proof's process says what is no result: the suite may have written to its pipe")
    return said


def _ended(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _last_line(output: Path) -> str:
    """The end of what the worker printed, to say why it died."""
    lines = output.read_bytes()[-4_000:].decode("utf-8", "replace").split("\n")
    said = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f": {''.join(char if char.isprintable() else ' ' for char in said)[:_SHOWN_OUTPUT]}" if said else ""
