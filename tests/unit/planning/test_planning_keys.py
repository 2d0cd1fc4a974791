"""Ids that a document contradicts, keys that may not be left out, and ids that only an example names."""

from __future__ import annotations

from typing import Any

import pytest

from planned import case_of, check_of, context_of, json_answer, json_body, plan_of_spec, spec_of
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Edit, EditKind
from specproof.openapi.model import ApiSpec

NAME: dict[str, Any] = {"type": "string", "maxLength": 20}


def pets(identity: dict[str, Any], item: dict[str, Any]) -> ApiSpec:
    """``POST /pets``, ``PUT /pets`` whose body says which pet is meant, and reads by id."""
    sent = {"type": "object", "required": ["name"], "properties": {"id": identity, "name": NAME, "note": NAME}}
    shown = {**sent, "required": ["id", "name"]}
    path = [{"name": "petId", "in": "path", "required": True, "schema": item}]
    gone = {"404": {"description": "d"}}
    return spec_of(
        {
            "/pets": {
                "post": {"requestBody": json_body(sent), "responses": {"200": {"description": "d"}}},
                "put": {"requestBody": json_body(sent), "responses": {**json_answer(shown), **gone}},
            },
            "/pets/{petId}": {"parameters": path, "get": {"responses": {**json_answer(shown), **gone}}},
        }
    )


@pytest.mark.parametrize(
    ("identity", "item", "can_be_made"),
    [
        ({"type": "integer"}, {"type": "integer"}, True),
        ({"type": "string"}, {"type": "integer"}, True),  # It may be digits.
        ({"type": "string", "format": "time"}, {"type": "integer"}, False),
        ({"type": "string", "format": "uuid"}, {"type": "string"}, True),
    ],
)
def test_a_record_whose_id_cannot_stand_in_its_path_is_not_looked_for(
    identity: dict[str, Any], item: dict[str, Any], can_be_made: bool
) -> None:
    resource = context_of(spec := pets(identity, item)).parts.model.of(spec.operations[0].key)
    assert resource.can_be_made is can_be_made


def test_the_key_of_a_record_is_not_among_what_is_left_out() -> None:
    plan = plan_of_spec(pets({"type": "integer"}, {"type": "integer"}))
    case = case_of(plan, "POST /pets :: with_only_what_is_required_is_kept")
    body = case.steps[0].request.body
    assert body is not None
    assert body.edits == (Edit(EditKind.REMOVE, "/note"),)
    assert check_of(case, CheckId.READ_BACK).arguments["at"] == ""


def test_a_replacement_is_cleared_of_anything_but_its_key() -> None:
    plan = plan_of_spec(pets({"type": "integer"}, {"type": "integer"}))
    case = case_of(plan, "PUT /pets :: without_an_optional_field_clears_it")
    assert [edit.pointer for step in case.steps if step.request.body for edit in step.request.body.edits] == ["/note"]


@pytest.mark.parametrize(
    ("schema", "unmade"), [({"type": "integer", "example": 78}, True), ({"type": "string", "enum": ["a"]}, None)]
)
def test_an_id_that_only_the_document_shows_may_be_nobodys(schema: dict[str, Any], unmade: bool | None) -> None:
    item = [{"name": "id", "in": "path", "required": True, "schema": schema}]
    plan = plan_of_spec(spec_of({"/teams/{id}": {"get": {"parameters": item, "responses": json_answer({"type": "object"})}}}))
    assert check_of(case_of(plan, "GET /teams/{id} :: success"), CheckId.STATUS_EXPECTED).arguments.get("unmade") is unmade
