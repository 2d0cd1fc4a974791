"""An answer, together with the request that it answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NoReturn

from .causes import answer_shape
from .contracts import Contracts
from .credentials import Credentials
from .decoding import UnreadableError, decoded
from .message import Request
from .origins import Header, Origin, TakenText, taken
from .outcome import MAJOR, MINOR, CaseNotes, CheckFailure, readable_json, shown, skip
from .pointers import ABSENT, lookup, path_of
from .reproduction import reproduction

ALWAYS_FAILS = "no_server_error"
EXCERPT = 300
READABLE = 200_000
PATIENCE_SECONDS = (0.1, 0.4, 1.5)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered to ``request``, the last of the case's ``steps`` so far.

    ``headers`` have lower-case names; ``again`` sends the request once more, with another query; ``pause`` waits by the run's clock;
    ``remembers`` is False where the target was said to be a mock (see ``stateless``).
    """

    request: Request
    steps: tuple[Request, ...]
    status: int
    headers: Mapping[str, str]
    content: bytes
    case: CaseNotes
    contracts: Contracts
    credentials: Credentials
    again: Callable[..., Answer] = field(repr=False)
    pause: Callable[[float], None] = field(repr=False, default=time.sleep)
    remembers: bool = True

    @property
    def operation(self) -> str:
        """``POST /things``: the operation that was called."""
        return self.request.operation

    @property
    def is_accepted(self) -> bool:
        """Whether the request was carried out: 2xx or 3xx, and no business code that says otherwise."""
        return 200 <= self.status < 400 and not self.is_refused_inside

    @property
    def business_code(self) -> object:
        """The code in a 2xx JSON answer whose operation has one: a number or a text; ``ABSENT`` if there is none."""
        rule = self.contracts.business_code(self.operation)
        if rule is None or not 200 <= self.status < 300 or not self.is_json:
            return ABSENT
        code = lookup(self.body, rule.pointer)
        return code if isinstance(code, (int, float, str)) and not isinstance(code, bool) else ABSENT

    @property
    def is_refused_inside(self) -> bool:
        """Whether a 2xx says in its business code that the request was not carried out."""
        code, rule = self.business_code, self.contracts.business_code(self.operation)
        return code is not ABSENT and rule is not None and not rule.means_success(code)

    @property
    def media_type(self) -> str:
        """The media type in lower case without parameters; "" if none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        """Whether the answer says that it is JSON."""
        return self.media_type in {"application/json", "text/json"} or self.media_type.endswith("+json")

    @property
    def rows(self) -> list[object] | None:
        """The values of a body that is a row of JSON values; None where one of them is no JSON."""
        separator = "\x1e" if self.media_type.endswith("json-seq") else "\n"
        try:
            texts = [text.strip() for text in self.content.decode("utf-8").split(separator)]
            return [decoded(text) for text in texts if text]
        except ValueError:
            return None

    @property
    def body(self) -> Any:
        """The decoded JSON body, or ``ABSENT`` if it is none (strict: no NaN, no comments, nothing after the end)."""
        try:
            return decoded(self.content)
        except UnreadableError:
            return ABSENT

    @property
    def sent(self) -> Any:
        """The body that the request carried, before it was laid out on the wire."""
        return self.request.body.value

    def at(self, pointer: str) -> Any:
        """What stands at ``pointer`` in the JSON body. Where there is nothing, the case cannot go on and is skipped."""
        __tracebackhide__ = True
        value = self._taken(pointer)
        if value is ABSENT:
            skip(f"cannot go on: the answer of {self.operation} has nothing at {pointer or 'its root'} ({self.described()})")
        return value

    def header(self, name: str) -> str:
        """A header of the answer. Where it is missing, the case cannot go on and is skipped."""
        __tracebackhide__ = True
        value = self.headers.get(name.lower(), "")
        if not value:
            skip(f"cannot go on: the answer of {self.operation} has no header {name} ({self.described()})")
        return TakenText(value, Origin(self.request, Header(name)))

    def sent_at(self, pointer: str) -> Any:
        """What the request carried at ``pointer`` of its body, or as the path parameter ``{name}``. Where there is nothing, the case
        cannot go on and is skipped."""
        __tracebackhide__ = True
        value = self._sent(pointer)
        if value is ABSENT:
            skip(f"cannot go on: {self.operation} was sent nothing at {pointer or 'the root'} of its body")
        return value

    def find(self, pointer: str, *, sent: bool = False) -> Any:
        """What stands at ``pointer`` of the answer (or of what was sent), for cleaning up.

        ``ABSENT`` where there is nothing, or where the request was refused and so has left nothing behind.
        """
        if not self.is_accepted:
            return ABSENT
        return self._sent(pointer) if sent else self._taken(pointer)

    def or_skip(self) -> Answer:
        """This answer, if the request was accepted. A refused set-up step proves nothing about the case: it is skipped."""
        __tracebackhide__ = True
        if not self.is_accepted:
            skip(f"cannot be prepared: {self.operation} answered {self.described()}")
        return self

    def patiently(self, is_settled: Callable[[Answer], bool]) -> Answer:
        """This answer, or, where it is not ``is_settled``, a later one to the same GET: writes may take a moment to be seen everywhere.

        Asked again for two seconds at most, in growing steps; then the last answer stands.
        """
        answer = self
        for seconds in PATIENCE_SECONDS if self.request.method == "GET" else ():
            if is_settled(answer):
                break
            self.pause(seconds)
            answer = self.again(query=self.request.query)
        return answer

    def described(self) -> str:
        """Status, media type and the beginning of the body, secrets replaced."""
        try:
            phrase = f" {HTTPStatus(self.status).phrase}"
        except ValueError:
            phrase = ""
        text = self.content[:READABLE].decode("utf-8", "replace")
        # Replaced before it is cut: half a secret would not be recognised.
        text = self.credentials.redacted(readable_json(text) if self.is_json else text)
        excerpt = text if len(text) <= EXCERPT else f"{text[:EXCERPT]} ..."
        kind = f", {self.media_type}" if self.media_type else ""
        return f"{self.status}{phrase}{kind}" + (f": {excerpt}" if excerpt else ", no body")

    def shown(self, value: object) -> str:
        """A JSON value in one short line for people, secrets replaced."""
        return shown(value, redacted=self.credentials.redacted)

    def fail(self, check: str, expected: str, actual: str = "") -> None:
        """The check failed. Where the document leaves room (a minor case), that is usually a remark; a server error never is."""
        __tracebackhide__ = True
        expected, actual = (self.credentials.redacted(text) for text in (expected, actual or self.described()))
        is_minor = self.case.severity != MAJOR and check != ALWAYS_FAILS
        self._judge(check, expected, actual, f"expected {expected}, got {actual}", is_minor=is_minor)

    def excused(self, expected: str) -> bool:
        """Whether an override accepts the status in the place of a success; then that is a remark, with the reason."""
        because = self.case.judgement.excuse(self.operation, self.status)
        if because:
            self.case.remark(self.credentials.redacted(f"{self.operation}: {because}expected {expected}, got {self.described()}"))
        return bool(because)

    def minor(self, check: str, remark: str, expected: str, actual: str = "") -> None:
        """Something that the document or the standards advise is not so: a ``remark``, and a failure where the run is strict."""
        __tracebackhide__ = True
        remark, expected, actual = (self.credentials.redacted(text) for text in (remark, expected, actual or self.described()))
        self._judge(check, expected, actual, remark, is_minor=True)

    def _judge(self, check: str, expected: str, actual: str, remark: str, *, is_minor: bool) -> None:
        __tracebackhide__ = True
        ruling = self.case.judgement.ruling(check, self.case.operation, self.operation, is_minor=is_minor)
        if ruling.fails:
            failure = self._failure(check, expected, actual, is_minor=is_minor)
            if not self.case.accept(failure):
                raise failure
            return
        self.case.remark(f"{self.operation}: {ruling.because}{remark}")
        if self.case.judgement.baseline:
            # A baseline of a stricter run may hold it: it still occurs.
            self.case.notice(self._failure(check, expected, actual, is_minor=is_minor))

    def _failure(self, check: str, expected: str, actual: str, *, is_minor: bool) -> CheckFailure:
        return CheckFailure(
            check=check,
            operation=self.operation,
            expected=expected,
            actual=actual,
            curl=reproduction(self.steps, self.credentials.secrets),
            answered=self.credentials.redacted(f"{self.status} {answer_shape(self.media_type, self.content)}"),
            case=self.case,
            severity=MINOR if is_minor else MAJOR,
        )

    def inconclusive(self, reason: str) -> NoReturn:
        """The answer says nothing about what the case asks: remark, and skip."""
        __tracebackhide__ = True
        self.case.remark(f"{self.operation}: {reason}")
        skip(f"inconclusive: {reason}")

    def _sent(self, pointer: str) -> object:
        if not pointer.startswith("{"):
            return lookup(self.sent, pointer)
        return next((one.value for one in self.request.path if pointer == f"{{{one.name}}}"), ABSENT)

    def _taken(self, pointer: str) -> object:
        body = self.body
        value = lookup(body, pointer)
        return value if value is ABSENT else taken(value, Origin(self.request, path_of(body, pointer)))
