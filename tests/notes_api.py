"""Notes with a checksum that every update has to send back: who has not seen the note's present state may not change it."""

from __future__ import annotations

import hashlib
import json
from contextlib import AbstractContextManager
from typing import Any

from faulty_server import Answering, FaultyServer, running

NEW_NOTE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "stars"],
    "properties": {
        "title": {"type": "string", "minLength": 1, "maxLength": 40},
        "stars": {"type": "integer", "minimum": 0, "maximum": 5},
    },
}
CHECKSUM: dict[str, Any] = {"type": "string", "minLength": 8, "maxLength": 64}
SENT_BACK: dict[str, Any] = {
    **NEW_NOTE,
    "required": ["title", "stars", "checksum"],
    "properties": {**NEW_NOTE["properties"], "checksum": CHECKSUM},
}
NOTE: dict[str, Any] = {
    "type": "object",
    "required": ["id", "title", "stars", "checksum"],
    "properties": {"id": {"type": "string"}, **SENT_BACK["properties"]},
}
MADE: dict[str, Any] = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _answer(schema: dict[str, Any], status: str = "200", *refused: str) -> dict[str, Any]:
    refusals = {code: {"description": "refused"} for code in ("400", *refused)}
    return {status: {"description": "done", "content": _json(schema)}, **refusals}


def document(*, create_shows_all: bool) -> dict[str, Any]:
    """What the service says of itself; a create answers with the note, or with its id alone."""
    key = [{"name": "noteId", "in": "path", "required": True, "schema": {"type": "string"}}]
    changed = {"required": True, "content": _json(SENT_BACK)}
    listed = {"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": NOTE}}}
    paths = {
        "/notes": {
            "post": {
                "requestBody": {"required": True, "content": _json(NEW_NOTE)},
                "responses": _answer(NOTE if create_shows_all else MADE, "201"),
            },
            "get": {"responses": _answer(listed)},
        },
        "/notes/{noteId}": {
            "parameters": key,
            "get": {"responses": _answer(NOTE, "200", "404")},
            "put": {"requestBody": changed, "responses": _answer(NOTE, "200", "404", "409")},
            "delete": {"responses": {"204": {"description": "gone"}, "404": {"description": "unknown"}}},
        },
    }
    return {"openapi": "3.0.3", "info": {"title": "Notes", "version": "1"}, "paths": paths}


class NotesServer(FaultyServer):
    """``faults``: what is broken, or differs in a way that is allowed; ``updates``: how many were accepted."""

    def __init__(self, *faults: str) -> None:
        super().__init__(Notes, faults)
        self.notes: dict[str, dict[str, Any]] = {}
        self.ids = 0
        self.updates = 0


def notes(*faults: str) -> AbstractContextManager[NotesServer]:
    """The server, running for the length of the block."""
    return running(NotesServer(*faults))


def _stamped(note: dict[str, Any], turn: int) -> dict[str, Any]:
    plain = json.dumps([note["id"], note["title"], note["stars"], turn])
    return {**note, "checksum": hashlib.sha256(plain.encode()).hexdigest()[:16]}


class Notes(Answering):
    server: NotesServer

    def answer(self, status: int, body: object = None) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_whole(status, "application/json" if content else "", content)

    def handle_any(self) -> None:
        raw = self.received()
        if self.path == "/notes":
            return self.create(raw) if self.command == "POST" else self.answer(200, {"items": list(self.server.notes.values())})
        return self.one(self.path.removeprefix("/notes/"), raw)

    do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 - http.server's names

    @staticmethod
    def body_of(raw: bytes, schema: dict[str, Any]) -> dict[str, Any] | None:
        try:
            body = json.loads(raw)
        except ValueError:
            return None
        if not isinstance(body, dict) or set(body) != set(schema["properties"]):
            return None
        title, stars = body["title"], body["stars"]
        is_valid = isinstance(title, str) and 1 <= len(title) <= 40 and type(stars) is int and 0 <= stars <= 5
        return body if is_valid and isinstance(body.get("checksum", ""), str) else None

    def create(self, raw: bytes) -> None:
        body = self.body_of(raw, NEW_NOTE)
        if body is None:
            return self.answer(400, {"error": "invalid"})
        self.server.ids += 1
        note = _stamped({"id": f"n{self.server.ids}", **body}, 0)
        self.server.notes[note["id"]] = note
        return self.answer(201, {"id": note["id"]} if "create_shows_id" in self.server.faults else note)

    def one(self, key: str, raw: bytes) -> None:
        found = self.server.notes
        if key not in found:
            return self.answer(404, {"error": "unknown"})
        if self.command == "DELETE":
            del found[key]
            return self.answer(204)
        return self.answer(200, found[key]) if self.command == "GET" else self.update(key, raw)

    def update(self, key: str, raw: bytes) -> None:
        body, note = self.body_of(raw, SENT_BACK), self.server.notes[key]
        if body is None:
            return self.answer(400, {"error": "invalid"})
        if body["checksum"] != note["checksum"]:
            return self.answer(400, {"error": "the note has changed"})
        self.server.updates += 1
        if "crashes_after_the_checksum" in self.server.faults:
            return self.answer(500, {"error": "oops"})
        kept = {} if "forgets_updates" in self.server.faults else {"title": body["title"], "stars": body["stars"]}
        self.server.notes[key] = _stamped({**note, **kept}, self.server.updates)
        return self.answer(200, {**self.server.notes[key], "title": body["title"], "stars": body["stars"]})
