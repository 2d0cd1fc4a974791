"""Child processes for work that takes a processor, so that the beats of the lease and the routes of the service never wait for it.

A child gets values and gives back values; it never opens the database. It ends with its parent, however that ends.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from types import FrameType
from typing import ParamSpec, TypeVar

import structlog

log = structlog.get_logger(__name__)

LEAVING_SECONDS = 2.0
"""What a gentle child has to clean up when its parent has died."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ChildPolicy:
    """``calls`` is after how many calls a child is renewed; ``idle_seconds`` after how long without one it is ended."""

    calls: int = 60
    idle_seconds: float = 300.0


class Child:
    """A pool of one process whose id we know, so that its work can be ended by public means.

    With ``ends_gently`` the child is asked to end (SIGTERM) and its call with it, by an exception: what the call has started is cleaned up.
    """

    def __init__(self, *, ends_gently: bool = False) -> None:
        self.calls = 0
        self._signal = signal.SIGTERM if ends_gently else signal.SIGKILL
        self._pid: int | None = None
        context = multiprocessing.get_context("spawn")
        initializer = _prepare_gentle_child if ends_gently else _prepare_child
        self._pool = ProcessPoolExecutor(max_workers=1, mp_context=context, initializer=initializer)

    async def start(self) -> None:
        """Come back when the child is there. Raises ``BrokenProcessPool`` if it does not come."""
        if self._pid is None:
            self._pid = await asyncio.wrap_future(self._pool.submit(os.getpid))
            log.debug("Child process started", child=self._pid)

    async def call(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What ``function`` returns or raises in the child. Raises ``BrokenProcessPool`` if the child dies."""
        await self.start()
        self.calls += 1
        return await asyncio.wrap_future(self._pool.submit(function, *arguments, **named))

    def kill(self) -> None:
        """End the process at once, whatever it is doing."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._pid is not None:
            try:
                os.kill(self._pid, self._signal)
            except ProcessLookupError:
                log.debug("The child had ended already", child=self._pid)


def _prepare_child() -> None:
    """In the child: Ctrl-C is the parent's business, and a parent that dies takes the child along."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _prepare_gentle_child() -> None:
    """In the child: as above, but SIGTERM ends the call by an exception, and the end of the parent does that too."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)


def _end_with_parent() -> None:
    # A pool's process that waits for work does not notice that its parent was killed: it holds the other end of the pipe itself.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(LEAVING_SECONDS)
        os._exit(1)
