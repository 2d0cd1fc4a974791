"""Asking the sample API in process, and holding its answers against its document: for tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema_rs
from examples.bookshop.app import TOKEN, Bookshop
from examples.bookshop.bugs import Bugs
from examples.bookshop.wire import Request, Response

Answer = Callable[[Request], Response]

AUTHOR = {"name": "Ada", "country": "GB"}
BOOK = {"title": "Notes", "isbn": "9781234567897", "author_id": 1, "genre": "science", "price": 12.5}
ADDRESS = {"street": "High Street 1", "city": "London", "postcode": "123456"}
ORDER = {"lines": [{"book_id": 1, "quantity": 2}], "shipping_address": ADDRESS, "note": "quickly"}


class Probe:
    """A client without a network: one call, one answer."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    @classmethod
    def of_shop(cls, *bugs: str, release: int = 1) -> Probe:
        """A fresh shop with these bugs."""
        return cls(Bookshop(bugs=Bugs(bugs), release=release).answer)

    def ask(
        self,
        method: str,
        target: str,
        body: object = None,
        *,
        token: str = TOKEN,
        raw: bytes = b"",
        media_type: str = "application/json",
        **query: object,
    ) -> Response:
        """One request. ``token`` "" sends none; ``raw`` wins over ``body``."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        if body is not None or raw:
            headers["content-type"] = media_type
        content = raw or (b"" if body is None else json.dumps(body).encode())
        pairs = tuple((name, str(value)) for name, value in query.items())
        return self.answer(Request(method, target, pairs, headers, content))

    def create(self, target: str, body: object, **changes: object) -> dict[str, Any]:
        """A record that was created from ``body`` with ``changes``."""
        answer = self.ask("POST", target, {**body, **changes})  # type: ignore[dict-item]
        assert answer.status in (200, 201), answer.body
        content: dict[str, Any] = answer.json()
        return content


class Contract:
    """One document, to hold answers against."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def operations(self) -> list[tuple[str, str]]:
        """Method and path of each operation."""
        return [(method.upper(), path) for path, item in self.document["paths"].items() for method in item]

    def resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        """The node that a reference to a plainly named component means, or the node itself."""
        if "$ref" not in node:
            return node
        kind, name = node["$ref"].split("/")[2:]
        found: dict[str, Any] = self.document["components"][kind][name]
        return found

    def validator(self, schema: dict[str, Any]) -> Any:
        """A validator of ``schema`` inside the document, formats included."""
        rooted = {**schema, "components": self.document["components"]}
        return jsonschema_rs.Draft202012Validator(rooted, validate_formats=True)

    def request_schema(self, method: str, path: str) -> dict[str, Any]:
        """The schema of an operation's JSON body."""
        operation = self.document["paths"][path][method.lower()]
        schema: dict[str, Any] = operation["requestBody"]["content"]["application/json"]["schema"]
        return self.resolve(schema)

    def complaints(self, method: str, path: str, answer: Response) -> list[str]:
        """What is wrong with an answer of an operation; empty if nothing is."""
        responses = self.document["paths"][path][method.lower()]["responses"]
        if str(answer.status) not in responses:
            return [f"status {answer.status} is not documented"]
        response = self.resolve(responses[str(answer.status)])
        found = [f"header {name} is missing" for name in response["headers"] if not answer.header(name)]
        if "content" not in response:
            return found + (["there is a body"] if answer.body else [])
        if answer.header("Content-Type") not in response["content"]:
            return [*found, f"content type {answer.header('Content-Type')}"]
        validator = self.validator(response["content"]["application/json"]["schema"])
        return found + [error.message for error in validator.iter_errors(answer.json())]
