"""A suite in a folder that a person named: ``specproof generate -o DIR``."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path

from specproof.domain.suites import PERSONAL_FILES, SuiteFile
from specproof.errors import StorageError
from specproof.storage.suite_files import (
    Opener,
    changed_since_locked,
    create_file,
    locked_hashes,
    read_files,
    speaking_of,
    sync_folder,
    write_files,
)

SHOWN_NAMES = 5


def read_suite_folder(folder: Path) -> tuple[SuiteFile, ...]:
    """The files of the suite in ``folder``. Raises :class:`~specproof.errors.StorageError` if there is none."""
    if not folder.is_dir():
        raise StorageError("there is no such folder", at=str(folder), hint="specproof generate SPEC -o DIR makes one.")
    files = read_files(folder)
    if not any(file.path == "conftest.py" for file in files):
        raise StorageError(
            "this is not the folder of a suite: it has no conftest.py",
            at=str(folder),
            hint="specproof generate SPEC -o DIR makes one.",
        )
    return files


def write_suite_folder(folder: Path, files: Iterable[SuiteFile], *, force: bool, opener: Opener = create_file) -> Path | None:
    """Put a suite into ``folder``: a new or empty one, or one that holds an earlier suite which nobody has changed.

    The new suite is written beside it and takes its place by two renames, so that there is never half a suite. With ``force``
    whatever the folder holds is replaced, but nothing that a person wrote is deleted: the earlier folder is kept beside, and its path
    returned (None if nothing had to be kept). Raises :class:`~specproof.errors.StorageError` and leaves everything as it was.
    """
    with speaking_of(folder):
        # Resolved: a link to a folder stays a link, and `..` gets a name.
        target = folder.resolve()
        _refuse_to_lose_work(target, force=force)
        staged = target.with_name(f".{target.name}.new-{uuid.uuid4().hex[:8]}")
        try:
            write_files(staged, files, opener)
            return _take_place(staged, target)
        finally:
            shutil.rmtree(staged, ignore_errors=True)


def _refuse_to_lose_work(target: Path, *, force: bool) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise StorageError("that is a file", at=str(target), hint="Name a folder.")
    if force:
        _refuse_to_lose_everything(target)
        return
    if not any(target.iterdir()):
        return
    changed = edited_since_made(target)
    if changed == (".",):
        raise StorageError(
            "the folder holds something that is no suite of ours", at=str(target), hint="Name another folder, or use --force."
        )
    if changed:
        names = ", ".join(changed[:SHOWN_NAMES]) + (", ..." if len(changed) > SHOWN_NAMES else "")
        raise StorageError(
            f"files were changed by hand since the suite was made: {names}",
            at=str(target),
            hint="Keep them elsewhere and use --force, or name another folder.",
        )


def _refuse_to_lose_everything(target: Path) -> None:
    """``--force -o .`` is a slip: it would delete the project that the user stands in, or the whole home folder."""
    if locked_hashes(target) is not None:
        return
    if any(place.is_relative_to(target) for place in (Path.cwd(), Path.home().resolve())):
        raise StorageError(
            "that folder is the one you are in, your home, or above them, and no suite: it is not replaced, not even by force",
            at=str(target),
            hint="Name a folder of its own for the suite.",
        )


def edited_since_made(folder: Path) -> tuple[str, ...]:
    """What a person has changed of a suite, as :func:`changed_since_locked` has it: without what is kept beside it, which a new suite takes over."""
    return tuple(name for name in changed_since_locked(folder) if name not in PERSONAL_FILES or (folder / name).is_symlink())


def _take_over(target: Path, staged: Path) -> None:
    """Copy into ``staged`` what a person keeps in ``target``. A link is none: with it the earlier folder counts as changed, and is kept."""
    for name in PERSONAL_FILES:
        kept = target / name
        if kept.is_file() and not kept.is_symlink():
            shutil.copyfile(kept, staged / name)
            with (staged / name).open("rb") as copied:
                os.fsync(copied.fileno())


def _take_place(staged: Path, target: Path) -> Path | None:
    """Put ``staged`` where ``target`` is; ``target`` comes back if that fails. Where it lies now, if a person had changed it."""
    if not target.exists():
        staged.rename(target)
        sync_folder(target.parent)
        return None
    is_kept = any(target.iterdir()) and bool(edited_since_made(target))
    _take_over(target, staged)
    mark = uuid.uuid4().hex[:8]
    aside = target.with_name(f"{target.name}.kept-{mark}" if is_kept else f".{target.name}.old-{mark}")
    target.rename(aside)
    try:
        staged.rename(target)
    except OSError:
        aside.rename(target)
        raise
    sync_folder(target.parent)
    if is_kept:
        return aside
    shutil.rmtree(aside, ignore_errors=True)
    return None
