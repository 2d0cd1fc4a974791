"""How an operation answers: for each status, the documented response, its media type and what stands in its body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final

from specproof.openapi.model import MediaType, Operation, Response
from specproof.openapi.schema import JsonObject, JsonValue, Schema
from specproof.reference.containers import success_response
from specproof.reference.naming import plain, words
from specproof.reference.roles import Role
from specproof.reference.shapes import Shape, Shapes
from specproof.reference.values import Filler, Impossible, Instances, View

_CONCRETE: Final = {
    "*/*": "application/json",
    "application/*": "application/json",
    "text/*": "text/plain",
    "image/*": "image/png",
}
PROBLEM: Final = "application/problem+json"
_SOME_TEXT: Final = "An answer of no documented form."
_MESSAGES: Final = ("message", "detail", "title", "error", "description", "msg", "errordescription", "reason", "errormessage")
_STATUSES: Final = ("status", "code", "statuscode", "errorcode")
_ALIASES: Final = {
    400: ("bad_request", "invalid", "invalid_request", "validation_error"),
    401: ("unauthorized", "unauthenticated", "authentication_required"),
    403: ("forbidden", "access_denied", "permission_denied"),
    404: ("not_found", "missing", "unknown"),
    409: ("conflict", "duplicate", "already_exists"),
    415: ("unsupported_media_type",),
    422: ("unprocessable", "unprocessable_entity", "unprocessable_content", "validation_error", "invalid"),
}


class Form:
    """One status of one operation. ``media_types`` are those in which the body is documented; none where it has no body."""

    __slots__ = ("_instances", "_key", "_shapes", "_templates", "media_types", "response", "status")

    def __init__(self, status: int, response: Response | None, instances: Instances, shapes: Shapes, key: str) -> None:
        self.status = status
        self.response = response
        self.media_types: tuple[MediaType, ...] = () if response is None or status in {204, 304} else response.media_types
        self._instances = instances
        self._shapes = shapes
        self._key = key
        self._templates: dict[str, JsonValue] = {}

    @property
    def has_body(self) -> bool:
        """Whether the document has a body for it."""
        return bool(self.media_types)

    def media(self, accept: str | None) -> MediaType | None:
        """The media type to answer in: the best that ``accept`` names, JSON first."""
        if not self.media_types:
            return None
        first = next((media for media in self.media_types if media.is_json), self.media_types[0])
        if not accept or "*/*" in accept or len(self.media_types) == 1:
            return first
        fitting = [media for media in self.media_types if accepts(accept, concrete(media.name))]
        return first if first in fitting or not fitting else fitting[0]

    def made_up(self, media: MediaType) -> JsonValue:
        """A valid body: always the same."""
        if media.name not in self._templates:
            schema = media.schema if media.schema is not None else media.item_schema
            self._templates[media.name] = self._instance(schema, media)
        return self._templates[media.name]

    def _instance(self, schema: Schema | None, media: MediaType) -> JsonValue:
        if schema is None:
            return media.examples[0].value if media.examples else ({} if media.is_json else _SOME_TEXT)
        for example in media.examples:
            if media.schema is not None and self._instances.proven(schema, example.value, View.RESPONSE):
                return example.value
        made = self._instances.instance(schema, key=f"{self._key} {self.status}", view=View.RESPONSE, is_full=False)
        if isinstance(made, Impossible):
            return None
        return [made] if media.schema is None else made

    def refusal(self, media: MediaType, message: str, problems: Iterable[tuple[str, str]] = ()) -> JsonValue:
        """A body that says ``message``, as far as the schema has a place for it. ``problems`` are names and what is wrong with them."""
        template = self.made_up(media)
        schema = media.schema
        if schema is None:
            return {"message": message} if media.is_json else message
        shape = self._shapes.of_schema(schema)
        if not isinstance(template, dict):
            return message if "string" in shape.kinds and self._instances.proven(schema, message, View.RESPONSE) else template
        best = template
        for name, value in said(self._shapes, shape, self.status, message, problems):
            richer = {**best, name: value}
            if self._instances.proven(schema, richer, View.RESPONSE):
                best = richer
        return best


def said(
    shapes: Shapes, shape: Shape, status: int, message: str, problems: Iterable[tuple[str, str]]
) -> Iterable[tuple[str, JsonValue]]:
    """Members of an error's body and what to say in them."""
    for name in shape.properties:
        member = shapes.member(shape, name)
        if member.enum:
            choice = _named_choice(member.enum, status)
            if choice is not None:
                yield name, choice
        elif plain(name) in _STATUSES and member.kinds & {"integer", "number"}:
            yield name, status
        elif plain(name) == "title" and "string" in member.kinds:
            yield name, phrase(status)
        elif plain(name) in _MESSAGES and (not member.kinds or "string" in member.kinds):
            yield name, message
        elif member.is_list and problems and (plain(name) in {"errors", "problems", "details", "violations", "detail"}):
            entries = [_problem_entry(shapes, shapes.of(member.items), field, text) for field, text in problems]
            if entries:
                yield name, entries


def _problem_entry(shapes: Shapes, shape: Shape, field: str, text: str) -> JsonValue:
    if not shape.properties:
        return f"{field}: {text}"
    entry: JsonObject = {}
    for name in shape.properties:
        if "string" in shapes.member(shape, name).kinds and not shapes.member(shape, name).enum:
            entry[name] = text if plain(name) in _MESSAGES else field
    return entry


def _named_choice(choices: list[JsonValue], status: int) -> JsonValue:
    if status in choices:
        return status
    wanted = {plain(name) for name in (*_ALIASES.get(status, ()), phrase(status), str(status))}
    return next((choice for choice in choices if isinstance(choice, str) and plain(choice) in wanted), None)


def phrase(status: int) -> str:
    """The status in words: ``Not Found``."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"


class Forms:
    """All forms of one operation."""

    def __init__(self, operation: Operation, role: Role, instances: Instances, shapes: Shapes) -> None:
        self._operation = operation
        self._instances = instances
        self._shapes = shapes
        self._known: dict[int, Form] = {}
        self._responses: Mapping[str, Response] = {response.status: response for response in reversed(operation.responses)}
        self.success = self._success(role)
        self.created = self.form(201) if "201" in self._responses else self.success

    def _success(self, role: Role) -> Form:
        response = success_response(self._operation)
        if response is None:
            status = 204 if role is Role.DELETE else 200
        elif response.status.isdigit():
            status = int(response.status)
        else:
            status = 200
        known = Form(status, response, self._instances, self._shapes, self._operation.key.label)
        self._known[status] = known
        return known

    def documents(self, status: int) -> bool:
        """Whether that status is documented, by itself or by its range."""
        return str(status) in self._responses or f"{status // 100}XX" in self._responses

    def form(self, status: int) -> Form:
        """How that status is answered; undocumented ones follow ``default``, or have no documented response."""
        known = self._known.get(status)
        if known is None:
            response = self._responses.get(str(status)) or self._responses.get(f"{status // 100}XX")
            if response is None and status >= 400:
                response = self._responses.get("default")
            known = Form(status, response, self._instances, self._shapes, self._operation.key.label)
            self._known[status] = known
        return known

    def nearest(self, *statuses: int) -> int:
        """The first of ``statuses`` that is documented, else the first of all."""
        return next((status for status in statuses if self.documents(status)), statuses[0])

    def media_names(self) -> list[str]:
        """The media types of its successful answers."""
        successes = [response for response in self._operation.responses if response.is_success or response.status == "default"]
        return [concrete(media.name) for response in successes for media in response.media_types]


class Wrapper:
    """Puts a record or list where a successful answer has it."""

    __slots__ = ("_around", "_filler", "_path", "_trusted")

    def __init__(self, schema: Schema, path: tuple[str, ...], instances: Instances, shapes: Shapes) -> None:
        self._path = path
        self._filler: Filler = instances.filler(schema)
        self._around = _success_members(shapes, shapes.of_schema(schema), path)
        self._trusted: set[frozenset[str]] = set()

    def around(self, value: JsonValue, beside: Iterable[tuple[tuple[str, ...], JsonValue]] = ()) -> JsonValue:
        """The whole body: ``value`` at its place, ``beside`` at theirs, and what else the schema requires."""
        body: JsonObject = dict(self._around)
        set_at(body, self._path, value)
        for path, member in beside:
            set_at(body, path, member)
        names = frozenset(body)
        if names in self._trusted:
            return body
        filled = self._filler.fill(body)
        if isinstance(filled, Impossible):
            return body
        if filled == body:
            self._trusted.add(names)
        return filled


def set_at(body: JsonObject, path: tuple[str, ...], value: JsonValue) -> None:
    """Set the member at the end of ``path``, making the objects that lead to it."""
    inner = body
    for name in path[:-1]:
        below = inner.get(name)
        copy: JsonObject = dict(below) if isinstance(below, dict) else {}
        inner[name] = copy
        inner = copy
    inner[path[-1]] = value


def get_at(body: JsonValue, path: tuple[str, ...]) -> JsonValue:
    """The member at the end of ``path``, None where there is none."""
    for name in path:
        body = body.get(name) if isinstance(body, dict) else None
    return body


def _success_members(shapes: Shapes, shape: Shape, path: tuple[str, ...]) -> JsonObject:
    """What a wrapper says beside the record: that all went well."""
    members: JsonObject = {}
    for name in shape.properties:
        member = shapes.member(shape, name)
        if name == path[0] or member.enum:
            continue
        given = _given(member)
        if given is not None:
            members[name] = given
        elif plain(name) in {"code", "errcode", "errno"} and member.kinds & {"integer", "number"}:
            members[name] = 0
        elif plain(name) in {"success", "ok"} and "boolean" in member.kinds:
            members[name] = True
        elif plain(name) in {"message", "msg", "errmsg"} and "string" in member.kinds:
            members[name] = "ok"
    return members


def _given(member: Shape) -> JsonValue:
    if "default" in member.flags:
        return member.flags["default"]
    examples = member.flags.get("examples")
    return examples[0] if isinstance(examples, list) and examples else None


def concrete(name: str) -> str:
    """A media type that can be sent, for a documented one that may be a range."""
    return _CONCRETE.get(name, name)


def accepts(header: str, media_type: str) -> bool:
    """Whether an ``Accept`` header takes a media type."""
    kind = media_type.partition("/")[0]
    for part in header.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = next((parameter[2:] for parameter in parameters if parameter.startswith("q=")), "1")
        if name in {"*/*", "*", f"{kind}/*", media_type} and weight.strip("0.") != "":
            return True
    return False


def has_words(name: str, *wanted: str) -> bool:
    """Whether a name has one of these words."""
    return bool(set(words(name)) & set(wanted))
