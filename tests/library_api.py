"""The library of ``planbuilders`` as a real HTTP server on 127.0.0.1, with faults that can be switched on."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from typing import Any

from faulty_server import Answering, FaultyServer, running

TOKEN = "library-secret-token"


class LibraryServer(FaultyServer):
    """``faults``: what is broken; ``seen``: ``METHOD /path`` of every request; ``readers``: what is left."""

    def __init__(self, *faults: str) -> None:
        super().__init__(Library, faults)
        self.readers: dict[str, dict[str, Any]] = {}
        self.seen: list[str] = []
        self.ids = 0


def library(*faults: str) -> AbstractContextManager[LibraryServer]:
    """The server, running for the length of the block."""
    return running(LibraryServer(*faults))


class Library(Answering):
    server: LibraryServer

    def answer(self, status: int, body: object = None, **headers: str) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_whole(status, "application/json" if content else "", content, **headers)

    def handle_any(self) -> None:
        server = self.server
        path = self.path.partition("?")[0]
        server.seen.append(f"{self.command} {path}")
        raw = self.received()
        if "crash" in server.faults:
            return self.answer(500, {"trace": "boom"})
        if self.headers.get("Authorization") != f"Bearer {TOKEN}" and "open_door" not in server.faults:
            return self.answer(401, {"error": "who?"}, WWW_Authenticate="Bearer")
        if path == "/readers" and self.command == "POST":
            return self.create(raw)
        if path == "/readers":
            return self.answer(200, {"items": list(server.readers.values())[-5:], "total": len(server.readers)}, X_Count="1")
        if path == "/loans":
            return self.answer(201, {"id": "loan-1", "reader_id": json.loads(raw)["reader_id"]})
        return self.one(path.removeprefix("/readers/"), raw)

    do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 - http.server's names

    def create(self, raw: bytes) -> None:
        try:
            body = json.loads(raw)
        except ValueError:
            return self.answer(400, {"error": "no JSON"})
        error = self.error(body)
        if error:
            return self.answer(422, {"error": error})
        if "refuse_all" in self.server.faults:
            return self.answer(422, {"error": "nothing is good enough"})
        self.server.ids += 1
        record = {"id": f"r{self.server.ids}", **body}
        self.server.readers[record["id"]] = record
        shown = {**record, "age": str(record["age"])} if "age_as_text" in self.server.faults else record
        return self.answer(201, shown)

    def error(self, body: dict[str, Any]) -> str:
        faults = self.server.faults
        if "name" not in body:
            return "name is missing"
        if len(body["name"]) > 40 and "long_names" not in faults:
            return "name is too long"
        if not isinstance(body["age"], int):
            return "" if "lenient_age" in faults else "age is no number"
        return "age is negative" if body["age"] < 0 else ""

    def one(self, key: str, raw: bytes) -> None:
        readers = self.server.readers
        if key not in readers:
            return self.answer(404, {"error": "no such reader"})
        if self.command == "DELETE":
            if "keep_deleted" not in self.server.faults:
                del readers[key]
            return self.answer(204)
        if self.command == "PUT":
            record = {"id": key, **json.loads(raw)}
            if "forget_update" not in self.server.faults:
                readers[key] = record
            return self.answer(200, record)
        return self.answer(200, readers[key])
