"""The specification that a suite was made from, carried inside of the suite: with it, ``specproof prove DIR`` needs nothing else.

The text of the document is kept as it came, byte for byte. It is untrusted, and it is a file that nothing runs.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence

from specproof.domain.suites import SuiteFile

JSON_PATH = "schemas/document.json"
YAML_PATH = "schemas/document.yaml"
PACKED_PATH = "schemas/document.base64"
"""An archive, or anything else that is no text in UTF-8."""
SOURCE_PATHS = (JSON_PATH, YAML_PATH, PACKED_PATH)

MAX_SOURCE_LENGTH = 72_000_000
"""Bytes of the file. The largest document that the settings allow unless they are raised (50 MiB) fits, an archive of that size too."""


def source_file(document: bytes) -> SuiteFile | None:
    """The file that carries ``document``; None for one that is too large to be carried."""
    text = _text(document)
    if text is None:
        file = SuiteFile(PACKED_PATH, base64.encodebytes(document).decode("ascii"))
        return file if len(file.content) <= MAX_SOURCE_LENGTH else None
    if len(document) > MAX_SOURCE_LENGTH:
        return None
    return SuiteFile(JSON_PATH if _is_json(text) else YAML_PATH, text)


def source_document(files: Sequence[SuiteFile]) -> bytes | None:
    """The document that the suite of ``files`` carries, as it came; None where it carries none that can be read."""
    found = {file.path: file.content for file in files if file.path in SOURCE_PATHS}
    for path in (JSON_PATH, YAML_PATH):
        if path in found:
            return found[path].encode("utf-8", errors="replace")
    if PACKED_PATH not in found:
        return None
    try:
        return base64.b64decode("".join(found[PACKED_PATH].split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _text(document: bytes) -> str | None:
    """The text in UTF-8, if it is one that a file of text may hold."""
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _is_json(text: str) -> bool:
    try:
        json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return False
    return True
