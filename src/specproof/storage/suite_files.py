"""Files of suites: paths proven to stay inside, writes made durable, errors put into words."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from specproof.domain.suites import SuiteFile
from specproof.errors import StorageError

LOCK_NAME = "specproof.lock.json"
CARRIED_PREFIX = "checks_"
MAX_FILE_BYTES = 72 << 20
"""What ``domain.source_documents`` lets the document of a suite have, and a little more."""
MAX_FILES = 20_000
IGNORED_FOLDERS = frozenset({"__pycache__", ".specproof", ".pytest_cache", ".ruff_cache", ".mypy_cache"})
"""What running and proving a suite leave in it: no part of the suite, and nothing that a person wrote."""

Opener = Callable[[Path], int]
"""Creates a new file for writing and returns its descriptor; the seam where tests let the disk be full or read-only."""


def create_file(path: Path) -> int:
    """A new file; it must not exist, and no link is followed."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)


@contextmanager
def speaking_of(place: Path) -> Iterator[None]:
    """Turns an ``OSError`` into a :class:`~specproof.errors.StorageError` that says what to do."""
    try:
        yield
    except OSError as error:
        raise storage_error(error, place) from error


def storage_error(error: OSError, place: Path) -> StorageError:
    """What an operating system's refusal means for the user."""
    hints = {
        errno.ENOSPC: "The disk is full: free some space, then retry the event.",
        errno.EDQUOT: "The disk quota is used up: free some space, then retry the event.",
        errno.EROFS: "The file system is read-only: choose another SPECPROOF_STORAGE__OUTPUT_DIR.",
        errno.EACCES: "The user of the service may not write there: change its owner, or SPECPROOF_STORAGE__OUTPUT_DIR.",
        errno.EPERM: "The user of the service may not write there: change its owner, or SPECPROOF_STORAGE__OUTPUT_DIR.",
        errno.ENOTDIR: "A part of that path is a file: choose another SPECPROOF_STORAGE__OUTPUT_DIR.",
        errno.ENAMETOOLONG: "The path is too long: choose a shorter SPECPROOF_STORAGE__OUTPUT_DIR.",
    }
    at = os.fsdecode(error.filename) if error.filename else str(place)
    hint = hints.get(error.errno or 0, "")
    return StorageError(f"it cannot be written or read: {error.strerror or error}", at=at, hint=hint)


def checked_path(path: str) -> PurePosixPath:
    """A file's path inside a suite. Raises ``StorageError`` unless it is relative, plain and stays inside."""
    pure = PurePosixPath(path)
    parts = path.split("/")
    is_plain = all(
        part and part not in (".", "..") and part.isprintable() and "\\" not in part and ":" not in part for part in parts
    )
    if not is_plain or pure.is_absolute() or len(path) > 400:
        raise StorageError(
            "a suite cannot hold a file of that name", at=repr(path)[:200], hint="This is a defect of the generator."
        )
    return pure


def write_files(folder: Path, files: Iterable[SuiteFile], opener: Opener = create_file) -> None:
    """Write ``files`` into the new ``folder`` and make them durable. ``OSError`` comes out as it is."""
    folder.mkdir(parents=True)
    paths = [(checked_path(file.path), file.content.encode("utf-8")) for file in files]
    folders = {folder}
    written: list[int] = []
    try:
        for path, content in paths:
            target = folder.joinpath(*path.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            folders.update(parent for parent in target.parents if parent.is_relative_to(folder))
            written.append(_write(target, content, opener))
            if len(written) >= 64:
                _sync(written)
        _sync(written)
    finally:
        for descriptor in written:
            os.close(descriptor)
    for each in sorted(folders, reverse=True):
        sync_folder(each)


def _write(target: Path, content: bytes, opener: Opener) -> int:
    descriptor = opener(target)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _sync(descriptors: list[int]) -> None:
    """Flush and close: many files at once, so that the disk can order the writes."""
    while descriptors:
        os.fsync(descriptors[-1])
        os.close(descriptors.pop())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_files(folder: Path) -> tuple[SuiteFile, ...]:
    """The files of a suite on disk, by path. Raises ``StorageError`` for links, files that are no text, and far too much."""
    with speaking_of(folder):
        paths = sorted(_files_below(folder), key=lambda path: path.relative_to(folder).as_posix())
        return tuple(_suite_file(path, path.relative_to(folder).as_posix()) for path in paths)


def _suite_file(path: Path, name: str) -> SuiteFile:
    if path.is_symlink() or not path.is_file():
        raise StorageError("a suite holds plain files only", at=name, hint="Remove the link or special file.")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise StorageError(f"the file is longer than {MAX_FILE_BYTES} bytes", at=name)
    is_carried = name == "conftest.py" or name.startswith(CARRIED_PREFIX)
    try:
        content = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise StorageError("the file is no text in UTF-8", at=name, hint="Remove it from the suite's folder.") from error
    return SuiteFile(name, content, is_code=name.endswith(".py") and not is_carried, is_carried=is_carried)


def _files_below(folder: Path) -> Iterator[Path]:
    count = 0
    for root, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if name not in IGNORED_FOLDERS and not Path(root, name).is_symlink()]
        for name in names:
            count += 1
            if count > MAX_FILES:
                raise StorageError(f"the folder holds more than {MAX_FILES} files", at=str(folder))
            yield Path(root, name)


def _raise(error: OSError) -> None:
    raise error


def file_hash(content: str) -> str:
    """The hash that the lock file keeps of a file."""
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def locked_hashes(folder: Path) -> Mapping[str, str] | None:
    """Path -> SHA-256 as the suite's lock file says; None if the folder has no lock file that can be read."""
    lock = folder / LOCK_NAME
    try:
        if lock.is_symlink() or not lock.is_file() or lock.stat().st_size > MAX_FILE_BYTES:
            return None
        loaded = json.loads(lock.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    files = loaded.get("files") if isinstance(loaded, dict) else None
    if not isinstance(files, dict):
        return None
    return {path: digest for path, digest in files.items() if isinstance(digest, str)}


def changed_since_locked(folder: Path) -> tuple[str, ...]:
    """Files that a person has changed, added or removed since the suite was made; ``(".",)`` if the folder is no suite of ours."""
    hashes = locked_hashes(folder)
    if hashes is None:
        return (".",)
    changed: set[str] = set()
    seen = {LOCK_NAME}
    with speaking_of(folder):
        for path in _files_below(folder):
            name = path.relative_to(folder).as_posix()
            seen.add(name)
            if name != LOCK_NAME and (path.is_symlink() or hashes.get(name) != hashlib.sha256(path.read_bytes()).hexdigest()):
                changed.add(name)
    return tuple(sorted(changed | (set(hashes) - seen)))
