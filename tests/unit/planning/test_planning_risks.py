"""What may stop the API, or never end, is not called unasked."""

from __future__ import annotations

import pytest

from planned import plan_of_spec, spec_of
from specproof.generators.planning.risks import LASTS, STOPS, risk_of
from specproof.openapi.findings import FindingCode

DONE = {"200": {"description": "d", "content": {"application/json": {"schema": {"type": "object"}}}}}
EVENTS = {"200": {"description": "d", "content": {"text/event-stream": {"schema": {"type": "string"}}}}}
BOTH = {"200": {"description": "d", "content": {**DONE["200"]["content"], **EVENTS["200"]["content"]}}}


@pytest.mark.parametrize(
    ("path", "answers", "risk"),
    [
        ("/admin/shutdown", DONE, STOPS),
        ("/system/power-off", DONE, STOPS),
        ("/factoryReset", DONE, STOPS),
        ("/restart", DONE, STOPS),
        ("/jobs/{id}/restart", DONE, ""),
        ("/shutdowns", DONE, ""),
        ("/restart/policies", DONE, ""),
        ("/delay/{seconds}", DONE, LASTS),
        ("/stream", DONE, LASTS),
        ("/streams/{id}", DONE, ""),
        ("/news", EVENTS, LASTS),
        ("/news", BOTH, ""),
        ("/", DONE, ""),
    ],
)
def test_words_tell_a_risk(path: str, answers: dict[str, object], risk: str) -> None:
    holes = [part.strip("{}") for part in path.split("/") if "{" in part]
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "integer"}} for name in holes]
    spec = spec_of({path: {"post": {"parameters": parameters, "responses": answers}}})
    assert risk_of(spec.operations[0]) == risk


def test_every_case_that_calls_it_says_so_and_a_finding_names_it() -> None:
    plan = plan_of_spec(spec_of({"/shutdown": {"post": {"responses": DONE}}, "/health": {"get": {"responses": DONE}}}))
    risky = {case.subject.label for case in plan.cases if case.risk}
    assert risky == {"POST /shutdown"}
    assert all(case.risk == STOPS for case in plan.cases if case.subject.label == "POST /shutdown")
    found = [finding for finding in plan.findings if finding.code is FindingCode.RISKY_OPERATION]
    assert [finding.at for finding in found] == ["#/paths/~1shutdown/post"]
    assert "--risky" in found[0].message
