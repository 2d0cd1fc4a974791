"""Values by which an API tells how it keeps what it is sent."""

from __future__ import annotations

from typing import Any

import pytest

from planned import case_of, check_of, checks_of, json_answer, json_body, plan_of_spec, spec_of
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Fresh, FromStep, Plan

KEPT = "values_that_are_easily_altered_are_kept"
FULL = "full_length_in_ideographs_is_accepted"


def plan_of(**properties: Any) -> Plan:
    record = {"type": "object", "properties": {"id": {"type": "integer", "readOnly": True}, **properties}}
    sent = {"type": "object", "required": sorted(properties), "properties": properties}
    item = [{"name": "jarId", "in": "path", "required": True, "schema": {"type": "integer"}}]
    return plan_of_spec(
        spec_of(
            {
                "/jars": {"post": {"requestBody": json_body(sent), "responses": json_answer(record, "201")}},
                "/jars/{jarId}": {
                    "get": {"parameters": item, "responses": json_answer(record)},
                    "put": {"parameters": item, "requestBody": json_body(sent), "responses": json_answer(record)},
                },
            }
        )
    )


def sent_by(case: Case, step: str) -> dict[str, Any]:
    body = next(one for one in case.steps if one.name == step).request.body
    assert body is not None
    return {edit.pointer: edit.value for edit in body.edits}


def slugs(plan: Plan) -> set[str]:
    return {case.id.partition(" :: ")[2] for case in plan.cases}


def test_what_is_easily_altered_is_sent_at_once_and_only_its_keeping_is_judged() -> None:
    plan = plan_of(label={"type": "string", "maxLength": 80}, price={"type": "number", "minimum": 1, "maximum": 100})
    case = case_of(plan, f"POST /jars :: {KEPT}")
    edits = sent_by(case, "jar")
    assert isinstance(edits["/label"], Fresh)
    assert all(part in edits["/label"].sample for part in ("<b>", "&amp;", "  ", "𝄞", "東"))
    assert edits["/price"] == 1.15
    # An API that refuses such a text is nobody's business: no status is judged.
    assert [check.id for _, check in checks_of(case)] == [CheckId.ECHO, CheckId.READ_BACK]
    assert check_of(case, CheckId.READ_BACK).arguments["expected"] == FromStep("jar", "", sent=True)
    assert sent_by(case_of(plan, f"PUT /jars/{{jarId}} :: {KEPT}"), "updated").keys() == edits.keys()


def test_a_shorter_text_is_sent_where_a_long_one_does_not_fit() -> None:
    value = sent_by(case_of(plan_of(label={"type": "string", "maxLength": 14}), f"POST /jars :: {KEPT}"), "jar")["/label"]
    assert isinstance(value, Fresh)
    assert len(value.sample) <= 14
    assert "<&𝄞" in value.sample


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("username", {"type": "string"}),
        ("label", {"type": "string", "pattern": "^.*$"}),
        ("label", {"type": "string", "format": "hostname"}),
        ("label", {"type": "string", "enum": ["a", "b"]}),
        ("label", {"type": "string", "maxLength": 10}),
        ("label", {"type": "string", "x-unique": True}),
        ("status", {"type": "string"}),
        ("count", {"type": "integer"}),
        ("share", {"type": "number", "multipleOf": 0.5}),
    ],
)
def test_what_an_api_may_bring_into_a_form_of_its_own_is_left_alone(name: str, schema: dict[str, Any]) -> None:
    assert KEPT not in slugs(plan_of(**{name: schema}))


def test_full_length_in_ideographs_is_asked_for_where_a_few_of_them_are_accepted() -> None:
    case = case_of(plan_of(label={"type": "string", "maxLength": 60}), f"POST /jars :: {FULL}")
    assert [("+" if step.is_setup else "") + step.name for step in case.steps] == ["+other_jar", "jar", "read"]
    few, many = (sent_by(case, step)["/label"] for step in ("other_jar", "jar"))
    assert isinstance(few, Fresh)
    assert isinstance(many, Fresh)
    assert (len(few.sample), len(many.sample)) == (10, 60)
    assert check_of(case, CheckId.STATUS_EXPECTED).arguments == {"statuses": [201]}


def test_a_rare_address_and_a_leap_day_have_to_be_accepted() -> None:
    day = {"type": "string", "format": "date", "example": "1999-03-04"}
    plan = plan_of(contact={"type": "string", "format": "email"}, born=day)
    mail = case_of(plan, "POST /jars :: contact_an_address_with_a_plus_is_accepted")
    assert "+" in sent_by(mail, "jar")["/contact"].sample
    assert check_of(mail, CheckId.STATUS_EXPECTED).arguments == {"statuses": [201]}
    assert mail.control == "POST /jars :: success"
    assert sent_by(case_of(plan, "POST /jars :: born_a_leap_day_is_accepted"), "jar") == {"/born": "2000-02-29"}


@pytest.mark.parametrize("example", ["2033-03-04", "2026-01-01"])
def test_a_day_that_may_have_to_lie_ahead_is_no_leap_day_of_the_past(example: str) -> None:
    day = {"type": "string", "format": "date", "example": example}
    assert "due_a_leap_day_is_accepted" not in slugs(plan_of(due=day))


def test_two_days_that_may_have_to_fit_each_other_are_left_alone() -> None:
    day = {"type": "string", "format": "date", "example": "1999-03-04"}
    assert not [one for one in slugs(plan_of(first=day, last=day)) if "leap_day" in one]


SECOND = "second_items_are_kept"
LINE = {
    "type": "object",
    "required": ["book", "count"],
    "properties": {"book": {"type": "string"}, "count": {"type": "integer"}, "gift": {"type": "boolean"}},
}


def test_a_list_of_one_item_gets_a_second_one_that_differs_everywhere() -> None:
    lines = {"type": "array", "minItems": 1, "items": LINE, "example": [{"book": "Emma", "count": 2, "gift": False}]}
    case = case_of(plan_of(lines=lines), f"POST /jars :: {SECOND}")
    first, second = sent_by(case, "jar")["/lines"]
    assert (first["count"], first["gift"]) == (2, False)
    assert all(repr(first[name]) != repr(second[name]) for name in first)
    # Whoever takes one line alone may refuse two: no status is judged.
    assert [check.id for _, check in checks_of(case)] == [CheckId.ECHO, CheckId.READ_BACK]


def test_no_second_item_goes_where_there_is_no_room_or_two_are_there() -> None:
    words = {"type": "array", "items": {"type": "string"}}
    assert SECOND in slugs(plan_of(words={**words, "example": ["a"]}))
    assert SECOND not in slugs(plan_of(words={**words, "example": ["a", "b"]}))
    assert SECOND not in slugs(plan_of(words={**words, "example": ["a"], "maxItems": 1}))
    same = {"type": "array", "items": {"type": "string", "const": "a"}, "example": ["a"]}
    assert SECOND not in slugs(plan_of(words=same))
