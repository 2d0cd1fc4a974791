"""API keys, circuit breakers, the audit trail and life signs, whatever they stand on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from databases import FakeStore, SqlStore, Store
from specproof.database.models import AuditRow
from specproof.domain.repositories import ApiKeyView, AuditEntry, BreakerRecord

THEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def key(number: int = 1) -> ApiKeyView:
    return ApiKeyView(
        key_id=f"key-{number}",
        name="CI",
        scopes=("runs:write", "events:read"),
        project="shop",
        created_at=THEN,
        expires_at=THEN + timedelta(days=1),
        last_used_at=None,
        is_revoked=False,
    )


class TestApiKeys:
    async def test_a_key_comes_back_with_the_digest_of_its_secret(self, store: Store) -> None:
        async with store.work() as uow:
            await uow.api_keys.add(key(1), "ab" * 32)
            await uow.api_keys.add(key(2), "cd" * 32)
            await uow.commit()
        async with store.work() as uow:
            assert await uow.api_keys.find("key-1") == (key(1), "ab" * 32)
            assert await uow.api_keys.find("nobody") is None
            assert await uow.api_keys.all() == (key(2), key(1))

    async def test_revoking_and_use_are_noted(self, store: Store) -> None:
        async with store.work() as uow:
            await uow.api_keys.add(key(1), "ab" * 32)
            assert await uow.api_keys.revoke("key-1")
            assert not await uow.api_keys.revoke("nobody")
            await uow.api_keys.touch("key-1")
            await uow.commit()
        async with store.work() as uow:
            found = await uow.api_keys.find("key-1")
        assert found is not None
        assert found[0].is_revoked
        assert found[0].last_used_at is not None


async def fail(store: Store, threshold: int = 3) -> BreakerRecord:
    async with store.work() as uow:
        record = await uow.breakers.record_failure("apifox", threshold)
        await uow.commit()
    return record


async def probe(store: Store, recovery_seconds: float = 60) -> bool:
    async with store.work() as uow:
        is_chosen = await uow.breakers.try_probe("apifox", recovery_seconds)
        await uow.commit()
    return is_chosen


class TestBreakers:
    async def test_an_unknown_breaker_is_closed_and_lets_nobody_probe(self, store: Store) -> None:
        async with store.work() as uow:
            assert await uow.breakers.get("apifox") == BreakerRecord("apifox", "closed", 0, None, None)
            assert await uow.breakers.all() == ()
        assert not await probe(store, 0)

    async def test_it_opens_at_the_threshold(self, store: Store) -> None:
        assert [(await fail(store)).state for _ in range(3)] == ["closed", "closed", "open"]
        record = await fail(store)
        assert (record.state, record.failures) == ("open", 4)
        assert record.opened_seconds_ago is not None
        assert 0 <= record.opened_seconds_ago < 10

    async def test_a_threshold_of_one_opens_at_the_first_failure(self, store: Store) -> None:
        assert (await fail(store, threshold=1)).state == "open"

    async def test_one_caller_probes_after_the_recovery_time(self, store: Store) -> None:
        await fail(store, threshold=1)
        assert not await probe(store)
        await store.advance(61)
        assert await probe(store)
        assert not await probe(store)
        async with store.work() as uow:
            assert (await uow.breakers.get("apifox")).state == "half_open"

    async def test_a_lost_probe_frees_itself(self, store: Store) -> None:
        await fail(store, threshold=1)
        await store.advance(61)
        assert await probe(store)
        await store.advance(61)
        assert await probe(store)

    async def test_a_failed_probe_opens_again_at_once(self, store: Store) -> None:
        await fail(store, threshold=1)
        await store.advance(61)
        await probe(store)
        record = await fail(store, threshold=5)
        assert record.state == "open"
        assert record.probing_seconds_ago is None
        assert not await probe(store)

    async def test_success_closes_and_forgets(self, store: Store) -> None:
        await fail(store, threshold=1)
        async with store.work() as uow:
            await uow.breakers.record_success("apifox")
            await uow.breakers.record_success("url")
            await uow.commit()
        async with store.work() as uow:
            assert await uow.breakers.all() == (
                BreakerRecord("apifox", "closed", 0, None, None),
                BreakerRecord("url", "closed", 0, None, None),
            )


class TestEngines:
    async def test_the_newest_beat_of_each_engine_comes_first(self, store: Store) -> None:
        for engine in ("one", "two"):
            async with store.work() as uow:
                await uow.engines.beat(engine)
                await uow.commit()
            await store.advance(5)
        async with store.work() as uow:
            await uow.engines.beat("one")
            await uow.commit()
        async with store.work() as uow:
            beats = await uow.engines.last_beats()
        assert [beat.engine for beat in beats] == ["one", "two"]
        assert beats[0].seconds_ago < 5 <= beats[1].seconds_ago

    async def test_engines_that_have_been_silent_for_an_hour_are_not_named(self, store: Store) -> None:
        async with store.work() as uow:
            await uow.engines.beat("old")
            await uow.commit()
        await store.advance(3601)
        async with store.work() as uow:
            await uow.engines.beat("new")
            await uow.commit()
            assert [beat.engine for beat in await uow.engines.last_beats()] == ["new"]


class TestAudit:
    async def test_an_entry_is_kept(self, store: Store) -> None:
        entry = AuditEntry("key-1", "retry-failed-events", "evt-1", "by hand")
        async with store.work() as uow:
            await uow.audit.add(entry)
            await uow.commit()
        assert await self.stored(store) == [entry]

    @staticmethod
    async def stored(store: Store) -> list[AuditEntry]:
        if isinstance(store, FakeStore):
            return store.database.tables.audit
        assert isinstance(store, SqlStore)
        return [AuditEntry(row.actor, row.operation, row.subject, row.detail) for row in await store.rows(AuditRow)]
