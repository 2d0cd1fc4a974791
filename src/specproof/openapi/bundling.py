"""A specification of several files made into one run of bytes: exactly the files that its references reach, as an archive.

Whoever stores or sends a specification has one form then, whatever it came from: the bytes of a document, or of such an archive.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from specproof.openapi.documents.archives import is_archive
from specproof.openapi.documents.bundle import open_bundle
from specproof.openapi.documents.files import NO_FILES, Files, RecordedFiles
from specproof.openapi.documents.loader import SpecLimits
from specproof.openapi.documents.packing import Label, pack
from specproof.openapi.parser import parse_bundle
from specproof.openapi.schema import JsonObject

_MAY_REFER_OUTSIDE = re.compile(rb"""\$(?:ref|dynamicRef)["']?\s*:\s*["']?[^\s"'#]|\bmapping\b|\\u0024|\\x24|\\U00000024""")


@dataclass(frozen=True, slots=True)
class PackedSpecification:
    """``content`` is the document, if nothing but itself is needed to read it, else the archive; ``wanted`` names the web addresses
    that references lead to and no file is at hand for, sorted."""

    content: bytes
    wanted: tuple[str, ...] = ()


def pack_specification(content: bytes, *, limits: SpecLimits, files: Files = NO_FILES, name: str = "") -> PackedSpecification:
    """What references of the document ``content`` (or of the archive) reach in ``files``, packed.

    ``name`` is the document's path among the files, or its address on the web. Raises as :func:`~specproof.openapi.parser.parse_spec`.
    """
    if not may_refer_outside(content):
        return PackedSpecification(content)
    recorded = RecordedFiles(files)
    bundle = open_bundle(content, limits=limits, files=recorded, name=name)
    archived = RecordedFiles(bundle.files)
    bundle.files = archived
    _read_all(parse_bundle(bundle).definitions)
    wanted = tuple(sorted(bundle.wanted))
    if is_archive(content):
        is_whole = not recorded.contents
    else:
        is_whole = not (bundle.is_named_by_itself or archived.contents or (files is not NO_FILES and bundle.looks_for_files))
    if is_whole:
        return PackedSpecification(content, wanted)
    main = bundle.name or "openapi.json"
    label = Label(main, tuple(archived.refused))
    return PackedSpecification(pack({**archived.contents, main: bundle.content}, label), wanted)


def wanted_references(content: bytes, *, limits: SpecLimits, files: Files = NO_FILES, name: str = "") -> tuple[str, ...]:
    """The web addresses of documents that the specification refers to and that are not among its files, sorted."""
    return pack_specification(content, limits=limits, files=files, name=name).wanted


def _read_all(definitions: Mapping[str, JsonObject | bool]) -> None:
    """Schemas that no operation uses are read when somebody asks for them, and may lead to more: their files belong to the archive too."""
    known: set[str] = set()
    while fresh := [name for name in definitions if name not in known]:
        for name in fresh:
            _ = definitions[name]
        known.update(fresh)


def may_refer_outside(content: bytes) -> bool:
    """Whether anything in the text looks like a reference to another document: a quick look that saves reading most documents twice."""
    return is_archive(content) or _MAY_REFER_OUTSIDE.search(content) is not None
