"""References between the files of one specification: where they lead, and what is said where they lead nowhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from specproof.errors import FetchRefusedError, SpecLimitError
from specproof.openapi.documents.addresses import host_and_port, join
from specproof.openapi.documents.bundle import Bundle, open_bundle
from specproof.openapi.documents.files import NO_FILES, Files, MemoryFiles
from specproof.openapi.documents.loader import SpecLimits
from specproof.openapi.documents.references import ReferenceResolver, Target
from specproof.openapi.finding_log import FindingLog
from specproof.openapi.findings import FindingCode
from specproof.openapi.model import ApiSpec
from specproof.openapi.parser import parse_spec
from specproof.openapi.pointers import definition_name, file_and_place, in_file, pointer

STRING = {"type": "string"}


def encoded(tree: Any) -> bytes:
    return json.dumps(tree).encode()


def files_of(**trees: Any) -> MemoryFiles:
    return MemoryFiles({name: tree if isinstance(tree, bytes) else encoded(tree) for name, tree in trees.items()})


def opened(root: Any, files: Files = NO_FILES, name: str = "", **limits: int) -> tuple[ReferenceResolver, FindingLog, Bundle]:
    bundle = open_bundle(encoded(root), limits=SpecLimits(**limits), files=files, name=name)
    log = FindingLog()
    return ReferenceResolver(bundle.loaded.root, log, bundle=bundle), log, bundle


def document(schema: Any, **more: Any) -> bytes:
    response = {"description": "x", "content": {"application/json": {"schema": schema}}}
    paths = {"/a": {"get": {"responses": {"200": response}}}}
    return encoded({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths, **more})


def response_schema(spec: ApiSpec) -> Any:
    schema = spec.operations[0].responses[0].media_types[0].schema
    assert schema is not None
    return schema.resolved()


# -- pointers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "tokens", "written"),
    [
        ("", ("paths", "/a"), "#/paths/~1a"),
        ("paths/user.yaml", ("get",), "paths/user.yaml#/get"),
        ("paths/user.yaml", (), "paths/user.yaml#"),
        ("a b#c%.yaml", ("~",), "a%20b%2523c%25.yaml#/~0"),
        ("https://example.com/x.yaml", ("a/b",), "https://example.com/x.yaml#/a~1b"),
    ],
)
def test_places_of_other_files_are_written_with_their_name(name: str, tokens: tuple[str, ...], written: str) -> None:
    place = in_file(name, tokens)
    assert file_and_place(place) == (name, tokens)
    assert pointer(place) == written


def test_no_document_can_claim_a_place_in_another_file() -> None:
    """The mark is a lone surrogate, which the readers replace: a key that imitates it is an ordinary key."""
    mark = in_file("x.yaml")[0]
    _, log, bundle = opened({mark: {"a": 1}})
    assert log.collected() == ()
    assert mark not in bundle.loaded.root
    assert file_and_place((next(iter(bundle.loaded.root)), "a"))[0] == ""


def test_schemas_of_whole_files_are_named_after_the_file() -> None:
    name = definition_name(in_file("components/schemas/Order.yaml"))
    assert name.startswith("Order_")
    assert name != definition_name(in_file("other/Order.yaml"))
    assert definition_name(in_file("Pet.yaml", ("components", "schemas", "Pet"))) != "Pet"


# -- where references lead ------------------------------------------------------------------------------------------

TREE = {
    "openapi.yaml": {"components": {"schemas": {"Main": {"a": 1}}}},
    "paths/pets.json": {"get": {"x": 1}, "list": [10, 11], "local": {"b": 2}},
    "paths/deep/more.yml": b"one: {two: 3}\n",
    "schemas/My Pet.json": {"c": 4},
    "schemas/h%C3%BC.json": {"d": 5},
    "list.json": [1, 2],
}


@pytest.mark.parametrize(
    ("holder", "reference", "leads_to", "value"),
    [
        ("", "paths/pets.json", ("paths/pets.json",), TREE["paths/pets.json"]),
        ("", "./paths/pets.json#/get", ("paths/pets.json", "get"), {"x": 1}),
        ("", "paths/pets.json#/list/1", ("paths/pets.json", "list", "1"), 11),
        ("", "paths/../paths//pets.json#/local", ("paths/pets.json", "local"), {"b": 2}),
        ("", "paths/pets.json#/", ("paths/pets.json",), TREE["paths/pets.json"]),
        ("", "list.json#/0", ("list.json", "0"), 1),
        ("", "schemas/My%20Pet.json", ("schemas/My Pet.json",), {"c": 4}),
        ("", "schemas/My Pet.json#/c", ("schemas/My Pet.json", "c"), 4),
        ("", "openapi.yaml#/components/schemas/Main", ("", "components", "schemas", "Main"), {"a": 1}),
        ("", "#/components/schemas/Main", ("", "components", "schemas", "Main"), {"a": 1}),
        ("paths/pets.json", "#/local", ("paths/pets.json", "local"), {"b": 2}),
        ("paths/pets.json", "", ("paths/pets.json",), TREE["paths/pets.json"]),
        ("paths/pets.json", "pets.json#/local/b", ("paths/pets.json", "local", "b"), 2),
        ("paths/pets.json", "deep/more.yml#/one", ("paths/deep/more.yml", "one"), {"two": 3}),
        ("paths/pets.json", "../openapi.yaml#/components/schemas/Main/a", ("", "components", "schemas", "Main", "a"), 1),
        ("paths/pets.json", "../schemas/My%20Pet.json", ("schemas/My Pet.json",), {"c": 4}),
        ("paths/deep/more.yml", "../../list.json", ("list.json",), [1, 2]),
        ("paths/deep/more.yml", "../pets.json#/get", ("paths/pets.json", "get"), {"x": 1}),
    ],
)
def test_references_are_relative_to_the_file_that_holds_them(
    holder: str, reference: str, leads_to: tuple[str, ...], value: object
) -> None:
    resolver, log, _ = opened(TREE["openapi.yaml"], files_of(**TREE), "openapi.yaml")
    if holder:
        assert resolver.locate(holder, ()) is not None
    expected = Target(in_file(leads_to[0], leads_to[1:]), value)
    assert resolver.locate(reference, in_file(holder, ("here",))) == expected
    assert resolver.value_at(expected.tokens) == value
    assert log.collected() == ()


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("paths/nowhere.json", FindingCode.REF_NOT_FOUND),
        ("paths/pets.json#/nope", FindingCode.REF_NOT_FOUND),
        ("paths/pets.json#nope", FindingCode.REF_NOT_FOUND),
        ("broken.yaml#/x", FindingCode.REF_NOT_FOUND),
        ("../openapi.yaml", FindingCode.REF_EXTERNAL),
        ("https://example.com/x.yaml", FindingCode.REF_EXTERNAL),
        ("urn:example:pet", FindingCode.REF_EXTERNAL),
        ("notes.txt", FindingCode.REF_EXTERNAL),
        ("paths", FindingCode.REF_EXTERNAL),
    ],
)
def test_references_to_nothing_say_so_where_they_stand(reference: str, code: FindingCode) -> None:
    files = files_of(**TREE, **{"broken.yaml": b"secret: [", "notes.txt": b"a: 1"})
    resolver, log, _ = opened(TREE["openapi.yaml"], files, "openapi.yaml")
    assert resolver.locate(reference, in_file("paths/pets.json", ("a",)), base=()) is None
    assert [(finding.code, finding.at) for finding in log.collected()] == [(code, "paths/pets.json#/a")]


def test_a_document_that_came_alone_says_how_to_send_its_files() -> None:
    resolver, log, _ = opened({})
    assert resolver.locate("other.yaml", ("a",)) is None
    assert resolver.locate("https://example.com/x", ("b",)) is None
    first, second = log.collected()
    assert "zip" in first.message
    assert "SPECPROOF_FETCH__REFERENCE_HOSTS" in second.message


def test_what_a_broken_file_holds_is_not_told() -> None:
    _, _, bundle = opened({}, files_of(**{"a.yaml": b"x: 1\nroot: !hunter2 x", "b.json": b'{"hunter2": '}))
    resolver = ReferenceResolver(bundle.loaded.root, bundle.log, bundle=bundle)
    for name in ("a.yaml", "b.json"):
        assert resolver.locate(name, ()) is None
    told = bundle.log.collected()
    assert {finding.at for finding in told if finding.code is FindingCode.DOCUMENT_INVALID} == {"a.yaml#", "b.json#"}
    assert "line 2" in str(told)
    assert "hunter2" not in str(told)


def test_each_file_is_read_once_and_only_when_needed() -> None:
    reads: list[str] = []

    class Counted:
        def read(self, path: str) -> bytes | None:
            reads.append(path)
            return b'{"a": {}}'

    resolver, _, _ = opened({"$ref": "unused.json"}, Counted())
    for reference in ("x.json", "x.json#/a", "./x.json", "x.json#/b"):
        resolver.locate(reference, ())
    assert reads == ["x.json"]


def test_circles_through_files_end() -> None:
    files = files_of(**{"a.json": {"$ref": "b.json"}, "b.json": {"$ref": "a.json#"}})
    resolver, log, _ = opened({}, files)
    assert resolver.follow({"$ref": "a.json"}, ("x",)) is None
    assert [finding.code for finding in log.collected()] == [FindingCode.REF_CYCLE]


def test_chains_through_many_files_are_followed() -> None:
    chain: dict[str, Any] = {f"{number}.json": {"$ref": f"{number + 1}.json"} for number in range(900)}
    resolver, log, _ = opened({}, files_of(**chain, **{"900.json": STRING}))
    assert resolver.follow({"$ref": "0.json"}, ("x",)) == Target(in_file("900.json"), STRING)
    assert log.collected() == ()


# -- limits ---------------------------------------------------------------------------------------------------------


def test_the_number_of_files_is_limited_there_or_not() -> None:
    resolver, _, _ = opened({}, files_of(**{"a.json": {}, "b.json": {}}), max_files=2)
    for name in ("a.json", "b.json"):
        resolver.locate(name, ())
    with pytest.raises(SpecLimitError, match="files"):
        resolver.locate("missing.json", ())


@pytest.mark.parametrize(
    ("limits", "told"),
    [({"max_bytes": 100}, "bytes together"), ({"max_nodes": 30}, "nodes together"), ({"max_depth": 10}, "nested")],
)
def test_limits_hold_for_all_files_together(limits: dict[str, int], told: str) -> None:
    deep: Any = {}
    for _ in range(11 if "max_depth" in limits else 2):
        deep = {"a": deep}
    files = files_of(**{f"{number}.json": {**deep, "b": [1] * 8} for number in range(5)})
    resolver, _, _ = opened({}, files, **limits)
    with pytest.raises(SpecLimitError, match=told) as caught:
        _ = [resolver.locate(f"{number}.json", ()) for number in range(5)]
    assert ".json#" in caught.value.at


def test_missing_web_addresses_are_no_files() -> None:
    resolver, _, bundle = opened({}, files_of(), max_files=2)
    for number in range(10):
        resolver.locate(f"https://example.com/{number}", ())
    assert len(bundle.wanted) == 10


def test_findings_about_the_text_carry_the_name_of_the_file() -> None:
    spec = parse_spec(document({"$ref": "a.json"}), files=files_of(**{"a.json": b'{"type": "string", "type": "string"}'}))
    assert [(finding.code, finding.at) for finding in spec.findings] == [(FindingCode.DUPLICATE_KEY, "a.json#")]


# -- $id, $anchor, $self ------------------------------------------------------------------------------------------

RESOURCES: dict[str, Any] = {
    "components": {
        "schemas": {
            "Plain": {"$anchor": "same", "n": 1},
            "Http": {
                "$id": "https://example.com/schemas/http.json",
                "$anchor": "top",
                "$defs": {"In": {"$anchor": "same", "n": 2}, "Below": {"$id": "below", "n": 3}},
                "at": {},
            },
            "Relative": {"$id": "relative-name", "n": 4, "at": {}},
            "Slash": {"$id": "/schemas/slash", "n": 5},
            "Urn": {"$id": "urn:example:u", "n": 6, "$defs": {"A": {"$anchor": "inside", "n": 7}}},
            "Draft6": {"$id": "#old-style", "n": 8},
            "Named": {"properties": {"$id": {"n": 9}, "$anchor": {"n": 10}, "$ref": {"n": 11}}},
            "Dynamic": {"$dynamicAnchor": "node", "n": 12},
            "Shown": {
                "example": {"$id": "shown", "$anchor": "shown"},
                "properties": {"example": {"$anchor": "property", "n": 13}},
            },
        }
    }
}
HTTP = ("components", "schemas", "Http", "at")


@pytest.mark.parametrize(
    ("reference", "at", "number"),
    [
        ("#same", (), 1),
        ("#same", HTTP, 2),
        ("#top", (), None),
        ("https://example.com/schemas/http.json#same", (), 2),
        ("http.json#same", HTTP, 2),
        ("#/$defs/In", HTTP, 2),
        ("#/components/schemas/Plain", HTTP, 1),  # written as if there were no $id
        ("#node", HTTP, 12),  # an anchor of another resource, taken as second choice
        ("https://example.com/schemas/below", (), 3),
        ("below", HTTP, 3),
        ("relative-name", (), 4),
        ("relative-name", ("components", "schemas", "Relative", "at"), 4),
        ("#", ("components", "schemas", "Relative", "at"), 4),
        ("", ("components", "schemas", "Relative", "at"), 4),
        ("/schemas/slash", (), 5),
        ("urn:example:u", (), 6),
        ("urn:example:u#inside", (), 7),
        ("urn:example:u#/$defs/A", (), 7),
        ("#old-style", (), 8),
        ("#/components/schemas/Named/properties/$id", (), 9),
        ("#/components/schemas/Named/properties/$ref", (), 11),
        ("#node", (), 12),
        ("#property", (), 13),
    ],
)
def test_identifiers_name_parts_of_the_document(reference: str, at: tuple[str, ...], number: int | None) -> None:
    resolver, log, _ = opened(RESOURCES)
    found = resolver.locate(reference, at)
    assert found is not None
    assert isinstance(found.value, dict)
    assert found.value.get("n") == number
    assert log.collected() == ()


@pytest.mark.parametrize(
    ("reference", "at", "code"),
    [
        ("other.json", HTTP, FindingCode.REF_EXTERNAL),
        ("https://example.com/schemas/other.json", (), FindingCode.REF_EXTERNAL),
        ("#shown", (), FindingCode.REF_NOT_FOUND),
        ("shown", (), FindingCode.REF_EXTERNAL),
        ("#/$defs/In", (), FindingCode.REF_NOT_FOUND),
    ],
)
def test_what_no_identifier_names_is_a_finding_and_never_fetched(reference: str, at: tuple[str, ...], code: FindingCode) -> None:
    resolver, log, _ = opened(RESOURCES)
    assert resolver.locate(reference, at) is None
    assert [finding.code for finding in log.collected()] == [code]


def test_a_file_beside_the_document_is_found_below_a_foreign_id() -> None:
    resolver, log, bundle = opened(RESOURCES, files_of(**{"other.json": STRING}))
    assert resolver.locate("other.json", HTTP) == Target(in_file("other.json"), STRING)
    assert (log.collected(), bundle.wanted) == ((), set())


def test_the_documents_own_address_is_no_foreign_one() -> None:
    root = {"openapi": "3.2.0", "$self": "https://example.com/api/openapi.yaml", "components": {"schemas": {"A": STRING}}}
    resolver, log, _ = opened(root, files_of(**{"paths/x.json": {"a": 1}}))
    here = Target(("components", "schemas", "A"), STRING)
    assert resolver.locate("https://example.com/api/openapi.yaml#/components/schemas/A", ()) == here
    assert resolver.locate("openapi.yaml#/components/schemas/A", ()) == here
    assert resolver.locate("#/components/schemas/A", ()) == here
    assert resolver.locate("paths/x.json#/a", ()) == Target(in_file("paths/x.json", ("a",)), 1)
    assert log.collected() == ()


def test_identifiers_of_other_files_are_read_too() -> None:
    other = {"$defs": {"A": {"$id": "https://example.com/a", "$anchor": "x"}, "B": {"$ref": "https://example.com/a#x"}}}
    resolver, log, _ = opened({}, files_of(**{"o.json": other}))
    target = resolver.locate("o.json#/$defs/B", ())
    assert target is not None
    assert resolver.follow(target.value, target.tokens) == Target(in_file("o.json", ("$defs", "A")), other["$defs"]["A"])
    assert log.collected() == ()


def test_dynamic_references_lead_to_the_nearest_anchor() -> None:
    """Read statically: what a caller further out would have overridden is not looked for."""
    tree = {"$id": "tree", "$dynamicAnchor": "node", "type": "object", "properties": {"next": {"$dynamicRef": "#node"}}}
    strict = {"$id": "strict", "$dynamicAnchor": "node", "$ref": "tree", "required": ["next"]}
    spec = parse_spec(document({"$ref": "#/components/schemas/Strict"}, components={"schemas": {"Tree": tree, "Strict": strict}}))
    assert spec.definitions["Tree"] == {"type": "object", "properties": {"next": {"$ref": "#/$defs/Tree"}}}
    assert spec.definitions["Strict"] == {"$ref": "#/$defs/Tree", "required": ["next"]}
    assert spec.findings == ()


@pytest.mark.parametrize("slot", [{"not": {}}, {"not": True}])
def test_a_slot_of_a_template_that_refuses_everything_is_filled_by_whoever_refers_to_it(slot: dict[str, Any]) -> None:
    slots = {"slot": {"$dynamicAnchor": "slot", **slot}}
    template = {"$id": "template", "$defs": slots, "type": "object", "properties": {"value": {"$dynamicRef": "#slot"}}}
    named = {"$id": "named", "$defs": {"slot": {"$dynamicAnchor": "slot", "type": "string"}}, "$ref": "template"}
    schemas = {"Template": template, "Named": named}
    spec = parse_spec(document({"$ref": "#/components/schemas/Named"}, components={"schemas": schemas}))
    assert spec.definitions["Template"]["properties"] == {"value": True}


# -- whole documents ------------------------------------------------------------------------------------------------


def test_path_items_parameters_and_schemas_lie_in_other_files() -> None:
    main = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/pets/{id}": {"$ref": "paths/pet.yaml"}}}
    files = files_of(
        **{
            "paths/pet.yaml": {
                "parameters": [{"$ref": "../parameters.yaml#/id"}],
                "get": {"responses": {"200": {"$ref": "../responses.yaml#/pet"}}},
            },
            "parameters.yaml": {"id": {"name": "id", "in": "path", "required": True, "schema": {"$ref": "#/number"}}, "number": {"type": "integer"}},
            "responses.yaml": {"pet": {"description": "x", "content": {"application/json": {"schema": {"$ref": "Pet.json"}}}}},
            "Pet.json": {"type": "object", "properties": {"next": {"$ref": "#"}}},
        }
    )  # fmt: skip
    spec = parse_spec(encoded(main), files=files, name="openapi.json")
    [operation] = spec.operations
    assert spec.findings == ()
    assert operation.pointer == "paths/pet.yaml#/get"
    assert operation.parameters[0].pointer == "parameters.yaml#/id"
    assert operation.parameters[0].schema.resolved() == {"type": "integer"}
    assert operation.responses[0].pointer == "responses.yaml#/pet"
    schema = response_schema(spec)
    name = schema["properties"]["next"]["$ref"].removeprefix("#/$defs/")
    assert spec.definitions[name] == schema


def test_names_in_a_discriminator_mean_components_of_the_main_document() -> None:
    animal = {
        "oneOf": [{"$ref": "Cat.json"}],
        "discriminator": {"propertyName": "kind", "mapping": {"c": "Cat", "f": "Cat.json"}},
    }
    spec = parse_spec(
        document({"$ref": "schemas/Animal.json"}, components={"schemas": {"Cat": {"type": "object"}}}),
        files=files_of(**{"schemas/Animal.json": animal, "schemas/Cat.json": {"type": "object"}}),
    )
    mapping = response_schema(spec)["discriminator"]["mapping"]
    assert spec.findings == ()
    assert mapping["c"] == "#/$defs/Cat"
    assert mapping["f"].startswith("#/$defs/Cat_")


SWAGGER = {
    "swagger": "2.0",
    "info": {"title": "t", "version": "1"},
    "paths": {
        "/a": {"$ref": "parts/paths.json#/a"},
        "/b": {
            "post": {
                "consumes": ["application/json"],
                "parameters": [{"$ref": "parts/parameters.json#/body"}, {"$ref": "parts/parameters.json#/limit"}],
                "responses": {"200": {"$ref": "parts/responses.json#/ok"}},
            }
        },
    },
    "definitions": {"Own": {"type": "object", "properties": {"far": {"$ref": "parts/schemas.json#/definitions/Thing"}}}},
}
SWAGGER_FILES = {
    "parts/paths.json": {
        "a": {
            "parameters": [{"$ref": "parameters.json#/limit"}],
            "get": {
                "produces": ["application/json"],
                "responses": {"200": {"description": "x", "schema": {"$ref": "#/mine"}}, "404": {"$ref": "responses.json#/ok"}},
            },
        },
        "mine": {"type": "object", "properties": {"own": {"$ref": "../main.json#/definitions/Own"}}},
    },
    "parts/parameters.json": {
        "body": {"name": "b", "in": "body", "required": True, "schema": {"$ref": "schemas.json#/definitions/Thing"}},
        "limit": {"name": "limit", "in": "query", "type": "integer"},
    },
    "parts/responses.json": {"ok": {"description": "x", "schema": {"$ref": "schemas.json#/definitions/Thing"}}},
    "parts/schemas.json": {"definitions": {"Thing": {"type": "string", "maxLength": 3}}},
}


def test_swagger_documents_lie_in_several_files_too() -> None:
    spec = parse_spec(encoded(SWAGGER), files=files_of(**SWAGGER_FILES), name="main.json")
    assert spec.findings == ()
    get, post = spec.operations
    assert (get.pointer, post.pointer) == ("parts/paths.json#/a/get", "#/paths/~1b/post")
    assert [parameter.pointer for parameter in (*get.parameters, *post.parameters)] == ["parts/parameters.json#/limit"] * 2
    thing = {"type": "string", "maxLength": 3}
    assert post.request_body is not None
    assert post.request_body.pointer == "parts/parameters.json#/body"
    assert post.request_body.media_types[0].schema is not None
    assert post.request_body.media_types[0].schema.resolved() == thing
    assert [response.media_types[0].schema.resolved() for response in post.responses if response.media_types[0].schema] == [thing]
    mine = response_schema(spec)
    assert mine == {"type": "object", "properties": {"own": {"$ref": "#/$defs/Own"}}}
    far = spec.definitions["Own"]["properties"]["far"]["$ref"]  # type: ignore[index,call-overload]
    assert spec.definitions[far.removeprefix("#/$defs/")] == thing  # type: ignore[union-attr]


# -- digest ---------------------------------------------------------------------------------------------------------


def test_the_digest_covers_every_file_that_was_read_and_no_other() -> None:
    content = document({"$ref": "a.json"})
    before = parse_spec(content, files=files_of(**{"a.json": STRING, "z.json": {}})).digest
    same = parse_spec(content, files=files_of(**{"a.json": b"type:   string\n", "z.json": {"changed": 1}})).digest
    changed = parse_spec(content, files=files_of(**{"a.json": {"type": "integer"}})).digest
    assert before == same
    assert before != changed


def test_the_digest_of_one_file_is_that_of_its_canonical_form() -> None:
    spec = parse_spec(b'{"paths": {}, "openapi": "3.1.0"}')
    assert spec.digest == "ebf9a81146b6d431cdd1295bf75c47865197e514ecc537dc6bafc0f84c68d109"


# -- addresses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "reference", "address"),
    [
        ("a/b.yaml", "c.yaml", "a/c.yaml"),
        ("", "c.yaml", "c.yaml"),
        ("https://example.com/a/b.yaml", "../c.yaml", "https://example.com/c.yaml"),
        ("https://example.com/a/b.yaml", "/c.yaml", "https://example.com/c.yaml"),
        ("https://example.com/a", "//other.example/c", "https://other.example/c"),
        ("a.yaml", "HTTPS://Example.COM:443/x", "https://example.com/x"),
        ("a.yaml", "http://example.com:8080", "http://example.com:8080/"),
        ("a.yaml", "http://[::1]:9/x", "http://[::1]:9/x"),
        ("a.yaml", "urn:x:y", "urn:x:y"),
        ("urn:x:y", "z", None),
    ],
)
def test_addresses_are_joined(base: str, reference: str, address: str | None) -> None:
    assert join(base, reference) == address


def test_hosts_of_addresses() -> None:
    assert host_and_port("https://example.com./x") == ("example.com", 443)
    assert host_and_port("http://[::1]:9/") == ("::1", 9)


class Refusing:
    """Files that must not be opened."""

    def read(self, path: str) -> bytes | None:
        raise FetchRefusedError("no", at=path)


def test_files_that_must_not_be_opened_are_out_of_the_bundle() -> None:
    resolver, log, _ = opened({}, Refusing())
    assert resolver.locate("link.json", ()) is None
    assert [finding.code for finding in log.collected()] == [FindingCode.REF_EXTERNAL]
