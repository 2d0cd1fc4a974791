"""What a proof remembers, and when it does not believe it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from proofsuites import DOCUMENT
from specproof.domain import traffic
from specproof.domain.proofs import (
    Alarm,
    FaultFamily,
    HealthyRun,
    Kill,
    MutantOutcome,
    ProofReport,
    Sample,
    VariantOutcome,
    Verdict,
)
from specproof.errors import StorageError
from specproof.openapi.model import ApiSpec
from specproof.openapi.parser import parse_spec
from specproof.quality.proof import cache, encoding
from specproof.quality.proof.cache import Fingerprints, Memory
from specproof.quality.proof.consulting import Reading
from specproof.quality.proof.healthy import Done
from specproof.quality.proof.recording import CaseRun, CheckMade, Ending, Exchange, Failure
from specproof.quality.proof.suite_sources import ModuleDigests
from specproof.reference.messages import Reply

EXCHANGE = Exchange(
    "POST", "/pets?a=%20", (("x-name", "caf\xe9"),), bytes(range(256)), Reply(201, (("a", "b"), ("a", "c")), b"\xff\x00", 1.5)
)
RUN = CaseRun(
    "a case \N{SNOWMAN}",
    Ending.FAILED,
    Failure("echo", "POST /pets", "1", "2", "curl"),
    (EXCHANGE, EXCHANGE),
    frozenset({CheckMade("echo", "POST /pets"), CheckMade("listed", "GET /pets")}),
    "a control",
    True,
    1,
    (Reading(None, frozenset({"/id"}), 30.0), None),
    True,
    0.25,
)
KILLED = MutantOutcome(
    "D1 POST /pets", "D1", FaultFamily.STATE, "POST /pets", "it forgets", Verdict.KILLED, Kill("a case", "read_back")
)
SURVIVOR = replace(KILLED, id="D2 POST /pets", verdict=Verdict.SURVIVED, kill=None, probes=12, request="curl x")
ALARM = Alarm("a case", "echo", "POST /pets", "1", "2")
HEALTHY = HealthyRun("shuffled", 3, 1, (ALARM,), 2)


def memory() -> Memory:
    return Memory(
        modules={"tests/test_a.py": ModuleDigests("w", "r", {"test_a": "d"})},
        cases={RUN.case_id: ("digest", RUN, 1)},
        tokens={RUN.case_id: "token"},
        mutants={KILLED.id: ("key", KILLED), SURVIVOR.id: ("key", SURVIVOR)},
        variants={"wordy": ("key", (ALARM,))},
        healthy_key="all",
        healthy={"shuffled": Done(HEALTHY, 9, ("a case",))},
    )


def stored(known: Memory) -> dict[str, Any]:
    return json.loads(json.dumps(known.to_json()))


def test_a_memory_comes_back_as_it_was() -> None:
    assert Memory.of(stored(memory())) == memory()


def test_a_report_comes_back_as_it_was() -> None:
    sent = traffic.Exchange("a case", "POST /pets", "POST", "/pets", (("a", "b"),), b"\x80", 201, (("c", "d"),), b"\xfe")
    report = ProofReport(
        mutants=(KILLED, SURVIVOR),
        variants=(VariantOutcome("wordy", "more", (ALARM,)),),
        healthy=(HEALTHY,),
        case_count=3,
        requests=9,
        samples={"D1": Sample(3, 2)},
        kills_by_case={"a case": (KILLED.id,)},
        from_cache=1,
        traffic=(sent,),
    )
    assert encoding.report_of(json.loads(json.dumps(encoding.report_json(report)))) == report


def test_verdicts_of_another_engine_or_format_are_void() -> None:
    assert Memory.of({**stored(memory()), "engine": "another"}) == Memory()
    assert Memory.of({**stored(memory()), "format": 0}) == Memory()
    assert Memory.of({}) == Memory()


@pytest.mark.parametrize("part", ["modules", "cases", "tokens", "mutants", "variants", "healthy"])
@pytest.mark.parametrize("damage", [None, 7, "x", [1], {"a": 1}])
def test_a_damaged_memory_is_no_memory(part: str, damage: object) -> None:
    damaged = Memory.of({**stored(memory()), part: damage})
    assert damaged in (Memory(), replace(memory(), tokens=damage))


def test_a_file_that_is_no_memory_is_nothing(tmp_path: Path) -> None:
    assert cache.recalled(tmp_path / "none.json") == {}
    for content in (b"", b"[]", b"{", b"\xff", b"[" * 100_000):
        (tmp_path / "proof.json").write_bytes(content)
        assert cache.recalled(tmp_path / "proof.json") == {}


def test_remembering_replaces_the_file_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    place = cache.place(tmp_path, None)
    cache.remember(place, {"a": 1})
    cache.remember(place, {"a": 2})
    assert cache.recalled(place) == {"a": 2}
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == [".specproof/proof.json"]
    with pytest.raises(TypeError):
        cache.remember(place, {"a": object()})
    assert cache.recalled(place) == {"a": 2}
    assert len(list(place.parent.iterdir())) == 1


def test_a_cache_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        cache.remember(tmp_path / "file" / "proof.json", {})


def test_a_token_follows_sources_requests_and_replies() -> None:
    other = replace(RUN, exchanges=(EXCHANGE, EXCHANGE._replace(reply=EXCHANGE.reply._replace(status=200))))
    tokens = {cache.token("digest", RUN), cache.token("another", RUN), cache.token("digest", other)}
    assert len(tokens) == 3
    assert cache.token("digest", RUN) == cache.token("digest", replace(RUN, seconds=9.0))


def spec(**changes: Any) -> ApiSpec:
    return parse_spec(json.dumps({**DOCUMENT, **changes}).encode())


def test_a_fingerprint_changes_with_the_operation_and_with_what_it_reaches() -> None:
    schemas = json.loads(json.dumps(DOCUMENT["components"]["schemas"]))
    schemas["NewPet"]["properties"]["name"]["maxLength"] = 41
    before, after = spec(), spec(components={"schemas": schemas})
    changed = {
        operation.key.label
        for operation in before.operations
        if Fingerprints(before).of([operation.key]) != Fingerprints(after).of([operation.key])
    }
    assert changed == {"POST /pets"}
    assert Fingerprints(before).whole != Fingerprints(after).whole
    assert Fingerprints(before).whole == Fingerprints(spec(info={"title": "Other", "version": "2"})).whole
