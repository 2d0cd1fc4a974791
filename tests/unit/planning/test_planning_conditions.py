"""Conditional requests: planned where the document speaks of entity tags, and nowhere else."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from planned import FIXTURES, case_of, plan_of_spec, spec_of
from specproof.domain.plans import FromStep, Plan, Severity

DOCUMENT: dict[str, Any] = json.loads((FIXTURES / "entity_tags.json").read_bytes())
KNOWN = "GET /notes/{id} :: with_the_tag_of_a_read_before_is_not_modified"
CHANGED = "PUT /notes/{id} :: then_read_has_another_tag"
STALE = "PUT /notes/{id} :: meant_for_another_state_is_refused"
STALE_DELETE = "DELETE /notes/{id} :: meant_for_another_state_is_refused"


def plan_without(*path: str) -> Plan:
    paths = deepcopy(DOCUMENT["paths"])
    holder: Any = paths
    for name in path[:-1]:
        holder = holder[name]
    if path:
        del holder[path[-1]]
    return plan_of_spec(spec_of(paths, **DOCUMENT["components"]))


def ids(plan: Plan) -> set[str]:
    return {case.id for case in plan.cases} & {KNOWN, CHANGED, STALE, STALE_DELETE}


def test_the_tag_of_one_answer_is_the_condition_of_the_next_request() -> None:
    case = case_of(plan_without(), KNOWN)
    assert [step.name for step in case.steps] == ["note", "before", "again"]
    (header,) = case.steps[-1].request.headers
    assert (header.name.raw(), header.value) == ("If-None-Match", FromStep("before", "", header="ETag"))


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ((), {KNOWN, CHANGED, STALE, STALE_DELETE}),
        (("/notes/{id}", "get", "responses", "304"), {CHANGED, STALE, STALE_DELETE}),
        (("/notes/{id}", "get", "responses", "200", "headers"), {STALE, STALE_DELETE}),
        (("/notes/{id}", "put", "responses", "412"), {KNOWN, CHANGED, STALE_DELETE}),
    ],
)
def test_only_what_the_document_speaks_of_is_asked(path: tuple[str, ...], left: set[str]) -> None:
    assert ids(plan_without(*path)) == left


def test_a_condition_that_is_not_declared_is_a_remark() -> None:
    plan = plan_without()
    assert case_of(plan, STALE).severity is Severity.MAJOR
    assert case_of(plan, STALE_DELETE).severity is Severity.MINOR


def test_a_condition_that_has_to_be_sent_holds_for_every_state() -> None:
    case = case_of(plan_without(), "PUT /notes/{id} :: then_read_is_persisted")
    update = next(step for step in case.steps if step.name == "replaced")
    assert [(one.name.raw(), one.value) for one in update.request.headers] == [("If-Match", "*")]
