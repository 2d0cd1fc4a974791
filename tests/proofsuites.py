"""A small API for tests of the proof: its document, its suite on disk, and a hand-written server that can be told to misbehave."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from specproof.bootstrap.generation import GenerationPolicy, generate_suite
from specproof.domain.suites import SuiteFile
from specproof.reference.messages import Headers, Reply
from suiteruns import written

JSON = (("content-type", "application/json"),)


def _answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


_PET = {"$ref": "#/components/schemas/Pet"}
_NEW = {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewPet"}}}}
_ERROR = _answer("refused", {"$ref": "#/components/schemas/Problem"})
_ID = {"name": "petId", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
_NAME = {"type": "string", "minLength": 1, "maxLength": 40}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Pets", "version": "1"},
    "paths": {
        "/pets": {
            "get": {"responses": {"200": _answer("all", {"type": "array", "items": _PET})}},
            "post": {"requestBody": _NEW, "responses": {"201": _answer("made", _PET), "400": _ERROR}},
        },
        "/pets/{petId}": {
            "parameters": [_ID],
            "get": {"responses": {"200": _answer("one", _PET), "404": _ERROR}},
            "delete": {"responses": {"204": {"description": "gone"}, "404": _ERROR}},
        },
    },
    "components": {
        "schemas": {
            "NewPet": {"type": "object", "required": ["name"], "properties": {"name": _NAME}},
            "Pet": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {"id": {"type": "integer", "readOnly": True}, "name": _NAME},
            },
            "Problem": {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}},
        }
    },
}
DOCUMENT_BYTES = json.dumps(DOCUMENT).encode()


@functools.cache
def pets_files() -> tuple[SuiteFile, ...]:
    return generate_suite(GenerationPolicy(), DOCUMENT_BYTES, "pets", None).suite.files


def pets_suite(folder: Path, *, extra: str = "", files: Sequence[SuiteFile] | None = None) -> Path:
    """The generated suite; ``extra`` is a module of tests that a person wrote beside it."""
    more = [SuiteFile("tests_pets/test_by_hand.py", extra)] if extra else []
    return written(folder, [*(pets_files() if files is None else files), *more])


class PetServer:
    """Conforming, unless ``fault`` names what it gets wrong."""

    def __init__(self, fault: str = "", *, seconds: float = 0.0) -> None:
        self.fault = fault
        self.seconds = seconds
        self.resets = 0
        self.pets: dict[str, dict[str, Any]] = {}
        self.number = 0

    def reset(self) -> None:
        self.resets += 1
        self.pets = {}
        self.number = 0

    def state(self) -> Any:
        return copy.deepcopy(self.pets), self.number

    def restore(self, state: Any) -> None:
        pets, self.number = state
        self.pets = copy.deepcopy(pets)

    def __call__(self, method: str, target: str, headers: Headers, body: bytes) -> Reply:
        path = target.partition("?")[0]
        if path == "/pets" and method in {"GET", "POST"}:
            return self._listed() if method == "GET" else self._created(headers, body)
        if path.startswith("/pets/") and path.count("/") == 2 and method in {"GET", "DELETE"}:
            return self._one(method, path.removeprefix("/pets/"))
        known = "GET, POST" if path == "/pets" else "GET, DELETE"
        return self._said(405, {"message": "no"}, (("allow", known),))

    def _listed(self) -> Reply:
        return self._said(200, list(self.pets.values()) if self.fault != "empty_list" else [])

    def _created(self, headers: Headers, body: bytes) -> Reply:
        if "application/json" not in dict(headers).get("content-type", ""):
            return self._said(415, {"message": "not JSON"})
        try:
            sent = json.loads(body)
        except ValueError:
            return self._said(400, {"message": "no JSON"})
        name = sent.get("name") if isinstance(sent, dict) else None
        limit = 4000 if self.fault == "long_names" else 40
        if not isinstance(name, str) or not 0 < len(name) <= limit:
            return self._said(400, {"message": "no name"})
        self.number += 1
        pet = {"id": self.number, "name": name}
        self.pets[str(self.number)] = dict(pet, name="Rex") if self.fault == "forgets" else pet
        return self._said(201, pet)

    def _one(self, method: str, key: str) -> Reply:
        pet = self.pets.get(key)
        if pet is None:
            return self._said(404, {"message": "none"})
        if method == "GET":
            return self._said(200, pet)
        if self.fault != "keeps":
            del self.pets[key]
        return Reply(204, (), b"")

    def _said(self, status: int, value: object, headers: Headers = ()) -> Reply:
        return Reply(status, (*JSON, *headers), json.dumps(value).encode(), self.seconds)
