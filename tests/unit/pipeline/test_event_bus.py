"""Observers are told, whatever the others do."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from fakes import FakeNotifier, FakeObserver
from specproof.domain.ports import Notice
from specproof.pipeline.event_bus import EventBus, NotifyingObserver

NOTICE = Notice("run.finished", "shop", "evt-1", "title", "text", {})


async def test_every_observer_is_told_in_order() -> None:
    first, second = FakeObserver(), FakeObserver()
    await EventBus([first, second]).publish(NOTICE)
    assert first.notices == second.notices == [NOTICE]


async def test_a_failing_observer_is_logged_and_the_next_is_told() -> None:
    failing, second = FakeObserver(error=RuntimeError("mail")), FakeObserver()
    with capture_logs() as logs:
        await EventBus([failing, second]).publish(NOTICE)
    assert second.notices == [NOTICE]
    assert (logs[0]["log_level"], logs[0]["observer"]) == ("error", "FakeObserver")


async def test_an_observer_that_hangs_is_given_up() -> None:
    class Hanging:
        async def observe(self, notice: Notice) -> None:
            await asyncio.Event().wait()

    second = FakeObserver()
    with capture_logs() as logs:
        await EventBus([Hanging(), second], patience_seconds=0).publish(NOTICE)
    assert second.notices == [NOTICE]
    assert logs[0]["observer"] == "Hanging"


async def test_a_notifier_can_observe() -> None:
    notifier = FakeNotifier()
    await EventBus([NotifyingObserver(notifier)]).publish(NOTICE)
    assert notifier.notices == [NOTICE]
