"""The lines that the result plug-in writes, read with distrust: the process that writes them also runs a stranger's suite."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

from specproof.domain.runs import Outcome, OutcomeKind

MAX_LINE_BYTES = 1 << 20
MAX_TEXT = 8_000
MAX_CURL = 120_000
MAX_NAME = 500
MAX_REMARKS = 20
MAX_COUNT = 1_000_000
WHITESPACE = "\n\t"
REORDERING = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Line separators and bidirectional controls."""


@dataclass(frozen=True, slots=True)
class Collected:
    """How many tests pytest has found."""

    total: int


@dataclass(frozen=True, slots=True)
class Started:
    """A test began."""

    node_id: str


@dataclass(frozen=True, slots=True)
class CollectError:
    """A module could not be collected."""

    node_id: str
    message: str


@dataclass(frozen=True, slots=True)
class Finished:
    """pytest came to its end in good order, with this exit code."""

    exit_code: int


Line = Collected | Started | CollectError | Finished | Outcome


class LineSplitter:
    """Cuts a byte stream into lines of at most :data:`MAX_LINE_BYTES`; longer ones are dropped and counted."""

    def __init__(self) -> None:
        self._rest = b""
        self._is_dropping = False
        self.dropped = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The lines that ``chunk`` completes."""
        *whole, last = chunk.split(b"\n")
        for part in whole:
            line, self._rest = self._rest + part, b""
            if self._is_dropping or len(line) > MAX_LINE_BYTES:
                self.dropped += 1
                self._is_dropping = False
            elif line:
                yield line
        self._rest += last
        if len(self._rest) > MAX_LINE_BYTES:
            self._rest = b""
            self._is_dropping = True


def parse_line(line: bytes) -> Line | None:
    """What a line says; None if it is not one of ours."""
    try:
        loaded = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(loaded, dict):
        return None
    reader = READERS.get(str(loaded.get("type")))
    return reader(loaded) if reader else None


def _outcome(fields: dict[str, object]) -> Outcome | None:
    try:
        kind = OutcomeKind(str(fields.get("kind")))
    except ValueError:
        return None
    node_id = _text(fields, "node_id", MAX_NAME)
    if not node_id:
        return None
    return Outcome(
        # A test that is no case of ours (a person added it) still has a name.
        case_id=_text(fields, "case_id", MAX_NAME) or node_id,
        node_id=node_id,
        kind=kind,
        duration_seconds=_duration(fields.get("duration")),
        operation=_text(fields, "operation", MAX_NAME),
        family=_text(fields, "family", MAX_NAME),
        title=_text(fields, "title", MAX_NAME),
        group=_text(fields, "group", MAX_NAME),
        maintainer=_text(fields, "maintainer", MAX_NAME),
        check=_text(fields, "check", MAX_NAME),
        weight=_text(fields, "weight", MAX_NAME),
        expected=_text(fields, "expected"),
        actual=_text(fields, "actual"),
        curl=_text(fields, "curl", MAX_CURL),
        message=_text(fields, "message"),
        remarks=_texts(fields, "remarks"),
        known=_texts(fields, "known"),
        rule=_text(fields, "rule"),
        failure_keys=_texts(fields, "failure_keys"),
        timings=_texts(fields, "timings"),
        entry=_text(fields, "entry"),
        unrecognised=_text(fields, "unrecognised", MAX_NAME),
    )


def _texts(fields: dict[str, object], key: str) -> tuple[str, ...]:
    values = fields.get(key)
    return tuple(_clean(str(value)) for value in values[:MAX_REMARKS]) if isinstance(values, list) else ()


def _text(fields: dict[str, object], key: str, limit: int = MAX_TEXT) -> str:
    value = fields.get(key)
    return _clean(value, limit) if isinstance(value, str) else ""


def _clean(text: str, limit: int = MAX_TEXT) -> str:
    # NUL breaks PostgreSQL's text, escape sequences a terminal, and reordered text its reader.
    return "".join(char if _is_harmless(char) else "�" for char in text[:limit])


def _is_harmless(char: str) -> bool:
    return char in WHITESPACE or char.isprintable() or (ord(char) > 0x9F and char not in REORDERING)


def _number(fields: dict[str, object], key: str) -> int:
    value = fields.get(key)
    return min(max(value, 0), MAX_COUNT) if isinstance(value, int) else 0


def _duration(value: object) -> float:
    if isinstance(value, int | float) and math.isfinite(value):
        return min(max(float(value), 0.0), 1e6)
    return 0.0


READERS: dict[str, Callable[[dict[str, object]], Line | None]] = {
    "collected": lambda fields: Collected(_number(fields, "total")),
    "started": lambda fields: Started(_text(fields, "node_id", MAX_NAME)),
    "collect_error": lambda fields: CollectError(_text(fields, "node_id", MAX_NAME), _text(fields, "message")),
    "finished": lambda fields: Finished(_number(fields, "exit_code")),
    "outcome": _outcome,
}
"""One for each type of line."""
