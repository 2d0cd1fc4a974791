"""The conversations of whole documents, played on the real reference: bounded, repeatable, and they find faults."""

from __future__ import annotations

import json
import time
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from specproof.openapi.model import OperationKey
from specproof.openapi.parser import parse_spec
from specproof.openapi.schema import JsonObject, JsonValue
from specproof.openapi.vocabulary import Method
from specproof.reference.behaviour import Behaviour, Call, Page, Principal, Record, World
from specproof.reference.credentials import ANONYMOUS
from specproof.reference.messages import Answer, Reply, Request
from specproof.reference.model import ReferenceModel
from specproof.reference.probes import Conversation, Conversations, Prober, as_curl, conversations, differ
from specproof.reference.server import ReferenceServer

BOOKSHOP = Path(__file__).parents[3] / "examples" / "bookshop" / "openapi.json"
NAME: JsonObject = {"type": "string", "minLength": 2, "maxLength": 20}
PET: JsonObject = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": NAME,
        "kind": {"enum": ["cat", "dog"]},
        "age": {"type": ["integer", "null"]},
    },
    "required": ["id", "name", "kind"],
}
CHANGE: JsonObject = {"type": "object", "properties": {"name": NAME}, "minProperties": 1}
VISIT: JsonObject = {
    "type": "object",
    "properties": {"id": {"type": "integer", "readOnly": True}, "reason": {"type": "string"}},
    "required": ["id", "reason"],
}


def body(name: str) -> JsonObject:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


def answers(*statuses: str, schema: JsonObject | None = None) -> JsonObject:
    content: JsonObject = {"content": {"application/json": {"schema": schema}}} if schema else {}
    return {status: {"description": status, **(content if status.startswith("2") else {})} for status in statuses}


def path_id(name: str) -> JsonObject:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}


def clinic() -> JsonObject:
    pet: JsonObject = {"$ref": "#/components/schemas/Pet"}
    visit: JsonObject = {"$ref": "#/components/schemas/Visit"}
    queries: list[JsonValue] = [
        {"name": "kind", "in": "query", "schema": {"enum": ["cat", "dog"]}},
        {"name": "sort", "in": "query", "schema": {"enum": ["name", "-name"]}},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 10, "default": 5}},
        {"name": "offset", "in": "query", "schema": {"type": "integer", "minimum": 0}},
    ]
    one: JsonObject = {
        "parameters": [path_id("petId")],
        "get": {"responses": answers("200", "404", schema=pet)},
        "put": {"requestBody": body("Pet"), "responses": answers("200", "400", "404", schema=pet)},
        "patch": {"requestBody": body("Change"), "responses": answers("200", "400", "404", schema=pet)},
        "delete": {"responses": answers("204", "404")},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Clinic", "version": "1"},
        "security": [{"token": []}],
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Pet": PET,
                "Visit": VISIT,
                "Change": {"type": "object", "properties": {"name": NAME}, "minProperties": 1},
            },
        },
        "paths": {
            "/pets": {
                "get": {"parameters": queries, "responses": answers("200", "400", schema={"type": "array", "items": pet})},
                "post": {"requestBody": body("Pet"), "responses": answers("201", "400", "401", schema=pet)},
            },
            "/pets/{petId}": one,
            "/pets/{petId}/visits": {
                "parameters": [path_id("petId")],
                "get": {"responses": answers("200", "404", schema={"type": "array", "items": visit})},
                "post": {"requestBody": body("Visit"), "responses": answers("201", "400", "404", schema=visit)},
            },
            "/pets/{petId}/visits/{visitId}": {
                "parameters": [path_id("petId"), path_id("visitId")],
                "get": {"responses": answers("200", "404", schema=visit)},
            },
        },
    }


@cache
def model(path: Path | None = None) -> ReferenceModel:
    raw = path.read_bytes() if path is not None else json.dumps(clinic()).encode()
    return ReferenceModel(parse_spec(raw))


@cache
def library(path: Path | None = None) -> Conversations:
    return conversations(model(path))


@cache
def every(path: Path | None = None) -> tuple[Conversation, ...]:
    keys = [operation.key for operation in model(path).spec.operations]
    return tuple(library(path).of(keys))


def key(method: str, path: str) -> OperationKey:
    return OperationKey(Method(method), path)


LIST, CREATE = key("GET", "/pets"), key("POST", "/pets")
READ, PUT, PATCH, DELETE = (key(method, "/pets/{petId}") for method in ("GET", "PUT", "PATCH", "DELETE"))
VISITS, READ_VISIT = key("GET", "/pets/{petId}/visits"), key("GET", "/pets/{petId}/visits/{visitId}")


Played = dict[str, list[tuple[Request, Reply]]]


def played_anew(path: Path | None) -> Played:
    prober = Prober(ReferenceServer(model(path)), library(path))
    return {each.id: [(exchange.request, exchange.reply) for exchange in prober.recorded(each)] for each in every(path)}


@cache
def played(path: Path | None = None) -> Played:
    return played_anew(path)


def setups(path: Path | None = None) -> dict[str, int]:
    return {each.id: each.setup for each in every(path)}


# What is sent.


@pytest.mark.parametrize("path", [None, pytest.param(BOOKSHOP, marks=pytest.mark.slow)])
def test_conversations_are_bounded_distinct_and_repeatable(path: Path | None) -> None:
    found = every(path)
    assert len({each.id for each in found}) == len(found)
    operations = len(model(path).spec.operations)
    assert operations * 5 < len(found) <= operations * 60
    assert max(len(each.steps) for each in found) < 200
    assert played(path) == played_anew(path)
    again = conversations(model(path))
    assert [each.id for each in again.of(each.key for each in model(path).spec.operations)] == [each.id for each in found]


@pytest.mark.parametrize("path", [None, pytest.param(BOOKSHOP, marks=pytest.mark.slow)])
def test_two_healthy_servers_are_never_told_apart(path: Path | None) -> None:
    keys = [operation.key for operation in model(path).spec.operations]
    probing = differ(ReferenceServer(model(path)), ReferenceServer(model(path)), library(path), keys)
    assert probing.difference is None
    assert probing.count == sum(len(each.steps) for each in every(path))


def test_a_cap_bounds_the_conversations_of_each_operation() -> None:
    few = conversations(model(), cap=3)
    assert all(len(few.singles(operation.key)) == 3 for operation in model().spec.operations)
    assert all(len(few.flows(resource)) <= 3 for resource in model().resources)


@pytest.mark.slow
def test_every_documented_status_of_the_sample_but_500_is_seen() -> None:
    seen = Counter(reply.status for exchanges in played(BOOKSHOP).values() for _, reply in exchanges)
    assert set(seen) >= {200, 201, 204, 400, 401, 404, 405, 409, 415, 422}
    assert not any(status >= 500 for status in seen)


@pytest.mark.parametrize("path", [None, pytest.param(BOOKSHOP, marks=pytest.mark.slow)])
def test_valid_requests_are_answered_with_success(path: Path | None) -> None:
    for name, exchanges in played(path).items():
        if name.endswith(" valid 1"):
            _, reply = exchanges[setups(path)[name]]
            assert reply.status in range(200, 300), name


def test_violations_are_refused_and_edges_are_not() -> None:
    for name, exchanges in played().items():
        sent = [reply.status for request, reply in exchanges[setups()[name] :] if request.method in {"POST", "PUT", "PATCH"}]
        if " body violation " in name:
            assert sent
            assert set(sent) == {400}
        if " body edge " in name:
            assert sent
            assert all(status in range(200, 300) for status in sent)


@pytest.mark.slow
def test_playing_the_sample_is_cheap() -> None:
    keys = [operation.key for operation in model(BOOKSHOP).spec.operations]
    prober = Prober(ReferenceServer(model(BOOKSHOP)), library(BOOKSHOP))
    prober.probe(ReferenceServer(model(BOOKSHOP)), keys)
    began = time.process_time()
    prober.probe(ReferenceServer(model(BOOKSHOP)), keys)
    # Measured at 0.5 s; the bound leaves room for a busy machine and for coverage.
    assert time.process_time() - began < 5


@pytest.mark.slow
@pytest.mark.needs_shared
@pytest.mark.parametrize("number", ["06", "12", "20", "37"])
def test_documents_of_the_corpus_are_played_alike_twice_and_within_bounds(shared: Path, number: str) -> None:
    document = next(each for each in (shared / "corpus" / "dev").glob(f"{number}-*") if each.is_file())
    read = ReferenceModel(parse_spec(document.read_bytes()))
    keys = [operation.key for operation in read.spec.operations]
    source = conversations(read)
    probing = differ(ReferenceServer(read), ReferenceServer(read), source, keys)
    assert probing.difference is None
    assert len(keys) * 20 < probing.count < len(keys) * 400


# What is found.


class Wrong(Behaviour):
    """Does one thing wrong, chosen by name."""

    def __init__(self, fault: str) -> None:
        self.fault = fault

    def principal(self, world: World, call: Call) -> Principal | Answer:
        who = super().principal(world, call)
        if self.fault == "open" and call.key == DELETE and isinstance(who, Answer):
            return ANONYMOUS
        return who

    def found(self, world: World, call: Call, record_key: str) -> Record | None:
        record = super().found(world, call, record_key)
        if self.fault == "wrong parent" and call.key == READ_VISIT and record is None and call.resource is not None:
            return world.store.anywhere(call.resource.name, record_key)
        return record

    def created(self, world: World, call: Call, values: JsonObject) -> Record:
        if self.fault == "forgets":
            values = {name: value for name, value in values.items() if name != "age"}
        return super().created(world, call, values)

    def patched(self, world: World, call: Call, record: Record, values: JsonObject) -> Record:
        if self.fault == "wipes":
            values = {name: value for name, value in values.items() if name != "kind"}
        return super().patched(world, call, record, values)

    def deleted(self, world: World, call: Call, record: Record) -> None:
        if self.fault != "keeps":
            super().deleted(world, call, record)

    def selected(self, world: World, call: Call, records: list[Record]) -> list[Record]:
        return records if self.fault == "unfiltered" else super().selected(world, call, records)

    def ordered(self, world: World, call: Call, records: list[Record]) -> list[Record]:
        ordered = super().ordered(world, call, records)
        return sorted(ordered, key=lambda record: record.key) if self.fault == "unordered" else ordered

    def page(self, world: World, call: Call, records: list[Record]) -> Page:
        page = super().page(world, call, records)
        return (
            Page(page.items[:-1], page.total, page.more, page.start) if self.fault == "short" and len(page.items) == 5 else page
        )

    def finished(self, world: World, call: Call, answer: Answer) -> Answer:
        answer = super().finished(world, call, answer)
        name = call.decoded.body.get("name") if answer.status == 201 and isinstance(call.decoded.body, dict) else None
        if self.fault == "unicode" and isinstance(name, str) and not name.isascii():
            return Answer(500)
        return Answer(500) if self.fault == "edge" and isinstance(name, str) and len(name) == 20 else answer

    def encoded(self, world: World, call: Call, answer: Answer, reply: Reply) -> Reply:
        return reply._replace(seconds=30.0) if self.fault == "slow" and call.key == LIST else reply


FAULTS = {
    "open": DELETE,
    "wrong parent": READ_VISIT,
    "forgets": CREATE,
    "wipes": PATCH,
    "keeps": DELETE,
    "unfiltered": LIST,
    "unordered": LIST,
    "short": LIST,
    "unicode": CREATE,
    "edge": CREATE,
    "slow": LIST,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_shown_in_few_requests(fault: str) -> None:
    prober = Prober(ReferenceServer(model()), library())
    mutant = ReferenceServer(model(), Wrong(fault))
    difference = prober.probe(mutant, [FAULTS[fault]]).difference
    assert difference is not None
    short = prober.shortened(mutant, difference)
    assert len(short.requests) <= (7 if fault == "short" else 5)
    assert as_curl(short.request).startswith("curl -i")


def test_a_fault_of_another_operation_is_not_looked_for() -> None:
    prober = Prober(ReferenceServer(model()), library())
    assert prober.probe(ReferenceServer(model(), Wrong("slow")), [READ_VISIT]).difference is None


def test_a_difference_can_be_sent_again_and_shows_itself_again() -> None:
    prober = Prober(ReferenceServer(model()), library())
    mutant = ReferenceServer(model(), Wrong("keeps"))
    difference = prober.probe(mutant, [DELETE]).difference
    assert difference is not None
    for server, expected in ((ReferenceServer(model()), difference.expected), (mutant, difference.actual)):
        server.reset()
        replies = [server.answer(request) for request in difference.requests]
        assert replies[-1] == expected
