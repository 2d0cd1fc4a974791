"""Where in a document's text a JSON pointer leads: line and column, for JSON and YAML.

Computed only when somebody asks: the text is read once more, by a loop that keeps the wanted places in a tree and skips everything
else. The time is linear in the text, whatever it holds, and nothing recurses.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import yaml
from yaml._yaml import CParser

from specproof.openapi.pointers import pointer

_JSON_TOKEN = re.compile(
    r'[ \t\n\r]*+(?:(?P<text>"(?:[^"\\]++|\\.)*+")|(?P<mark>[{}\[\]:,])|'
    r"(?P<plain>-?[0-9][0-9.eE+-]*+|true|false|null|NaN|-?Infinity)|(?P<end>\Z))",
    re.DOTALL,
)
_ESCAPE = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|(["\\/bfnrt]))')
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_DOCUMENT_KEYS = frozenset({"openapi", "swagger"})
_MERGE_KEY = "<<"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text. Both count from 1; columns count characters, not bytes."""

    line: int
    column: int


@dataclass(slots=True)
class _Wanted:
    """A place that is looked for, and those below it. ``visits`` tells a key that stands twice from its first reading."""

    children: dict[str, _Wanted] = field(default_factory=dict)
    offset: int | None = None
    merge_offset: int | None = None
    visits: int = 0
    seen_in_visit: int = 0


@dataclass(slots=True)
class _Frame:
    """An open object or list, and the wanted place that it is (None: nothing below it is wanted)."""

    wanted: _Wanted | None
    is_list: bool
    index: int = -1
    is_waiting_for_value: bool = False
    is_merge: bool = False
    value_wanted: _Wanted | None = None


class _NotJsonError(Exception):
    """The text is no JSON: it is read as YAML."""


def split_pointer(address: str) -> tuple[str, str]:
    """``paths/user.yaml#/get`` -> (``paths/user.yaml``, ``#/get``); the file is "" for places in the document itself."""
    file, _, rest = address.partition("#")
    return file, f"#{rest}"


def by_file(pointers: Collection[str]) -> dict[str, list[str]]:
    """The pointers of each file (the part before ``#``), in the form that :func:`locate` takes."""
    grouped: dict[str, list[str]] = {}
    for address in pointers:
        file, place = split_pointer(address)
        grouped.setdefault(file, []).append(place)
    return grouped


def locate(content: bytes, pointers: Collection[str]) -> Mapping[str, Position]:
    """The position of each of ``pointers`` (``#/paths/~1pets``, as :func:`~specproof.openapi.pointers.pointer` writes them).

    ``content`` is a text that the loader could read. A member of an object lies where its key begins, an item of a list where it
    begins itself. What does not exist lies where the nearest place above it does; what came in by a YAML alias or merge key lies where
    the alias or merge key stands.
    """
    text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="replace")
    root, top_keys = _scanned(text, pointers, "")
    if "success" in top_keys and "data" in top_keys and not _DOCUMENT_KEYS & top_keys:
        root, _ = _scanned(text, pointers, "/data")  # Apifox's envelope: the loader took the document out of it.
        prefix = "/data"
    else:
        prefix = ""
    starts = [0, *(found.end() for found in _LINE_BREAK.finditer(text))]
    return {address: _position(_offset(root, prefix + address[1:]), starts) for address in pointers}


def _scanned(text: str, pointers: Collection[str], prefix: str) -> tuple[_Wanted, set[str]]:
    def tree() -> _Wanted:
        root = _Wanted()
        for address in pointers:
            node = root
            for token in (prefix + address[1:]).split("/")[1:]:
                node = node.children.setdefault(token, _Wanted())
        return root

    if text.lstrip()[:1] in ("{", "["):
        try:
            scan = _Scan(tree())
            _scan_json(text, scan)
        except _NotJsonError:
            pass  # YAML may begin with a brace too.
        else:
            return scan.root, scan.top_keys
    scan = _Scan(tree())
    _scan_yaml(text, scan)
    return scan.root, scan.top_keys


def _offset(root: _Wanted, place: str) -> int:
    """Where ``place`` or its nearest ancestor begins."""
    node, offset = root, root.offset or 0
    for token in place.split("/")[1:]:
        child = node.children[token]
        if child.offset is None or child.seen_in_visit != node.visits:
            return offset if node.merge_offset is None else node.merge_offset
        node, offset = child, child.offset
    return offset


def _position(offset: int, starts: list[int]) -> Position:
    line = bisect_right(starts, offset)
    return Position(line, offset - starts[line - 1] + 1)


class _Scan:
    """What is told of the text, piece by piece: keys, values, ends."""

    def __init__(self, root: _Wanted) -> None:
        self.root = root
        self.top_keys: set[str] = set()
        self._frames: list[_Frame] = []

    @property
    def expects_key(self) -> bool:
        """Whether the next piece is a key of an object."""
        return bool(self._frames) and not self._frames[-1].is_list and not self._frames[-1].is_waiting_for_value

    @property
    def is_watched(self) -> bool:
        """Whether the name of the next key matters."""
        return len(self._frames) == 1 or self._frames[-1].wanted is not None

    @property
    def is_in_list(self) -> bool:
        """Whether the innermost open container is a list."""
        return bool(self._frames) and self._frames[-1].is_list

    @property
    def is_open(self) -> bool:
        """Whether any container is open."""
        return bool(self._frames)

    def key(self, name: str | None, offset: int, *, is_merge: bool = False) -> None:
        """A key; None where it is no text or nobody wants to know."""
        frame = self._frames[-1]
        frame.is_waiting_for_value, frame.value_wanted = True, None
        if name is None:
            return
        if len(self._frames) == 1:
            self.top_keys.add(name)
        if frame.wanted is not None:
            if is_merge and frame.wanted.merge_offset is None:
                frame.wanted.merge_offset = offset
            frame.value_wanted = self._met(frame.wanted, pointer((name,))[2:], offset)

    def value(self, offset: int) -> _Wanted | None:
        """A value begins; gives the wanted place that it is."""
        if not self._frames:
            self.root.offset, self.root.visits = offset, 1
            return self.root
        frame = self._frames[-1]
        if frame.is_list:
            frame.index += 1
            return self._met(frame.wanted, str(frame.index), offset) if frame.wanted is not None else None
        frame.is_waiting_for_value = False
        return frame.value_wanted

    def open(self, offset: int, *, is_list: bool) -> None:
        """A container begins."""
        self._frames.append(_Frame(self.value(offset), is_list))

    def close(self) -> bool:
        """The innermost container ends; gives whether it was a list."""
        return self._frames.pop().is_list

    def open_key(self) -> None:
        """A container that is a key begins: nothing in it has a place."""
        self._frames[-1].is_waiting_for_value, self._frames[-1].value_wanted = True, None
        self._frames.append(_Frame(None, is_list=True))

    @staticmethod
    def _met(parent: _Wanted, token: str, offset: int) -> _Wanted | None:
        child = parent.children.get(token)
        if child is not None:
            child.offset, child.seen_in_visit = offset, parent.visits
            child.visits += 1
            child.merge_offset = None
        return child


# -- JSON -----------------------------------------------------------------------------------------------------------


def _scan_json(text: str, scan: _Scan) -> None:
    is_done = False
    for found in _json_tokens(text):
        kind, begin = found.lastgroup, found.end() - len(found[found.lastgroup or 0])
        mark = found["mark"]
        if kind == "end":
            break
        if is_done:
            raise _NotJsonError
        if kind == "text" and scan.expects_key:
            scan.key(_unescaped(found["text"]) if scan.is_watched else None, begin)
        elif mark in ("{", "["):
            if scan.expects_key:
                raise _NotJsonError
            scan.open(begin, is_list=mark == "[")
        elif mark in ("}", "]"):
            if not scan.is_open or scan.close() != (mark == "]"):
                raise _NotJsonError
        elif mark is None:
            if scan.expects_key:
                raise _NotJsonError
            scan.value(begin)
        is_done = not scan.is_open and mark not in (":", ",")
    if not is_done:
        raise _NotJsonError


def _json_tokens(text: str) -> Iterator[re.Match[str]]:
    position = 0
    while (found := _JSON_TOKEN.match(text, position)) is not None:
        yield found
        if found.lastgroup == "end":
            return
        position = found.end()
    raise _NotJsonError


def _unescaped(literal: str) -> str:
    """The key that a JSON string stands for; surrogates are joined and lone ones replaced, as the reader does."""
    text = literal[1:-1]
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else _ESCAPED.get(found[2], found[2]), text)
    return plain.encode("utf-16-le", errors="surrogatepass").decode("utf-16-le", errors="replace")


# -- YAML -----------------------------------------------------------------------------------------------------------


def _scan_yaml(text: str, scan: _Scan) -> None:
    """Take libyaml's events as far as they go. Their marks count characters, so that only the offsets are needed."""
    try:
        parser = CParser(text)
        while (event := parser.get_event()) is not None:
            _take(event, scan)
    except yaml.YAMLError:
        return  # The loader refuses such a text; what was found before the error stands.


def _take(event: yaml.Event, scan: _Scan) -> None:
    offset = event.start_mark.index if event.start_mark is not None else 0
    if isinstance(event, yaml.ScalarEvent):
        if scan.expects_key:
            is_merge = event.value == _MERGE_KEY and event.implicit[0]
            scan.key(event.value if scan.is_watched else None, offset, is_merge=is_merge)
        else:
            scan.value(offset)
    elif isinstance(event, yaml.AliasEvent):
        if scan.expects_key:
            scan.key(None, offset)
        else:
            scan.value(offset)
    elif isinstance(event, yaml.CollectionStartEvent):
        if scan.expects_key:
            scan.open_key()
        else:
            scan.open(offset, is_list=isinstance(event, yaml.SequenceStartEvent))
    elif isinstance(event, yaml.CollectionEndEvent) and scan.is_open:
        scan.close()
