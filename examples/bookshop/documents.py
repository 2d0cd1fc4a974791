"""The API's documents, as Apifox exports them: the one of the first release, and the one after the change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from examples.bookshop.shop import LANGUAGES

Document = dict[str, Any]
_FILE = Path(__file__).with_name("openapi.json")
_LAST_ENDPOINT = 198204431


def document(release: int = 1) -> Document:
    """The document that describes the healthy API of ``release`` exactly."""
    return changed_document() if release >= 2 else original_document()


def original_document() -> Document:
    """The document of the first release (``openapi.json``), parsed anew for each caller."""
    content: Document = json.loads(_FILE.read_text(encoding="utf-8"))
    return content


def changed_document() -> Document:
    """The document of the second release: one operation more, one constraint changed, one property more."""
    changed = original_document()
    changed["info"]["version"] = "1.1.0"
    changed["paths"] = _with_books_of_author(changed["paths"])
    schemas = changed["components"]["schemas"]
    for name in ("BookInput", "BookPatch"):
        schemas[name]["properties"]["title"]["maxLength"] = 160
    for name in ("Book", "BookInput", "BookPatch"):
        language = {"type": ["string", "null"], "enum": [*LANGUAGES, None], "description": "语言，第二版新增"}
        schemas[name]["properties"]["language"] = language
        schemas[name]["x-apifox-orders"].append("language")
    schemas["Book"]["required"].append("language")
    return changed


def _with_books_of_author(paths: Document) -> Document:
    """The paths with ``GET /authors/{author_id}/books`` after the author's own."""
    parent = paths["/authors/{author_id}"]["get"]
    listing = paths["/books"]["get"]
    added = {
        **parent,
        "summary": "作者的图书",
        "operationId": "listBooksOfAuthor",
        "x-apifox-status": "testing",
        "parameters": [*parent["parameters"], *(p for p in listing["parameters"] if p["name"] in ("limit", "offset"))],
        "responses": {**parent["responses"], "200": listing["responses"]["200"]},
        "x-run-in-apifox": parent["x-run-in-apifox"].rsplit("/", 1)[0] + f"/api-{_LAST_ENDPOINT}-run",
    }
    result: Document = {}
    for path, item in paths.items():
        result[path] = item
        if path == "/authors/{author_id}":
            result["/authors/{author_id}/books"] = {"get": added}
    return result
