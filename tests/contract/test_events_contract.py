"""The events repository, whatever it stands on."""

from __future__ import annotations

import pytest

from databases import Store
from fakes import new_event
from specproof.domain.events import Action, Claim, EventStatus, Failure, NewEvent, Received, Source, SpecSource, Success
from specproof.domain.repositories import EventQuery, Page
from specproof.errors import LeaseLostError

FAILURE = Failure("fetch.unavailable", "no answer", "fetching", hint="wait", at="https://api")


async def receive(store: Store, event: NewEvent) -> Received:
    async with store.work() as uow:
        received = await uow.events.receive(event)
        await uow.commit()
    return received


async def claim(store: Store, worker: str = "worker-1", lease_seconds: float = 30) -> Claim | None:
    async with store.work() as uow:
        claimed = await uow.events.claim(worker, lease_seconds)
        await uow.commit()
    return claimed


async def claimed(store: Store, worker: str = "worker-1") -> Claim:
    job = await claim(store, worker)
    assert job is not None
    return job


async def write(store: Store, operation: str, *arguments: object) -> object:
    async with store.work() as uow:
        result = await getattr(uow.events, operation)(*arguments)
        await uow.commit()
    return result


async def view(store: Store, event_id: str):
    async with store.work() as uow:
        return await uow.events.get(event_id)


async def status(store: Store, event_id: str) -> EventStatus:
    found = await view(store, event_id)
    assert found is not None
    return found.status


class TestReceiving:
    async def test_a_new_delivery_waits_and_keeps_everything_that_came(self, store: Store) -> None:
        event = new_event(
            title="图书\x00 \ud800",
            content="内容",
            headers=(("X-Nulls", "a\x00b"),),
            body=b"\x00\xff raw",
            spec_source=SpecSource(document_id="evt-1"),
            document=b"openapi: 3.1.0",
        )
        received = await receive(store, event)
        assert received == Received("evt-1", EventStatus.PENDING)
        async with store.work() as uow:
            found = await uow.events.get("evt-1")
            body, document = await uow.events.body("evt-1"), await uow.events.document("evt-1")
        assert found is not None
        assert (found.status, found.attempts, found.project, found.source) == (EventStatus.PENDING, 0, "shop", "apifox")
        assert found.title.startswith("图书")
        assert found.content == "内容"
        assert found.headers == (("X-Nulls", "a\x00b"),)
        assert (body, document) == (b"\x00\xff raw", b"openapi: 3.1.0")

    async def test_without_commit_nothing_is_stored(self, store: Store) -> None:
        async with store.work() as uow:
            await uow.events.receive(new_event())
        assert await view(store, "evt-1") is None

    async def test_an_exception_rolls_back(self, store: Store) -> None:
        async def failing() -> None:
            async with store.work() as uow:
                await uow.events.receive(new_event())
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await failing()
        assert await view(store, "evt-1") is None

    async def test_unknown_events_have_no_body_and_no_document(self, store: Store) -> None:
        async with store.work() as uow:
            assert await uow.events.body("nobody") is None
            assert await uow.events.document("nobody") is None
            assert await uow.events.get("nobody") is None

    async def test_an_event_to_be_recorded_is_no_work_and_supersedes_nothing(self, store: Store) -> None:
        await receive(store, new_event("evt-1"))
        received = await receive(store, new_event("evt-2", action=Action.RECORD))
        assert received == Received("evt-2", EventStatus.RECORDED)
        assert await status(store, "evt-1") is EventStatus.PENDING
        assert (await claimed(store)).event_id == "evt-1"

    async def test_the_claim_says_what_is_to_be_done(self, store: Store) -> None:
        event = new_event(action=Action.RETIRE, spec_source=SpecSource(url="https://x/y.json"), run_after=False)
        await receive(store, event)
        job = await claimed(store)
        assert (job.event_id, job.project, job.action) == ("evt-1", "shop", Action.RETIRE)
        assert (job.spec_source.url, job.run_after, job.attempt, job.token) == ("https://x/y.json", False, 1, 1)


class TestDuplicates:
    async def test_the_same_delivery_id_is_a_duplicate_for_ever(self, store: Store) -> None:
        await receive(store, new_event("evt-1", delivery_id="d-1"))
        job = await claimed(store)
        await write(store, "succeed", job, Success("done"))
        again = await receive(store, new_event("evt-2", delivery_id="d-1", body=b"other"))
        assert again == Received("evt-1", EventStatus.SUCCEEDED, is_duplicate=True)
        assert await view(store, "evt-2") is None

    async def test_a_delivery_id_counts_per_project_and_source(self, store: Store) -> None:
        await receive(store, new_event("evt-1", delivery_id="d-1"))
        other_project = await receive(store, new_event("evt-2", delivery_id="d-1", project="other"))
        other_source = await receive(store, new_event("evt-3", delivery_id="d-1", source=Source.OPENAPI))
        assert not other_project.is_duplicate
        assert not other_source.is_duplicate

    async def test_a_recorded_delivery_is_recognised_by_its_id_too(self, store: Store) -> None:
        await receive(store, new_event("evt-1", delivery_id="d-1", action=Action.RECORD))
        again = await receive(store, new_event("evt-2", delivery_id="d-1", action=Action.RECORD))
        assert again == Received("evt-1", EventStatus.RECORDED, is_duplicate=True)

    async def test_very_long_delivery_ids_are_told_apart(self, store: Store) -> None:
        await receive(store, new_event("evt-1", delivery_id="x" * 9000))
        assert (await receive(store, new_event("evt-2", delivery_id="x" * 9000))).is_duplicate
        assert not (await receive(store, new_event("evt-3", delivery_id="x" * 9000 + "y"))).is_duplicate

    async def test_without_an_id_the_same_words_are_dropped_while_the_first_waits(self, store: Store) -> None:
        await receive(store, new_event("evt-1", body=b"same"))
        again = await receive(store, new_event("evt-2", body=b"same"))
        assert again == Received("evt-1", EventStatus.PENDING, is_duplicate=True)

    async def test_the_same_words_announce_a_second_edit_once_the_first_is_being_worked_on(self, store: Store) -> None:
        await receive(store, new_event("evt-1", body=b"same"))
        await claimed(store)
        assert await receive(store, new_event("evt-2", body=b"same")) == Received("evt-2", EventStatus.PENDING)

    async def test_the_same_words_are_a_new_edit_while_the_first_waits_for_another_try(self, store: Store) -> None:
        await receive(store, new_event("evt-1", body=b"same"))
        await write(store, "retry_later", await claimed(store), FAILURE, 60.0)
        again = await receive(store, new_event("evt-2", body=b"same"))
        assert again == Received("evt-2", EventStatus.PENDING, superseded=1)

    async def test_the_same_words_are_a_new_edit_after_the_first_was_handed_back(self, store: Store) -> None:
        await receive(store, new_event("evt-1", body=b"same"))
        await write(store, "release", await claimed(store))
        assert not (await receive(store, new_event("evt-2", body=b"same"))).is_duplicate

    async def test_the_same_words_after_other_words_are_new(self, store: Store) -> None:
        await receive(store, new_event("evt-1", body=b"same"))
        await receive(store, new_event("evt-2", body=b"other"))
        again = await receive(store, new_event("evt-3", body=b"same"))
        assert again == Received("evt-3", EventStatus.PENDING, superseded=1)


class TestSuperseding:
    async def test_the_newest_wins(self, store: Store) -> None:
        await receive(store, new_event("evt-1"))
        received = await receive(store, new_event("evt-2"))
        assert received.superseded == 1
        old = await view(store, "evt-1")
        assert old is not None
        assert (old.status, old.superseded_by) == (EventStatus.SUPERSEDED, "evt-2")
        assert old.finished_at is not None
        assert (await claimed(store)).event_id == "evt-2"

    async def test_other_projects_are_left_alone(self, store: Store) -> None:
        await receive(store, new_event("evt-1", project="other"))
        assert (await receive(store, new_event("evt-2"))).superseded == 0
        assert await status(store, "evt-1") is EventStatus.PENDING

    async def test_a_running_job_is_not_superseded_and_the_newer_waits_behind_it(self, store: Store) -> None:
        await receive(store, new_event("evt-1"))
        job = await claimed(store)
        assert (await receive(store, new_event("evt-2"))).superseded == 0
        assert await claim(store, "worker-2") is None
        await write(store, "succeed", job, Success("done"))
        assert (await claimed(store, "worker-2")).event_id == "evt-2"

    async def test_a_failed_try_falls_to_a_newer_waiting_event(self, store: Store) -> None:
        await receive(store, new_event("evt-1"))
        job = await claimed(store)
        await receive(store, new_event("evt-2"))
        await write(store, "retry_later", job, FAILURE, 0.0)
        old = await view(store, "evt-1")
        assert old is not None
        assert (old.status, old.superseded_by) == (EventStatus.SUPERSEDED, "evt-2")

    async def test_a_job_that_is_handed_back_falls_to_a_newer_waiting_event(self, store: Store) -> None:
        await receive(store, new_event("evt-1"))
        job = await claimed(store)
        await receive(store, new_event("evt-2"))
        await write(store, "release", job)
        assert await status(store, "evt-1") is EventStatus.SUPERSEDED

    async def test_a_lapsed_job_falls_to_a_newer_waiting_event(self, store: Store) -> None:
        await receive(store, new_event("evt-1"))
        await claimed(store)
        await receive(store, new_event("evt-2"))
        await store.advance(31)
        assert await write(store, "expire_leases", 3) == 1
        assert await status(store, "evt-1") is EventStatus.SUPERSEDED

    async def test_never_does_an_older_event_supersede_a_newer_one(self, store: Store) -> None:
        await receive(store, new_event("evt-1"))
        job = await claimed(store)
        await write(store, "bury", job, FAILURE)
        await receive(store, new_event("evt-2"))
        await write(store, "revive", EventQuery())
        assert await status(store, "evt-2") is EventStatus.PENDING

    async def test_within_a_project_the_newest_is_worked_on_last(self, store: Store) -> None:
        await receive(store, new_event("evt-1"))
        await write(store, "bury", await claimed(store), FAILURE)
        await receive(store, new_event("evt-2"))
        await store.advance(5)
        await write(store, "revive", EventQuery())
        first = await claimed(store)
        assert first.event_id == "evt-1"
        await write(store, "succeed", first, Success("done"))
        assert (await claimed(store)).event_id == "evt-2"


class TestSettling:
    async def test_a_delivery_waits_for_more_of_its_burst(self, store: Store) -> None:
        await receive(store, new_event("evt-1", settle_seconds=10, settle_limit_seconds=60))
        assert await claim(store) is None
        async with store.work() as uow:
            due = await uow.events.next_due_seconds()
        assert due is not None
        assert 8 < due <= 10
        await store.advance(10)
        assert (await claimed(store)).event_id == "evt-1"

    async def test_steady_traffic_is_worked_on_at_the_limit_after_the_first(self, store: Store) -> None:
        for number in range(7):  # one every 9 seconds: each alone would wait for 10
            await receive(store, new_event(f"evt-{number}", settle_seconds=10, settle_limit_seconds=60))
            assert await claim(store) is None
            await store.advance(9 if number < 6 else 6.1)
        assert (await claimed(store)).event_id == "evt-6"

    async def test_a_new_burst_begins_after_the_work_on_the_last(self, store: Store) -> None:
        await receive(store, new_event("evt-1", settle_seconds=10, settle_limit_seconds=15))
        await store.advance(12)
        await claimed(store)
        await store.advance(12)
        await receive(store, new_event("evt-2", settle_seconds=10, settle_limit_seconds=15))
        found = await view(store, "evt-2")
        assert found is not None
        assert 9 < (found.run_at - found.received_at).total_seconds() <= 10.1

    async def test_nothing_waiting_is_nothing_due(self, store: Store) -> None:
        await receive(store, new_event())
        await claimed(store)
        async with store.work() as uow:
            assert await uow.events.next_due_seconds() is None


class TestLeases:
    async def test_one_job_per_project_at_a_time_and_projects_side_by_side(self, store: Store) -> None:
        await receive(store, new_event("evt-1", project="a"))
        await receive(store, new_event("evt-2", project="b"))
        first, second = await claimed(store, "worker-1"), await claimed(store, "worker-2")
        assert {first.project, second.project} == {"a", "b"}
        assert await claim(store) is None

    async def test_the_longest_due_goes_first(self, store: Store) -> None:
        await receive(store, new_event("evt-1", project="a", settle_seconds=5, settle_limit_seconds=5))
        await receive(store, new_event("evt-2", project="b", settle_seconds=2, settle_limit_seconds=5))
        await store.advance(6)
        assert (await claimed(store)).event_id == "evt-2"

    async def test_an_expired_lease_lets_another_worker_finish_the_job(self, store: Store) -> None:
        await receive(store, new_event())
        lost = await claimed(store, "worker-1")
        await store.advance(31)
        assert await write(store, "expire_leases", 3) == 1
        taken = await claimed(store, "worker-2")
        assert (taken.attempt, taken.token) == (2, 2)
        await write(store, "succeed", taken, Success("done", revision=1))
        for operation in (("beat", lost, 30.0, "fetching"), ("succeed", lost, Success("late")), ("bury", lost, FAILURE)):
            with pytest.raises(LeaseLostError):
                await write(store, *operation)
        found = await view(store, "evt-1")
        assert found is not None
        assert (found.status, found.summary, found.revision) == (EventStatus.SUCCEEDED, "done", 1)

    async def test_every_write_of_a_worker_that_lost_its_lease_is_refused(self, store: Store) -> None:
        await receive(store, new_event())
        lost = await claimed(store, "worker-1")
        await store.advance(31)
        await write(store, "expire_leases", 3)
        await claimed(store, "worker-2")
        writes: list[tuple[object, ...]] = [
            ("beat", lost, 30.0, "storing"),
            ("succeed", lost, Success("late")),
            ("retry_later", lost, FAILURE, 1.0),
            ("bury", lost, FAILURE),
            ("release", lost),
        ]
        for operation, *arguments in writes:
            with pytest.raises(LeaseLostError):
                await write(store, str(operation), *arguments)
        assert await status(store, "evt-1") is EventStatus.RUNNING

    async def test_beats_keep_the_lease(self, store: Store) -> None:
        await receive(store, new_event())
        job = await claimed(store)
        for _ in range(3):
            await store.advance(20)
            await write(store, "beat", job, 30.0, "generating")
        assert await write(store, "expire_leases", 3) == 0
        found = await view(store, "evt-1")
        assert found is not None
        assert (found.status, found.stage) == (EventStatus.RUNNING, "generating")

    async def test_a_job_that_kills_its_workers_becomes_a_dead_letter(self, store: Store) -> None:
        await receive(store, new_event())
        for _ in range(3):
            job = await claimed(store)
            await write(store, "beat", job, 30.0, "generating")
            await store.advance(31)
            await write(store, "expire_leases", 3)
        found = await view(store, "evt-1")
        assert found is not None
        assert found.failure is not None
        assert (found.status, found.attempts) == (EventStatus.DEAD, 3)
        assert (found.failure.code, found.failure.stage) == ("attempt.interrupted", "generating")
        assert await claim(store) is None

    async def test_handing_back_charges_no_attempt(self, store: Store) -> None:
        await receive(store, new_event())
        await write(store, "release", await claimed(store))
        found = await view(store, "evt-1")
        assert found is not None
        assert (found.status, found.attempts) == (EventStatus.PENDING, 0)
        again = await claimed(store)
        assert (again.attempt, again.token) == (1, 2)


class TestFailing:
    async def test_a_retry_waits_for_its_time_and_keeps_what_went_wrong(self, store: Store) -> None:
        await receive(store, new_event())
        await write(store, "retry_later", await claimed(store), FAILURE, 8.0)
        found = await view(store, "evt-1")
        assert found is not None
        assert (found.status, found.failure, found.attempts) == (EventStatus.RETRYING, FAILURE, 1)
        assert await claim(store) is None
        await store.advance(8.1)
        assert (await claimed(store)).attempt == 2

    async def test_a_dead_letter_tells_code_stage_attempts_first_and_last_time(self, store: Store) -> None:
        await receive(store, new_event())
        await write(store, "retry_later", await claimed(store), FAILURE, 0.0)
        await store.advance(100)
        last = Failure("fetch.refused", "401", "fetching", hint="check the token")
        await write(store, "bury", await claimed(store), last)
        found = await view(store, "evt-1")
        assert found is not None
        assert (found.status, found.failure, found.attempts, found.stage) == (EventStatus.DEAD, last, 2, "fetching")
        assert found.first_failed_at is not None
        assert found.last_failed_at is not None
        assert (found.last_failed_at - found.first_failed_at).total_seconds() > 90
        assert found.finished_at is not None

    async def test_success_after_a_failure_leaves_no_failure(self, store: Store) -> None:
        await receive(store, new_event())
        await write(store, "retry_later", await claimed(store), FAILURE, 0.0)
        await write(store, "succeed", await claimed(store), Success("done", revision=3, run_id="run-1"))
        found = await view(store, "evt-1")
        assert found is not None
        assert (found.failure, found.summary, found.revision, found.run_id) == (None, "done", 3, "run-1")
        assert found.finished_at is not None


class TestReviving:
    async def dead(self, store: Store, event_id: str, **fields: object) -> None:
        await receive(store, new_event(event_id, **fields))
        await write(store, "bury", await claimed(store), FAILURE)

    async def test_a_revived_dead_letter_keeps_its_id_and_begins_anew(self, store: Store) -> None:
        await self.dead(store, "evt-1")
        assert await write(store, "revive", EventQuery(), ("evt-1",)) == ("evt-1",)
        found = await view(store, "evt-1")
        assert found is not None
        assert (found.status, found.attempts, found.failure, found.finished_at) == (EventStatus.PENDING, 0, None, None)
        job = await claimed(store)
        assert (job.event_id, job.attempt, job.token) == ("evt-1", 1, 2)

    async def test_only_dead_letters_are_revived(self, store: Store) -> None:
        await receive(store, new_event("evt-1"))
        assert await write(store, "revive", EventQuery(), ("evt-1", "nobody")) == ()
        assert await status(store, "evt-1") is EventStatus.PENDING

    async def test_a_query_chooses_by_project_and_code_and_a_limit_ends_it(self, store: Store) -> None:
        for number in range(3):
            await self.dead(store, f"evt-{number}", project=f"p{number}")
        assert await write(store, "revive", EventQuery(project="p1")) == ("evt-1",)
        assert await write(store, "revive", EventQuery(error_code="spec.invalid")) == ()
        assert await write(store, "revive", EventQuery(error_code="fetch.unavailable"), (), 1) == ("evt-0",)

    async def test_ids_are_narrowed_by_the_project(self, store: Store) -> None:
        await self.dead(store, "evt-1", project="theirs")
        assert await write(store, "revive", EventQuery(project="mine"), ("evt-1",)) == ()


class TestReading:
    async def test_lists_are_newest_first_paged_and_without_headers(self, store: Store) -> None:
        for number in range(5):
            await receive(store, new_event(f"evt-{number}", project=f"p{number}"))
        async with store.work() as uow:
            found, total = await uow.events.find(EventQuery(), Page(limit=2, offset=1))
        assert [event.event_id for event in found] == ["evt-3", "evt-2"]
        assert total == 5
        assert found[0].headers == ()

    async def test_lists_are_filtered_by_project_status_and_code(self, store: Store) -> None:
        await receive(store, new_event("evt-1", project="a"))
        await write(store, "bury", await claimed(store), FAILURE)
        await receive(store, new_event("evt-2", project="a"))
        await receive(store, new_event("evt-3", project="b"))
        queries = {
            EventQuery(project="a"): ["evt-2", "evt-1"],
            EventQuery(statuses=(EventStatus.DEAD, EventStatus.RUNNING)): ["evt-1"],
            EventQuery(error_code="fetch.unavailable"): ["evt-1"],
            EventQuery(project="b", error_code="fetch.unavailable"): [],
        }
        async with store.work() as uow:
            for query, expected in queries.items():
                found, total = await uow.events.find(query, Page())
                assert [event.event_id for event in found] == expected
                assert total == len(expected)

    async def test_counts_name_every_status_and_the_longest_wait(self, store: Store) -> None:
        async with store.work() as uow:
            assert (await uow.events.counts()).oldest_waiting_seconds == 0
        await receive(store, new_event("evt-1", project="a"))
        await receive(store, new_event("evt-2", project="b"))
        await claimed(store)
        await store.advance(50)
        async with store.work() as uow:
            counts = await uow.events.counts()
        assert counts.by_status == {status.value: 0 for status in EventStatus} | {"pending": 1, "running": 1}
        assert 50 <= counts.oldest_waiting_seconds < 60
