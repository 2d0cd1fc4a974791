"""Time as a proven suite sees it: it passes when the server says that it took some, and when the suite waits. Nobody really waits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

GLANCE_SECONDS = 1e-6
"""What each look at the clock takes, so that a loop that waits for a moment to come ends."""


class SuiteClock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self._now = 1_000.0
        self.looks = 0
        """How often somebody has looked at it."""

    def monotonic(self) -> float:
        """The time now, in seconds from some start."""
        self._now += GLANCE_SECONDS
        self.looks += 1
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let ``seconds`` pass at once."""
        self._now += max(0.0, seconds)

    @contextmanager
    def overlooked(self) -> Iterator[None]:
        """In the block nobody of the suite's looks at the clock."""
        looks = self.looks
        try:
            yield
        finally:
            self.looks = looks

    @contextmanager
    def in_place_of_real_time(self) -> Iterator[None]:
        """Until the end of the block, ``time.sleep`` and the steady clocks of the ``time`` module are this clock's."""
        real = time.sleep, time.monotonic, time.perf_counter
        time.sleep, time.monotonic, time.perf_counter = self.sleep, self.monotonic, self.monotonic  # type: ignore[assignment]
        try:
            yield
        finally:
            time.sleep, time.monotonic, time.perf_counter = real
