"""What an Apifox team adds to a document: statuses, folders, maintainers, names of enum members, variables."""

from __future__ import annotations

import json
from typing import Any

import pytest

from envelope_api import document
from planned import case_of, config_of, plan_of_spec, spec_of
from specproof.domain.lifecycle import LIFE, OUTSIDE, known_gate, passes_gate
from specproof.domain.plan_json import case_to_json
from specproof.domain.plans import Family, Plan
from specproof.errors import SettingsError
from specproof.generators.config_manager import generation_config
from specproof.generators.reading.enum_names import named_member
from specproof.generators.reading.groups import folder_parts
from specproof.generators.rendering.suite import TemplateSet, render_suite
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.model import ApiSpec
from specproof.openapi.parser import parse_spec
from specproof.openapi.schema import Schema


def orders_spec(**statuses: str) -> ApiSpec:
    """The order service; ``statuses`` by method of the collection (``post``) or the item (``item_get``)."""
    made = document()
    for name, status in statuses.items():
        path = "/orders/{orderId}" if name.startswith("item_") else "/orders"
        made["paths"][path][name.removeprefix("item_")]["x-apifox-status"] = status
    return parse_spec(json.dumps(made).encode())


def subjects(plan: Plan) -> set[str]:
    return {case.subject.label for case in plan.cases}


@pytest.mark.parametrize("gate", LIFE)
def test_a_gate_lets_its_own_stage_and_later_ones_through(gate: str) -> None:
    assert [status for status in LIFE if passes_gate(status, gate)] == list(LIFE[LIFE.index(gate) :])


@pytest.mark.parametrize("status", sorted(OUTSIDE))
def test_what_stands_outside_of_the_life_passes_no_gate(status: str) -> None:
    assert not any(passes_gate(status, gate) for gate in LIFE)
    assert passes_gate(status, "")


def test_a_plain_document_passes_every_gate() -> None:
    assert passes_gate("", "released")
    assert passes_gate("our own stage", "released")


def test_an_unknown_gate_is_refused_with_the_choices() -> None:
    with pytest.raises(ValueError, match=r"pending, designing, .*released"):
        known_gate("finished")
    with pytest.raises(SettingsError, match="pending, designing"):
        generation_config({"from_status": "deprecated"}, slug="a")
    assert generation_config({"from_status": "Testing", "business_code": "off"}, slug="a") == config_of(
        slug="a", from_status="testing", business_code="off"
    )
    with pytest.raises(SettingsError, match="code=0,200"):
        generation_config({"business_code": "maybe"}, slug="a")


@pytest.mark.parametrize("gate", ["", *LIFE])
def test_operations_in_are_operations_with_a_case_and_findings(gate: str) -> None:
    spec = orders_spec(post="pending", item_get="tested")
    plan = plan_of_spec(spec, from_status=gate)
    below = {finding.at for finding in plan.findings if finding.code is FindingCode.BELOW_STATUS}
    functional = {case.subject for case in plan.cases if case.family is Family.FUNCTIONAL}
    assert {one.key for one in spec.operations} == functional | {one.key for one in spec.operations if one.pointer in below}
    assert not functional & {one.key for one in spec.operations if one.pointer in below}
    assert {one.severity for one in plan.findings if one.code is FindingCode.BELOW_STATUS} <= {Severity.INFO}


def test_what_is_below_the_gate_still_makes_records_and_removes_them() -> None:
    plan = plan_of_spec(orders_spec(post="designing"), from_status="released")
    assert subjects(plan) == {"GET /orders/{orderId}"}
    steps = case_of(plan, "GET /orders/{orderId} :: success").steps
    assert [(step.request.operation.label, step.is_setup) for step in steps] == [
        ("POST /orders", True),
        ("GET /orders/{orderId}", False),
    ]
    assert steps[0].cleanup is not None


def test_no_case_judges_an_operation_below_the_gate_on_its_way() -> None:
    plan = plan_of_spec(orders_spec(item_get="designing", item_delete="released"), from_status="released")
    judged = {step.request.operation.label for case in plan.cases for step in case.steps if step.checks and not step.is_setup}
    # PATCH is none of the document's: that it is not carried out is asked of the path.
    assert judged - {"PATCH /orders/{orderId}"} == {"POST /orders", "DELETE /orders/{orderId}"}


@pytest.mark.parametrize(
    ("folder", "parts"),
    [
        ("", ()),
        ("/", ()),
        ("shop", ("shop",)),
        ("shop/orders", ("shop", "orders")),
        (r"in\/out/all", ("in/out", "all")),
        (r"a\\/b", ("a\\", "b")),
        (r"odd\x/b", (r"odd\x", "b")),
        ("\u5546\u57ce/\u8ba2\u5355", ("\u5546\u57ce", "\u8ba2\u5355")),
    ],
)
def test_a_folder_is_a_path_of_names(folder: str, parts: tuple[str, ...]) -> None:
    assert folder_parts(folder) == parts


def operation(**more: Any) -> dict[str, Any]:
    return {"get": {"responses": {"200": {"description": "ok"}}, **more}}


def test_folder_before_tag_is_the_group_of_cases_and_of_the_readme() -> None:
    spec = spec_of(
        {
            "/a": operation(**{"x-apifox-folder": "shop/orders", "tags": ["other"], "x-apifox-maintainer": "Wang"}),
            "/b": operation(tags=["stock | room"]),
            "/c": operation(),
        }
    )
    plan = plan_of_spec(spec)
    told = {case.subject.path: (case.group.raw(), case.maintainer.raw()) for case in plan.cases}
    assert told == {"/a": ("shop / orders", "Wang"), "/b": ("stock | room", ""), "/c": ("", "")}
    entry = case_to_json(case_of(plan, "GET /a :: success"))
    assert (entry["group"], entry["maintainer"]) == ("shop / orders", "Wang")
    assert "maintainer" not in case_to_json(case_of(plan, "GET /c :: success"))
    suite = render_suite(plan, templates=TemplateSet())
    readme = suite.file("README.md").content
    rows = [line for line in readme.splitlines() if line.endswith("| 1 |") and "GET" in line]
    assert rows == [
        "| shop / orders | GET /a | 1 |",
        r"| stock \| room | GET /b | 1 |",
        r"| \- | GET /c | 1 |".replace("\\-", "-"),
    ]
    assert "Wang" not in "".join(file.content for file in suite.files if file.is_code and not file.is_carried)


def test_a_document_without_groups_has_no_table_of_them() -> None:
    suite = render_suite(plan_of_spec(spec_of({"/c": operation()})), templates=TemplateSet())
    assert "| group |" not in suite.file("README.md").content


def test_the_readme_says_how_answers_carry_their_code() -> None:
    suite = render_suite(plan_of_spec(orders_spec()), templates=TemplateSet())
    assert "Answers carry a business code, with these values for success: code (0)." in suite.file("README.md").content
    contract = json.loads(suite.file("schemas/contracts.json").content)["GET /orders"]
    assert contract["business_code"] == {"pointer": "/code", "success": [0]}


STATE = {"type": "string", "enum": ["paid", "pending"], "x-enum-names": ["\u5df2\u4ed8\u6b3e", "\u5f85\u4ed8\u6b3e"]}


@pytest.mark.parametrize(
    ("schema", "value", "name"),
    [
        (STATE, "pending", "\u5f85\u4ed8\u6b3e (pending)"),
        ({"$ref": "#/$defs/State"}, "paid", "\u5df2\u4ed8\u6b3e (paid)"),
        ({"enum": [1, 2], "x-enum-names": ["one", "two"]}, 2, "two (2)"),
        ({"enum": [1, True], "x-enum-names": ["one", "yes"]}, True, "yes (true)"),
        ({"enum": ["a"], "x-enum-names": ["a"]}, "a", "a"),
        ({"enum": ["a", "b"], "x-enum-names": ["A"]}, "b", ""),
        ({"enum": ["a"], "x-enum-names": [None]}, "a", ""),
        ({"enum": ["a"], "x-enum-names": "A"}, "a", ""),
        ({"enum": ["a"]}, "a", ""),
        (True, "a", ""),
    ],
)
def test_a_member_of_an_enum_goes_by_its_name(schema: Any, value: Any, name: str) -> None:
    assert named_member(Schema(schema, "#/s", {"State": STATE}), value).raw() == name


def test_the_name_of_a_member_stands_in_the_title_of_its_case_and_never_in_code() -> None:
    spec = spec_of(
        {
            "/orders": {
                "get": {
                    "parameters": [{"name": "state", "in": "query", "schema": {"type": "string", "enum": ["pending"]}}],
                    "responses": {
                        "200": {
                            "description": "ok",
                            "content": {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}},
                        }
                    },
                }
            }
        }
    )
    (parameter,) = spec.operations[0].parameters
    assert isinstance(parameter.schema.raw, dict)
    parameter.schema.raw["x-enum-names"] = ["\u5f85\u4ed8\u6b3e\u202e\n`"]
    plan = plan_of_spec(spec)
    title = next(case.title.raw() for case in plan.cases if "state" in case.name and case.family is not Family.ERROR)
    assert title.endswith("state = \u5f85\u4ed8\u6b3e ` (pending)")
    suite = render_suite(plan, templates=TemplateSet())
    assert all(file.content.isascii() for file in suite.files if file.is_code and not file.is_carried)


def test_variables_of_apifox_are_sent_in_no_header_path_or_server() -> None:
    header = {"in": "header", "required": True}
    text = {"type": "string"}
    parameters = [
        {"name": "id", "in": "path", "required": True, "schema": {**text, "default": "{{id}}"}},
        {**header, "name": "X-Default", "schema": {**text, "default": "{{token}}"}},
        {**header, "name": "X-Example", "schema": text, "example": "Bearer {{token}}"},
        {**header, "name": "X-Inner", "schema": {**text, "example": "{{token}}"}},
    ]
    answers = {"responses": {"200": {"description": "ok"}}}
    made = {
        "openapi": "3.0.1",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "{{baseUrl}}/api"}, {"url": "https://host/{{stage}}/v1"}],
        "paths": {
            "/things/{id}": {"get": {"parameters": parameters, **answers}},
            "/{{version}}/things": {"get": answers},
            "{{base}}/things": {"get": answers},
        },
    }
    spec = parse_spec(json.dumps(made).encode())
    plan = plan_of_spec(spec)
    assert plan.base_paths == ()
    requests = [step.request for case in plan.cases for step in case.steps]
    assert requests
    for request in requests:
        sent = [one.value for one in (*request.path_parameters, *request.headers)]
        assert "{{" not in repr(sent) + request.operation.path
    places = {finding.at for finding in spec.findings if finding.code is FindingCode.OPERATION_INVALID}
    assert places == {"#/paths/~1{{version}}~1things", "#/paths/{{base}}~1things"}
    assert len([one for one in spec.findings if one.code is FindingCode.EXAMPLE_PLACEHOLDER]) == 4
