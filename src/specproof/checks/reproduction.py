"""What to paste into a POSIX shell to see a failure again, from nothing: the requests of the case up to the judged one.

Values that came out of an earlier answer are taken out of the new answer again, and strings that were new are made new again.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import quote

from .credentials import Placed
from .curl import PAIR, curl_command
from .fresh import RENEWED, FreshText
from .message import Body, Request, laid_out
from .origins import Header, TakenNumber, TakenText
from .shell import Slots
from .wire import Parameter

NAME_LIMIT = 24
# The last digits of the clock.
RENEWAL = f"new=$(date +%s | tail -c {RENEWED + 1})"
JUDGED = "-i"
# A line's end after what an earlier request is answered.
_PASSED_BY = "-w '\\n'"

# Of an answer of which only headers are needed.
_HEADERS_ALONE = "-o /dev/null -D -"

Path: TypeAlias = "tuple[str | int, ...] | Header"


class Spelling(NamedTuple):
    """How a place in a request spells a text: in Python here, and as the Python that a script runs."""

    suffix: str
    spelt: Callable[[str], str]
    code: str = ""


AS_IT_IS: Final = Spelling("", str)
IN_JSON: Final = Spelling(
    "json",
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "import json,sys; print(json.dumps(sys.stdin.read(), ensure_ascii=False)[1:-1])",
)
IN_URL: Final = Spelling(
    "url", lambda text: quote(text, safe=""), 'import sys,urllib.parse; print(urllib.parse.quote(sys.stdin.read(), safe=""))'
)
# Where several spellings meet (JSON in a query), only texts that all of them leave alone are taken out of answers.
UNSPELT: Final = Spelling("", IN_URL.spelt)

_IN_BODY: Final[Mapping[str, Spelling]] = MappingProxyType(
    {"json": IN_JSON, "lines": IN_JSON, "form": IN_URL, "multipart": AS_IT_IS, "xml": UNSPELT, "content": AS_IT_IS, "": AS_IT_IS}
)


def reproduction(requests: Sequence[Request], secrets: Mapping[str, str]) -> str:
    """Commands that send ``requests`` and show the last answer. ``secrets`` maps variables to what is not written out.

    One request alone is one command, as it was sent.
    """
    slots = Slots(secrets)
    if len(requests) == 1:
        return curl_command(laid_out(_with_secrets(requests[0], slots)), slots, JUDGED)
    return _Script(requests, slots).text()


@dataclass(slots=True)
class _Captured:
    """What later requests need of an answer: the variable for each place in it, and for each way to spell that."""

    name: str
    variables: dict[Path, str] = field(default_factory=dict)
    spelt: dict[str, tuple[str, Spelling]] = field(default_factory=dict)

    def options(self) -> tuple[str, ...]:
        """What curl has to be told so that its output is what is needed."""
        if any(isinstance(path, Header) for path in self.variables):
            return (_HEADERS_ALONE,)
        return () if self.variables else (_PASSED_BY,)

    def has_room_for(self, path: Path) -> bool:
        """Whether a place can be taken out of the answer: out of one answer come headers, or members of its body."""
        return all(isinstance(known, Header) == isinstance(path, Header) for known in self.variables)

    def lines(self, command: str) -> list[str]:
        """``command``, and its answer taken apart."""
        if not self.variables:
            return [command]
        if len(self.variables) == 1:
            [(path, name)] = self.variables.items()
            taken = [f"{name}=$({command} | {_extraction(path)})"]
        else:
            taken = [f"{self.name}=$({command})"]
            taken += [f"{name}=$(printf '%s' \"${self.name}\" | {_extraction(path)})" for path, name in self.variables.items()]
        spelt = [
            f"{name}=$(printf '%s' \"${source}\" | python3 -c {shlex.quote(spelling.code)})"
            for name, (source, spelling) in self.spelt.items()
        ]
        return [*taken, *spelt]


class _Script:
    """Several requests that use each other's answers."""

    def __init__(self, requests: Sequence[Request], slots: Slots) -> None:
        self._slots = slots
        self._names: set[str] = set()
        self._renews = False
        self._captured: dict[Request, _Captured] = {}
        self._messages = []
        for request in requests:
            self._messages.append(laid_out(_with_secrets(self._linked(request), slots)))
            # Only now: nothing can be taken out of an answer before it is there.
            resource = _slug(_resource(request)).lstrip("0123456789_")
            self._captured[request] = _Captured(self._unused(f"{resource or 'answer'}{len(self._messages)}"))

    def text(self) -> str:
        """The whole script."""
        lines = [RENEWAL] if self._renews else []
        *earlier, judged = self._messages
        for message, captured in zip(earlier, self._captured.values(), strict=False):
            lines += captured.lines(curl_command(message, self._slots, *captured.options()))
        return "\n".join([*lines, curl_command(judged, self._slots, JUDGED)])

    def _linked(self, request: Request) -> Request:
        """``request`` with slots in the place of values that came out of earlier answers."""
        return replace(
            request,
            path=self._parameters(request.path, IN_URL),
            query=self._parameters(request.query, IN_URL),
            headers=self._parameters(request.headers, AS_IT_IS),
            cookies=self._parameters(request.cookies, UNSPELT),
            body=self._body(request.body),
        )

    def _parameters(self, parameters: Sequence[Parameter], spelling: Spelling) -> tuple[Parameter, ...]:
        return tuple(
            entry._replace(value=self._value(entry.value, UNSPELT if entry.json_content else spelling, UNSPELT))
            for entry in parameters
        )

    def _body(self, body: Body) -> Body:
        if body.kind == "octets":
            return body
        spelling = _IN_BODY[body.kind]
        if body.kind in {"form", "multipart"} and isinstance(body.value, Mapping):
            # What is base64 or laid out in its own way is sent as it was.
            own = {field.name for field in body.fields}
            return replace(
                body,
                value={name: item if name in own else self._value(item, spelling, UNSPELT) for name, item in body.value.items()},
            )
        return replace(body, value=self._value(body.value, spelling, spelling))

    def _value(self, value: object, spelling: Spelling, inside: Spelling) -> object:
        """``value`` with slots in it; ``inside`` is how the members of an array or object are spelt."""
        if isinstance(value, Mapping):
            return {name: self._value(item, inside, inside) for name, item in value.items()}
        if isinstance(value, list):
            return [self._value(item, inside, inside) for item in value]
        if isinstance(value, FreshText):
            self._renews = True
            return f"{value[: value.tail]}{self._slots.slot('new')}{value[value.tail + RENEWED :]}"
        if isinstance(value, (TakenNumber, TakenText)) and self._can_be_taken(value):
            return self._slots.slot(self._variable(value)) if isinstance(value, TakenNumber) else self._text(value, spelling)
        return value

    def _can_be_taken(self, value: TakenNumber | TakenText) -> bool:
        captured = self._captured.get(value.origin.request)
        is_there = captured is not None and captured.has_room_for(value.origin.path)
        return is_there and (isinstance(value, TakenNumber) or _fits_a_variable(value))

    def _text(self, value: TakenText, spelling: Spelling) -> str:
        if spelling.spelt(value) == value:
            return str(self._slots.slot(self._variable(value)))
        if not spelling.code:
            return value
        captured = self._captured[value.origin.request]
        source = self._variable(value)
        known = [name for name, entry in captured.spelt.items() if entry == (source, spelling)]
        name = known[0] if known else self._unused(f"{source}_{spelling.suffix}")
        captured.spelt[name] = (source, spelling)
        return str(self._slots.slot(name))

    def _variable(self, value: TakenNumber | TakenText) -> str:
        captured, path = self._captured[value.origin.request], value.origin.path
        if path not in captured.variables:
            captured.variables[path] = self._unused(f"{captured.name}_{_slug('_'.join(map(str, path))) or 'value'}")
        return captured.variables[path]

    def _unused(self, wanted: str) -> str:
        """``wanted``, or ``wanted_2`` and so on if that is taken."""
        name, number = wanted, 1
        while name in self._names:
            number += 1
            name = f"{wanted}_{number}"
        self._names.add(name)
        return name


def _with_secrets(request: Request, slots: Slots) -> Request:
    """``request`` with a slot in the place of each secret."""
    return replace(request, placed=tuple(_hidden(entry, slots) for entry in request.placed))


def _hidden(entry: Placed, slots: Slots) -> Placed:
    if not entry.variable:
        return entry
    prefix = {"bearer": "Bearer ", "basic": PAIR, "misplaced": "Basic "}.get(entry.kind, "")
    return replace(entry, value=f"{prefix}{slots.slot(entry.variable)}")


def _extraction(path: Path) -> str:
    """The command that reads JSON, or headers, and prints what stands at ``path``."""
    if isinstance(path, Header):
        start = _python_literal(f"{path.name.lower()}:")
        code = f'import sys; print(next(line.split(":", 1)[1].strip() for line in sys.stdin if line.lower().startswith({start})))'
        return f"python3 -c {shlex.quote(code)}"
    steps = "".join(f"[{_python_literal(step)}]" for step in path)
    return f"python3 -c {shlex.quote(f'import json,sys; print(json.load(sys.stdin){steps})')}"


def _python_literal(step: str | int) -> str:
    """``step`` as ASCII source; plain names in double quotes, which stand well between the single ones of the shell."""
    return f'"{step}"' if isinstance(step, str) and re.fullmatch(r"[A-Za-z0-9_ .:-]*", step) else ascii(step)


def _fits_a_variable(text: str) -> bool:
    """Whether ``$(...)`` gives ``text`` back: it drops the last line's end, and holds neither NUL nor half a character."""
    return "\0" not in text and not text.endswith("\n") and not re.search("[\ud800-\udfff]", text)


def _resource(request: Request) -> str:
    """The last fixed part of the path: ``things`` for ``/things/{id}``."""
    fixed = [part for part in request.template.split("/") if part and "{" not in part]
    return fixed[-1] if fixed else ""


def _slug(text: str) -> str:
    """A piece of a variable's name: lower-case ASCII letters, digits and underscores; "" if nothing is left."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:NAME_LIMIT].rstrip("_")
