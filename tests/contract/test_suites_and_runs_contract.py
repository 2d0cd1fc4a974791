"""The repositories of suites and runs, whatever they stand on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from databases import Store
from fakes import outcome
from specproof.domain.repositories import Page
from specproof.domain.runs import OutcomeKind, RunResult, RunStatus, RunView
from specproof.domain.suites import ChangeRecord, SpecChange, SuiteRevision
from specproof.errors import LeaseLostError
from specproof.openapi.findings import Finding, FindingCode, Severity

THEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def suite(number: int = 1, *, project: str = "shop", event_id: str | None = None) -> SuiteRevision:
    return SuiteRevision(
        suite_id=f"{project}-suite-{number}",
        project=project,
        revision=number,
        slug="shop",
        title="图书 \x00",
        spec_digest=f"digest-{number}",
        path=f"{project}/r{number}",
        file_count=4,
        case_count=12,
        operations_total=3,
        operations_covered=2,
        quality_score=87.5,
        quality_grade="B",
        findings=(Finding(FindingCode.CAPPED, "#/paths/~1a", "too many", Severity.INFO),),
        change=SpecChange(
            added=("GET /a",),
            details=("GET /a is new",),
            breaking=2,
            warnings=1,
            harmless=3,
            records=(ChangeRecord("GET /a", "operation.added", "info", "operation", "", "#/paths/~1a/get", "operation added"),),
        ),
        event_id=f"{project}-evt-{number}" if event_id is None else event_id,
        created_at=THEN,
    )


def run(number: int = 1, *, event_id: str = "", project: str = "shop") -> RunView:
    return RunView(
        run_id=f"run-{number}",
        project=project,
        suite_id="shop-suite-1",
        revision=1,
        api_url="http://127.0.0.1:1",
        status=RunStatus.QUEUED,
        counts={},
        total=0,
        queued_at=THEN,
        started_at=None,
        finished_at=None,
        message="",
        tier="",
        event_id=event_id,
    )


async def add_suites(store: Store, *suites: SuiteRevision) -> None:
    async with store.work() as uow:
        for one in suites:
            await uow.suites.add(one, f"document of {one.suite_id}".encode())
        await uow.commit()


async def add_runs(store: Store, *runs: RunView) -> None:
    async with store.work() as uow:
        for one in runs:
            await uow.runs.add(one)
        await uow.commit()


async def get_run(store: Store, run_id: str) -> RunView:
    async with store.work() as uow:
        found = await uow.runs.get(run_id)
    assert found is not None
    return found


class TestSuites:
    async def test_a_revision_comes_back_as_it_was_stored(self, store: Store) -> None:
        await add_suites(store, replace(suite(), title="图书"))
        async with store.work() as uow:
            found = await uow.suites.get("shop-suite-1")
            assert found == replace(suite(), title="图书")
            assert await uow.suites.by_event("shop-evt-1") == found
            assert await uow.suites.latest("shop") == found
            assert await uow.suites.document("shop-suite-1") == b"document of shop-suite-1"

    async def test_what_is_not_there_is_none(self, store: Store) -> None:
        await add_suites(store, suite(event_id=""))
        async with store.work() as uow:
            assert await uow.suites.get("nobody") is None
            assert await uow.suites.by_event("nobody") is None
            assert await uow.suites.document("nobody") is None
            assert await uow.suites.latest("nobody") is None

    async def test_revisions_count_within_their_project(self, store: Store) -> None:
        await add_suites(store, suite(1), suite(2), suite(1, project="other"))
        async with store.work() as uow:
            assert await uow.suites.next_revision("shop") == 3
            assert await uow.suites.next_revision("other") == 2
            assert await uow.suites.next_revision("new") == 1

    @pytest.mark.parametrize(
        "second",
        [replace(suite(2), revision=1), replace(suite(2), event_id="shop-evt-1")],
        ids=["same revision", "same event"],
    )
    async def test_no_revision_twice_and_one_for_an_event(self, store: Store, second: SuiteRevision) -> None:
        await add_suites(store, suite(1))
        with pytest.raises(LeaseLostError):
            await add_suites(store, second)
        async with store.work() as uow:
            assert (await uow.suites.find("", Page()))[1] == 1

    async def test_suites_without_an_event_are_not_taken_for_the_same(self, store: Store) -> None:
        await add_suites(store, suite(1, event_id=""), suite(2, event_id=""))
        async with store.work() as uow:
            assert (await uow.suites.find("shop", Page()))[1] == 2

    async def test_lists_are_newest_first_by_project_and_paged(self, store: Store) -> None:
        await add_suites(store, suite(1), suite(2), suite(1, project="other"), suite(3))
        async with store.work() as uow:
            found, total = await uow.suites.find("shop", Page(limit=2))
            everything, number = await uow.suites.find("", Page())
        assert [one.revision for one in found] == [3, 2]
        assert (total, number, len(everything)) == (3, 4, 4)

    async def test_retired_revisions_are_kept_out_of_sight_and_their_numbers_are_not_used_again(self, store: Store) -> None:
        await add_suites(store, suite(1), suite(2), suite(1, project="other"))
        async with store.work() as uow:
            assert await uow.suites.retire("shop") == 2
            assert await uow.suites.retire("shop") == 0
            await uow.commit()
        async with store.work() as uow:
            assert await uow.suites.latest("shop") is None
            assert (await uow.suites.find("shop", Page()))[1] == 0
            retired, total = await uow.suites.find("shop", Page(), include_retired=True)
            assert total == 2
            assert all(one.is_retired for one in retired)
            assert await uow.suites.next_revision("shop") == 3
            assert await uow.suites.latest("other") is not None


class TestRuns:
    async def test_a_run_goes_from_queued_over_progress_to_its_end(self, store: Store) -> None:
        await add_runs(store, run())
        assert (await get_run(store, "run-1")).status is RunStatus.QUEUED
        async with store.work() as uow:
            await uow.runs.start("run-1", 7)
            await uow.runs.progress("run-1", {"passed": 2})
            await uow.commit()
        going = await get_run(store, "run-1")
        assert (going.status, going.total, going.counts) == (RunStatus.RUNNING, 7, {"passed": 2})
        assert going.started_at is not None
        result = RunResult(RunStatus.FAILED, (outcome("a"),), 2.5, message="m", log_tail="log", tier="rlimits")
        async with store.work() as uow:
            await uow.runs.finish("run-1", result)
            await uow.commit()
        ended = await get_run(store, "run-1")
        assert (ended.status, ended.message, ended.tier) == (RunStatus.FAILED, "m", "rlimits")
        assert ended.counts == {"passed": 1, "failed": 0, "errored": 0, "skipped": 0}
        assert ended.finished_at is not None

    async def test_outcomes_come_back_whole_with_the_failed_ones_first(self, store: Store) -> None:
        failed = outcome(
            "f", OutcomeKind.FAILED, operation="GET /a", check="body_schema", actual="中 \ud83d\ude00", curl="curl x"
        )
        outcomes = (
            outcome("p"),
            outcome("s", OutcomeKind.SKIPPED),
            outcome("e", OutcomeKind.ERRORED),
            replace(failed, remarks=("one", "two"), actual="中文"),
        )
        await add_runs(store, run())
        async with store.work() as uow:
            await uow.runs.finish("run-1", RunResult(RunStatus.FAILED, outcomes, 1.0))
            await uow.commit()
        found = (await get_run(store, "run-1")).outcomes
        assert [one.case_id for one in found] == ["f", "e", "s", "p"]
        assert found[0] == outcomes[3]

    async def test_a_second_end_replaces_the_outcomes_of_the_first(self, store: Store) -> None:
        await add_runs(store, run())
        for names in (("a", "b", "c"), ("d",)):
            async with store.work() as uow:
                await uow.runs.finish("run-1", RunResult(RunStatus.PASSED, tuple(outcome(name) for name in names), 1.0))
                await uow.commit()
        assert [one.case_id for one in (await get_run(store, "run-1")).outcomes] == ["d"]

    async def test_an_event_has_one_run(self, store: Store) -> None:
        await add_runs(store, run(1, event_id="evt-1"), run(2), run(3))
        with pytest.raises(LeaseLostError):
            await add_runs(store, run(4, event_id="evt-1"))
        async with store.work() as uow:
            found = await uow.runs.by_event("evt-1")
            assert found is not None
            assert found.run_id == "run-1"
            assert await uow.runs.by_event("") is None
            assert await uow.runs.by_event("nobody") is None
            assert await uow.runs.get("nobody") is None

    async def test_lists_are_newest_first_without_outcomes(self, store: Store) -> None:
        await add_runs(store, run(1), run(2, project="other"), run(3))
        async with store.work() as uow:
            await uow.runs.finish("run-3", RunResult(RunStatus.PASSED, (outcome("a"),), 1.0))
            await uow.commit()
        async with store.work() as uow:
            found, total = await uow.runs.find("shop", Page(limit=1))
            everything, number = await uow.runs.find("", Page())
        assert ([one.run_id for one in found], total) == (["run-3"], 2)
        assert ([one.run_id for one in everything], number) == (["run-3", "run-2", "run-1"], 3)
        assert found[0].outcomes == ()

    async def test_unfinished_runs_without_an_event_are_given_up(self, store: Store) -> None:
        await add_runs(store, run(1), run(2, event_id="evt-1"), run(3), run(4))
        async with store.work() as uow:
            await uow.runs.start("run-3", 1)
            await uow.runs.finish("run-4", RunResult(RunStatus.PASSED, (), 1.0))
            await uow.commit()
        async with store.work() as uow:
            assert await uow.runs.abandon_unfinished("stopped") == 2
            await uow.commit()
        statuses = [(await get_run(store, f"run-{number}")).status for number in (1, 2, 3, 4)]
        assert statuses == [RunStatus.BROKEN, RunStatus.QUEUED, RunStatus.BROKEN, RunStatus.PASSED]
        assert (await get_run(store, "run-1")).message == "stopped"
