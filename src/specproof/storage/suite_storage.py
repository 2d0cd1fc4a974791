"""The service's suites: ``<root>/<project>/r0001/...``, staged under the event's id and renamed into place."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import uuid
from pathlib import Path

from specproof.domain.suites import RenderedSuite, SuiteFile
from specproof.errors import StorageError
from specproof.storage.suite_files import (
    Opener,
    changed_since_locked,
    create_file,
    file_hash,
    read_files,
    speaking_of,
    storage_error,
    sync_folder,
    write_files,
)

STAGING = ".staging"
LATEST = "LATEST"
"""A file in each project's folder that names the newest revision's folder."""

PROJECT_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
EVENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class FolderSuiteStorage:
    """The :class:`~specproof.domain.ports.SuiteStorage` over a folder. File work runs in threads.

    A full disk is a :class:`~specproof.errors.StorageError` like any other (permanent: somebody has to free space, then the dead
    letter is retried), and its hint says so.
    """

    def __init__(self, root: Path, *, opener: Opener = create_file) -> None:
        self._root = root.absolute()
        self._opener = opener

    async def save(self, project: str, revision: int, event_id: str, suite: RenderedSuite) -> str:
        """Write the suite whole, or not at all; the path relative to the root. Saving the same again changes nothing."""
        return await asyncio.to_thread(self._save, project, revision, event_id, suite)

    async def absolute(self, path: str) -> str:
        """The folder of a stored suite; ``StorageError`` if it is gone or outside of the root."""
        return str(await asyncio.to_thread(self._existing, path))

    async def load(self, path: str) -> tuple[SuiteFile, ...]:
        """The files of a stored suite."""

        def read() -> tuple[SuiteFile, ...]:
            return read_files(self._existing(path))

        return await asyncio.to_thread(read)

    def check_writable(self) -> None:
        """For ``doctor`` and the status page: raises ``StorageError`` if nothing can be written."""
        with speaking_of(self._root):
            staging = self._root / STAGING
            staging.mkdir(parents=True, exist_ok=True)
            probe = staging / f"probe-{uuid.uuid4().hex[:12]}"
            os.close(self._opener(probe))
            probe.unlink()

    def _save(self, project: str, revision: int, event_id: str, suite: RenderedSuite) -> str:
        if not PROJECT_NAME.fullmatch(project) or not EVENT_ID.fullmatch(event_id) or not 1 <= revision <= 999_999:
            raise StorageError("no folder can be named after that", at=f"{project!r} r{revision} {event_id!r}"[:200])
        with speaking_of(self._root):
            folder = self._root / project
            folder.mkdir(parents=True, exist_ok=True)
            self._refuse_links(folder)
            target = folder / f"r{revision:04d}"
            if not self._holds(target, suite):
                self._replace(target, event_id, suite)
            self._point_to(folder, target.name, event_id)
        return f"{project}/{target.name}"

    def _replace(self, target: Path, event_id: str, suite: RenderedSuite) -> None:
        staged = self._root / STAGING / event_id
        self._refuse_links(staged)
        # What an attempt that died has left there.
        shutil.rmtree(staged, ignore_errors=True)
        try:
            write_files(staged, suite.files, self._opener)
            if os.path.lexists(target):
                self._clear(target)
            staged.rename(target)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
        sync_folder(target.parent)

    def _holds(self, target: Path, suite: RenderedSuite) -> bool:
        """Whether exactly this suite lies there: an earlier attempt of the same event got that far."""
        if target.is_symlink() or not target.is_dir():
            return False
        try:
            found = {file.path: file_hash(file.content) for file in read_files(target)}
        except StorageError:
            return False
        return found == {file.path: file_hash(file.content) for file in suite.files}

    def _clear(self, target: Path) -> None:
        """Make room for a revision that the database does not know: our own remains go, anything else is kept aside."""
        is_ours = target.is_dir() and not target.is_symlink() and not changed_since_locked(target)
        aside = target.with_name(f"{target.name}.kept-{uuid.uuid4().hex[:8]}")
        target.rename(aside)
        if is_ours:
            shutil.rmtree(aside, ignore_errors=True)

    def _point_to(self, folder: Path, name: str, event_id: str) -> None:
        latest = folder / LATEST
        staged = folder / f".{LATEST}.{event_id}"
        staged.unlink(missing_ok=True)
        descriptor = self._opener(staged)
        with os.fdopen(descriptor, "wb") as file:
            file.write(name.encode() + b"\n")
            file.flush()
            os.fsync(descriptor)
        staged.replace(latest)

    def _existing(self, path: str) -> Path:
        folder = self._root.joinpath(*path.split("/")) if path else self._root
        parts = path.split("/")
        is_ours = len(parts) == 2 and PROJECT_NAME.fullmatch(parts[0]) and re.fullmatch(r"r\d{4,6}", parts[1], re.ASCII)
        if not is_ours:
            raise StorageError("that is no path of a stored suite", at=repr(path)[:200])
        try:
            self._refuse_links(folder)
            is_there = folder.is_dir()
        except OSError as error:
            raise storage_error(error, folder) from error
        if not is_there:
            raise StorageError("the suite's folder is gone", at=str(folder), hint="Make a new revision, or restore the folder.")
        return folder

    def _refuse_links(self, folder: Path) -> None:
        """The root may be a link, nothing below it: a link there leads out."""
        place = folder
        while place != self._root:
            if place.is_symlink():
                raise StorageError("a link stands where a suite's folder should be", at=str(place), hint="Remove the link.")
            place = place.parent
