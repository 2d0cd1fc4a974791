"""What the query parameters of a list promise together."""

from __future__ import annotations

from typing import Any

import pytest

from planned import case_of, check_of, checks_of, json_answer, json_body, plan_of_spec, spec_of
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, FromStep, Plan

RECORD: dict[str, Any] = {
    "kind": {"type": "string", "enum": ["tea", "jam"]},
    "origin": {"type": "string", "pattern": "^[A-Z]{2}$", "example": "CN"},
    "weight": {"type": "number", "minimum": 0, "maximum": 50},
}
SIZE = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 50}}
OFFSET = {"name": "offset", "in": "query", "schema": {"type": "integer", "minimum": 0}}
PAGE = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}}
SORT = {"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["weight", "-weight", "id"]}}


def filters(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "schema": {k: v for k, v in RECORD[name].items() if k != "example"}} for name in names]


def plan_of(*parameters: dict[str, Any], required: tuple[str, ...] = ("id", "weight"), **responses: Any) -> Plan:
    item = {"type": "object", "required": list(required), "properties": {"id": {"type": "integer"}, **RECORD}}
    page = {"type": "object", "properties": {"total": {"type": "integer"}, "items": {"type": "array", "items": item}}}
    sent = {"type": "object", "required": sorted(RECORD), "properties": RECORD}
    hole = [{"name": "jarId", "in": "path", "required": True, "schema": {"type": "integer"}}]
    return plan_of_spec(
        spec_of(
            {
                "/jars": {
                    "get": {"parameters": list(parameters), "responses": {**json_answer(page), **responses}},
                    "post": {"requestBody": json_body(sent), "responses": json_answer(item, "201")},
                },
                "/jars/{jarId}": {"get": {"parameters": hole, "responses": json_answer(item)}},
            }
        )
    )


def steps(case: Case) -> list[str]:
    return [("+" if step.is_setup else "") + step.name for step in case.steps]


def asked(case: Case, step: str) -> dict[str, Any]:
    request = next(one for one in case.steps if one.name == step).request
    return {one.name.raw(): one.value for one in request.query}


def slugs(plan: Plan) -> list[str]:
    return [case.id.partition(" :: ")[2] for case in plan.cases]


def test_a_page_of_one_counts_both_records_that_are_known_to_be_listed() -> None:
    case = case_of(plan_of(SIZE), "GET /jars :: limit_1_counts_all_pages")
    assert steps(case) == ["+jar", "+other_jar", "whole", "page"]
    assert [check.id for _, check in checks_of(case)] == [CheckId.LISTED, CheckId.LISTED, CheckId.TOTAL]
    assert check_of(case, CheckId.TOTAL).arguments == {"items": "/items", "at": "/total", "least": 2}
    assert asked(case, "page") == {"limit": 1}


@pytest.mark.parametrize(("parameter", "width"), [(OFFSET, 2), (PAGE, 1)])
def test_a_moved_page_is_of_two_items_where_items_are_counted(parameter: dict[str, Any], width: int) -> None:
    case = case_of(plan_of(SIZE, parameter), f"GET /jars :: next_{parameter['name']}_begins_one_later")
    assert asked(case, "moved")["limit"] == width


def test_numbers_are_sorted_that_their_digits_would_sort_otherwise() -> None:
    case = case_of(plan_of(SORT), "GET /jars :: numbers_sorted_by_weight_are_in_order")
    first, second = (step.request.body.edits[0].value for step in case.steps[:2])  # type: ignore[union-attr]
    assert (first, second) == (10.25, 9.5)
    assert check_of(case, CheckId.SORT_ORDER).arguments["descending"] is False


@pytest.mark.parametrize("direction", ["ascending", "descending"])
def test_a_sorted_list_is_moved_by_one_in_both_directions(direction: str) -> None:
    plan = plan_of(SIZE, OFFSET, {**SORT, "schema": {"type": "string", "enum": ["weight", "-weight"]}})
    case = case_of(plan, f"GET /jars :: sorted_by_weight_{direction}_next_page_goes_on_in_order")
    assert steps(case) == ["+jar", "+other_jar", "+whole", "+moved", "again"]
    arguments = check_of(case, CheckId.PAGING).arguments
    assert arguments["values"] == [FromStep("whole", "/items"), FromStep("moved", "/items")]
    assert (arguments["key"], arguments["ranked"]) == ("/weight", True)
    assert asked(case, "whole") == asked(case, "again")


def test_a_sorted_list_is_not_moved_where_items_may_lack_what_it_is_sorted_by() -> None:
    assert not [one for one in slugs(plan_of(SIZE, OFFSET, SORT, required=())) if "next_page" in one]


def test_two_filters_are_asked_together_beside_a_record_that_passes_one() -> None:
    case = case_of(plan_of(*filters("kind", "origin")), "GET /jars :: filtered_by_kind_and_origin_holds_only_these")
    assert asked(case, "listing") == {"kind": FromStep("jar", "/kind"), "origin": FromStep("jar", "/origin")}
    assert [check.arguments["key"] for _, check in checks_of(case)] == ["/kind", "/origin"]
    assert [edit.pointer for edit in case.steps[1].request.body.edits] == ["/kind"]  # type: ignore[union-attr]


def test_a_text_of_a_pattern_gets_a_neighbour_that_a_filter_must_leave_out() -> None:
    case = case_of(plan_of(SIZE, *filters("origin")), "GET /jars :: filtered_by_origin_holds_only_these")
    assert [edit.value for edit in case.steps[1].request.body.edits] == ["CO"]  # type: ignore[union-attr]
    assert CheckId.TOTAL in [check.id for _, check in checks_of(case)]


def test_a_filter_that_leaves_nothing_is_no_404() -> None:
    case = case_of(plan_of(*filters("origin")), "GET /jars :: filtered_by_a_rare_origin_answers_a_list")
    assert asked(case, "listing")["origin"] != "CN"
    assert check_of(case, CheckId.STATUS_EXPECTED).arguments == {"statuses": [200, 204, 400, 422]}
    assert not [one for one in slugs(plan_of(*filters("origin"), **{"404": {"description": "none"}})) if "rare" in one]
    assert not [one for one in slugs(plan_of(*filters("kind"))) if "rare" in one]


CURSOR = {"name": "after", "in": "query", "schema": {"type": "string"}}
ITEM = {"type": "object", "required": ["id", "weight"], "properties": {"id": {"type": "integer"}, **RECORD}}


def enveloped(*parameters: dict[str, Any], **beside: Any) -> Plan:
    """The plan of a list in an envelope with ``beside`` its items."""
    page = {"type": "object", "properties": {"items": {"type": "array", "items": ITEM}, **beside}}
    sent = {"type": "object", "required": sorted(RECORD), "properties": RECORD}
    return plan_of_spec(
        spec_of(
            {
                "/jars": {
                    "get": {"parameters": list(parameters), "responses": json_answer(page)},
                    "post": {"requestBody": json_body(sent), "responses": json_answer(ITEM, "201")},
                }
            }
        )
    )


def about_page(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members}


def test_a_cursor_of_one_page_leads_to_the_second_item() -> None:
    plan = enveloped(SIZE, CURSOR, page=about_page(endCursor={"type": ["string", "null"]}))
    case = case_of(plan, "GET /jars :: next_after_begins_one_later")
    assert steps(case) == ["+jar", "+other_jar", "+whole", "page", "+moved", "again"]
    assert asked(case, "whole") == asked(case, "again") == {"limit": 2}
    assert asked(case, "page") == {"limit": 1}
    assert asked(case, "moved") == {"limit": 1, "after": FromStep("page", "/page/endCursor")}
    assert [check.id for _, check in checks_of(case)] == [CheckId.PAGE_SIZE, CheckId.PAGING]
    assert check_of(case, CheckId.PAGING).arguments["values"] == [FromStep("whole", "/items"), FromStep("moved", "/items")]


@pytest.mark.parametrize(
    ("parameters", "beside"),
    [
        ([SIZE, CURSOR], {"next": {"type": "string", "format": "uri"}}),
        ([SIZE, CURSOR], {"nextCursor": {"type": "string"}, "page": about_page(endCursor={"type": "string"})}),
        ([SIZE], {"nextCursor": {"type": "string"}}),
        ([CURSOR], {"nextCursor": {"type": "string"}}),
        ([SIZE, CURSOR, {**CURSOR, "name": "cursor"}], {"nextCursor": {"type": "string"}}),
        ([SIZE, {**CURSOR, "schema": {"type": "integer"}}], {"nextCursor": {"type": "string"}}),
    ],
)
def test_without_one_cursor_on_both_sides_no_page_is_followed(parameters: list[Any], beside: dict[str, Any]) -> None:
    assert not [slug for slug in slugs(enveloped(*parameters, **beside)) if slug.startswith(("next_after", "next_cursor"))]


def test_the_total_may_stand_in_an_object_about_the_page() -> None:
    plan = enveloped(SIZE, page=about_page(total={"type": "integer"}))
    assert check_of(case_of(plan, "GET /jars :: total_fits_the_items"), CheckId.TOTAL).arguments["at"] == "/page/total"
    assert "total_fits_the_items" not in slugs(enveloped(SIZE, other=about_page(total={"type": "integer"})))


def sorted_slugs(description: str, name: str = "sort") -> list[str]:
    parameter = {"name": name, "in": "query", "description": description, "schema": {"type": "string"}}
    return [slug for slug in slugs(plan_of(parameter)) if slug.startswith("sorted_by")]


def test_an_order_that_a_description_shows_both_ways_is_tried_both_ways() -> None:
    both = ["sorted_by_weight_ascending_is_in_order", "sorted_by_weight_descending_is_in_order"]
    assert sorted_slugs("Ascending: `weight`, descending: `-weight`. Also `kind`, `nothing` and `-nothing`.") == both
    for said in ("Use `weight`.", "Descending: `-weight`.", "`weight` and `-weight`", "weight and -weight, descending"):
        assert sorted_slugs(said) == []
    assert sorted_slugs("Ascending: `weight`, descending: `-weight`.", "weighing") == []
