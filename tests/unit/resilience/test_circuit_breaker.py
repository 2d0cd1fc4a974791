"""The circuit breaker over the shared state of a unit of work, as the service uses it."""

from __future__ import annotations

import pytest

from fakes import FakeClock, FakeDatabase
from specproof.errors import AddressBlockedError, CircuitOpenError, FetchRefusedError, FetchUnavailableError
from specproof.fetching.breaker_store import DatabaseBreakerStore
from specproof.resilience.circuit_breaker import BreakerPolicy, BreakerState, CircuitBreaker

POLICY = BreakerPolicy(failure_threshold=3, recovery_seconds=60.0)


async def works() -> str:
    return "done"


async def fails() -> str:
    raise FetchUnavailableError("away")


async def refuses() -> str:
    raise FetchRefusedError("no")


async def is_blocked() -> str:
    raise AddressBlockedError("private")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(clock: FakeClock) -> DatabaseBreakerStore:
    return DatabaseBreakerStore(FakeDatabase(clock))


@pytest.fixture
def breaker(store: DatabaseBreakerStore) -> CircuitBreaker:
    return CircuitBreaker("fetch:host:443", store=store, policy=POLICY)


async def failing(breaker: CircuitBreaker, times: int) -> None:
    for _ in range(times):
        with pytest.raises(FetchUnavailableError):
            await breaker.call(fails)


async def test_it_opens_after_failures_in_a_row_and_then_calls_nothing(
    breaker: CircuitBreaker, store: DatabaseBreakerStore
) -> None:
    await failing(breaker, 3)
    called = False

    async def note() -> None:
        nonlocal called
        called = True

    with pytest.raises(CircuitOpenError) as caught:
        await breaker.call(note)

    assert not called
    assert (await store.load(breaker.name)).state is BreakerState.OPEN
    assert caught.value.at == "fetch:host:443"
    assert caught.value.retry_after_seconds == 60.0
    assert "3 times" in caught.value.message


async def test_all_processes_share_its_state(store: DatabaseBreakerStore, breaker: CircuitBreaker) -> None:
    await failing(breaker, 3)
    other = CircuitBreaker("fetch:host:443", store=store, policy=POLICY)

    with pytest.raises(CircuitOpenError):
        await other.call(works)
    assert await CircuitBreaker("fetch:elsewhere:443", store=store, policy=POLICY).call(works) == "done"


async def test_a_success_starts_the_count_again(breaker: CircuitBreaker) -> None:
    await failing(breaker, 2)
    await breaker.call(works)
    await failing(breaker, 2)

    assert await breaker.call(works) == "done"


async def test_a_refusal_is_an_answer_and_does_not_count(breaker: CircuitBreaker, store: DatabaseBreakerStore) -> None:
    await failing(breaker, 2)
    with pytest.raises(FetchRefusedError):
        await breaker.call(refuses)

    assert (await store.load(breaker.name)).failures == 0


async def test_a_blocked_address_says_nothing_about_the_target(breaker: CircuitBreaker, store: DatabaseBreakerStore) -> None:
    await failing(breaker, 2)
    with pytest.raises(AddressBlockedError):
        await breaker.call(is_blocked)

    assert (await store.load(breaker.name)).failures == 2


async def test_a_probe_that_succeeds_closes_it(breaker: CircuitBreaker, clock: FakeClock, store: DatabaseBreakerStore) -> None:
    await failing(breaker, 3)
    clock.advance(61)

    assert await breaker.call(works) == "done"
    assert (await store.load(breaker.name)).state is BreakerState.CLOSED


async def test_a_probe_that_fails_opens_it_for_the_whole_time_again(breaker: CircuitBreaker, clock: FakeClock) -> None:
    await failing(breaker, 3)
    clock.advance(61)
    await failing(breaker, 1)
    clock.advance(59)

    with pytest.raises(CircuitOpenError):
        await breaker.call(works)


async def test_only_one_probes_while_the_others_are_refused(
    breaker: CircuitBreaker, clock: FakeClock, store: DatabaseBreakerStore
) -> None:
    await failing(breaker, 3)
    clock.advance(61)
    seen: list[BreakerState] = []

    async def probing() -> None:
        seen.append((await store.load(breaker.name)).state)
        with pytest.raises(CircuitOpenError):
            await breaker.call(works)

    await breaker.call(probing)

    assert seen == [BreakerState.HALF_OPEN]


async def test_a_defect_in_the_call_comes_out_and_is_not_counted(breaker: CircuitBreaker, store: DatabaseBreakerStore) -> None:
    async def defective() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await breaker.call(defective)

    assert (await store.load(breaker.name)).failures == 0
