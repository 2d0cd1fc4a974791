"""What changed between two revisions."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from specproof.openapi.diff.spec_diff import SpecDifference, diff_specs
from specproof.openapi.parser import parse_spec

FIXTURES = Path(__file__).parents[2] / "fixtures" / "openapi"


def document(schema: Any = None, **schemas: Any) -> dict[str, Any]:
    """One operation whose body has ``schema``, with ``schemas`` as components."""
    content = {"application/json": {"schema": {"type": "object"} if schema is None else schema}}
    operation = {"requestBody": {"content": content}, "responses": {"200": {"description": ""}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"post": operation}},
        "components": {"schemas": schemas},
    }


def difference(old: dict[str, Any], new: dict[str, Any]) -> SpecDifference:
    return diff_specs(parse_spec(json.dumps(old).encode()), parse_spec(json.dumps(new).encode()))


def labels(found: SpecDifference) -> tuple[list[str], list[str], list[str]]:
    """The labels of what was added, removed and changed."""
    added, removed, changed = ([one.label for one in side] for side in (found.added, found.removed, found.changed))
    return added, removed, changed


def edited(old: dict[str, Any], **changes: Any) -> SpecDifference:
    """The difference after ``changes`` to the one operation of ``old``."""
    new = copy.deepcopy(old)
    new["paths"]["/a"]["post"].update(changes)
    return difference(old, new)


def sentences(old_schema: Any, new_schema: Any) -> list[str]:
    found = difference(document(old_schema), document(new_schema))
    return [detail.removeprefix("POST /a: ") for detail in found.details]


def test_before_and_after_of_a_document() -> None:
    before, after = (parse_spec((FIXTURES / f"books_{name}.json").read_bytes()) for name in ("before", "after"))
    found = diff_specs(before, after)
    assert labels(found) == (["GET /books"], ["DELETE /books/{bookId}"], ["GET /volumes/{bookId}", "POST /books"])
    assert found.counts.summary == "8 breaking, 1 warning, 5 info"
    assert found.details == (
        "GET /volumes/{bookId}: was GET /books/{bookId}",
        'GET /volumes/{bookId}: response 200 property "author.name": minLength none -> 1',
        "POST /books: security none -> token",
        'POST /books: query parameter "notify" added (required)',
        'POST /books: request property "author.name": minLength none -> 1',
        'POST /books: request property "genre" is now required',
        'POST /books: request property "genre": enum removed "essay"',
        'POST /books: request property "title": maxLength 120 -> 80',
        'POST /books: query parameter "dryRun" removed',
        'POST /books: request property "genre": enum added "poem"',
        'POST /books: response 201 property "author.name": minLength none -> 1',
        "POST /books: response 409 added",
    )
    assert not found.is_empty


def test_equal_documents_have_no_difference() -> None:
    assert difference(document(), document()) == SpecDifference()
    assert SpecDifference().is_empty


def test_prose_and_order_are_no_change() -> None:
    old = document({"type": ["string", "null"], "description": "a", "title": "b", "default": 1})
    new = document({"description": "x", "type": ["null", "string"], "examples": ["y"]})
    new["paths"]["/a"]["post"].update(summary="new", tags=["t"])
    new["info"]["version"] = "2"
    assert difference(old, new).is_empty


def test_properties_named_like_annotations_count() -> None:
    old, new = ({"properties": {"default": {"type": kind}, "examples": {}}} for kind in ("string", "integer"))
    assert sentences(old, new) == ['request property "default": type "string" -> "integer"']


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"type": "string"}, {"type": "integer"}, ['request: type "string" -> "integer"']),
        ({"minimum": 1}, {"minimum": 2}, ["request: minimum 1 -> 2"]),
        ({"minimum": 1}, {}, ["request: minimum 1 -> none"]),
        ({"const": True}, {"const": 1}, ["request: enum removed true", "request: enum added 1"]),
        ({"enum": ["a", "b"]}, {"enum": ["b", "a"]}, []),
        ({"items": {"type": "string"}}, {"items": {"type": "integer"}}, ['request property "[]": type "string" -> "integer"']),
        ({"items": {"properties": {"x": {}}}}, {"items": {}}, ['request property "[].x" removed']),
        ({"properties": {"x": {}}}, {"properties": {"x": {}}, "required": ["x"]}, ['request property "x" is now required']),
        ({"required": ["y"]}, {}, ['request property "y" is no longer required']),
        ({"properties": {}}, {"properties": {"x": {}}, "required": ["x"]}, ['request property "x" added (required)']),
        ({}, {"additionalProperties": False}, ["request: additionalProperties true -> false"]),
        ({"not": {"const": 1}}, {"not": {"const": 2}}, ["request: not changed"]),
        ({"oneOf": [{"const": 1}]}, {"oneOf": [{"const": 1}, {"const": 2}]}, ["request: oneOf alternative 2 added"]),
        ({"allOf": [{"maxLength": 1}, {}]}, {"allOf": [{"maxLength": 2}, {}]}, ["request: maxLength 1 -> 2"]),
        ({"type": "string"}, True, ['request: type "string" -> any']),
        (False, {"type": "string"}, ['request: type nothing -> "string"']),
        ({"properties": {"a": {"properties": {"b": {"maxLength": 1}}}}}, {"properties": {"a": {"properties": {"b": {"maxLength": 2}}}}},
         ['request property "a.b": maxLength 1 -> 2']),
        ({"patternProperties": {"a": {}}}, {"patternProperties": {"b": {}}}, ["request: patternProperties changed"]),
        ({"dependentRequired": {"a": ["b"]}}, {"dependentRequired": {"a": ["c"]}}, ["request: dependentRequired changed"]),
    ],
)  # fmt: skip
def test_changes_of_a_schema_are_told(old: Any, new: Any, expected: list[str]) -> None:
    assert sentences(old, new) == expected


def test_transitive_references_count() -> None:
    schemas = {"A": {"properties": {"b": {"$ref": "#/components/schemas/B"}}}, "B": {"items": {"$ref": "#/components/schemas/C"}}}
    old, new = (document({"$ref": "#/components/schemas/A"}, **schemas, C={"maxLength": bound}) for bound in (1, 2))
    assert difference(old, new).details == ('POST /a: request property "b[]": maxLength 1 -> 2',)


def test_unreached_schemas_do_not_count() -> None:
    assert difference(document(X={"type": "string"}), document(X={"type": "integer"})).is_empty


def test_recursive_schemas_are_compared() -> None:
    def tree(bound: int) -> dict[str, Any]:
        node = {"properties": {"name": {"maxLength": bound}, "children": {"items": {"$ref": "#/components/schemas/Node"}}}}
        return document({"$ref": "#/components/schemas/Node"}, Node=node)

    assert difference(tree(1), tree(2)).details == ('POST /a: request property "name": maxLength 1 -> 2',)
    assert difference(tree(1), {**tree(1), "x": 1}).is_empty


def test_renamed_schemas_that_say_the_same_are_no_change() -> None:
    def linked(name: str, bound: int = 5) -> dict[str, Any]:
        node = {"properties": {"next": {"$ref": f"#/components/schemas/{name}"}, "v": {"maxLength": bound}}}
        return document({"$ref": f"#/components/schemas/{name}"}, **{name: node})

    assert difference(linked("Old"), linked("New")).is_empty
    assert difference(linked("Old"), linked("New", 6)).details == ('POST /a: request property "v": maxLength 5 -> 6',)


def test_a_reference_replaced_by_its_target_is_no_change() -> None:
    old = document({"$ref": "#/components/schemas/A"}, A={"maxLength": 1})
    assert difference(old, document({"maxLength": 1})).is_empty


def test_properties_moved_into_a_base_schema_are_no_change() -> None:
    old = document({"type": "object", "properties": {"a": {"maxLength": 1}, "b": {}}, "required": ["a"]})
    own = {"type": "object", "properties": {"b": {}}, "required": ["a"]}
    new = document({"allOf": [{"$ref": "#/components/schemas/Base"}, own]}, Base={"properties": {"a": {"maxLength": 1}}})
    assert difference(old, new).is_empty


def test_constraints_of_one_property_in_two_schemas_are_taken_together() -> None:
    base = {"properties": {"a": {"maxLength": 9, "minLength": 1}}}
    old = document({"allOf": [base, {"properties": {"a": {"maxLength": 5}}}]})
    assert difference(old, document({"properties": {"a": {"maxLength": 5, "minLength": 1}}})).is_empty


def test_a_reordered_union_and_renamed_alternatives_are_no_change() -> None:
    one, two = {"properties": {"a": {"const": 1}}}, {"properties": {"a": {"const": 2}}}
    old = document({"oneOf": [{"$ref": "#/components/schemas/One"}, {"$ref": "#/components/schemas/Two"}]}, One=one, Two=two)
    new = document(
        {"oneOf": [{"$ref": "#/components/schemas/Second"}, {"$ref": "#/components/schemas/First"}]}, First=one, Second=two
    )
    assert difference(old, new).is_empty


def test_a_schema_that_becomes_one_of_several_alternatives_is_widened_alone() -> None:
    one, two = {"type": "object", "properties": {"a": {}}}, {"type": "string"}
    assert sentences(one, {"oneOf": [one, two]}) == ["request: oneOf alternative 2 added"]
    assert sentences({"oneOf": [one, two]}, two) == ["request: oneOf alternative 1 removed"]
    assert sentences({"anyOf": [one, {"type": "null"}]}, {"anyOf": [one, two, {"type": "null"}]}) == [
        "request: anyOf alternative 2 added"
    ]


def test_nullable_is_one_change_however_it_is_written() -> None:
    assert sentences({"type": "string", "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a", None]}) == [
        "request: may be null now"
    ]
    thing = {"type": "object", "properties": {"a": {}}}
    assert sentences(thing, {"anyOf": [thing, {"type": "null"}]}) == ["request: may be null now"]
    assert sentences({"anyOf": [thing, {"type": "null"}]}, {"oneOf": [{"type": "null"}, thing]}) == []


def test_what_a_read_only_property_says_does_no_harm_in_requests() -> None:
    old, new = (
        document({"$ref": "#/components/schemas/A"}, A={"properties": {"id": {"readOnly": True, "maxLength": bound}}})
        for bound in (5, 4)
    )
    assert [(change.rule.value, change.severity.value) for change in difference(old, new).changes] == [
        ("request.value.max_length_lowered", "info")
    ]


def test_a_change_below_an_open_object_is_found() -> None:
    old, new = ({"additionalProperties": {"type": kind}} for kind in ("string", "integer"))
    assert sentences(old, new) == ['request property "*": type "string" -> "integer"']


def test_path_parameters_are_matched_by_position() -> None:
    def shop(first: str, second: str, kind: str = "string") -> dict[str, Any]:
        described = [{"name": name, "in": "path", "required": True, "schema": {"type": kind}} for name in (first, second)]
        made = document()
        made["paths"] = {f"/shops/{{{first}}}/pets/{{{second}}}": {"get": {"parameters": described, "responses": {"200": {}}}}}
        return made

    found = difference(shop("id", "petId"), shop("shopId", "id"))
    assert labels(found) == ([], [], ["GET /shops/{shopId}/pets/{id}"])
    assert [change.rule.value for change in found.changes] == ["operation.path_parameter_renamed"]
    assert found.changed[0].previous_key is not None
    assert found.changed[0].previous_key.path == "/shops/{id}/pets/{petId}"
    found = difference(shop("id", "petId"), shop("shopId", "id", "integer"))
    assert sorted(change.sentence for change in found.changes if change.severity.value == "breaking") == [
        'path parameter "id": type "string" -> "integer"',
        'path parameter "shopId": type "string" -> "integer"',
    ]


def test_paths_of_one_shape_that_stand_twice_are_not_matched_by_it() -> None:
    old, new = document(), document()
    for made, names in ((old, ("x", "y")), (new, ("z",))):
        made["paths"] = {f"/{{{name}}}": {"get": {"responses": {"200": {}}}} for name in names}
    assert labels(difference(old, new)) == (["GET /{z}"], ["GET /{x}", "GET /{y}"], [])


def test_places_follow_references_and_name_the_keyword() -> None:
    old, new = (
        document({"properties": {"a": {"$ref": "#/components/schemas/A"}}}, A={"anyOf": [{"maxLength": bound}, {"type": "null"}]})
        for bound in (1, 2)
    )
    change = next(difference(old, new).changes)
    assert change.pointer_before == "#/components/schemas/A/anyOf/0/maxLength"
    assert (change.pointer_after, change.subject) == (change.pointer_before, 'request property "a"')


def test_the_place_of_a_nullable_schema_is_its_own() -> None:
    old, new = ({**document({"nullable": True, "allOf": [{"maxLength": bound}]}), "openapi": "3.0.3"} for bound in (1, 2))
    place = "#/paths/~1a/post/requestBody/content/application~1json/schema/allOf/0/maxLength"
    assert next(difference(old, new).changes).pointer_after == place


def test_a_schema_with_very_many_changes_is_cut_and_says_so() -> None:
    old, new = (document({"properties": {f"p{number}": {"maxLength": bound} for number in range(700)}}) for bound in (1, 2))
    found = difference(old, new)
    assert found.changed[0].is_cut
    assert len(found.changed[0].changes) == 500


def test_a_cut_list_still_holds_what_breaks() -> None:
    def deep(bound: int) -> dict[str, Any]:
        wide = {f"p{number}": {"maxLength": bound} for number in range(700)}
        return document({"properties": {**wide, "q": {"properties": {"r": {"minLength": bound}}}}})

    found = difference(deep(1), deep(2)).changed[0]
    assert found.is_cut
    assert [change.sentence for change in found.changes if change.severity.value == "breaking"] == [
        'request property "q.r": minLength 1 -> 2'
    ]


def test_mutually_recursive_schemas_and_wide_combinations_end() -> None:
    def tangle(bound: int) -> dict[str, Any]:
        names = [f"S{number}" for number in range(40)]
        schemas = {
            name: {
                "properties": {
                    "v": {"maxLength": bound},
                    **{other: {"$ref": f"#/components/schemas/{other}"} for other in names},
                },
                "allOf": [{"properties": {"k": {"$ref": f"#/components/schemas/{names[(number + 1) % 40]}"}}}],
            }
            for number, name in enumerate(names)
        }
        return document({"allOf": [{"$ref": f"#/components/schemas/{name}"} for name in names]}, **schemas)

    found = difference(tangle(1), tangle(2))
    assert found.changes
    assert all(change.rule.value == "request.value.max_length_raised" for change in found.changes)
    assert difference(tangle(1), {**tangle(1), "x": 1}).is_empty


def test_changes_of_an_operation_are_told() -> None:
    base = document()
    secured = {**base, "components": {"securitySchemes": {"t": {"type": "http", "scheme": "basic"}}}}
    query = {"name": "q", "in": "query", "schema": {"type": "string"}}
    assert edited(base, deprecated=True).details == ("POST /a: is now deprecated",)
    assert edited(base, **{"x-apifox-status": "released"}).details == ("POST /a: status none -> released",)
    assert edited(secured, security=[{"t": []}, {}]).details == ("POST /a: security alternative t added",)
    assert edited(base, requestBody=None).details == ("POST /a: request body removed",)
    assert edited(base, responses={"200": {}, "404": {}}).details == ("POST /a: response 404 added",)
    assert edited(base, parameters=[query]).details == ('POST /a: query parameter "q" added',)
    with_query = copy.deepcopy(base)
    with_query["paths"]["/a"]["post"]["parameters"] = [query]
    changed = edited(with_query, parameters=[{**query, "required": True, "schema": {"type": "integer"}}])
    assert changed.details == (
        'POST /a: query parameter "q" is now required',
        'POST /a: query parameter "q": type "string" -> "integer"',
    )
    assert edited(with_query, parameters=[{**query, "explode": False}]).is_empty  # It is the same for a single text.
    listed = {**query, "schema": {"type": "array"}}
    with_query["paths"]["/a"]["post"]["parameters"] = [listed]
    assert edited(with_query, parameters=[{**listed, "explode": False}]).details == (
        'POST /a: query parameter "q": explode true -> false',
    )
    assert edited(with_query, parameters=[]).details == ('POST /a: query parameter "q" removed',)


def test_changes_of_bodies_and_headers_are_told() -> None:
    base = document()
    content = base["paths"]["/a"]["post"]["requestBody"]["content"]
    assert edited(base, requestBody={"required": True, "content": {**content, "text/plain": {}}}).details == (
        "POST /a: request body is now required",
        "POST /a: request media type text/plain added",
    )
    assert edited(base, requestBody={"content": {"text/plain": {}}}).details == (
        "POST /a: request media type application/json removed",
        "POST /a: request media type text/plain added",
    )
    old = copy.deepcopy(base)
    old["paths"]["/a"]["post"]["responses"] = {
        "200": {"headers": {"ETag": {"schema": {"type": "string"}}, "X-Old": {}}},
        "404": {},
    }
    headers = {"ETag": {"required": True, "schema": {"type": "integer"}}, "X-New": {}}
    assert edited(old, responses={"200": {"headers": headers}}).details == (
        'POST /a: response 200 header "etag": type "string" -> "integer"',
        'POST /a: response 200 header "x-old" removed',
        'POST /a: response 200 header "etag" is now required',
        'POST /a: response 200 header "x-new" added',
        "POST /a: response 404 removed",
    )


def test_an_endpoint_id_counts_only_where_it_is_unique() -> None:
    link = {"x-run-in-apifox": "https://app.apifox.com/web/project/1/apis/api-7-run"}
    old = document()
    old["paths"]["/a"]["post"].update(link)
    new = copy.deepcopy(old)
    new["paths"]["/b"] = new["paths"]["/a"]
    found = difference(old, new)
    assert labels(found) == (["POST /b"], [], [])


def test_details_are_capped() -> None:
    def many(bound: int) -> dict[str, Any]:
        operation = {
            "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/S"}}}},
            "responses": {"200": {}},
        }
        properties = {f"p{n}": {"maxLength": bound} for n in range(30)}
        paths = {f"/p{n}": {"post": operation} for n in range(20)}
        return {"openapi": "3.0.0", "paths": paths, "components": {"schemas": {"S": {"properties": properties}}}}

    found = difference(many(1), many(2))
    assert len(found.changed) == 20
    assert len(found.details) == 201
    assert found.details[-1] == "and changes of 10 more operations"
