"""Legal differences in how an answer is written: headers, the order of members, members beside the documented ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.behaviour import Behaviour, Call, Principal, Record, World
from specproof.reference.messages import Answer, Headers, Reply
from specproof.reference.model import ReferenceModel
from specproof.reference.shapes import Shape
from specproof.reference.variants.model import Difference, Variant
from specproof.reference.variants.records import shown_schemas

EXTRA_MEMBER: Final = "_links"
_EXTRA_HEADERS: Final[Headers] = (
    ("x-request-id", "3f2a9c"),
    ("cache-control", "no-store"),
    ("vary", "accept-encoding"),
    ("server-timing", "total;dur=3"),
)
_CONDITIONS: Final = frozenset({"if-match", "if-none-match"})
_CLOSED: Final = ("unevaluatedProperties", "maxProperties", "propertyNames", "patternProperties")


class _AbsoluteLocation(Behaviour):
    """Says where a new record is by a whole URL."""

    def encoded(self, world: World, call: Call, answer: Answer, reply: Reply) -> Reply:
        reply = super().encoded(world, call, answer, reply)
        host = call.request.header("host") or "localhost"
        headers = tuple((name, _absolute(value, host) if name.lower() == "location" else value) for name, value in reply.headers)
        return reply._replace(headers=headers)


class _ExtraHeaders(Behaviour):
    """Sends headers that the document does not speak of."""

    def encoded(self, world: World, call: Call, answer: Answer, reply: Reply) -> Reply:
        reply = super().encoded(world, call, answer, reply)
        known = {name.lower() for name, _ in reply.headers}
        return reply._replace(headers=(*reply.headers, *(pair for pair in _EXTRA_HEADERS if pair[0] not in known)))


class _WeakEntityTags(Behaviour):
    """Shows weak entity tags, and knows them again."""

    def principal(self, world: World, call: Call) -> Principal | Answer:
        pairs = ((name, value.removeprefix("W/") if name in _CONDITIONS else value) for name, value in call.request.headers)
        call.request = replace(call.request, headers=tuple(pairs))
        return super().principal(world, call)

    def encoded(self, world: World, call: Call, answer: Answer, reply: Reply) -> Reply:
        reply = super().encoded(world, call, answer, reply)
        headers = tuple((name, _weak(value) if name.lower() == "etag" else value) for name, value in reply.headers)
        return reply._replace(headers=headers)


class _Charset(Behaviour):
    """Says in which character set JSON is written."""

    def encoded(self, world: World, call: Call, answer: Answer, reply: Reply) -> Reply:
        reply = super().encoded(world, call, answer, reply)
        headers = tuple(
            (name, _with_charset(value) if name.lower() == "content-type" else value) for name, value in reply.headers
        )
        return reply._replace(headers=headers)


class _MembersReversed(Behaviour):
    """Writes the members of objects in another order."""

    def finished(self, world: World, call: Call, answer: Answer) -> Answer:
        answer = super().finished(world, call, answer)
        return replace(answer, value=_reversed(answer.value)) if answer.has_body else answer


@dataclass(frozen=True)
class _ExtraMembers(Behaviour):
    """Shows records with a member that the document does not name, where it allows others."""

    model: ReferenceModel

    def shown(self, world: World, call: Call, record: Record) -> JsonObject:
        value = super().shown(world, call, record)
        schema = call.resource.item_schema if call.resource else None
        links: JsonValue = {"self": f"/{record.key}"}
        return {**value, EXTRA_MEMBER: links} if schema and _is_open(self.model.shapes.of_schema(schema)) else value


def absolute_location(model: ReferenceModel) -> Iterator[Variant]:
    """``http://host/pets/7`` instead of ``/pets/7``."""
    if _documents_header(model, "location"):
        yield Variant("absolute_location", "Location is a whole URL instead of a path", _AbsoluteLocation())


def extra_headers(model: ReferenceModel) -> Iterator[Variant]:
    """Headers beside the documented ones."""
    if model.spec.operations:
        yield Variant("extra_headers", "answers have headers beside the documented ones", _ExtraHeaders())


def weak_entity_tags(model: ReferenceModel) -> Iterator[Variant]:
    """``W/"1"`` instead of ``"1"``."""
    if _documents_header(model, "etag"):
        yield Variant("weak_etags", "entity tags are weak", _WeakEntityTags())


def charset(model: ReferenceModel) -> Iterator[Variant]:
    """A parameter after the media type."""
    if _answers_json(model):
        yield Variant("charset", "Content-Type has a charset parameter", _Charset())


def members_reversed(model: ReferenceModel) -> Iterator[Variant]:
    """Objects have no order."""
    if _answers_json(model):
        yield Variant("members_reversed", "members of JSON objects come in another order", _MembersReversed())


def extra_members(model: ReferenceModel) -> Iterator[Variant]:
    """Members beside the documented ones, where the schema allows them."""
    if any(_is_open(model.shapes.of_schema(schema)) for schema in shown_schemas(model)):
        yield Variant("extra_members", "records have a member beside the documented ones", _ExtraMembers(model))


def _documents_header(model: ReferenceModel, name: str) -> bool:
    """Whether a header of that name is documented, in a form that leaves room for another spelling."""
    responses = (response for operation in model.spec.operations for response in operation.responses)
    found = (header for response in responses for header in response.headers if header.name == name)
    return any("pattern" not in model.shapes.of_schema(header.schema).flags for header in found)


def _answers_json(model: ReferenceModel) -> bool:
    responses = (response for operation in model.spec.operations for response in operation.responses)
    return any(media_type.is_json for response in responses for media_type in response.media_types)


def _is_open(shape: Shape) -> bool:
    is_closed = isinstance(shape.extra, dict) or shape.extra is False or any(keyword in shape.flags for keyword in _CLOSED)
    return shape.is_object and not is_closed and EXTRA_MEMBER not in shape.properties


def _absolute(location: str, host: str) -> str:
    return f"http://{host}{location}" if location.startswith("/") and not location.startswith("//") else location


def _weak(tag: str) -> str:
    return tag if tag.startswith("W/") else f"W/{tag}"


def _with_charset(media_type: str) -> str:
    is_json = media_type.endswith("json") and ";" not in media_type
    return f"{media_type}; charset=utf-8" if is_json else media_type


def _reversed(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {name: _reversed(each) for name, each in reversed(value.items())}
    if isinstance(value, list):
        return [_reversed(each) for each in value]
    return value


ANSWERS: Final[tuple[Difference, ...]] = (
    absolute_location,
    extra_headers,
    weak_entity_tags,
    charset,
    members_reversed,
    extra_members,
)
