"""Generated Python through ``ruff format``: one process for all files of a suite, in a folder of its own that is gone afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from specproof.domain.suites import SuiteFile
from specproof.errors import GenerationError
from specproof.generators.rendering.lock_file import relocked

LINE_LENGTH = 110
TIME_LIMIT_SECONDS = 60.0
REPORT_LIMIT = 500
OPTIONS = ("format", "--isolated", "--no-cache", "--line-length", str(LINE_LENGTH), "--target-version", "py311")


class RuffFormatter:
    """The port :class:`~specproof.domain.ports.CodeFormatter`."""

    def __init__(self, *, executable: str = "", timeout_seconds: float = TIME_LIMIT_SECONDS) -> None:
        self._executable = executable
        self._timeout = timeout_seconds

    async def format(self, files: Sequence[SuiteFile]) -> tuple[SuiteFile, ...]:
        """All files, the ``is_code`` ones formatted and the lock file's hashes brought up to date.

        Raises :class:`~specproof.errors.GenerationError` naming the file that does not parse, or if ruff is missing or too slow.
        """
        with tempfile.TemporaryDirectory(prefix="specproof-format-") as folder:
            paths = await asyncio.to_thread(_write, Path(folder), files)
            if not paths:
                return tuple(files)
            process = await asyncio.create_subprocess_exec(
                _ruff(self._executable),
                *OPTIONS,
                folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            try:
                output, _ = await asyncio.wait_for(process.communicate(), self._timeout)
            except TimeoutError as error:
                raise _too_slow(self._timeout) from error
            finally:
                if process.returncode is None:
                    with contextlib.suppress(ProcessLookupError):
                        process.kill()
                    await process.wait()
            _judge(process.returncode, output, folder)
            return await asyncio.to_thread(_read, Path(folder), files)


def format_files(
    files: Sequence[SuiteFile], *, executable: str = "", timeout_seconds: float = TIME_LIMIT_SECONDS
) -> tuple[SuiteFile, ...]:
    """As :meth:`RuffFormatter.format`, blocking: for a child process that has no event loop."""
    with tempfile.TemporaryDirectory(prefix="specproof-format-") as folder:
        if not _write(Path(folder), files):
            return tuple(files)
        command = [_ruff(executable), *OPTIONS, folder]
        try:
            done = subprocess.run(  # noqa: S603 - our own command: a path of ours and no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=timeout_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _too_slow(timeout_seconds) from error
        _judge(done.returncode, done.stdout, folder)
        return _read(Path(folder), files)


def _ruff(executable: str) -> str:
    """The ruff that belongs to this Python, else the one on the path."""
    beside = Path(sys.executable).with_name("ruff.exe" if os.name == "nt" else "ruff")
    found = shutil.which(executable) if executable else (str(beside) if beside.is_file() else shutil.which("ruff"))
    if not found:
        raise GenerationError("ruff, which formats generated code, is not installed", hint="pip install ruff")
    return found


def _code_files(files: Sequence[SuiteFile]) -> Iterator[SuiteFile]:
    return (file for file in files if file.is_code and not file.is_carried)


def _write(folder: Path, files: Sequence[SuiteFile]) -> list[Path]:
    """The files to format, written under ``folder``. Raises GenerationError for a path that leads out of it."""
    paths = []
    for file in _code_files(files):
        path = (folder / file.path).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise GenerationError("a file's path leads out of the suite", at=file.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content.encode("utf-8"))
        paths.append(path)
    return paths


def _read(folder: Path, files: Sequence[SuiteFile]) -> tuple[SuiteFile, ...]:
    formatted = {file.path: (folder / file.path).read_bytes().decode("utf-8") for file in _code_files(files)}
    return relocked(replace(file, content=formatted.get(file.path, file.content)) for file in files)


def _judge(returncode: int | None, output: bytes, folder: str) -> None:
    """Raise unless ruff ended well. Its report names files and lines, but not the folder that they were in."""
    if returncode == 0:
        return
    text = output.decode("utf-8", "replace").replace(str(Path(folder).resolve()) + os.sep, "").replace(folder + os.sep, "")
    first = next((line for line in text.splitlines() if line.strip()), f"exit code {returncode}")
    raise GenerationError(f"generated code could not be formatted: {first[:REPORT_LIMIT]}", hint="Check overriding templates.")


def _too_slow(seconds: float) -> GenerationError:
    return GenerationError(f"formatting took longer than {seconds:g} seconds", hint="Generate fewer operations at a time.")
