"""The same API under made-up words: to show that nothing which reads its document knows the bookshop.

A seed draws one made-up word for each word of the shop. The exchange works both ways (the made-up word stands for the shop's, and
the shop's for the made-up one), so that under a renaming the shop's own words are as unknown as any others.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from examples.bookshop.documents import Document, document
from examples.bookshop.wire import Request, Response

STEMS = (
    "bookshop",
    "book",
    "author",
    "order",
    "title",
    "isbn",
    "genre",
    "price",
    "page",
    "published",
    "tag",
    "stock",
    "language",
    "name",
    "country",
    "email",
    "born",
    "bio",
    "website",
    "created",
    "updated",
    "line",
    "quantity",
    "shipping",
    "address",
    "street",
    "city",
    "postcode",
    "note",
    "status",
    "amount",
    "clerk",
    "shop",
    "release",
    "health",
    "cancel",
)
"""The shop's words. What all APIs share stays as it is: id, limit, offset, sort, items, total, code, message, field, problems."""
_CHINESE = {"作者": "author", "图书": "book", "订单": "order", "书店": "bookshop"}
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|" + "|".join(_CHINESE))
_NAMING_KEYS = frozenset(
    {"summary", "description", "operationId", "title", "x-apifox-folder", "x-apifox-name", "x-apifox-orders", "required", "tags"}
)
_NAMED_MAPS = frozenset({"paths", "properties", "schemas", "responses", "securitySchemes", "parameters"})


def _made_up_words(generator: random.Random) -> Iterator[str]:
    """Pronounceable words that are no words of the shop, no two alike, none the plural of another."""
    taken = set(STEMS)
    while True:
        syllables = (generator.choice("bdfgklmnprtvz") + generator.choice("aeiou") for _ in range(generator.randint(2, 3)))
        word = "".join(syllables) + generator.choice("bdfgklmnprtv")
        if word not in taken:
            taken.add(word)
            yield word


@dataclass(frozen=True, slots=True)
class Renaming:
    """One exchange of words. ``words`` maps in both directions; ``seed`` also permutes the document."""

    seed: int
    words: dict[str, str]

    @classmethod
    def of(cls, seed: int) -> Renaming:
        """The renaming that ``seed`` stands for."""
        words = dict(zip(STEMS, _made_up_words(random.Random(seed)), strict=False))
        return cls(seed, {**words, **{new: old for old, new in words.items()}})

    def name(self, text: str) -> str:
        """``text`` with every word exchanged, whatever its case and number: ``author_id``, ``listBooks``, ``/orders/{order_id}``."""
        return _TOKEN.sub(lambda found: self._word(found.group()), text)

    def operation(self, operation: tuple[str, str]) -> tuple[str, str]:
        """Method and path of an operation under the new words."""
        method, path = operation
        return method, self.name(path)

    def _word(self, token: str) -> str:
        lower = _CHINESE.get(token, token).lower()
        plural = lower not in self.words and lower.endswith("s") and lower[:-1] in self.words
        if lower not in self.words and not plural:
            return token
        new = self.words[lower[:-1]] + "s" if plural else self.words[lower]
        if token.isascii() and token.isupper():
            return new.upper()
        return new.capitalize() if token[0].isupper() else new

    def keys(self, content: Any) -> Any:
        """JSON with every property name exchanged, and no value."""
        if isinstance(content, dict):
            return {self.name(key): self.keys(value) for key, value in content.items()}
        if isinstance(content, list):
            return [self.keys(item) for item in content]
        return content

    def texts(self, content: Any) -> Any:
        """JSON with every string exchanged, and no property name."""
        if isinstance(content, dict):
            return {key: self.texts(value) for key, value in content.items()}
        if isinstance(content, list):
            return [self.texts(item) for item in content]
        return self.name(content) if isinstance(content, str) else content


def renamed_document(seed: int, release: int = 1) -> Document:
    """The API's document under the words of ``seed``, its paths, properties, components and parameters in the order of ``seed``."""
    renaming = Renaming.of(seed)
    renamed: Document = _renamed(document(release), renaming)
    permuted: Document = _permuted(renamed, random.Random(f"{seed} order"))
    return permuted


def _renamed(node: Any, renaming: Renaming) -> Any:
    """One node of the document, its keywords kept and its names exchanged."""
    if isinstance(node, list):
        return [_renamed(item, renaming) for item in node]
    if not isinstance(node, dict):
        return node
    result = {key: _renamed_value(key, value, renaming) for key, value in node.items()}
    if isinstance(name := node.get("name"), str):  # a parameter, a tag, or a value of x-apifox-enum
        result["name"] = renaming.name(name)
        if name == "sort":
            result["schema"] = renaming.texts(node["schema"])
    return result


def _renamed_value(key: str, value: Any, renaming: Renaming) -> Any:
    """What stands under one keyword: names are exchanged, everything else is looked into."""
    if key in ("example", "examples", "security"):
        return renaming.keys(value)
    if key == "$ref":
        *path, name = value.split("/")
        return "/".join([*path, name if "%" in name else renaming.name(name)])
    if key in _NAMING_KEYS and not _holds_objects(value):
        return renaming.texts(value)
    if key in _NAMED_MAPS and isinstance(value, dict):
        return {_place(key, name, renaming): _renamed(item, renaming) for name, item in value.items()}
    return _renamed(value, renaming)


def _holds_objects(value: Any) -> bool:
    """Whether ``value`` is no text and no list of texts (``tags`` is both, in different places)."""
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict) for item in value))


def _place(key: str, name: str, renaming: Renaming) -> str:
    """The new name of an entry of a map. Under an operation, ``responses`` maps statuses, which are no names."""
    return name if key == "responses" and name.isdigit() else renaming.name(name)


def _permuted(node: Any, generator: random.Random, key: str = "") -> Any:
    """The node with everything in another order whose order means nothing."""
    if isinstance(node, list):
        items = [_permuted(item, generator) for item in node]
        if key == "parameters":
            generator.shuffle(items)
        return items
    if not isinstance(node, dict):
        return node
    pairs = [(name, _permuted(value, generator, name)) for name, value in node.items()]
    if key in _NAMED_MAPS:
        generator.shuffle(pairs)
    return dict(pairs)


def renamed_answer(answer: Callable[[Request], Response], renaming: Renaming) -> Callable[[Request], Response]:
    """``answer`` behind a door that speaks the words of ``renaming``: paths, query, property names and sort values, both ways."""

    def translated(request: Request) -> Response:
        query = tuple((renaming.name(name), renaming.name(value) if name == "sort" else value) for name, value in request.query)
        inner = replace(request, target=_path(request, renaming), query=query, body=_body(request.body, renaming))
        return _outward(answer(inner), renaming)

    return translated


def _path(request: Request, renaming: Renaming) -> str:
    """The path with whole segments exchanged; an id that happens to hold a word stays what it is."""
    parts = request.target.split("/")
    return "/".join(renaming.name(part) if re.fullmatch("[a-z]+", unquote(part)) else part for part in parts)


def _body(body: bytes, renaming: Renaming) -> bytes:
    """The body with its property names exchanged; what is not JSON goes through as it is, to be refused inside."""
    if not body:
        return body
    try:
        return json.dumps(renaming.keys(json.loads(body))).encode("ascii")
    except (ValueError, RecursionError):
        return body


def _outward(response: Response, renaming: Renaming) -> Response:
    headers = tuple((name, renaming.name(value) if name == "Location" else value) for name, value in response.headers)
    if not response.body:
        return replace(response, headers=headers)
    content = renaming.keys(response.json())
    if response.status >= 400:
        content = {**renaming.texts(content), "code": content["code"]}
    return replace(response, body=json.dumps(content, ensure_ascii=True).encode("ascii"), headers=headers)
