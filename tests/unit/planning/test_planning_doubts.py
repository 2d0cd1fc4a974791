"""What a success case does not take for granted: whose records examples name, and how what OpenAPI leaves open is sent."""

from __future__ import annotations

from typing import Any

import pytest

from planned import case_of, plan_of_spec, spec_of
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case
from specproof.generators.planning.context import CONTROL_SLUG

DONE = {"responses": {"200": {"description": "x"}, "404": {"description": "x"}}}
TEXT = {"type": "string"}


def hole(name: str = "shopId", **more: Any) -> dict[str, Any]:
    return {"parameters": [{"name": name, "in": "path", "required": True, "schema": TEXT, **more}]}


def success_of(label: str, paths: dict[str, Any]) -> Case:
    return case_of(plan_of_spec(spec_of(paths)), f"{label} :: {CONTROL_SLUG}")


def checks(case: Case) -> list[CheckId]:
    return [check.id for check in case.steps[-1].checks]


def test_the_example_of_a_shop_names_the_shop_of_its_books() -> None:
    paths = {"/shops/{shopId}": {"get": {**DONE, **hole(example="main")}}, "/shops/{shopId}/books": {"get": {**DONE, **hole()}}}
    books, shop = success_of("GET /shops/{shopId}/books", paths), success_of("GET /shops/{shopId}", paths)
    assert [one.value for one in books.steps[-1].request.path_parameters] == ["main"]
    # Whether that shop has any books the document does not say: a refusal is none of the API's faults. A crash is.
    assert checks(books)[:3] == [CheckId.NO_SERVER_ERROR, CheckId.CONTROL, CheckId.STATUS_EXPECTED]
    assert CheckId.CONTROL not in checks(shop)


@pytest.mark.parametrize(
    ("path", "name"), [("/marts/{shopId}/books", "shopId"), ("/shops/{id}/books", "id"), ("/shops/x/{shopId}", "shopId")]
)
def test_another_place_or_name_means_another_record(path: str, name: str) -> None:
    paths = {"/shops/{shopId}": {"get": {**DONE, **hole(example="main")}}, path: {"get": {**DONE, **hole(name)}}}
    assert "give the parameter an example" in success_of(f"GET {path}", paths).skip_reason


def test_writes_do_not_touch_the_record_of_an_example() -> None:
    paths = {"/shops/{shopId}": {"get": {**DONE, **hole(example="main")}}, "/shops/{shopId}/close": {"post": {**DONE, **hole()}}}
    assert "records of others are not changed" in success_of("POST /shops/{shopId}/close", paths).skip_reason


def test_how_an_object_within_an_object_is_sent_nobody_says() -> None:
    def query(member: dict[str, Any]) -> dict[str, Any]:
        schema = {"type": "object", "properties": {"a": member}, "required": ["a"]}
        return {"parameters": [{"name": "filter", "in": "query", "style": "deepObject", "required": True, "schema": schema}]}

    nested = {"type": "object", "properties": {"b": TEXT}, "required": ["b"]}
    paths = {"/plain": {"get": {**DONE, **query(TEXT)}}, "/nested": {"get": {**DONE, **query(nested)}}}
    assert CheckId.CONTROL not in checks(success_of("GET /plain", paths))
    assert CheckId.CONTROL in checks(success_of("GET /nested", paths))
