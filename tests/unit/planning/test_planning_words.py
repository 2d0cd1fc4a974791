from __future__ import annotations

from typing import Any

import pytest

from planned import spec_of
from specproof.generators.naming import case_name, identifier, operation_name, operation_names, path_name, quoted, slug
from specproof.generators.words import id_stem, ids_stem, same_word, same_words, singular, tokens
from specproof.openapi.model import OperationKey
from specproof.openapi.vocabulary import Method


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("authorId", ("author", "id")),
        ("author_id", ("author", "id")),
        ("bookISBNCode", ("book", "isbn", "code")),
        ("order-items", ("order", "items")),
        ("---", ()),
    ],
)
def test_names_split_into_words(name: str, words: tuple[str, ...]) -> None:
    assert tokens(name) == words


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("dogs", "dog"),
        ("categories", "category"),
        ("boxes", "box"),
        ("status", "status"),
        ("people", "person"),
        ("glorps", "glorp"),
    ],
)
def test_plurals_have_their_likeliest_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


@pytest.mark.parametrize(
    ("left", "right"), [("houses", "house"), ("statuses", "status"), ("flubus", "flubu"), ("cities", "city")]
)
def test_plural_and_singular_are_the_same_word_where_the_rule_is_ambiguous(left: str, right: str) -> None:
    assert same_word(left, right)
    assert same_words(("big", right), ("big", left))
    assert not same_words((left, "id"), (right, "id"))


def test_id_like_names_say_what_they_identify() -> None:
    assert id_stem("author_id") == ("author",)
    assert id_stem("authorid") == ("author",)
    assert id_stem("id") == ()
    assert id_stem("title") is None
    assert id_stem("") is None
    assert ids_stem("dog_ids") == ("dog",)
    assert ids_stem("dogs") is None


@pytest.mark.parametrize(
    ("raw", "made"), [("class", "class_record"), ("list", "list_record"), ("Api", "api_record"), ("9lives", "record_9lives")]
)
def test_identifiers_avoid_keywords_builtins_and_words_of_generated_modules(raw: str, made: str) -> None:
    assert identifier(raw, fallback="record") == made


def test_identifiers_of_names_that_are_not_ascii_differ_by_digest() -> None:
    first, second = identifier("书", fallback="record"), identifier("店", fallback="record")
    assert first != second
    assert first.isidentifier()
    assert first.isascii()


def test_long_slugs_keep_their_limit_and_stay_distinct() -> None:
    first, second = slug("word " * 30 + "a", 40), slug("word " * 30 + "b", 40)
    assert max(len(first), len(second)) <= 40
    assert first != second


def test_operation_ids_that_are_plain_name_their_operation() -> None:
    spec = spec_of(
        {
            "/a": {"get": {"operationId": "getAllThings", "responses": {"200": {"description": "d"}}}},
            "/b/{bId}": {
                "get": {
                    "operationId": "查询",
                    "parameters": [{"name": "bId", "in": "path", "required": True, "schema": {"type": "integer"}}],
                    "responses": {"200": {"description": "d"}},
                }
            },
        }
    )
    assert [operation_name(operation) for operation in spec.operations] == ["get_all_things", "get_b_by_b_id"]


def named(*labels: str, **ids: str) -> dict[str, str]:
    """The name of each operation; ``ids`` gives operationIds by path, all others are called ``list``."""
    paths: dict[str, Any] = {}
    for label in labels:
        method, path = label.split()
        operation = {"operationId": ids.get(path.strip("/"), "list"), "responses": {"200": {"description": "d"}}}
        paths.setdefault(path, {})[method.lower()] = operation
    return {key.label: name for key, name in operation_names(spec_of(paths).operations).items()}


def test_operations_that_share_an_id_are_named_by_method_and_path() -> None:
    labels = ("GET /v1/pets", "GET /v2/pets", "DELETE /v2/pets")
    assert named(*labels) == {"GET /v1/pets": "get_v1_pets", "GET /v2/pets": "get_v2_pets", "DELETE /v2/pets": "delete_v2_pets"}
    assert named(*reversed(labels)) == named(*labels)


def test_names_stay_when_operations_are_added() -> None:
    few = named("GET /a", "GET /b")
    more = named("GET /a", "GET /b", "GET /c", "GET /d", "POST /a", d="getD")
    assert {label: more[label] for label in few} == few
    assert more["GET /d"] == "get_d"


def test_a_digest_is_the_last_resort() -> None:
    found = named("GET /a/b", "GET /a-b", "GET /c", "GET /d", "GET /e", e="getC")
    assert (found["GET /e"], found["GET /d"]) == ("get_c", "get_d")
    assert all(
        found[label].startswith(f"{name}_")
        for label, name in (("GET /a/b", "get_a_b"), ("GET /a-b", "get_a_b"), ("GET /c", "get_c"))
    )
    assert len(set(found.values())) == 5


def test_paths_that_lose_letters_or_are_long_get_a_digest() -> None:
    one, other = path_name(OperationKey(Method.GET, "/书")), path_name(OperationKey(Method.GET, "/店"))
    assert one != other
    assert len(path_name(OperationKey(Method.GET, "/" + "segment/" * 20))) <= 44


def test_case_names_have_three_parts() -> None:
    assert case_name("create_dog", "name too long", "is rejected") == "test_create_dog__name_too_long__is_rejected"
    assert len(case_name("o" * 44, "c " * 60, "is left as it was before")) <= 120


def test_names_of_the_document_are_quoted_as_printable_ascii() -> None:
    assert quoted("a`b\n") == "`ab`"
    assert quoted("书").startswith("the field ")
