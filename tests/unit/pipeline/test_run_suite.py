"""Carrying out a run that a person asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fakes import FakeClock, FakeDatabase, FakeObserver, FakeRunner, FakeStorage, outcome
from specproof.domain.runs import OutcomeKind, RunStatus, RunView
from specproof.domain.suites import RenderedSuite, SpecChange, SuiteRevision
from specproof.errors import ExecutionError, NotFoundError, ProjectNotFoundError
from specproof.pipeline.event_bus import EventBus
from specproof.pipeline.project_policy import ProjectPolicy
from specproof.pipeline.run_suite import RunSuite, SuiteRuns
from specproof.pipeline.transactions import Transactions

THEN = datetime(2026, 1, 1, tzinfo=UTC)
TARGET = "http://127.0.0.1:9/"


def policy(name: str) -> ProjectPolicy:
    if name != "shop":
        raise ProjectNotFoundError("no such project", at=name)
    return ProjectPolicy("shop", "shop", target_url=TARGET, credentials={"SPECPROOF_CREDENTIAL_BEARER": "s3cret"})


class Room:
    def __init__(self, runner: FakeRunner | None = None, *, is_stored: bool = True) -> None:
        self.clock = FakeClock()
        self.database = FakeDatabase(self.clock)
        self.runner = runner or FakeRunner(outcome("a"), outcome("b", OutcomeKind.FAILED, operation="GET /a", title="breaks"))
        self.storage = FakeStorage()
        self.observer = FakeObserver()
        if is_stored:
            self.storage.saved["shop/r1"] = RenderedSuite("shop", (), case_count=2, operation_count=1)

    def use_case(self) -> RunSuite:
        transactions = Transactions(self.database, self.clock)
        runs = SuiteRuns(transactions, self.storage, self.runner, self.clock, progress_seconds=0)
        return RunSuite(transactions, runs, policy, EventBus([self.observer]))

    async def queued(self, *, api_url: str = TARGET, project: str = "shop", suite_id: str = "suite-1") -> RunSuite:
        suite = SuiteRevision(
            "suite-1", "shop", 1, "shop", "Shop", "d", "shop/r1", 1, 2, 1, 1, 90.0, "A", (), SpecChange(), "evt-1", THEN
        )
        run = RunView("run-1", project, suite_id, 1, api_url, RunStatus.QUEUED, {}, 0, THEN, None, None, "", "")
        async with self.database() as uow:
            await uow.suites.add(suite, b"document")
            await uow.runs.add(run)
            await uow.commit()
        return self.use_case()

    @property
    def run(self) -> RunView:
        return self.database.tables.runs["run-1"]


async def test_a_queued_run_is_carried_out_and_told_of() -> None:
    room = Room()
    await (await room.queued())("run-1")
    assert (room.run.status, room.run.total) == (RunStatus.FAILED, 2)
    assert room.run.counts == {"passed": 1, "failed": 1, "errored": 0, "skipped": 0}
    (notice,) = room.observer.notices
    assert notice.kind == "run.finished"
    assert "GET /a: breaks" in notice.text
    assert notice.facts["failed"] == 1


async def test_a_failure_names_whom_the_document_calls_responsible() -> None:
    failed = [outcome(name, OutcomeKind.FAILED, operation="GET /a", title="breaks", maintainer="\u738b") for name in "ab"]
    room = Room(FakeRunner(*failed, outcome("c", OutcomeKind.FAILED), outcome("d", maintainer="Li")))
    await (await room.queued())("run-1")
    (notice,) = room.observer.notices
    assert "GET /a: breaks (maintainer: \u738b)" in notice.text
    assert notice.facts["maintainers"] == {"\u738b": 2}


async def test_progress_is_written_while_the_run_goes_on() -> None:
    seen: list[dict[str, int]] = []

    async def look() -> None:
        seen.append(room.run.counts)

    room = Room(FakeRunner(outcome("a"), outcome("b"), hold=look))
    await (await room.queued())("run-1")
    assert seen == [{"passed": 2}]


async def test_secrets_go_to_the_projects_own_target_only() -> None:
    room = Room()
    await (await room.queued(api_url="http://127.0.0.1:9"))("run-1")
    assert room.runner.requests[0].credentials == {"SPECPROOF_CREDENTIAL_BEARER": "s3cret"}
    stranger = Room()
    await (await stranger.queued(api_url="http://127.0.0.2:9"))("run-1")
    assert stranger.runner.requests[0].credentials == {}


async def test_a_run_that_cannot_be_started_is_broken_and_says_why() -> None:
    room = Room(FakeRunner(error=ExecutionError("pytest is missing", hint="install it")))
    await (await room.queued())("run-1")
    assert (room.run.status, room.run.message) == (RunStatus.BROKEN, "pytest is missing install it")


async def test_a_suite_that_is_gone_from_the_disk_is_a_broken_run() -> None:
    room = Room(is_stored=False)
    await (await room.queued())("run-1")
    assert room.run.status is RunStatus.BROKEN
    assert "gone" in room.run.message


@pytest.mark.parametrize("fields", [{"suite_id": "nobody"}, {"project": "removed"}])
async def test_a_run_of_something_that_is_gone_is_broken(fields: dict[str, str]) -> None:
    room = Room()
    await (await room.queued(**fields))("run-1")
    assert room.run.status is RunStatus.BROKEN
    assert room.runner.requests == []


async def test_a_finished_run_is_not_carried_out_again() -> None:
    room = Room()
    use_case = await room.queued()
    await use_case("run-1")
    await use_case("run-1")
    assert len(room.runner.requests) == 1


async def test_an_unknown_run_is_an_error() -> None:
    with pytest.raises(NotFoundError):
        await Room().use_case()("nobody")


async def test_an_outage_in_the_middle_is_waited_for() -> None:
    async def go_away() -> None:
        room.database.fail_commits = 3

    room = Room(FakeRunner(outcome("a"), hold=go_away))
    await (await room.queued())("run-1")
    assert room.run.status is RunStatus.PASSED
    assert room.clock.sleeps == [0.25, 0.5, 1.0]
