"""What a case reads of the answers that it gets. Whatever else an answer says cannot change how the case ends.

A case that makes a pet only to delete it reads the status of the answer and the id in it: that dates are spelt otherwise, or that a header is
new, is nothing to it. So it need not be run again on a server that differs in such things alone. What is read is watched at the one class
through which a suite sees answers; it is watched only in suites that carry that class as we ship it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from specproof.reference.messages import Reply


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one answer, beside its status. ``headers`` are lower-case names, None for all; ``pointers`` are places in the JSON
    body, None for the body as it is. ``limit`` is how long the client would have waited."""

    headers: frozenset[str] | None = frozenset()
    pointers: frozenset[str] | None = frozenset()
    limit: float | None = None


@dataclass(slots=True)
class Notes:
    """A reading while it goes on."""

    limit: float | None = None
    headers: set[str] = field(default_factory=set)
    pointers: set[str] = field(default_factory=set)
    has_all_headers: bool = False
    has_body: bool = False
    is_taking: bool = False
    """Whether the body is only read for what stands at a pointer."""

    def reading(self) -> Reading:
        """What has been read by now."""
        headers = None if self.has_all_headers else frozenset(self.headers)
        return Reading(headers, None if self.has_body else frozenset(self.pointers), self.limit)


class _WatchedHeaders(Mapping[str, str]):
    def __init__(self, headers: Mapping[str, str], notes: Notes) -> None:
        self._headers = headers
        self._notes = notes

    def __getitem__(self, name: str) -> str:
        self._notes.headers.add(name)
        return self._headers[name]

    def __iter__(self) -> Iterator[str]:
        self._notes.has_all_headers = True
        return iter(self._headers)

    def __len__(self) -> int:
        self._notes.has_all_headers = True
        return len(self._headers)

    def __repr__(self) -> str:
        return repr(dict(self))


def watched(answer: Any, notes_of_latest: Callable[[], Notes]) -> Any:
    """A subclass of the suite's class ``answer`` whose instances note what is read of them."""

    class WatchedAnswer(answer):  # type: ignore[misc]
        __slots__ = ("_notes",)

        def __init__(self, *arguments: Any, **named: Any) -> None:
            object.__setattr__(self, "_notes", notes_of_latest())
            super().__init__(*arguments, **named)

        @property
        def headers(self) -> Mapping[str, str]:
            return _WatchedHeaders(answer.headers.__get__(self), self._notes)

        @headers.setter
        def headers(self, value: Mapping[str, str]) -> None:
            answer.headers.__set__(self, value)

        @property
        def content(self) -> bytes:
            if not self._notes.is_taking:
                self._notes.has_body = True
            return bytes(answer.content.__get__(self))

        @content.setter
        def content(self, value: bytes) -> None:
            answer.content.__set__(self, value)

        def _taken(self, pointer: str) -> object:
            self._notes.pointers.add(pointer)
            self._notes.is_taking = True
            try:
                return super()._taken(pointer)
            finally:
                self._notes.is_taking = False

    return WatchedAnswer


@lru_cache(maxsize=4_096)
def reads_alike(reading: Reading | None, recorded: Reply, reply: Reply, *, has_clock: bool) -> bool:
    """Whether what was read of the ``recorded`` reply is the same in ``reply``; without a reading, all of it has to be."""
    if reply == recorded:
        return True
    if reading is None or reply.status != recorded.status or not _in_time_alike(reading, recorded, reply, has_clock=has_clock):
        return False
    if reply.headers != recorded.headers and _named(reading, recorded) != _named(reading, reply):
        return False
    return reply.body == recorded.body or _places_alike(reading.pointers, recorded.body, reply.body)


def _in_time_alike(reading: Reading, recorded: Reply, reply: Reply, *, has_clock: bool) -> bool:
    """A case that does not look at the clock notices that a server is slow only where its client loses patience."""
    if has_clock or reading.limit is None:
        return reply.seconds == recorded.seconds
    return (reply.seconds > reading.limit) == (recorded.seconds > reading.limit)


def _named(reading: Reading, reply: Reply) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in reply.headers if reading.headers is None or name.lower() in reading.headers]


def _places_alike(pointers: frozenset[str] | None, recorded: bytes, body: bytes) -> bool:
    if pointers is None:
        return False
    try:
        first, second = json.loads(recorded), json.loads(body)
        return all(json.dumps(_at(first, pointer)) == json.dumps(_at(second, pointer)) for pointer in pointers)
    except (ValueError, LookupError, RecursionError):
        # Where one of them has nothing there, more may have been read to say so.
        return False


def _at(value: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if not isinstance(value, (list, dict)):
            raise LookupError(pointer)
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value
