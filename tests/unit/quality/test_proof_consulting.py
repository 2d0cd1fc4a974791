"""What a case reads of its answers, and what it cannot notice."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from proofsuites import PetServer, pets_suite
from specproof.quality.proof.bench import Bench, with_bench
from specproof.quality.proof.consulting import Notes, Reading, reads_alike, watched
from specproof.quality.proof.recording import CaseRun
from specproof.reference.messages import Reply

TYPE = ("content-type", "application/json")
RECORDED = Reply(200, (TYPE, ("ETag", "1")), b'{"id": 1, "tags": ["a", {"b/c": 2}], "name": "Tom"}', 0.5)


def alike(reading: Reading | None, *, has_clock: bool = False, **changes: Any) -> bool:
    return reads_alike(reading, RECORDED, RECORDED._replace(**changes), has_clock=has_clock)


def test_the_same_reply_is_alike_whatever_was_read() -> None:
    assert alike(None)
    assert alike(Reading(None, None))


@pytest.mark.parametrize("change", [{"headers": (TYPE,)}, {"body": b"{}"}, {"seconds": 0.7}])
def test_where_nothing_is_known_of_what_was_read_everything_counts(change: dict[str, Any]) -> None:
    assert not alike(None, **change)


def test_the_status_always_counts() -> None:
    assert not alike(Reading(), status=201)


def test_headers_count_that_were_read() -> None:
    other = (TYPE, ("ETag", "2"), ("x-new", "1"))
    assert alike(Reading(frozenset({"content-type"})), headers=other)
    assert not alike(Reading(frozenset({"etag"})), headers=other)
    assert not alike(Reading(frozenset({"x-new"})), headers=other)
    assert not alike(Reading(None), headers=other)


def test_places_in_the_body_count_that_were_read() -> None:
    other = b'{"id": 1, "name": "Rex", "tags": ["a", {"b/c": 2}], "more": 1}'
    assert alike(Reading(pointers=frozenset({"/id", "/tags/1/b~1c"})), body=other)
    assert not alike(Reading(pointers=frozenset({"/id", "/name"})), body=other)
    assert not alike(Reading(pointers=None), body=other)


@pytest.mark.parametrize("body", [b'{"id": 1.0}', b'{"id": true}', b'{"id": "1"}', b"{}", b"[1]", b"", b"{", b'"id"'])
def test_another_type_or_nothing_at_a_place_that_was_read_counts(body: bytes) -> None:
    assert not alike(Reading(pointers=frozenset({"/id"})), body=body)


def test_slowness_counts_for_who_looks_at_the_clock_and_for_who_loses_patience() -> None:
    assert alike(Reading(limit=30.0), seconds=29.0)
    assert not alike(Reading(limit=30.0), seconds=31.0)
    assert not alike(Reading(limit=30.0), seconds=29.0, has_clock=True)
    assert not alike(Reading(limit=None), seconds=29.0)


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> bytes:
        return self.content

    def _taken(self, pointer: str) -> object:
        return self.body, pointer

    def at(self, pointer: str) -> object:
        return self._taken(pointer)


def answer() -> tuple[Any, Notes]:
    notes = Notes(30.0)
    return watched(Answer, lambda: notes)(status=200, headers={"a": "1", "b": "2"}, content=b"x"), notes


def test_an_answer_notes_what_is_read_of_it() -> None:
    seen, notes = answer()
    assert notes.reading() == Reading(frozenset(), frozenset(), 30.0)
    assert (seen.status, seen.at("/id"), seen.headers.get("a"), "z" in seen.headers) == (200, (b"x", "/id"), "1", False)
    assert notes.reading() == Reading(frozenset({"a", "z"}), frozenset({"/id"}), 30.0)
    assert seen.body == b"x"
    assert notes.reading().pointers is None


@pytest.mark.parametrize(
    "use", [dict, list, len, repr, sorted, lambda headers: headers == {}, lambda headers: [*headers.items()]]
)
def test_who_looks_at_all_headers_has_read_them_all(use: Callable[[Any], object]) -> None:
    seen, notes = answer()
    use(seen.headers)
    assert notes.reading().headers is None


def test_a_copy_of_an_answer_has_read_it_all() -> None:
    seen, notes = answer()
    dataclasses.replace(seen, status=201)
    assert notes.reading().pointers is None


def runs(folder: Path, *case_ids: str) -> list[CaseRun]:
    def work(bench: Bench) -> list[CaseRun]:
        return [bench.run_alone(case_id, PetServer()) for case_id in case_ids]

    return with_bench(folder, work)


def test_a_generated_case_reads_the_id_of_what_it_prepares_and_judges_the_rest(tmp_path: Path) -> None:
    gone, shows = runs(
        pets_suite(tmp_path), "DELETE /pets/{petId} :: then_read_is_gone", "GET /pets/{petId} :: after_create_shows_the_record"
    )
    assert gone.readings[0] == Reading(frozenset(), frozenset({"/id"}), 30.0)
    assert shows.readings[1] is not None
    assert shows.readings[1].pointers is None
    assert not gone.has_clock


def test_a_case_that_measures_time_has_looked_at_the_clock(tmp_path: Path) -> None:
    body = "import time\n\n\ndef test_it(api):\n    before = time.perf_counter()\n    api.send('GET', '/pets')\n"
    body += "    assert time.perf_counter() - before < 9\n"
    (run,) = runs(pets_suite(tmp_path, extra=body), "tests_pets/test_by_hand.py::test_it")
    assert run.has_clock


def test_of_a_client_that_was_changed_by_hand_nothing_is_known(tmp_path: Path) -> None:
    folder = pets_suite(tmp_path)
    records = folder / "checks_pets" / "records.py"
    records.write_text(records.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    (run,) = runs(folder, "GET /pets :: success")
    assert set(run.readings) == {None}
