"""The whole API under made-up words: the document, the application, and nothing of the bookshop left in either."""

from __future__ import annotations

import json
import re

import pytest
from examples.bookshop.app import Bookshop
from examples.bookshop.bugs import ALL_BUGS
from examples.bookshop.documents import document
from examples.bookshop.renaming import STEMS, Renaming, renamed_answer, renamed_document

from bookshop_probes import AUTHOR, BOOK, ORDER, Contract, Probe

SEEDS = [1, 7, 20_251_123]


def renamed_probe(seed: int) -> Probe:
    return Probe(renamed_answer(Bookshop(release=2).answer, Renaming.of(seed)))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_record_is_created_read_and_changed_under_the_new_words(seed: int) -> None:
    renaming, probe, contract = Renaming.of(seed), renamed_probe(seed), Contract(renamed_document(seed, 2))
    name = renaming.name
    books = name("/books")
    answer = probe.ask("POST", books, renaming.keys(BOOK))
    assert (answer.status, contract.complaints("POST", books, answer)) == (201, [])
    created = answer.json()
    assert created[name("title")] == "Notes"
    assert answer.header("Location") == f"{books}/{created['id']}"
    path = name("/books/{book_id}")
    target = f"{books}/{created['id']}"
    read = probe.ask("GET", target)
    assert (read.json(), contract.complaints("GET", path, read)) == (created, [])
    changed = probe.ask("PATCH", target, {name("price"): 3}).json()
    assert (changed[name("price")], changed[name("isbn")]) == (3, BOOK["isbn"])
    order = probe.ask("POST", name("/orders"), renaming.keys(ORDER)).json()
    assert order[name("shipping_address")][name("city")] == "London"
    assert probe.ask("POST", name(f"/orders/{order['id']}/cancel")).json()[name("status")] == "cancelled"


@pytest.mark.parametrize("seed", SEEDS)
def test_filters_sorting_and_refusals_speak_the_new_words(seed: int) -> None:
    renaming, probe, contract = Renaming.of(seed), renamed_probe(seed), Contract(renamed_document(seed, 2))
    name = renaming.name
    found = probe.ask("GET", name("/books"), **{name("genre"): "poetry", "sort": name("-price")}).json()["items"]
    prices = [book[name("price")] for book in found]
    assert len(found) == 3
    assert prices == sorted(prices, reverse=True)
    assert probe.ask("GET", name("/books"), sort="price").status == 400
    refused = probe.ask("POST", name("/authors"), renaming.keys({**AUTHOR, "country": "gb"}))
    assert (refused.status, contract.complaints("POST", name("/authors"), refused)) == (422, [])
    assert refused.json()["problems"][0]["field"] == name("country")
    assert name("author") in probe.ask("GET", name("/authors/999999")).json()["message"]
    assert probe.ask("POST", name("/authors"), raw=b"{").status == 400
    assert probe.ask("GET", name("/orders"), token="").header("WWW-Authenticate").startswith("Bearer")


@pytest.mark.parametrize("seed", SEEDS)
def test_the_shops_own_words_are_unknown(seed: int) -> None:
    probe, name = renamed_probe(seed), Renaming.of(seed).name
    assert probe.ask("GET", "/books").status == 404
    refused = probe.ask("POST", name("/authors"), {**Renaming.of(seed).keys(AUTHOR), "bio": "x"})
    assert (refused.status, refused.json()["problems"][0]["field"]) == (422, "bio")


@pytest.mark.parametrize("seed", SEEDS)
def test_no_word_of_the_shop_is_left_in_the_document(seed: int) -> None:
    renamed = renamed_document(seed)
    names: set[str] = set()

    def collect(node: object, key: str = "") -> None:
        if isinstance(node, dict):
            if key in ("paths", "properties", "schemas", "responses", "securitySchemes"):
                names.update(node)
            if key == "security":
                names.update(node)
            for inner, value in node.items():
                collect(value, inner)
        elif isinstance(node, list):
            for item in node:
                collect(item, key)
        elif isinstance(node, str) and key in (
            "$ref",
            "name",
            "operationId",
            "summary",
            "description",
            "tags",
            "required",
            "title",
        ):
            names.add(node)

    collect(renamed)
    words = {word.lower() for text in names for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text)}
    assert len(names) > 100
    assert not words & {*STEMS, *(f"{stem}s" for stem in STEMS)}
    assert not re.search("作者|图书|订单|书店", json.dumps(renamed, ensure_ascii=False))


def test_the_renamed_document_is_the_same_document_in_another_order() -> None:
    original, renamed, renaming = document(2), renamed_document(5, 2), Renaming.of(5)
    assert renamed == renamed_document(5, 2)
    assert {renaming.name(path) for path in original["paths"]} == set(renamed["paths"])
    assert [renaming.name(path) for path in original["paths"]] != list(renamed["paths"])
    old, new = Contract(original), Contract(renamed)
    assert sorted(renaming.operation(operation) for operation in old.operations()) == sorted(new.operations())
    schema = original["components"]["schemas"]["Book"]["properties"]
    again = renamed["components"]["schemas"][renaming.name("Book")]["properties"]
    assert {renaming.name(name) for name in schema} == set(again)
    assert again[renaming.name("price")]["type"] == "number"
    assert again[renaming.name("genre")]["$ref"] == f"#/components/schemas/{renaming.name('Genre')}"
    assert list(renamed_document(6)["paths"]) != list(renamed_document(7)["paths"])


def test_words_keep_case_number_and_structure_and_change_back() -> None:
    renaming = Renaming.of(3)
    book, author = renaming.words["book"], renaming.words["author"]
    assert renaming.name("author_id") == f"{author}_id"
    assert renaming.name("listBooksOfAuthor") == f"list{book.capitalize()}sOf{author.capitalize()}"
    assert renaming.name("ISBN") == renaming.words["isbn"].upper()
    assert renaming.name("新建图书") == f"新建{book}"
    assert len(set(renaming.words)) == 2 * len(STEMS)
    for bug in ALL_BUGS:
        for operation in bug.operations:
            assert renaming.operation(renaming.operation(operation)) == operation


def test_values_are_left_alone() -> None:
    renaming, probe = Renaming.of(4), renamed_probe(4)
    created = probe.ask("POST", renaming.name("/authors"), renaming.keys({**AUTHOR, "name": "order book", "bio": "title"})).json()
    assert (created[renaming.name("name")], created[renaming.name("bio")]) == ("order book", "title")
