"""An answer, together with the request that it answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NoReturn

from .contracts import Contracts
from .credentials import Credentials
from .message import Message
from .outcome import MAJOR, CaseNotes, CheckFailure, skip
from .pointers import ABSENT, lookup
from .wire import Parameter

ALWAYS_FAILS = "no_server_error"
EXCERPT = 300
READABLE = 200_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered to one request. ``headers`` have lower-case names; ``again`` sends the request once more, changed."""

    message: Message
    status: int
    headers: Mapping[str, str]
    content: bytes
    case: CaseNotes
    contracts: Contracts
    credentials: Credentials
    again: Callable[..., Answer] = field(repr=False)
    query: tuple[Parameter, ...] = ()

    @property
    def operation(self) -> str:
        """``POST /books``: the operation that was called."""
        return self.message.label

    @property
    def is_accepted(self) -> bool:
        """Whether the request was carried out: 2xx or 3xx."""
        return 200 <= self.status < 400

    @property
    def media_type(self) -> str:
        """The media type in lower case without parameters; "" if none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        """Whether the answer says that it is JSON."""
        return self.media_type in {"application/json", "text/json"} or self.media_type.endswith("+json")

    @property
    def body(self) -> Any:
        """The decoded JSON body, or ``ABSENT`` if it is none (strict: no NaN, no comments, nothing after the end)."""
        try:
            return json.loads(self.content, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            return ABSENT

    @property
    def sent(self) -> Any:
        """The body that the request carried, before it was laid out on the wire."""
        return self.message.body.value

    def at(self, pointer: str) -> Any:
        """What stands at ``pointer`` in the JSON body. Where there is nothing, the case cannot go on and is skipped."""
        __tracebackhide__ = True
        value = lookup(self.body, pointer)
        if value is ABSENT:
            skip(f"cannot go on: the answer of {self.operation} has nothing at {pointer or 'its root'} ({self.described()})")
        return value

    def sent_at(self, pointer: str) -> Any:
        """What the request carried at ``pointer`` of its body. Where there is nothing, the case cannot go on and is skipped."""
        __tracebackhide__ = True
        value = lookup(self.sent, pointer)
        if value is ABSENT:
            skip(f"cannot go on: {self.operation} was sent nothing at {pointer or 'the root'} of its body")
        return value

    def find(self, pointer: str, *, sent: bool = False) -> Any:
        """What stands at ``pointer`` of the answer (or of what was sent), for cleaning up.

        ``ABSENT`` where there is nothing, or where the request was refused and so has left nothing behind.
        """
        return lookup(self.sent if sent else self.body, pointer) if self.is_accepted else ABSENT

    def or_skip(self) -> Answer:
        """This answer, if the request was accepted. A refused set-up step proves nothing about the case: it is skipped."""
        __tracebackhide__ = True
        if not self.is_accepted:
            skip(f"cannot be prepared: {self.operation} answered {self.described()}")
        return self

    def described(self) -> str:
        """Status, media type and the beginning of the body, secrets replaced."""
        try:
            phrase = f" {HTTPStatus(self.status).phrase}"
        except ValueError:
            phrase = ""
        # Replaced before it is cut: half a secret would not be recognised.
        text = self.credentials.redacted(self.content[:READABLE].decode("utf-8", "replace"))
        excerpt = text if len(text) <= EXCERPT else f"{text[:EXCERPT]} ..."
        kind = f", {self.media_type}" if self.media_type else ""
        return f"{self.status}{phrase}{kind}" + (f": {excerpt}" if excerpt else ", no body")

    def fail(self, check: str, expected: str, actual: str = "") -> None:
        """The check failed. Where the document leaves room (a minor case), that is a remark; a server error never is."""
        __tracebackhide__ = True
        actual = self.credentials.redacted(actual or self.described())
        if self.case.severity != MAJOR and check != ALWAYS_FAILS:
            self.case.remark(f"{self.operation}: expected {expected}, got {actual}")
            return
        raise CheckFailure(check=check, operation=self.operation, expected=expected, actual=actual, curl=self.message.curl)

    def inconclusive(self, reason: str) -> NoReturn:
        """The answer says nothing about what the case asks: remark, and skip."""
        __tracebackhide__ = True
        self.case.remark(f"{self.operation}: {reason}")
        skip(f"inconclusive: {reason}")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
