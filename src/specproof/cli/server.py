"""uvicorn, with our manners: it says where it listens once it does, and a signal ends it with an exit code of ours."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socket import socket

import uvicorn
from fastapi import FastAPI

GRACE_SECONDS = 5


def server_config(app: FastAPI) -> uvicorn.Config:
    """How the application is served: our logging, no server header, open requests get a few seconds at the end."""
    return uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, lifespan="on", timeout_graceful_shutdown=GRACE_SECONDS
    )


class AnnouncingServer(uvicorn.Server):
    """A server that calls ``announce`` when it accepts connections. ``is_interrupted``: it was ended by Ctrl-C."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce
        self.is_interrupted = False

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        if self.started:
            self._announce()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, but the signal is not raised again afterwards: the command line decides about the exit code."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, action in before.items():
                signal.signal(number, action)

    def _end(self, number: int, frame: object) -> None:
        self.is_interrupted = number == signal.SIGINT
        self.handle_exit(number, None)
