"""From a claimed event to a stored suite that has run, in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from fakes import (
    FakeBuilder,
    FakeDatabase,
    FakeFetcher,
    FakeObserver,
    FakeRunner,
    FakeStorage,
    new_event,
    outcome,
)
from pipelinerooms import POLICY, Room
from specproof.domain.events import Action, EventStatus
from specproof.domain.repositories import UnitOfWork
from specproof.domain.runs import RunStatus
from specproof.domain.suites import SuiteChoices
from specproof.errors import (
    ExecutionError,
    FetchUnavailableError,
    LeaseLostError,
    ProjectNotFoundError,
    QualityGateError,
    SpecProofError,
    StorageError,
)
from specproof.pipeline.progress import Progress


async def test_a_first_document_becomes_a_stored_revision_that_has_run() -> None:
    room = Room()
    success = await room.process(new_event())
    (suite,) = room.database.tables.suites
    (run,) = room.database.tables.runs.values()
    assert (success.revision, success.run_id, success.is_unchanged) == (1, run.run_id, False)
    assert (suite.revision, suite.event_id, suite.path, suite.file_count) == (1, "evt-1", "shop/r1", 1)
    assert room.database.tables.documents[suite.suite_id] == b'{"openapi": "3.1.0"}'
    assert (run.status, run.suite_id, run.event_id, run.total) == (RunStatus.FAILED, suite.suite_id, "evt-1", 3)
    assert room.row().status is EventStatus.SUCCEEDED
    assert room.row().summary == "revision 1: 3 cases for 1 operations; run failed"
    assert room.observer.kinds == ["suite.generated", "run.finished"]


async def test_the_run_gets_the_projects_target_credentials_and_limits() -> None:
    room = Room()
    await room.process(new_event())
    (request,) = room.runner.requests
    assert (request.suite_dir, request.api_url) == ("/suites/shop/r1", "http://127.0.0.1:9")
    assert request.credentials == {"SPECPROOF_CREDENTIAL_BEARER": "s3cret"}
    assert (request.timeout_seconds, request.memory_bytes) == (30, 1 << 20)
    assert request.strictness == "lenient"


async def test_the_generation_line_carries_files_duration_and_quality() -> None:
    room = Room()
    with capture_logs() as logs:
        await room.process(new_event())
    (line,) = [entry for entry in logs if entry["event"] == "Test generation completed"]
    assert (line["event_id"], line["files_generated"], line["quality_score"]) == ("evt-1", 1, 90.0)
    assert line["duration"] >= 0


async def test_an_unchanged_document_makes_no_revision_and_says_so() -> None:
    room = Room()
    await room.process(new_event("evt-1"))
    success = await room.process(new_event("evt-2"))
    assert success.is_unchanged
    assert success.revision == 1
    assert len(room.database.tables.suites) == 1
    assert len(room.runner.requests) == 1
    assert "nothing to do" in room.row("evt-2").summary
    assert room.observer.kinds[-1] == "suite.unchanged"


async def test_a_changed_document_is_compared_with_the_one_before() -> None:
    room = Room(fetcher=FakeFetcher(b"one", b"two"))
    await room.process(new_event("evt-1"))
    await room.process(new_event("evt-2"))
    assert room.builder.previous == [None, b"one"]
    assert [suite.revision for suite in room.database.tables.suites] == [1, 2]
    assert room.observer.notices[2].facts["changed"] == ["GET /things"]


async def test_after_retiring_the_same_document_makes_a_revision_again() -> None:
    room = Room()
    await room.process(new_event("evt-1"))
    await room.process(new_event("evt-2", action=Action.RETIRE))
    success = await room.process(new_event("evt-3"))
    assert success.revision == 2
    assert [suite.is_retired for suite in room.database.tables.suites] == [True, False]
    assert "suite.retired" in room.observer.kinds


async def test_a_second_attempt_goes_on_where_the_first_had_committed() -> None:
    room = Room(runner=FakeRunner(error=FetchUnavailableError("interrupted")))
    with pytest.raises(FetchUnavailableError):
        await room.process(new_event())
    assert len(room.database.tables.suites) == 1
    room.runner = FakeRunner(outcome("a"))
    room.clock.advance(31)
    async with room.database() as uow:
        await uow.events.expire_leases(3)
        await uow.commit()
    success = await room.attempt()(await room.claim(), Progress())
    assert success.revision == 1
    assert len(room.database.tables.suites) == 1
    assert len(room.fetcher.calls) == 1
    (run,) = room.database.tables.runs.values()
    assert run.status is RunStatus.PASSED
    assert [saved[2] for saved in room.storage.saves] == ["evt-1"]


async def test_without_a_target_nothing_is_run() -> None:
    room = Room(policy=replace(POLICY, target_url=""))
    success = await room.process(new_event())
    assert success.run_id is None
    assert room.runner.requests == []
    assert room.observer.kinds == ["suite.generated"]


async def test_an_event_can_ask_not_to_be_run() -> None:
    room = Room()
    success = await room.process(new_event(run_after=False))
    assert success.run_id is None


async def test_a_suite_that_cannot_be_started_is_a_broken_run_and_no_failed_job() -> None:
    room = Room(runner=FakeRunner(error=ExecutionError("pytest is missing")))
    success = await room.process(new_event())
    (run,) = room.database.tables.runs.values()
    assert run.status is RunStatus.BROKEN
    assert run.message.startswith("pytest is missing")
    assert success.run_id == run.run_id
    assert room.row().status is EventStatus.SUCCEEDED


async def test_a_suite_is_made_as_its_project_chooses() -> None:
    choices = SuiteChoices("testing", "code=0")
    builder = FakeBuilder()
    await Room(policy=replace(POLICY, choices=choices), builder=builder).process(new_event())
    assert builder.choices == [choices]


async def test_a_suite_below_the_demanded_quality_is_refused_before_it_is_stored() -> None:
    room = Room(policy=replace(POLICY, min_quality_score=80), builder=FakeBuilder(score=79.9))
    progress = Progress()
    with pytest.raises(QualityGateError, match=r"79\.9, 80\.0"):
        await room.process(new_event(), progress)
    assert room.storage.saved == {}
    assert room.database.tables.suites == []
    assert progress.stage == "quality"


@pytest.mark.parametrize(
    ("room", "stage"),
    [
        (Room(fetcher=FakeFetcher(FetchUnavailableError("no answer"))), "fetching"),
        (Room(builder=FakeBuilder(errors={"digest": SpecProofError("bad")})), "parsing"),
        (Room(builder=FakeBuilder(errors={"generate": SpecProofError("bad")})), "generating"),
        (Room(builder=FakeBuilder(errors={"assess": SpecProofError("bad")})), "quality"),
        (Room(storage=FakeStorage(error=StorageError("full"))), "storing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_failing_stage_is_named_and_leaves_no_revision(room: Room, stage: str) -> None:
    progress = Progress()
    with pytest.raises(SpecProofError):
        await room.process(new_event(), progress)
    assert progress.stage == stage
    assert room.database.tables.suites == []
    assert room.observer.kinds == []
    assert room.row().status is EventStatus.RUNNING


async def test_an_event_of_a_project_that_is_gone_from_the_settings_fails_clearly() -> None:
    with pytest.raises(ProjectNotFoundError):
        await Room().process(new_event(project="removed"))


async def test_a_worker_that_lost_its_lease_stores_nothing_and_tells_nobody() -> None:
    room = Room()
    claim = await room.claim(new_event())
    room.row().token += 1
    with pytest.raises(LeaseLostError):
        await room.attempt()(claim, Progress())
    assert room.database.tables.suites == []
    assert room.observer.kinds == []


async def test_an_outage_between_the_stages_is_waited_for() -> None:
    room = Room()
    claim = await room.claim(new_event())
    room.database.fail_commits = 4
    success = await room.attempt()(claim, Progress())
    assert success.revision == 1
    assert room.clock.sleeps == [0.25, 0.5, 1.0, 2.0]
    assert len(room.database.tables.suites) == 1


async def test_nobody_is_told_before_the_commit() -> None:
    room = Room()
    seen: list[tuple[str, int, EventStatus]] = []

    class Watcher(FakeObserver):
        async def observe(self, notice) -> None:
            seen.append((notice.kind, len(room.database.tables.suites), room.row().status))

    room.observer = Watcher()
    await room.process(new_event())
    assert seen == [("suite.generated", 1, EventStatus.RUNNING), ("run.finished", 1, EventStatus.SUCCEEDED)]


async def test_a_failing_observer_fails_no_job() -> None:
    room = Room(observer=FakeObserver(error=RuntimeError("mail server")))
    await room.process(new_event())
    assert room.row().status is EventStatus.SUCCEEDED
    assert room.observer.kinds == ["suite.generated", "run.finished"]


async def test_a_revision_whose_commit_was_not_heard_of_is_recognised() -> None:
    room = Room()
    claim = await room.claim(new_event())
    real = room.database.tables

    class Deaf(FakeDatabase):
        """The commit that stores the suite succeeds, but its answer is lost."""

        is_deaf = True

        def __call__(self) -> UnitOfWork:
            uow = super().__call__()
            commit = uow.commit

            async def lossy() -> None:
                await commit()
                if self.is_deaf and self.tables.suites:
                    self.is_deaf = False
                    raise FetchUnavailableDatabase

            uow.commit = lossy  # type: ignore[method-assign]
            return uow

    from specproof.errors import DatabaseUnavailableError

    FetchUnavailableDatabase = DatabaseUnavailableError("connection lost")  # noqa: N806
    room.database = Deaf(room.clock)
    room.database.tables = real
    success = await room.attempt()(claim, Progress())
    assert success.revision == 1
    assert len(room.database.tables.suites) == 1
