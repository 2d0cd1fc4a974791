"""Lists of the reference: pages, filters, orders, totals."""

from __future__ import annotations

import pytest

from petserver import PET, Caller, answers, body_of, caller, header, path_parameter, query


@pytest.fixture(scope="module")
def pets() -> Caller:
    made = caller()
    for name, kind, weight in (("Mia", "cat", 4), ("Leo", "dog", 20), ("Ada", "cat", 3.5), ("Bo", "dog", 9), ("Zoe", "cat", 4)):
        made("POST", "/pets", {"name": name, "kind": kind, "weight": weight})
    return made


def names(pets: Caller, target: str) -> list[str]:
    return [each["name"] for each in pets.json("GET", target)["items"]]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/pets", ["Mia", "Leo", "Ada"]),
        ("/pets?limit=2", ["Mia", "Leo"]),
        ("/pets?limit=2&offset=2", ["Ada", "Bo"]),
        ("/pets?limit=2&offset=9", []),
        ("/pets?kind=dog", ["Leo", "Bo"]),
        ("/pets?kind=bird", []),
        ("/pets?min_weight=9", ["Leo", "Bo"]),
        ("/pets?q=O&limit=9", ["Leo", "Bo", "Zoe"]),
        ("/pets?sort=name&limit=9", ["Ada", "Bo", "Leo", "Mia", "Zoe"]),
        ("/pets?sort=-name&limit=9", ["Zoe", "Mia", "Leo", "Bo", "Ada"]),
        ("/pets?sort=weight:desc&limit=2", ["Leo", "Bo"]),
        ("/pets?sort=weight_desc,name&limit=9", ["Leo", "Bo", "Mia", "Zoe", "Ada"]),
        ("/pets?sort=nonsense&limit=1", ["Mia"]),
        ("/pets?unknown=1&limit=1", ["Mia"]),
    ],
)
def test_a_list_shows_what_its_parameters_ask_for(pets: Caller, target: str, expected: list[str]) -> None:
    assert names(pets, target) == expected


def test_the_total_counts_all_pages_in_the_body_and_in_the_header(pets: Caller) -> None:
    reply = pets("GET", "/pets?limit=1&kind=cat")
    assert header(reply, "x-total-count") == "3"
    assert pets.json("GET", "/pets?limit=1&kind=cat")["total"] == 3


@pytest.mark.parametrize("target", ["/pets?limit=0", "/pets?limit=51", "/pets?offset=-1", "/pets?limit=many"])
def test_pages_that_cannot_be_are_refused(pets: Caller, target: str) -> None:
    assert pets("GET", target).status == 400


def paged(*parameters: dict[str, object], around: dict[str, object] | None = None) -> Caller:
    items = {"type": "array", "items": PET}
    page = {"type": "object", "required": ["data"], "properties": {"data": items, **(around or {})}}
    made = caller(
        {
            "/pets": {
                "get": {"parameters": list(parameters), "responses": answers(200, schema=page)},
                "post": {"requestBody": body_of(PET), "responses": answers(201, schema=PET)},
            },
            "/pets/{petId}": {"get": {"parameters": [path_parameter("petId")], "responses": answers(200, 404, schema=PET)}},
        }
    )
    for name in "abcde":
        made("POST", "/pets", {"name": name})
    return made


@pytest.mark.parametrize("first", [0, 1])
def test_pages_count_from_where_the_schema_says(first: int) -> None:
    pets = paged(query("page", type="integer", minimum=first), query("page_size", type="integer", default=2))
    shown = [[each["name"] for each in pets.json("GET", f"/pets?page={first + n}")["data"]] for n in range(3)]
    assert shown == [["a", "b"], ["c", "d"], ["e"]]


def test_a_cursor_leads_from_page_to_page_to_the_end() -> None:
    around: dict[str, object] = {"next_cursor": {"type": ["string", "null"]}, "has_more": {"type": "boolean"}}
    pets = paged(query("cursor", type="string"), query("limit", type="integer", default=2), around=around)
    seen: list[str] = []
    target = "/pets"
    for _ in range(3):
        page = pets.json("GET", target)
        seen += [each["name"] for each in page["data"]]
        target = f"/pets?cursor={page.get('next_cursor')}"
    assert seen == list("abcde")
    assert page.get("next_cursor") is None
    assert page["has_more"] is False


def test_the_cursor_of_where_a_page_ends_is_told_of_the_last_page_too() -> None:
    page = {
        "type": "object",
        "required": ["endCursor", "hasPrevPage"],
        "properties": {"endCursor": {"type": ["string", "null"]}, "hasPrevPage": {"type": "boolean"}},
    }
    pets = paged(query("after", type="string"), query("limit", type="integer", default=2), around={"page": page})
    target, seen = "/pets", []
    for _ in range(4):
        answer = pets.json("GET", target)
        seen.append(([each["name"] for each in answer["data"]], answer["page"]["hasPrevPage"]))
        target = f"/pets?after={answer['page']['endCursor']}"
    assert seen == [(["a", "b"], False), (["c", "d"], True), (["e"], True), ([], True)]
    assert answer["page"]["endCursor"] is None


def test_a_direction_of_its_own_turns_the_order() -> None:
    pets = paged(query("sort_by", type="string", enum=["name"]), query("order", type="string", enum=["asc", "desc"]))
    shown = [each["name"] for each in pets.json("GET", "/pets?sort_by=name&order=desc")["data"]]
    assert shown == list("edcba")


def test_some_of_a_collection_are_listed_by_a_path_of_their_own() -> None:
    listed = {"type": "array", "items": PET}
    find = {"name": "kind", "in": "query", "required": True, "schema": {"type": "string"}}
    pets = caller(
        {
            "/pets": {"post": {"requestBody": body_of(PET), "responses": answers(201, schema=PET)}},
            "/pets/findByKind": {"get": {"parameters": [find], "responses": answers(200, 400, schema=listed)}},
            "/pets/{petId}": {"get": {"parameters": [path_parameter("petId")], "responses": answers(200, 404, schema=PET)}},
        }
    )
    for kind in ("cat", "dog", "cat"):
        pets("POST", "/pets", {"name": "x", "kind": kind})
    assert [each["id"] for each in pets.json("GET", "/pets/findByKind?kind=cat")] == [1, 3]
    assert pets("GET", "/pets/findByKind").status == 400
