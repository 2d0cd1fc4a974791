"""The healthy sample API does what its document says: every operation, every constraint, every refusal."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import httpx2
import jsonschema_rs
import pytest
from examples.bookshop.app import SECOND_TOKEN, TOKEN, Bookshop, asgi
from examples.bookshop.documents import changed_document, document, original_document

from bookshop_probes import ADDRESS, AUTHOR, BOOK, ORDER, Contract, Probe

UNKNOWN_ORDER = "00000000-0000-4000-8000-000000000000"
FULL_AUTHOR = {**AUTHOR, "email": "ada@example.com", "born_on": "1815-12-10", "bio": "", "website": "https://example.com/ada"}
FULL_BOOK = {**BOOK, "page_count": 5000, "published_on": "1843-09-01", "tags": ["a", "b"], "stock": 3}
WRITES = [
    ("POST", "/authors", AUTHOR, 201),
    ("PUT", "/authors/{author_id}", AUTHOR, 200),
    ("PATCH", "/authors/{author_id}", {"name": "A."}, 200),
    ("POST", "/books", BOOK, 201),
    ("PUT", "/books/{book_id}", BOOK, 200),
    ("PATCH", "/books/{book_id}", {"price": 3}, 200),
    ("POST", "/orders", ORDER, 201),
    ("PATCH", "/orders/{order_id}", {"note": None}, 200),
]
WRITE_IDS = [f"{method} {path}" for method, path, _, _ in WRITES]


@pytest.fixture
def probe() -> Probe:
    return Probe.of_shop()


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract(original_document())


def concrete(probe: Probe, path: str) -> str:
    """The path with ids of records that exist."""
    if "{order_id}" in path:
        path = path.replace("{order_id}", probe.create("/orders", ORDER)["id"])
    return path.replace("{author_id}", "1").replace("{book_id}", "2").replace("{isbn}", "9787020002207")


def happy_exchanges(probe: Probe, release: int) -> list[tuple[str, str, Any]]:
    """A good request for every operation, with its answer."""
    author, book = probe.create("/authors", FULL_AUTHOR), probe.create("/books", FULL_BOOK)
    order = probe.create("/orders", ORDER)
    bodies = {("PUT", "/authors/{author_id}"): AUTHOR, ("PUT", "/books/{book_id}"): {**BOOK, "isbn": "9791234567890"}}
    bodies |= {(method, path): body for method, path, body, _ in WRITES if method != "PUT"}
    bodies["POST", "/books"] = {**BOOK, "isbn": "9799999999999"}
    result = []
    operations = Contract(document(release)).operations()
    for method, path in sorted(operations, key=lambda operation: operation[0] == "DELETE"):
        target = path.replace("{author_id}", str(author["id"])).replace("{book_id}", str(book["id"]))
        target = target.replace("{order_id}", order["id"]).replace("{isbn}", "9787020002207")
        if method == "DELETE" and path.startswith("/books"):
            target = f"/books/{probe.create('/books', BOOK, isbn='9780000000000')['id']}"
        result.append((method, path, probe.ask(method, target, bodies.get((method, path)))))
    return result


@pytest.mark.parametrize("release", [1, 2])
def test_every_operation_answers_a_good_request_as_documented(release: int) -> None:
    contract = Contract(document(release))
    exchanges = happy_exchanges(Probe.of_shop(release=release), release)
    assert len(exchanges) == 19 + release
    for method, path, answer in exchanges:
        assert answer.status < 300, (method, path, answer.body)
        assert contract.complaints(method, path, answer) == [], (method, path)


@pytest.mark.parametrize("release", [1, 2])
def test_the_documents_schemas_are_schemas_and_their_examples_hold(release: int) -> None:
    contract = Contract(document(release))
    for schema in contract.document["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
    examples = 0
    for method, path in contract.operations():
        media_type = (
            contract.document["paths"][path][method.lower()].get("requestBody", {}).get("content", {}).get("application/json", {})
        )
        if "example" in media_type:
            examples += 1
            assert contract.validator(media_type["schema"]).is_valid(media_type["example"])
            assert Probe.of_shop(release=release).ask(method, path, media_type["example"]).status == 201
    assert examples == 3


def violations(contract: Contract, schema: dict[str, Any]) -> list[tuple[str, Any]]:
    """For every property of a body's schema, values that break it, each for one reason."""
    found: list[tuple[str, Any]] = []
    for name, declared in schema["properties"].items():
        part = contract.resolve(declared)
        kinds = part["type"] if isinstance(part["type"], list) else [part["type"]]
        candidates: list[Any] = [None, True, 1.5, "x" * 5001, [], {}, [1], "", -1, 10**9, "nonsense", ["a", "a"], ["x" * 21]]
        candidates += [
            [""],
            list("abcdef"),
            part.get("exclusiveMinimum", 0),
            part.get("minimum", 1) - 1,
            part.get("maximum", 0) + 1,
        ]
        candidates += [
            "x" * (part.get("maxLength", 0) + 1),
            "cn",
            "CHN",
            "2024-02-30",
            "2024-2-3",
            "97812345678901",
            "not an email",
        ]
        validator = contract.validator(part)
        broken = [value for value in candidates if not validator.is_valid(value)]
        assert len(broken) >= 5, (name, kinds)
        found += [(name, value) for value in broken]
    return found


@pytest.mark.parametrize(("method", "path", "body", "_status"), WRITES, ids=WRITE_IDS)
def test_every_broken_property_is_refused(contract: Contract, method: str, path: str, body: dict[str, Any], _status: int) -> None:
    probe = Probe.of_shop()
    target = concrete(probe, path)
    for name, value in violations(contract, contract.request_schema(method, path)):
        answer = probe.ask(method, target, {**body, name: value})
        assert answer.status == 422, (name, value, answer.body)
        assert contract.complaints(method, path, answer) == []
        assert answer.json()["problems"][0]["field"].split(".")[0] == name


@pytest.mark.parametrize(("method", "path", "body", "_status"), WRITES, ids=WRITE_IDS)
def test_missing_required_and_unknown_properties_are_refused(
    probe: Probe, contract: Contract, method: str, path: str, body: dict[str, Any], _status: int
) -> None:
    target = concrete(probe, path)
    required = contract.request_schema(method, path)["required"]
    bodies = [{key: value for key, value in body.items() if key != name} for name in required]
    bodies += [{**body, "surplus": 1}, {**body, "id": 5}, {}, [], "text", 5]
    for content in bodies:
        answer = probe.ask(method, target, content)
        assert answer.status == 422, content
        assert contract.complaints(method, path, answer) == []


@pytest.mark.parametrize(("method", "path", "body", "status"), WRITES, ids=WRITE_IDS)
def test_unreadable_bodies_and_other_media_types_are_refused(
    probe: Probe, contract: Contract, method: str, path: str, body: dict[str, Any], status: int
) -> None:
    target = concrete(probe, path)
    for raw in (b"{", b"\xff", b'{"a": NaN}', b"[" * 100_000, b'{"price": ' + b"9" * 5000 + b"}"):
        answer = probe.ask(method, target, raw=raw)
        assert (answer.status, contract.complaints(method, path, answer)) == (400, [])
    answer = probe.ask(method, target, body, media_type="text/plain")
    assert (answer.status, contract.complaints(method, path, answer)) == (415, [])
    assert probe.ask(method, target, body, media_type="Application/JSON; charset=utf-8").status == status


@pytest.mark.parametrize(
    ("schema", "path", "body", "field", "good"),
    [
        ("AuthorInput", "/authors", AUTHOR, "name", ["x", "字" * 80, "\ud800"]),
        ("AuthorInput", "/authors", AUTHOR, "bio", ["", "x" * 500, None]),
        ("BookInput", "/books", BOOK, "title", ["x", "字" * 120]),
        ("BookInput", "/books", BOOK, "price", [0.01, 9999.99, 1]),
        ("BookInput", "/books", BOOK, "page_count", [1, 5000, None, 7.0]),
        ("BookInput", "/books", BOOK, "stock", [0, 100_000]),
        ("BookInput", "/books", BOOK, "tags", [[], ["x" * 20], list("abcde")]),
        ("OrderInput", "/orders", ORDER, "lines", [[{"book_id": 1, "quantity": 1}], [{"book_id": 1, "quantity": 99}] * 10]),
    ],
)
def test_the_bounds_themselves_are_accepted_and_come_back(
    contract: Contract, schema: str, path: str, body: dict[str, Any], field: str, good: list[Any]
) -> None:
    for value in good:
        probe = Probe.of_shop()
        if value != "\ud800":  # a lone surrogate is beyond the validator, and must not be beyond the API
            assert contract.validator({"$ref": f"#/components/schemas/{schema}"}).is_valid({**body, field: value})
        created = probe.create(path, {**body, field: value})
        assert created[field] == value
        assert probe.ask("GET", f"{path}/{created['id']}").json() == created


def test_nested_objects_are_checked_and_named(probe: Probe) -> None:
    for address, field in [
        ({**ADDRESS, "postcode": "12345"}, "shipping_address.postcode"),
        ({**ADDRESS, "street": ""}, "shipping_address.street"),
        ({**ADDRESS, "city": "x" * 61}, "shipping_address.city"),
        ({**ADDRESS, "surplus": 1}, "shipping_address.surplus"),
        ({"street": "x", "city": "y"}, "shipping_address.postcode"),
    ]:
        answer = probe.ask("POST", "/orders", {**ORDER, "shipping_address": address})
        assert [problem["field"] for problem in answer.json()["problems"]] == [field]
    for line in (
        {"book_id": 1},
        {"book_id": 1, "quantity": 0},
        {"book_id": 1, "quantity": 100},
        {"book_id": 999, "quantity": 1},
        5,
    ):
        assert probe.ask("POST", "/orders", {**ORDER, "lines": [line]}).status == 422


@pytest.mark.parametrize(
    ("path", "query"),
    [
        *(("/books", {"limit": value}) for value in ("0", "101", "x", "1.0", "", "-1")),
        *(("/authors", {"limit": value}) for value in ("0", "101")),
        *(("/orders", {"limit": value}) for value in ("0", "101")),
        ("/books", {"offset": "-1"}),
        ("/books", {"genre": "crime"}),
        ("/books", {"author_id": "0"}),
        ("/books", {"in_stock": "yes"}),
        ("/books", {"sort": "isbn"}),
        ("/authors", {"country": "cn"}),
        ("/authors", {"sort": "--name"}),
        ("/orders", {"status": "lost"}),
        ("/orders", {"sort": "note"}),
    ],
)
def test_query_parameters_that_break_their_schema_are_refused(
    probe: Probe, contract: Contract, path: str, query: dict[str, str]
) -> None:
    answer = probe.ask("GET", path, **query)
    assert (answer.status, contract.complaints("GET", path, answer)) == (400, [])


def test_a_parameter_that_is_given_twice_is_refused(probe: Probe) -> None:
    answer = asgi_answer(probe, "/books?limit=1&limit=2")
    assert answer.status_code == 400


def asgi_answer(probe: Probe, target: str, method: str = "GET", **options: Any) -> httpx2.Response:
    import asyncio

    async def ask() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=asgi(probe.answer))
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.request(method, target, **options)

    return asyncio.run(ask())


def test_numbers_beyond_64_bits_are_numbers(probe: Probe) -> None:
    assert probe.ask("GET", f"/books/{2**63}").status == 404
    assert probe.ask("GET", "/books", offset=10**30).json()["items"] == []
    assert probe.ask("GET", "/books", author_id=10**30).json()["total"] == 0
    assert probe.ask("POST", "/books", {**BOOK, "author_id": 10**30}).status == 422
    assert probe.ask("POST", "/books", {**BOOK, "stock": 10**400}).status == 422


def test_lists_page_filter_and_sort(probe: Probe) -> None:
    everything = probe.ask("GET", "/books").json()
    assert (everything["total"], everything["limit"], everything["offset"]) == (11, 20, 0)
    page = probe.ask("GET", "/books", limit=3, offset=2)
    assert page.json()["items"] == everything["items"][2:5]
    assert page.header("X-Total-Count") == "11"
    assert probe.ask("GET", "/books", offset=100).json()["items"] == []
    assert {book["genre"] for book in probe.ask("GET", "/books", genre="poetry").json()["items"]} == {"poetry"}
    assert {book["author_id"] for book in probe.ask("GET", "/books", author_id=3).json()["items"]} == {3}
    assert [book["stock"] for book in probe.ask("GET", "/books", in_stock="false").json()["items"]] == [0]
    assert {author["country"] for author in probe.ask("GET", "/authors", country="CN").json()["items"]} == {"CN"}
    prices = [book["price"] for book in probe.ask("GET", "/books", sort="price").json()["items"]]
    assert prices == sorted(prices)
    assert [book["price"] for book in probe.ask("GET", "/books", sort="-price").json()["items"]] == prices[::-1]


@pytest.mark.parametrize("token", ["", "stranger"])
def test_operations_that_need_a_token_refuse_without_a_known_one(probe: Probe, contract: Contract, token: str) -> None:
    secured = 0
    for method, path in contract.operations():
        target = concrete(probe, path)
        body = next((body for write, where, body, _ in WRITES if (write, where) == (method, path)), None)
        answer = probe.ask(method, target, body, token=token)
        needs_token = bool(contract.document["paths"][path][method.lower()]["security"])
        secured += needs_token
        assert (answer.status == 401) == needs_token, (method, path)
        if needs_token:
            assert contract.complaints(method, path, answer) == []
    assert secured == 14


def test_orders_belong_to_their_caller(probe: Probe) -> None:
    order = probe.create("/orders", ORDER)
    assert order["amount"] == 59.0
    assert probe.ask("GET", "/orders", token=SECOND_TOKEN).json()["total"] == 0
    for method, suffix, body in (
        ("GET", "", None),
        ("PATCH", "", {"note": "x"}),
        ("DELETE", "", None),
        ("POST", "/cancel", None),
    ):
        assert probe.ask(method, f"/orders/{order['id']}{suffix}", body, token=SECOND_TOKEN).status == 404
    assert probe.ask("GET", f"/orders/{order['id']}").json() == order
    assert probe.ask("GET", "/orders", status="placed").json()["items"] == [order]


def test_unknown_and_malformed_ids_are_told_apart(probe: Probe, contract: Contract) -> None:
    for method, path in contract.operations():
        if "{" not in path:
            continue
        body = next((body for write, where, body, _ in WRITES if (write, where) == (method, path)), None)
        for number, order, isbn, status in (
            ("987654", UNKNOWN_ORDER, "9780000000001", 404),
            ("x", "x", "x", 400),
            ("0", "1", "1", 400),
        ):
            target = path.replace("{author_id}", number).replace("{book_id}", number).replace("{order_id}", order)
            answer = probe.ask(method, target.replace("{isbn}", isbn), body)
            assert (answer.status, contract.complaints(method, path, answer)) == (status, []), (method, path)


def test_unique_keys_and_references_are_kept(probe: Probe, contract: Contract) -> None:
    book = probe.create("/books", BOOK)
    path = f"/books/{book['id']}"
    for method, target, content, status in (
        ("POST", "/books", BOOK, 409),
        ("PUT", "/books/1", BOOK, 409),
        ("PATCH", "/books/1", {"isbn": BOOK["isbn"]}, 409),
        ("PUT", path, BOOK, 200),
        ("PATCH", path, {"author_id": 999}, 422),
        ("DELETE", "/authors/1", None, 409),
    ):
        assert probe.ask(method, target, content).status == status, (method, target)
    order = probe.create("/orders", {**ORDER, "lines": [{"book_id": book["id"], "quantity": 1}]})
    assert probe.ask("DELETE", path).status == 409
    assert probe.ask("POST", f"/orders/{order['id']}/cancel").json()["status"] == "cancelled"
    assert probe.ask("POST", f"/orders/{order['id']}/cancel").status == 409
    assert probe.ask("DELETE", path).status == 204


def test_replacing_resets_what_is_left_out_and_changing_does_not(probe: Probe) -> None:
    book = probe.create("/books", FULL_BOOK)
    path = f"/books/{book['id']}"
    changed = probe.ask("PATCH", path, {"price": 1}).json()
    assert {**changed, "price": book["price"], "updated_at": book["updated_at"]} == book
    replaced = probe.ask("PUT", path, BOOK).json()
    assert (replaced["tags"], replaced["stock"], replaced["page_count"], replaced["published_on"]) == ([], 0, None, None)
    assert probe.ask("GET", path).json() == replaced
    assert replaced["created_at"] == book["created_at"] < replaced["updated_at"]


def test_unknown_paths_and_methods_are_refused(probe: Probe) -> None:
    assert probe.ask("GET", "/nothing").status == 404
    answer = probe.ask("POST", "/books/1")
    assert (answer.status, answer.header("Allow")) == (405, "DELETE, GET, PATCH, PUT")
    assert probe.ask("GET", "/authors/1/books").status == 404


def test_the_second_release_knows_what_the_changed_document_adds() -> None:
    old, new = Probe.of_shop(), Probe.of_shop(release=2)
    longer = {**BOOK, "title": "x" * 160}
    assert (old.ask("POST", "/books", longer).status, new.ask("POST", "/books", longer).status) == (422, 201)
    assert new.ask("POST", "/books", {**BOOK, "title": "x" * 161}).status == 422
    spoken = {**BOOK, "isbn": "9790000000000", "language": "fr"}
    assert old.ask("POST", "/books", spoken).status == 422
    assert new.ask("POST", "/books", spoken).json()["language"] == "fr"
    assert new.ask("POST", "/books", {**spoken, "language": "xx"}).status == 422
    assert {book["author_id"] for book in new.ask("GET", "/authors/4/books").json()["items"]} == {4}
    assert new.ask("GET", "/authors/4/books", limit=0).status == 400


def test_the_changed_document_differs_in_three_places() -> None:
    before, after = original_document(), changed_document()
    assert set(after["paths"]) - set(before["paths"]) == {"/authors/{author_id}/books"}
    trimmed = deepcopy(after)
    del trimmed["paths"]["/authors/{author_id}/books"]
    assert trimmed["paths"] == before["paths"]
    differing = [
        name for name, schema in after["components"]["schemas"].items() if before["components"]["schemas"][name] != schema
    ]
    assert differing == ["Book", "BookInput", "BookPatch"]
    numbers = [op["x-run-in-apifox"] for item in after["paths"].values() for op in item.values()]
    assert len(set(numbers)) == len(numbers)


def test_over_asgi_it_answers_the_same(probe: Probe) -> None:
    headers = {"Authorization": f"bearer {TOKEN}"}
    created = asgi_answer(probe, "/books", "POST", json=BOOK, headers=headers)
    assert (created.status_code, created.headers["location"]) == (201, f"/books/{created.json()['id']}")
    assert asgi_answer(probe, f"/books/{created.json()['id']}?x=%20").json() == created.json()
    deleted = asgi_answer(probe, created.headers["location"], "DELETE", headers=headers)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert asgi_answer(probe, "/books/1%2F2").status_code == 400


async def test_the_lifespan_is_answered() -> None:
    inbox = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent: list[str] = []

    async def receive() -> dict[str, Any]:
        return inbox.pop(0)

    async def send(message: Any) -> None:
        sent.append(message["type"])

    await asgi(Bookshop().answer)({"type": "lifespan"}, receive, send)
    await asgi(Bookshop().answer)({"type": "websocket"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
