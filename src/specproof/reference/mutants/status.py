"""S1 to S15: the wrong status, media type or header; what is answered to requests that name nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.openapi.model import MediaType, OperationKey, Response
from specproof.openapi.schema import JsonValue
from specproof.openapi.vocabulary import SchemeKind
from specproof.reference.behaviour import Call, Reading, Record, Role, World
from specproof.reference.containers import success_response
from specproof.reference.messages import Answer, Reply, Request
from specproof.reference.model import ReferenceModel
from specproof.reference.mutants.alterations import other_id
from specproof.reference.mutants.answers import (
    ReplyRewritten,
    is_any,
    is_success,
    is_success_with_body,
    with_body,
    with_header,
    without_header,
)
from specproof.reference.mutants.model import Mutant
from specproof.reference.mutants.records import Fault, OneOperation, keys_around, quoted
from specproof.reference.mutants.walks import walks_of

STATUS: Final = frozenset({CheckId.STATUS_EXPECTED, CheckId.STATUS_DOCUMENTED})
HEADERS: Final = frozenset({CheckId.RESPONSE_HEADERS})
MEDIA: Final = frozenset({CheckId.MEDIA_TYPE, CheckId.BODY_SCHEMA})
LOCATIONS: Final = HEADERS | {CheckId.LOCATION, CheckId.STATUS_EXPECTED, CheckId.READ_BACK, CheckId.ECHO, CheckId.UNKNOWN_ID}
LOOKUPS: Final = frozenset({CheckId.UNKNOWN_ID, CheckId.DELETED, CheckId.STATUS_EXPECTED, CheckId.UNCHANGED, CheckId.READ_BACK})
"""Checks that notice a record where there is none."""
REFUSALS: Final = frozenset({CheckId.REJECTED, CheckId.STATUS_EXPECTED, CheckId.STATUS_DOCUMENTED})
CRASHES: Final = frozenset({CheckId.NO_SERVER_ERROR, CheckId.STATUS_DOCUMENTED, CheckId.STATUS_EXPECTED})

_SLOW: Final = 60.0
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_HTTP_SCHEMES: Final = frozenset({SchemeKind.BEARER, SchemeKind.BASIC})
_TRACE: Final = (
    "Traceback (most recent call last):\n"
    '  File "/srv/app/views.py", line 88, in view\n'
    "    row = cursor.execute(statement).fetchone()\n"
    'sqlite3.OperationalError: near "\'": syntax error'
)


@dataclass(frozen=True)
class _StatusChanged(OneOperation):
    """Answers some statuses by another one."""

    statuses: frozenset[int]
    instead: int

    def finished(self, world: World, call: Call, answer: Answer) -> Answer:
        answer = super().finished(world, call, answer)
        if call.key == self.key and answer.status in self.statuses:
            return replace(answer, status=self.instead)
        return answer


@dataclass(frozen=True)
class _FirstRecordFound(OneOperation):
    """Takes the first record of the collection where none has the id."""

    def found(self, world: World, call: Call, record_key: str) -> Record | None:
        record = super().found(world, call, record_key)
        if record is not None or call.key != self.key:
            return record
        return next(iter(self.visible(world, call)), None)


@dataclass(frozen=True)
class _AnyMethodTaken(OneOperation):
    """Answers every method of its path."""

    def undeclared_method(self, world: World, request: Request, allowed: tuple[str, ...]) -> Answer:
        answer = super().undeclared_method(world, request, allowed)
        if not _is_at(world, request, self.key.path):
            return answer
        return Answer(200, {}, has_body=True, media_type="application/json")


@dataclass(frozen=True)
class _AllowLeftOut(OneOperation):
    """Does not say which methods its path has."""

    def undeclared_method(self, world: World, request: Request, allowed: tuple[str, ...]) -> Answer:
        answer = super().undeclared_method(world, request, allowed)
        if not _is_at(world, request, self.key.path):
            return answer
        return replace(answer, headers=without_header(answer.headers, "allow"))


def _is_at(world: World, request: Request, path: str) -> bool:
    return any(match.path == path for match in world.model.router.matches(request.target))


@dataclass(frozen=True)
class _ContentTypeIgnored(OneOperation):
    """Reads every body as the first documented media type."""

    media_type: str

    def unsupported_media_type(self, world: World, call: Call) -> Answer | None:
        answer = super().unsupported_media_type(world, call)
        if answer is None or call.key != self.key:
            return answer
        call.request = replace(call.request, headers=with_header(call.request.headers, "content-type", self.media_type))
        return None


@dataclass(frozen=True)
class _TraceShown(OneOperation):
    """Shows a stack trace in its refusals."""

    def finished(self, world: World, call: Call, answer: Answer) -> Answer:
        answer = super().finished(world, call, answer)
        if call.key != self.key or answer.status < 400:
            return answer
        trace: JsonValue = {"exception": _TRACE}
        return replace(answer, value=trace, has_body=True, media_type=answer.media_type or "application/json")


def _answering(model: ReferenceModel) -> Iterator[tuple[Reading, Response]]:
    """Each operation and the successful response that it gives."""
    for reading in model.readings:
        response = success_response(reading.operation)
        if response is not None and response.is_success and response.status.isdecimal():
            yield reading, response


def _fault(operator: str, reading: Reading, checks: frozenset[CheckId], touches: frozenset[OperationKey] = frozenset()) -> Fault:
    return Fault(operator, FaultFamily.STATUS, reading, checks, touches)


def undocumented_success(model: ReferenceModel) -> Iterator[Mutant]:
    """S1: a success that the document does not list."""
    for reading, response in _answering(model):
        listed = {each.status for each in reading.operation.responses}
        if listed & {"2XX", "default"}:
            continue
        other = next((status for status in (202, 203, 206, 207, 208) if str(status) not in listed), None)
        if other is not None:
            words = f"answers {other} instead of {response.status}"
            behaviour = _StatusChanged(reading.key, frozenset({int(response.status)}), other)
            yield _fault("S1", reading, STATUS).mutant(str(other), words, behaviour)


def created_as_ok(model: ReferenceModel) -> Iterator[Mutant]:
    """S2: 200 where 201 is documented."""
    for reading, response in _answering(model):
        if response.status == "201" and not any(each.status in {"200", "2XX", "default"} for each in reading.operation.responses):
            behaviour = _StatusChanged(reading.key, frozenset({201}), 200)
            yield _fault("S2", reading, STATUS).mutant("", "answers 200 instead of 201", behaviour)


def bodies_of_nothing(model: ReferenceModel) -> Iterator[Mutant]:
    """S3: a body with 204."""
    for reading, response in _answering(model):
        if response.status in {"204", "205"}:
            filled = ReplyRewritten(reading.key, is_success, lambda reply: with_body(reply, b'{"status":"done"}'))
            checks = frozenset({CheckId.BODY_EMPTY, CheckId.BODY_SCHEMA})
            yield _fault("S3", reading, checks).mutant("", f"answers {response.status} with a body", filled)


def wrong_media_types(model: ReferenceModel) -> Iterator[Mutant]:
    """S4: HTML where something else is documented."""
    for reading, response in _answering(model):
        names = {media.name for media in response.media_types}
        if names and not names & {"text/html", "text/*", "*/*"}:
            behaviour = ReplyRewritten(reading.key, is_success_with_body, _as_html)
            yield _fault("S4", reading, MEDIA).mutant("", "says that its answer is text/html", behaviour)


def _as_html(reply: Reply) -> Reply:
    return reply._replace(headers=with_header(reply.headers, "content-type", "text/html"))


def headers_left_out(model: ReferenceModel) -> Iterator[Mutant]:
    """S5: a required header is missing."""
    for reading, response in _answering(model):
        for header in response.headers:
            if header.required and header.name not in {"location", "content-type"}:
                behaviour = ReplyRewritten(reading.key, is_success, _without(header.name))
                words = f"leaves out the header {quoted(header.name)}"
                yield _fault("S5", reading, HEADERS).mutant(header.name, words, behaviour)


def _without(name: str) -> Callable[[Reply], Reply]:
    return lambda reply: reply._replace(headers=without_header(reply.headers, name))


def wrong_headers(model: ReferenceModel) -> Iterator[Mutant]:
    """S6: a header that is no number, or no true or false, where the document says it is."""
    walks = walks_of(model)
    for reading, response in _answering(model):
        for header in response.headers:
            root = next(iter(walks.whole(header.schema)), None) if header.schema is not None else None
            if root is not None and root.kinds - {"null"} and root.kinds <= {"integer", "number", "boolean", "null"}:
                behaviour = ReplyRewritten(reading.key, is_success, _with(header.name, "many"))
                words = f"answers a text in the header {quoted(header.name)}"
                yield _fault("S6", reading, HEADERS).mutant(header.name, words, behaviour)


def _with(name: str, value: str) -> Callable[[Reply], Reply]:
    return lambda reply: reply._replace(headers=with_header(reply.headers, name, value))


def wrong_locations(model: ReferenceModel) -> Iterator[Mutant]:
    """S7: ``Location`` is missing where it is required, or leads to another record."""
    for reading, response in _answering(model):
        header = next((each for each in response.headers if each.name == "location"), None)
        if header is None:
            continue
        if header.required:
            dropped = ReplyRewritten(reading.key, is_success, _without("location"))
            yield _fault("S7", reading, LOCATIONS).mutant("missing", "leaves out `Location`", dropped)
        resource = reading.resource
        if reading.role is Role.CREATE and resource is not None and resource.operation(Role.READ) is not None:
            moved = ReplyRewritten(reading.key, is_success, _moved_location)
            yield _fault("S7", reading, LOCATIONS).mutant("wrong", "answers the `Location` of another record", moved)


def _moved_location(reply: Reply) -> Reply:
    found = next((value for name, value in reply.headers if name.lower() == "location"), "")
    front, slash, key = found.rpartition("/")
    return reply._replace(headers=with_header(reply.headers, "location", f"{front}{slash}{other_id(key)}")) if found else reply


def _on_records(model: ReferenceModel) -> Iterator[Reading]:
    for reading in model.readings:
        if reading.resource is not None and reading.role.takes_record and reading.key_parameter and reading.resource.is_populated:
            yield reading


def unknown_found(model: ReferenceModel) -> Iterator[Mutant]:
    """S8: an id that does not exist leads to another record."""
    for reading in _on_records(model):
        may_create = reading.role is Role.REPLACE and any(each.status == "201" for each in reading.operation.responses)
        if not may_create and reading.resource is not None:
            touches = keys_around(model, reading.resource) if reading.role.is_write else frozenset({reading.key})
            words = "takes the first record where none has the id"
            yield _fault("S8", reading, LOOKUPS, touches).mutant("", words, _FirstRecordFound(reading.key))


def unknown_crashes(model: ReferenceModel) -> Iterator[Mutant]:
    """S9: an id that does not exist is answered 500, or 403."""
    for reading in _on_records(model):
        if reading.role is Role.REPLACE and any(each.status == "201" for each in reading.operation.responses):
            continue
        checks = CRASHES | LOOKUPS
        crash = _StatusChanged(reading.key, frozenset({404, 410}), 500)
        yield _fault("S9", reading, checks).mutant("500", "answers 500 for an id that does not exist", crash)
        listed = {each.status for each in reading.operation.responses}
        if "404" in listed and "403" not in listed:
            refused = _StatusChanged(reading.key, frozenset({404, 410}), 403)
            yield _fault("S9", reading, LOOKUPS).mutant("403", "answers 403 for an id that does not exist", refused)


def _paths(model: ReferenceModel) -> Iterator[tuple[Reading, frozenset[OperationKey], frozenset[str]]]:
    """The first operation of each path, all of its operations, and their methods."""
    first: dict[str, Reading] = {}
    for reading in model.readings:
        first.setdefault(reading.key.path, reading)
    for path, reading in first.items():
        keys = frozenset(compiled.reading.key for compiled in model.methods(path).values())
        yield reading, keys, frozenset(key.method.value for key in keys)


def any_method_taken(model: ReferenceModel) -> Iterator[Mutant]:
    """S10: a method that the path has not is answered 200."""
    for reading, keys, methods in _paths(model):
        if not methods >= _METHODS:
            words = "shares its path with methods that are not documented and answer 200"
            yield _fault("S10", reading, REFUSALS | {CheckId.METHOD_REFUSED}, keys).mutant(
                "", words, _AnyMethodTaken(reading.key)
            )


def allow_left_out(model: ReferenceModel) -> Iterator[Mutant]:
    """S11: 405 without ``Allow``."""
    for reading, keys, methods in _paths(model):
        if not methods >= _METHODS:
            words = "shares its path with methods that are refused without `Allow`"
            checks = HEADERS | {CheckId.STATUS_EXPECTED}
            yield _fault("S11", reading, checks, keys).mutant("", words, _AllowLeftOut(reading.key))


def challenges_left_out(model: ReferenceModel) -> Iterator[Mutant]:
    """S12: 401 without ``WWW-Authenticate``."""
    for reading in model.readings:
        kinds = {scheme.kind for requirement in reading.operation.security for scheme in requirement.schemes}
        if reading.is_secured and kinds & _HTTP_SCHEMES:
            behaviour = ReplyRewritten(reading.key, _is_unauthenticated, _without("www-authenticate"))
            checks = HEADERS | {CheckId.UNAUTHENTICATED}
            yield _fault("S12", reading, checks).mutant("", "answers 401 without `WWW-Authenticate`", behaviour)


def _is_unauthenticated(answer: Answer) -> bool:
    return answer.status == 401


def content_types_ignored(model: ReferenceModel) -> Iterator[Mutant]:
    """S13: a body of an undocumented media type is read all the same."""
    for reading in model.readings:
        media = _first_json(reading)
        if media is not None:
            words = "reads a body whatever its content type says"
            behaviour = _ContentTypeIgnored(reading.key, media.name)
            yield _fault("S13", reading, REFUSALS).mutant("", words, behaviour)


def _first_json(reading: Reading) -> MediaType | None:
    body = reading.operation.request_body
    if body is None or any(media.name in {"*/*", "text/*", "text/plain"} for media in body.media_types):
        return None
    return next((media for media in body.media_types if media.is_json and "*" not in media.name), None)


def slow_answers(model: ReferenceModel) -> Iterator[Mutant]:
    """S14: the answer takes a minute."""
    for reading in model.readings:
        behaviour = ReplyRewritten(reading.key, is_any, lambda reply: reply._replace(seconds=_SLOW))
        checks = frozenset({CheckId.NO_SERVER_ERROR})
        yield _fault("S14", reading, checks).mutant("", f"takes {_SLOW:g} seconds to answer", behaviour)


def traces_shown(model: ReferenceModel) -> Iterator[Mutant]:
    """S15: refusals show a stack trace."""
    for reading in model.readings:
        if walks_of(model).can_be_refused(reading):
            checks = frozenset({CheckId.NO_LEAK, CheckId.BODY_SCHEMA, CheckId.NO_SERVER_ERROR})
            yield _fault("S15", reading, checks).mutant("", "shows a stack trace in its error bodies", _TraceShown(reading.key))


STATUSES: Final = (
    undocumented_success,
    created_as_ok,
    bodies_of_nothing,
    wrong_media_types,
    headers_left_out,
    wrong_headers,
    wrong_locations,
    unknown_found,
    unknown_crashes,
    any_method_taken,
    allow_left_out,
    challenges_left_out,
    content_types_ignored,
    slow_answers,
    traces_shown,
)
"""S1 to S15, in order."""
