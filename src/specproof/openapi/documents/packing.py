"""A specification of several files as one zip archive: the same files give the same bytes, on every machine.

The archive's comment names the main document, and files that must not be opened where the others came from. A document that was fetched
lies under a name that says its URL, so that references to that URL find it, and nothing has to be fetched again.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import quote, unquote

from specproof.openapi.documents.addresses import is_web, join

_MARK = "specproof "
_MOST_REFUSED = 50
URL_FOLDER = "@url/"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Label:
    """What an archive's comment says: the path or URL of the main document, and paths that references lead to and nobody may open."""

    main: str = ""
    refused: tuple[str, ...] = ()


def pack(contents: Mapping[str, bytes], label: Label) -> bytes:
    """The archive of ``contents``, by path or URL. Members are stored, not compressed."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(contents):
            member = zipfile.ZipInfo(member_name(name), _EPOCH)
            member.external_attr = _REGULAR_FILE
            member.create_system = 3
            archive.writestr(member, contents[name])
        named = {"main": label.main, "refused": sorted(label.refused)[:_MOST_REFUSED]}
        archive.comment = (_MARK + json.dumps(named, sort_keys=True)).encode()
    return packed.getvalue()


def read_label(comment: bytes) -> Label:
    """The label in an archive's comment; an empty one where it is somebody else's."""
    text = comment.decode("utf-8", errors="replace")
    try:
        named = json.loads(text.removeprefix(_MARK)) if text.startswith(_MARK) else {}
    except (ValueError, RecursionError):
        return Label()
    main = named.get("main") if isinstance(named, dict) else None
    refused = named.get("refused") if isinstance(named, dict) else None
    return Label(
        main if isinstance(main, str) else "",
        tuple(path for path in refused if isinstance(path, str)) if isinstance(refused, list) else (),
    )


def member_name(name: str) -> str:
    """The name of the member for a file: its path, or for a URL one that says it."""
    return URL_FOLDER + quote(name, safe="") if is_web(name) else name


def url_of_member(name: str) -> str | None:
    """The URL whose document a member holds; None for an ordinary file."""
    if not name.startswith(URL_FOLDER):
        return None
    url = unquote(name.removeprefix(URL_FOLDER))
    return url if is_web(url) and join("", url) == url else None
