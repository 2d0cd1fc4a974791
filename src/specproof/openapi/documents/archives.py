"""A specification that comes as one archive: zip, tar or tar.gz, read from memory, members when they are asked for.

Names are confined to the archive, links and encrypted members are refused, and what members claim to unpack to is held to the limits
before anything is unpacked. Only names that a reference may open are looked at: pictures and code in the same archive do not matter.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from specproof.errors import FetchRefusedError, SpecificationError, SpecLimitError, SpecUnreadableError
from specproof.openapi.documents.addresses import confined_path, is_document_name, is_web
from specproof.openapi.documents.files import Files
from specproof.openapi.documents.loader import SpecLimits, load_tree
from specproof.openapi.documents.packing import URL_FOLDER, read_label, url_of_member
from specproof.openapi.documents.tar_reader import is_tar, read_tar, unpacked_tar
from specproof.openapi.finding_log import quoted

_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_ENTRY_MAGIC = b"PK\x01\x02"
_ENCRYPTED = 0x1
_MAX_MEMBERS = 10_000
_MAX_RATIO = 200
_SMALL = 1 << 20
"""A member up to this size may be packed as tightly as it likes: a file of blanks is no bomb."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PREFERRED = ("openapi", "swagger", "main", "index", "api")
_MOST_LISTED = 5
_HINT = "Send a plain zip of the document and its files."


@dataclass(frozen=True, slots=True)
class Archive:
    """An opened archive: its files, and the main document among them."""

    files: Files
    name: str
    content: bytes


def open_archive(content: bytes, *, limits: SpecLimits) -> Archive | None:
    """The archive in ``content``; None where it is none. Raises :class:`SpecUnreadableError` and :class:`SpecLimitError`."""
    if content.startswith(_ZIP_MAGIC):
        packed = _open_zip(content, limits)
        return _archive(packed, packed.label.main or main_document(packed.names(), packed.read, limits=limits))
    unpacked = unpacked_tar(content, limits.max_bytes)
    if unpacked is None:
        return None
    members = _TarFiles(_tar_members(unpacked), unpacked)
    return _archive(members, main_document(members.names(), members.read, limits=limits))


def is_archive(content: bytes) -> bool:
    """Whether ``content`` begins like a zip, tar or compressed tar archive."""
    return content.startswith(_ZIP_MAGIC) or is_tar(content)


def _archive(files: Files, name: str) -> Archive:
    main = files.read(name)
    if main is None:
        raise SpecUnreadableError("the archive does not hold the document that it names as its main one", hint=_HINT)
    return Archive(files, name, main)


def main_document(names: Sequence[str], read: Callable[[str], bytes | None], *, limits: SpecLimits) -> str:
    """The one of ``names`` that is the OpenAPI document: of the shallowest level that has any, the one with the most usual name.

    Raises :class:`SpecUnreadableError` where there is none, or several of equal rank.
    """
    levels: dict[int, list[str]] = {}
    for name in names:
        if is_document_name(name) and not is_web(name):
            levels.setdefault(name.count("/"), []).append(name)
    for level in sorted(levels):
        found = [name for name in sorted(levels[level]) if _is_openapi(read(name), limits)]
        if found:
            return _preferred(found)
    hint = "One .json or .yaml file in it must have the key openapi (or swagger) at its top."
    raise SpecUnreadableError("there is no OpenAPI document among the files", hint=hint)


def _preferred(found: Sequence[str]) -> str:
    ranked = sorted((_rank(name), name) for name in found)
    equals = [name for rank, name in ranked if rank == ranked[0][0]]
    if len(equals) > 1:
        listed = ", ".join(quoted(name) for name in equals[:_MOST_LISTED]) + (" and more" if len(equals) > _MOST_LISTED else "")
        hint = "Keep one of them, or call the one that is meant openapi.yaml."
        raise SpecUnreadableError(f"several files may be the main document: {listed}", hint=hint)
    return equals[0]


def _rank(name: str) -> int:
    stem = name.rpartition("/")[2].lower().partition(".")[0]
    return _PREFERRED.index(stem) if stem in _PREFERRED else len(_PREFERRED)


def _is_openapi(content: bytes | None, limits: SpecLimits) -> bool:
    # Most files are fragments: looking for the word is a hundred times faster than reading them.
    if content is None or not (b"openapi" in content or b"swagger" in content):
        return False
    try:
        tree = load_tree(content, limits=limits).value
    except SpecUnreadableError:
        return False
    except SpecificationError:
        return True  # Over a limit: whoever reads it next says which.
    return isinstance(tree, dict) and ("openapi" in tree or "swagger" in tree)


# -- zip ------------------------------------------------------------------------------------------------------------


class _ZipFiles:
    """The document members of a zip archive, unpacked when they are read."""

    def __init__(self, archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo]) -> None:
        self._archive = archive
        self._members = members
        self.label = read_label(archive.comment)

    def names(self) -> tuple[str, ...]:
        return tuple(self._members)

    def read(self, path: str) -> bytes | None:
        member = self._members.get(path)
        if path in self.label.refused:
            raise FetchRefusedError("that file was no part of the bundle", at=path)
        if member is None:
            return None
        try:
            with self._archive.open(member) as file:
                return file.read(member.file_size)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
            raise SpecUnreadableError(f"the member {quoted(path)} of the archive is damaged", hint=_HINT) from error


def _open_zip(content: bytes, limits: SpecLimits) -> _ZipFiles:
    if content.count(_ENTRY_MAGIC) > _MAX_MEMBERS:
        raise SpecLimitError(f"the archive has more than {_MAX_MEMBERS} members")
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise SpecUnreadableError("the zip archive is damaged", hint=_HINT) from error
    members: dict[str, zipfile.ZipInfo] = {}
    total = 0
    for member in archive.infolist():
        if member.filename.endswith("/") or not _is_wanted(member.filename):
            continue
        path = _checked_path(member.filename, members)
        _check_zip_member(member, limits)
        total += member.file_size
        members[path] = member
    _check_total(total, limits)
    return _ZipFiles(archive, members)


def _check_zip_member(member: zipfile.ZipInfo, limits: SpecLimits) -> None:
    shown = quoted(member.filename)
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise SpecUnreadableError(f"the member {shown} of the archive is a link or no regular file", hint=_HINT)
    if member.flag_bits & _ENCRYPTED:
        raise SpecUnreadableError(f"the member {shown} of the archive is encrypted", hint=_HINT)
    if member.compress_type not in _METHODS:
        raise SpecUnreadableError(f"the member {shown} of the archive is compressed in a way that is not read", hint=_HINT)
    if member.file_size > limits.max_bytes:
        raise SpecLimitError(f"the member {shown} of the archive has more than {limits.max_bytes} bytes")
    if member.file_size > _SMALL and member.file_size > _MAX_RATIO * max(member.compress_size, 1):
        raise SpecLimitError(f"the member {shown} of the archive unpacks to more than {_MAX_RATIO} times its size")


# -- tar ------------------------------------------------------------------------------------------------------------


class _TarFiles:
    """The document members of a tar archive, which lie in memory unpacked."""

    def __init__(self, members: Mapping[str, slice], content: bytes) -> None:
        self._members = members
        self._content = content

    def names(self) -> tuple[str, ...]:
        return tuple(self._members)

    def read(self, path: str) -> bytes | None:
        place = self._members.get(path)
        return None if place is None else self._content[place]


def _tar_members(content: bytes) -> dict[str, slice]:
    members: dict[str, slice] = {}
    for count, member in enumerate(read_tar(content)):
        if count >= _MAX_MEMBERS:
            raise SpecLimitError(f"the archive has more than {_MAX_MEMBERS} members")
        if member.is_folder or not _is_wanted(member.name):
            continue
        path = _checked_path(member.name, members)
        if not member.is_file:
            shown = quoted(member.name)
            raise SpecUnreadableError(f"the member {shown} of the archive is a link or no regular file", hint=_HINT)
        members[path] = member.place
    return members


# -- both -----------------------------------------------------------------------------------------------------------


def _is_wanted(name: str) -> bool:
    """Whether a member may be a piece of the specification. macOS writes shadows of files, named like them."""
    parts = name.replace("\\", "/").split("/")
    is_shadow = "__MACOSX" in parts or parts[-1].startswith("._")
    return (is_document_name(name) or name.startswith(URL_FOLDER)) and not is_shadow


def _checked_path(name: str, known: Mapping[str, object]) -> str:
    path = url_of_member(name) or confined_path(name)
    if path is None:
        raise SpecUnreadableError(f"the member {quoted(name)} would lie outside of the archive", hint=_HINT)
    if path in known:
        raise SpecUnreadableError(f"the member {quoted(name)} stands in the archive twice", hint=_HINT)
    return path


def _check_total(total: int, limits: SpecLimits) -> None:
    if total > limits.max_bytes:
        raise SpecLimitError(f"the archive unpacks to more than {limits.max_bytes} bytes")
