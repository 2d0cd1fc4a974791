"""Recorded requests, put to another server: what is replayed, and when a case is known to end as it did."""

from __future__ import annotations

from dataclasses import replace

from proofsuites import JSON, PetServer
from specproof.openapi.model import OperationKey
from specproof.openapi.vocabulary import Method
from specproof.quality.proof.consulting import Reading
from specproof.quality.proof.recording import CaseRun, Ending, Exchange
from specproof.quality.proof.replaying import Recordings, Replays
from specproof.reference.messages import Headers, Reply

LIST, CREATE = OperationKey(Method.GET, "/pets"), OperationKey(Method.POST, "/pets")
READ, DELETE = OperationKey(Method.GET, "/pets/{petId}"), OperationKey(Method.DELETE, "/pets/{petId}")
POST, GET_1, GET_ALL, DELETE_1 = ("POST", "/pets"), ("GET", "/pets/1"), ("GET", "/pets"), ("DELETE", "/pets/1")


class Counting(PetServer):
    def __init__(self, fault: str = "") -> None:
        super().__init__(fault)
        self.asked: list[tuple[str, str]] = []

    def __call__(self, method: str, target: str, headers: Headers, body: bytes) -> Reply:
        self.asked.append((method, target))
        return super().__call__(method, target, headers, body)


def keys_of(exchange: Exchange) -> frozenset[OperationKey]:
    return frozenset({OperationKey(Method(exchange.method), "/pets/{petId}" if exchange.path.count("/") == 2 else "/pets")})


def recorded(case_id: str, *requests: tuple[str, str], judged: int | None = None) -> CaseRun:
    server = PetServer()
    exchanges = []
    for method, target in requests:
        body = b'{"name": "Tom"}' if method == "POST" else b""
        exchanges.append(Exchange(method, target, JSON, body, server(method, target, JSON, body)))
    count = len(exchanges) if judged is None else judged
    return CaseRun(case_id, Ending.PASSED, exchanges=tuple(exchanges), judged=count)


READS, LISTS = recorded("reads", POST, GET_1, DELETE_1, judged=2), recorded("lists", POST, GET_ALL, DELETE_1, judged=2)
GONE = recorded("gone", POST, DELETE_1, GET_1)


def of(*runs: CaseRun) -> Recordings:
    return Recordings(runs, PetServer(), keys_of)


def test_a_server_without_a_fault_answers_everything_alike() -> None:
    replays = Replays(of(READS, LISTS, GONE), PetServer())
    assert all(replays.alike(case) for case in ("reads", "lists", "gone"))
    assert replays.difference is None


def test_a_fault_shows_in_the_cases_that_meet_it_and_in_no_other() -> None:
    replays = Replays(of(READS, LISTS, GONE), PetServer("forgets"))
    assert {case: replays.alike(case) for case in ("reads", "lists", "gone")} == {"reads": False, "lists": False, "gone": True}
    assert replays.difference is not None
    assert (replays.difference.method, replays.difference.target) == GET_1


def test_cleaning_up_is_not_replayed() -> None:
    server = Counting()
    assert Replays(of(READS, LISTS), server).alike("reads")
    assert server.asked == [POST, GET_1]


def test_only_what_a_fault_can_touch_is_replayed_from_the_state_before_it() -> None:
    server = Counting("keeps")
    assert not Replays(of(GONE), server, frozenset({DELETE, READ})).alike("gone")
    assert server.asked == [DELETE_1, GET_1]
    server = Counting("keeps")
    assert Replays(of(GONE), server, frozenset({LIST})).alike("gone")
    assert server.asked == []


def test_a_stretch_that_cases_share_is_replayed_once() -> None:
    server = Counting()
    replays = Replays(of(READS, LISTS, GONE), server, frozenset({CREATE}))
    assert all(replays.alike(case) for case in ("reads", "lists", "gone"))
    assert server.asked == [POST]


def test_a_case_whose_record_the_reference_does_not_confirm_is_never_alike() -> None:
    first = READS.exchanges[0]
    strange = Exchange(*first[:4], first.reply._replace(status=299))
    forged = CaseRun("forged", Ending.PASSED, exchanges=(strange, READS.exchanges[1]), judged=2)
    for recordings in (of(READS, forged), of(forged, LISTS)):
        assert not Replays(recordings, PetServer()).alike("forged")
    assert Replays(of(READS, forged), PetServer()).alike("reads")


def test_a_case_that_sends_nothing_is_always_alike() -> None:
    assert Replays(of(recorded("silent")), PetServer("forgets")).alike("silent")


def test_what_a_case_does_not_read_makes_no_difference_to_it() -> None:
    status_alone = replace(READS, case_id="status", readings=(Reading(), Reading()))
    name_too = replace(READS, case_id="name", readings=(Reading(), Reading(pointers=frozenset({"/name"}))))
    id_only = replace(READS, case_id="id", readings=(Reading(), Reading(pointers=frozenset({"/id"}))))
    replays = Replays(of(status_alone, name_too, id_only), PetServer("forgets"))
    assert {case: replays.alike(case) for case in ("status", "name", "id")} == {"status": True, "name": False, "id": True}
