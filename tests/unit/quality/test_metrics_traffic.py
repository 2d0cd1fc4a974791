"""Recorded bytes become observations, and a whole suite its metrics."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import proofs
from planned import spec_of
from specproof.domain.suites import SuiteFile
from specproof.domain.traffic import Exchange
from specproof.openapi.parser import parse_spec
from specproof.quality.metrics.case_code import CaseCode, SentCall, case_codes, read_modules
from specproof.quality.metrics.items import Coverage
from specproof.quality.metrics.measure import measure_suite
from specproof.quality.metrics.observation import Observation
from specproof.quality.metrics.relations import relation_items, relations_reached
from specproof.quality.metrics.traffic import observations
from specproof.reference.model import ReferenceModel
from specproof.storage.suite_files import read_files

GOLDEN = Path(__file__).parents[2] / "golden"
PETSHOP = parse_spec((GOLDEN / "documents" / "petshop.yaml").read_bytes())
MODEL = ReferenceModel(PETSHOP)
JSON = (("content-type", "application/json; charset=utf-8"),)
KEY = ("x-api-key", "k")


def exchange(label: str, target: str, status: int, *, body: object = None, answer: object = None, **more: Any) -> Exchange:
    sent = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    got = b"" if answer is None else json.dumps(answer).encode()
    headers = (*(JSON if body is not None else ()), *more.get("headers", ()))
    return Exchange(
        more.get("case", "one"), label, label.partition(" ")[0], target, headers, sent, status, JSON if got else (), got
    )


def observed(*exchanges: Exchange) -> list[Observation]:
    return list(observations(MODEL, exchanges))


def test_values_come_typed_out_of_path_and_query() -> None:
    (read,) = observed(exchange("GET /pets/{petId}", "/pets/7", 404))
    assert read.parameters == {("path", "petId"): 7}
    (listed,) = observed(exchange("GET /pets", "/pets?limit=5&kind=dog", 200, answer={"items": [], "total": 0}))
    assert listed.parameters == {("query", "limit"): 5, ("query", "kind"): "dog"}
    assert (listed.has_answer, listed.answer, listed.answer_type) == (True, {"items": [], "total": 0}, "application/json")


def test_bodies_and_the_schemes_of_credentials_are_read() -> None:
    (created,) = observed(exchange("POST /pets", "/pets", 201, body={"name": "Rex"}, headers=(KEY,)))
    assert (created.body, created.has_body, created.media_type) == ({"name": "Rex"}, True, "application/json")
    assert len(created.credentials) == 1
    (refused,) = observed(exchange("POST /pets", "/pets", 401, body={"name": "Rex"}))
    assert refused.credentials == frozenset()


def test_a_body_that_is_no_json_is_no_value_and_still_an_exchange() -> None:
    (broken,) = observed(exchange("POST /pets", "/pets", 400, body=b'{"unfinished": '))
    assert (broken.has_body, broken.request_media_type, broken.body) == (True, None, None)


def test_what_leads_to_no_operation_is_left_out() -> None:
    seen = observed(exchange("", "/nowhere", 404), exchange("GET /pets", "/pets", 200))
    assert [each.operation.key.label for each in seen] == ["GET /pets"]


# -- relations ------------------------------------------------------------------------------------------------------


def names(items: object) -> set[str]:
    return {item.what for item in items}  # type: ignore[attr-defined]


def test_the_relations_of_a_document_follow_from_its_operations() -> None:
    assert names(relation_items(MODEL)) == {
        "create is echoed", "two creates have two ids", "read shows what was created", "list holds what was created",
        "what was deleted is gone", "delete leaves other records alone", "what was deleted is not listed",
        "a page holds no more than asked for", "filter kind holds",
    }  # fmt: skip


def test_a_document_without_records_has_no_relations() -> None:
    spec = spec_of({"/add": {"post": {"responses": {"200": {"description": ""}}}}})
    assert relation_items(ReferenceModel(spec)) == set()


def test_the_golden_suite_looks_at_every_relation_and_a_weakened_one_does_not() -> None:
    files = read_files(GOLDEN / "suites" / "petshop")
    reached = relations_reached(MODEL, case_codes(read_modules(files), files))
    assert names(reached) == names(relation_items(MODEL))
    weakened = [SuiteFile(file.path, file.content.replace(").unchanged(", ").control(")) for file in files]
    reached = relations_reached(MODEL, case_codes(read_modules(weakened), weakened))
    assert names(relation_items(MODEL)) - names(reached) == {"delete leaves other records alone"}


def test_a_check_without_the_call_that_makes_it_a_relation_is_none() -> None:
    lone = CaseCode("c", "p", "f", "crud", "", (SentCall("GET /pets/{petId}", frozenset({"unchanged"})),))
    assert relations_reached(MODEL, [lone]) == {}


# -- a whole suite --------------------------------------------------------------------------------------------------


def test_a_suite_is_measured_from_its_files_its_traffic_and_its_kills() -> None:
    files = read_files(GOLDEN / "suites" / "petshop")
    pet = {"id": 1, "name": "R", "kind": "cat"}
    traffic = (
        exchange(
            "POST /pets",
            "/pets",
            201,
            body={"name": "R", "kind": "cat"},
            answer=pet,
            headers=(KEY,),
            case="POST /pets :: success",
        ),
        exchange(
            "POST /pets", "/pets", 400, body={"name": "", "kind": "cat"}, headers=(KEY,), case="POST /pets :: name_too_short"
        ),
    )
    killing = {"POST /pets :: success": ("M1",)}
    measured = measure_suite(PETSHOP, files, proofs.proof(traffic=traffic, kills_by_case=killing, requests=2))
    figures = {metric.name: (metric.reached, metric.total) for metric in measured.metrics}
    assert figures[Coverage.OPERATIONS.value] == (1, 4)
    assert figures[Coverage.VIOLATIONS.value][0] == 1
    assert figures[Coverage.SECURITY.value] == (1, 2)
    assert figures["distinct requests"] == (2, 2)
    assert measured.seconds == 0.1
    assert "POST /pets :: name_too_short" not in measured.redundant_cases
    assert "POST /pets :: name_too_long" in measured.redundant_cases  # nothing of it was recorded
    assert "DELETE /pets/{petId}: no case sees its documented 204, 404" in [gap.text for gap in measured.gaps]


def test_every_metric_of_an_empty_document_is_na() -> None:
    measured = measure_suite(spec_of({}), [], proofs.proof(traffic=(), kills_by_case={}, healthy=()))
    assert {metric.text for metric in measured.metrics} == {"n/a"}
