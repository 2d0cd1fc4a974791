"""What a document gives to reach, what requests and answers reach of it, and what nobody can reach over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from planned import operation_of, spec_of
from specproof.openapi.model import ApiSpec
from specproof.openapi.schema import JsonValue
from specproof.quality.metrics.demand import Demand, demand_of
from specproof.quality.metrics.figures import coverage_metric, gaps, idle_cases
from specproof.quality.metrics.items import Coverage, Item
from specproof.quality.metrics.observation import Observation
from specproof.quality.metrics.reached import Reached, reached_items

PET = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True, "minimum": 1},
        "name": {"type": "string", "minLength": 1, "maxLength": 5},
        "kind": {"type": "string", "enum": ["cat", "dog"]},
        "is_tame": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}, "uniqueItems": True},
    },
}
PATHS: dict[str, Any] = {
    "/pets": {
        "get": {
            "parameters": [
                {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 50}},
                {"name": "q", "in": "query", "schema": {"type": "string"}},
            ],
            "responses": {
                "200": {
                    "description": "",
                    "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}}},
                },
                "429": {"description": ""},
                "500": {"description": ""},
                "default": {"description": ""},
            },
        },
        "post": {
            "security": [{"key": []}, {}],
            "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
            "responses": {"201": {"description": ""}, "4XX": {"description": ""}},
        },
    },
}
SPEC = spec_of(PATHS, schemas={"Pet": PET}, securitySchemes={"key": {"type": "apiKey", "in": "header", "name": "X-Key"}})
AT = "#/components/schemas/Pet/properties"
NAME = f"{AT}/name"
CREATE, LIST = "POST /pets", "GET /pets"


def sent(
    body: JsonValue = None, status: int = 201, *, case: str = "one", spec: ApiSpec = SPEC, label: str = CREATE, **more: Any
) -> Observation:
    is_body = label == CREATE
    return Observation(
        case,
        operation_of(spec, label),
        more.pop("parameters", {}),
        body,
        is_body,
        "application/json" if is_body else "",
        status,
        **more,
    )


def reached(*seen: Observation, judged: frozenset[str] = frozenset({CREATE, LIST})) -> Reached:
    return reached_items(seen, {each.case_id: judged for each in seen})


def words(items: Reached, coverage: Coverage) -> set[tuple[str, str]]:
    return {(item.at, item.what) for item in items if item.coverage is coverage}


def edges(*bodies: JsonValue) -> set[tuple[str, str]]:
    return words(reached(*(sent(body) for body in bodies)), Coverage.EDGES)


def violations(body: JsonValue, status: int = 400) -> set[tuple[str, str]]:
    return words(reached(sent(body, status)), Coverage.VIOLATIONS)


# -- denominators ---------------------------------------------------------------------------------------------------


def test_server_errors_throttling_and_default_are_no_statuses_to_reach() -> None:
    assert [(item.at, item.what) for item in demand_of(SPEC).of(Coverage.STATUSES)] == [
        (LIST, "200"),
        (CREATE, "201"),
        (CREATE, "4XX"),
    ]


def test_what_is_read_only_is_nothing_to_send() -> None:
    demanded = demand_of(SPEC)
    assert not [item for item in demanded.of(Coverage.EDGES) if item.at == f"{AT}/id"]
    assert Item(Coverage.RESPONSES, f"{AT}/id", "minimum") in demanded.items


def test_a_query_text_has_no_wrong_type_and_the_reason_is_told() -> None:
    demanded = demand_of(SPEC)
    place = next(item for item in demanded.impossible if item.what == "type" and "parameters/1" in item.at)
    assert demanded.impossible[place] == (LIST, "outside of JSON every text is a string")
    assert place not in demanded.items
    told = [gap.text for gap in gaps(demanded, {})]
    assert f"{LIST}: 1 constraint cannot be broken over HTTP: outside of JSON every text is a string" in told


def test_a_parameter_that_nobody_can_break_need_not_be_sent_invalid() -> None:
    states = {item.what for item in demand_of(SPEC).of(Coverage.PARAMETERS)}
    assert states == {
        "query limit: valid", "query limit: invalid", "query limit: absent", "query q: valid", "query q: absent",
    }  # fmt: skip


def test_a_schema_used_in_json_and_in_a_query_can_be_broken_in_json() -> None:
    shared = {"name": "kind", "in": "query", "schema": {"$ref": "#/components/schemas/Word"}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Word"}}}}
    operation = {"parameters": [shared], "requestBody": body, "responses": {"200": {"description": ""}}}
    demanded = demand_of(spec_of({"/words": {"post": operation}}, schemas={"Word": {"type": "string"}}))
    assert [item.what for item in demanded.of(Coverage.VIOLATIONS)] == ["type"]
    assert demanded.impossible == {}


@pytest.mark.parametrize(
    ("schema", "keywords"),
    [
        ({"type": "string", "minLength": 0}, ["type"]),
        ({"type": "string", "format": "binary"}, ["type"]),
        ({"type": "string", "format": "date"}, ["format", "type"]),
        ({"type": "string", "pattern": "(?=x)y"}, ["type"]),
        ({"type": "object", "additionalProperties": True}, ["type"]),
        ({"type": "object", "additionalProperties": False}, ["additionalProperties", "type"]),
    ],
)
def test_keywords_that_exclude_nothing_or_cannot_be_judged_are_not_counted(schema: dict[str, Any], keywords: list[str]) -> None:
    body = {"content": {"application/json": {"schema": schema}}}
    demanded = demand_of(spec_of({"/x": {"post": {"requestBody": body, "responses": {"200": {"description": ""}}}}}))
    assert [item.what for item in demanded.of(Coverage.EDGES)] == keywords


def test_a_recursive_schema_ends() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}, "maxProperties": 3}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}}
    spec = spec_of({"/x": {"post": {"requestBody": body, "responses": {"200": {"description": ""}}}}}, schemas={"Node": node})
    assert [item.what for item in demand_of(spec).of(Coverage.EDGES)] == ["maxProperties", "type"]


# -- what requests reach --------------------------------------------------------------------------------------------


def test_an_accepted_value_at_the_bound_reaches_the_edge_and_one_inside_does_not() -> None:
    assert (NAME, "maxLength") in edges({"name": "abcde"})
    assert (NAME, "maxLength") not in edges({"name": "abcd"})
    assert (NAME, "minLength") in edges({"name": "a"})


def test_a_required_list_is_met_at_its_edge_where_nothing_optional_is_sent() -> None:
    pet = "#/components/schemas/Pet"
    assert (pet, "required") in edges({"name": "a"})
    assert (pet, "required") not in edges({"name": "a", "is_tame": True})


def test_unique_items_need_two_to_say_anything() -> None:
    assert (f"{AT}/tags", "uniqueItems") not in edges({"name": "a", "tags": ["x"]})
    assert (f"{AT}/tags", "uniqueItems") in edges({"name": "a", "tags": ["x", "y"]})


def test_a_refused_value_that_breaks_one_keyword_reaches_its_violation() -> None:
    assert violations({"name": "abcdef"}) == {(NAME, "maxLength")}
    assert violations({"name": "a", "tags": ["UP"]}) == {(f"{AT}/tags/items", "pattern")}
    assert violations({}) == {("#/components/schemas/Pet", "required")}


def test_a_value_of_the_wrong_type_counts_for_the_type_alone() -> None:
    assert violations({"name": "a", "kind": 7}) == {(f"{AT}/kind", "type")}


@pytest.mark.parametrize("closing", ["additionalProperties", "unevaluatedProperties"])
def test_a_fault_inside_of_a_closed_object_is_one_fault_and_so_is_a_member_too_many(closing: str) -> None:
    closed = {"type": "object", "properties": {"name": {"type": "string", "maxLength": 5}}, closing: False}
    body = {"content": {"application/json": {"schema": closed}}}
    spec = spec_of({"/pets": {"post": {"requestBody": body, "responses": {"201": {"description": ""}}}}})
    broken = {
        item.what: item.at.rpartition("/")[2]
        for value in ({"name": "abcdef"}, {"nickname": "a"})
        for item in reached(sent(value, 400, spec=spec))
        if item.coverage is Coverage.VIOLATIONS
    }
    assert broken == {"maxLength": "name", closing: "schema"}


def test_two_faults_in_one_request_prove_nothing() -> None:
    assert violations({"name": "abcdef", "kind": "cow"}) == set()


@pytest.mark.parametrize("status", [401, 403, 429, 500, 201])
def test_a_fault_that_was_not_refused_for_itself_counts_for_nothing(status: int) -> None:
    assert violations({"name": "abcdef"}, status) == set()


def test_members_of_enums_and_truth_values_count_one_by_one() -> None:
    seen = reached(sent({"name": "a", "kind": "cat", "is_tame": False}), sent({"name": "a", "kind": "dog"}))
    assert words(seen, Coverage.VALUES) == {(f"{AT}/kind", "'cat'"), (f"{AT}/kind", "'dog'"), (f"{AT}/is_tame", "False")}


def test_an_alternative_of_security_counts_where_it_alone_was_sent() -> None:
    assert words(reached(sent({"name": "a"})), Coverage.SECURITY) == {(CREATE, "anonymous")}
    assert words(reached(sent({"name": "a"}, credentials=frozenset({"key"}))), Coverage.SECURITY) == {(CREATE, "key")}


def test_parameters_count_as_valid_invalid_and_absent() -> None:
    def states(status: int, **values: JsonValue) -> set[tuple[str, str]]:
        parameters = {("query", name): value for name, value in values.items()}
        return words(reached(sent(label=LIST, status=status, parameters=parameters)), Coverage.PARAMETERS)

    assert (LIST, "query limit: valid") in states(200, limit=7)
    assert (LIST, "query limit: invalid") in states(400, limit=51)
    assert (LIST, "query limit: absent") in states(200, q="x")
    assert (LIST, "query limit: invalid") not in states(200, limit=51)


# -- what answers reach ---------------------------------------------------------------------------------------------


def answered(answer: JsonValue) -> set[tuple[str, str]]:
    got = sent(label=LIST, status=200, answer=answer, has_answer=True, answer_type="application/json")
    return words(reached(got), Coverage.RESPONSES)


def test_an_empty_list_reaches_nothing_of_its_items() -> None:
    assert answered([]) == set()
    assert (NAME, "maxLength") in answered([{"id": 1, "name": "a"}])


def test_a_status_counts_only_where_a_case_makes_a_check_on_the_operation() -> None:
    assert words(reached(sent({}, 400)), Coverage.STATUSES) == {(CREATE, "4XX")}
    assert words(reached(sent({}, 400), judged=frozenset()), Coverage.STATUSES) == set()
    assert words(reached(sent({"name": "a"}, 201), judged=frozenset()), Coverage.OPERATIONS) == set()


# -- figures --------------------------------------------------------------------------------------------------------


def test_a_metric_counts_what_was_demanded_and_names_what_is_missing() -> None:
    metric = coverage_metric(Coverage.VALUES, demand_of(SPEC), reached(sent({"name": "a", "kind": "cat"})))
    assert (metric.reached, metric.total) == (1, 4)
    assert f"{AT}/kind  'dog'" in metric.missing


def test_nothing_demanded_is_na_and_not_everything() -> None:
    metric = coverage_metric(Coverage.SECURITY, Demand(), {})
    assert (metric.share, metric.text) == (None, "n/a")


def test_a_case_is_idle_only_without_a_kill_and_without_anything_of_its_own() -> None:
    wanted, other, shared = (Item(Coverage.EDGES, "#/x", word) for word in ("minimum", "maximum", "type"))
    demanded = Demand({wanted, other, shared})
    hits: Reached = {wanted: {"killer", "idle"}, other: {"adds"}, shared: {"killer", "adds", "idle"}}
    cases = ["killer", "adds", "idle", "sends nothing"]
    assert idle_cases(cases, {"killer": ("M1",)}, demanded, hits) == ["idle", "sends nothing"]


def test_of_two_cases_that_reach_the_same_one_is_kept() -> None:
    item = Item(Coverage.EDGES, "#/x", "type")
    assert idle_cases(["a", "b"], {}, Demand({item}), {item: {"a", "b"}}) == ["b"]
