"""Where a reference leads, by its text alone: a path inside of the bundle, or a URI. Nothing is opened here.

An address is a string: a normalised POSIX path relative to the bundle's root (``paths/pets.yaml``; empty for a document without a
name), or an absolute URI (``https://example.com/pets.yaml``, ``urn:example:pets``). A path never holds a colon, so the two cannot be mixed up.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_DOTS = frozenset({".", ".."})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_MAX_LENGTH = 2_000
_SUFFIXES = (".json", ".yaml", ".yml", ".jsonschema")


def is_uri(address: str) -> bool:
    """Whether ``address`` is an absolute URI and not a path of the bundle."""
    return _SCHEME.match(address) is not None


def is_web(address: str) -> bool:
    """Whether ``address`` is an http or https one."""
    return address.startswith(("http://", "https://"))


def is_document_name(path: str) -> bool:
    """Whether a file of that name may hold a piece of a specification: no reference opens any other."""
    return path.lower().endswith(_SUFFIXES)


def host_and_port(url: str) -> tuple[str, int]:
    """The host (lower case) and port of an http(s) address that :func:`join` gave."""
    parts = urlsplit(url)
    return (parts.hostname or "").rstrip("."), parts.port or _DEFAULT_PORTS[parts.scheme]


def join(base: str, reference: str) -> str | None:
    """The address that ``reference`` (without its fragment) means in the document at ``base``.

    None for what must not be followed: a path that leaves the bundle or that reads differently elsewhere (absolute, drive letters,
    backslashes, control characters, percent-encoded dots or slashes), and a URL with a user name in it.
    """
    if len(reference) > _MAX_LENGTH or _CONTROL.search(reference) or "\\" in reference:
        return None
    try:
        if is_uri(reference):
            return _uri(reference)
        if is_uri(base):
            return _uri(urljoin(base, reference)) if is_web(base) else None
    except ValueError:  # an address such as http://[::1
        return None
    return None if reference.startswith("/") else _path(base, reference)


def confined_path(name: str) -> str | None:
    """``name`` of an archive's member as a path of the bundle; None where it leaves the archive or is no plain relative path."""
    plain = name.replace("\\", "/")
    if len(plain) > _MAX_LENGTH or _CONTROL.search(plain) or plain.startswith("/") or ":" in plain:
        return None
    return _normalised([], plain.split("/"))


def _uri(text: str) -> str | None:
    parts = urlsplit(text)
    if len(parts.scheme) == 1:
        return None  # A drive letter.
    if parts.scheme not in _DEFAULT_PORTS:
        return text
    if not parts.hostname or "@" in parts.netloc or " " in text:
        return None
    port = parts.port
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    netloc = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    return urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))


def _path(base: str, reference: str) -> str | None:
    segments = reference.split("/")
    decoded = [unquote(segment, errors="replace") for segment in segments]
    if any(_is_disguised(before, after) for before, after in zip(segments, decoded, strict=True)):
        return None
    return _normalised(base.split("/")[:-1], decoded)


def _is_disguised(segment: str, decoded: str) -> bool:
    """Whether percent-encoding hides what a reader of the path would not expect, or the segment has a colon or a query."""
    if any(char in decoded for char in "/\\:?") or _CONTROL.search(decoded):
        return True
    return segment not in _DOTS and (decoded in _DOTS or unquote(decoded) in _DOTS)


def _normalised(folder: list[str], segments: list[str]) -> str | None:
    """The path of ``segments`` below ``folder``; None where it climbs out or names no file."""
    path = list(folder)
    for segment in segments:
        if segment == "..":
            if not path:
                return None
            path.pop()
        elif segment not in ("", "."):
            path.append(segment)
    is_folder = segments[-1] in ("", ".", "..")
    return None if is_folder or not path else "/".join(path)
