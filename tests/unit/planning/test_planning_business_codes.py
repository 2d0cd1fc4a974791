"""Which documents answer with a business code: those that show the convention, and no others."""

from __future__ import annotations

from typing import Any

import pytest

from envelope_api import document
from planned import checks_of, json_answer, json_body, plan_of_spec, spec_of
from specproof.domain.business_codes import BusinessCode, explicit_code
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Family
from specproof.generators.reading.business_codes import USUAL_SUCCESS, BusinessCodes, business_codes
from specproof.openapi.findings import FindingCode, Severity

INTEGER: dict[str, Any] = {"type": "integer"}
STRING: dict[str, Any] = {"type": "string"}
CARD: dict[str, Any] = {"type": "object", "properties": {"id": INTEGER, "name": STRING}}


def envelope(code: Any = INTEGER, name: str = "code", message: str = "msg", **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {name: code, message: STRING, "data": CARD, **more}}


def answering(*schemas: Any, example: Any = None) -> dict[str, Any]:
    """Paths whose answers have these schemas."""
    paths: dict[str, Any] = {}
    for index, schema in enumerate(schemas):
        responses = json_answer(schema)
        if example is not None:
            responses["200"]["content"]["application/json"]["example"] = example
        paths[f"/p{index}"] = {"get": {"responses": responses}}
    return paths


def codes_of(paths: dict[str, Any], setting: str = "auto") -> BusinessCodes:
    return business_codes(spec_of(paths).operations, setting)


def code_of(paths: dict[str, Any], setting: str = "auto") -> BusinessCode | None:
    spec = spec_of(paths)
    return business_codes(spec.operations, setting).of(spec.operations[0])


@pytest.mark.parametrize("name", ["code", "errcode", "errCode", "error_code", "retcode", "ret", "resultCode", "Code"])
def test_an_envelope_is_recognised_whatever_its_code_is_called(name: str) -> None:
    assert code_of(answering(envelope(name=name))) == BusinessCode(f"/{name}", USUAL_SUCCESS)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"code": STRING, "message": STRING}},  # a voucher with a greeting
        {"type": "object", "properties": {"code": STRING, "data": STRING, "name": STRING}},
        {"type": "object", "properties": {"id": INTEGER, "code": INTEGER, "message": STRING, "data": CARD}},
        {"type": "object", "properties": {"code": INTEGER, "name": STRING}},
        {"type": "object", "properties": {"code": INTEGER, "message": STRING, "price": INTEGER}},
        {"type": "object", "properties": {"status": STRING, "message": STRING, "data": CARD}},
        {
            "type": "object",
            "properties": {"status": {"type": "string", "enum": ["open", "shut"]}, "message": STRING, "data": CARD},
        },
        {"type": "object", "properties": {"code": {"type": "boolean"}, "msg": STRING, "data": CARD}},
        {"type": "object", "properties": {"code": {"type": "string", "enum": ["RED", "BLUE"]}, "msg": STRING, "data": CARD}},
        {"type": "array", "items": envelope()},
        CARD,
        True,
    ],
)
def test_an_ordinary_answer_is_none(schema: Any) -> None:
    found = codes_of(answering(schema))
    assert found.by_operation == {}
    assert found.finding is None


def test_one_envelope_among_ordinary_answers_is_no_convention() -> None:
    assert codes_of(answering(envelope(), CARD)).by_operation == {}
    assert codes_of(answering(envelope(), envelope(), CARD)).finding is not None


def test_an_error_answer_shows_nothing() -> None:
    paths = {"/a": {"get": {"responses": {**json_answer(CARD), **json_answer(envelope(), "400")}}}}
    assert codes_of(paths).by_operation == {}


@pytest.mark.parametrize(
    ("code", "example", "success"),
    [
        ({"type": "integer", "example": 0}, None, (0,)),
        ({"type": "integer", "default": 200}, None, (200,)),
        ({"type": "integer", "enum": [1]}, None, (1,)),
        ({"type": "integer", "enum": [0, 500]}, None, (0,)),
        ({"type": "string", "example": "00000"}, None, ("00000",)),
        ({"type": "string", "enum": ["SUCCESS", "FAIL"]}, None, ("SUCCESS",)),
        (INTEGER, {"code": 0, "msg": "ok"}, (0,)),
        ({"type": "integer", "example": 73}, None, USUAL_SUCCESS),  # an editor's invention
    ],
)
def test_what_means_success_is_learnt_from_the_document(code: Any, example: Any, success: tuple[int | str, ...]) -> None:
    assert code_of(answering(envelope(code), example=example)) == BusinessCode("/code", success)


def test_a_strange_value_that_every_example_shows_means_success() -> None:
    schema = envelope({"type": "integer", "example": 20000})
    assert code_of(answering(schema, schema)) == BusinessCode("/code", (20000,))


def test_operations_that_differ_keep_their_own_code_and_undescribed_ones_follow_the_others() -> None:
    spec = spec_of(
        answering(
            envelope(),
            envelope(),
            envelope(),
            envelope(name="errcode"),
            {"type": "object", "properties": {}},
            {"type": "object", "properties": {"code": STRING, "name": STRING}},
        )
    )
    found = business_codes(spec.operations, "auto")
    pointers = [code.pointer if (code := found.of(operation)) else None for operation in spec.operations]
    assert pointers == ["/code", "/code", "/code", "/errcode", "/code", None]
    assert found.finding is not None
    assert "3 of 5 described answers" in found.finding.message
    assert "1 more" in found.finding.message


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("code=0,200", BusinessCode("/code", (0, 200))),
        ("data.code=0", BusinessCode("/data/code", (0,))),
        ("status=ok, SUCCESS", BusinessCode("/status", ("ok", "SUCCESS"))),
        ("code=00000", BusinessCode("/code", ("00000",))),
        ("a/b=1", BusinessCode("/a~1b", (1,))),
    ],
)
def test_a_setting_spells_a_code_out(setting: str, expected: BusinessCode) -> None:
    assert explicit_code(setting) == expected
    assert code_of(answering(CARD), setting) == expected


@pytest.mark.parametrize("setting", ["", "on", "code", "code=", "=0", "a..b=0", "code=0,,1", "code=\n0\x00", "x" * 300 + "=0"])
def test_what_is_no_setting_is_refused_with_the_forms(setting: str) -> None:
    with pytest.raises(ValueError, match="code=0,200"):
        explicit_code(setting)


def test_off_is_off() -> None:
    assert codes_of(answering(envelope()), "off").by_operation == {}


def test_a_plan_checks_codes_where_there_are_some_and_takes_refusals_seriously() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": STRING}}
    paths = {"/rpc": {"post": {"requestBody": json_body(schema), "responses": json_answer(envelope())}}}
    for setting, severity, is_checked in (("auto", Severity.MAJOR, True), ("off", Severity.MINOR, False)):
        plan = plan_of_spec(spec_of(paths), business_code=setting)
        refused = [case for case in plan.cases if any(check.id is CheckId.REJECTED for _, check in checks_of(case))]
        negative = {case.severity for case in refused if "wrong_media_type" not in case.id}
        # Without a known code, a refusal may hide in a 200.
        assert negative == {severity}
        checks = {check.id for case in plan.cases for _, check in checks_of(case)}
        assert (CheckId.BUSINESS_CODE in checks) is is_checked
        assert [one.severity for one in plan.findings if one.code is FindingCode.BUSINESS_CODE] == (
            [Severity.INFO] if is_checked else []
        )
        assert (plan.contracts[0].business_code is not None) is is_checked


def test_the_order_service_is_recognised() -> None:
    found = document()["paths"]
    spec = spec_of(found, **document()["components"])
    assert set(business_codes(spec.operations, "auto").by_operation.values()) == {BusinessCode("/code", (0,))}


@pytest.mark.parametrize(("others", "severity"), [({}, Severity.MINOR), ({"404": {"description": "unknown"}}, Severity.MAJOR)])
def test_a_code_excuses_an_open_door_only_where_nothing_else_refuses(others: dict[str, Any], severity: Severity) -> None:
    told = {"type": "object", "properties": {"code": INTEGER, "type": STRING, "message": STRING}}
    one = {"security": [{"token": []}], "responses": json_answer(told)}
    plain = {"get": {"responses": {**json_answer(CARD), **others}}}
    schemes = {"token": {"type": "http", "scheme": "bearer"}}
    paths = {"/told": {"get": one}, "/a": plain, "/b": plain, "/c": plain}
    plan = plan_of_spec(spec_of(paths, securitySchemes=schemes))
    assert {case.severity for case in plan.cases if case.family is Family.AUTH} == {severity}
