"""The document that a command names: a file, a folder or archive of files, an address, or the standard input; always as one run of bytes.

A document with files beside it becomes an archive of exactly what its references reach: the service takes the same bytes.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from specproof.errors import RequestError, SpecUnreadableError

if TYPE_CHECKING:
    from specproof.settings.sections import Settings


async def read_document(settings: Settings, spec: str, root: Path | None = None) -> bytes:
    """The bytes of the document, or of an archive of it and its files. References stay inside of ``root``, by default its folder.

    Raises a ``SpecificationError`` where it cannot be read, ``RequestError`` where it does not lie in ``root``, and as fetching does.
    """
    from specproof.bootstrap.fetching import add_references, fetch_by_owner

    if spec.startswith(("http://", "https://")):
        return await fetch_by_owner(settings, spec)
    if spec == "-":
        return await add_references(settings, await asyncio.to_thread(sys.stdin.buffer.read))
    return await add_references(settings, await asyncio.to_thread(_read, settings, Path(spec), root))


def _read(settings: Settings, path: Path, root: Path | None) -> bytes:
    from specproof.bootstrap.policies import spec_limits
    from specproof.fetching.folder_files import FolderFiles
    from specproof.openapi.bundling import pack_specification
    from specproof.openapi.documents.archives import is_archive, main_document

    limits = spec_limits(settings)
    folder = root or (path if path.is_dir() else path.parent)
    files = FolderFiles(folder, limits.max_bytes)
    if path.is_dir():
        inside = FolderFiles(path, limits.max_bytes)
        path = path / main_document(inside.names(), inside.read, limits=limits)
    content = _content(path)
    if is_archive(content):
        return content
    return pack_specification(content, limits=limits, files=files, name=_name(path, folder)).content


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "that is no path"
        raise SpecUnreadableError(f"the document cannot be read: {reason}", at=str(path), hint="Check the path.") from error


def _name(path: Path, folder: Path) -> str:
    try:
        return path.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError as error:
        raise RequestError("the document does not lie in that folder", at="--root", hint="Name a folder above it.") from error
