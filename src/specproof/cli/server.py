"""uvicorn, with our manners: it says where it listens once it does, and a signal ends it with an exit code of ours."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from specproof.errors import SettingsError

GRACE_SECONDS = 5


def server_config(app: Callable[..., Any], *, has_lifespan: bool = True) -> uvicorn.Config:
    """How the application is served: our logging, no server header, open requests get a few seconds at the end."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on" if has_lifespan else "off",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def listen(host: str, port: int, *, hint: str = "Choose another with --port; 0 takes a free one.") -> socket.socket:
    """A socket that listens. Raises :class:`~specproof.errors.SettingsError` where that is not possible."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(f"cannot listen on {host}:{port}: {error.strerror or error}", at="--port", hint=hint) from error


def address_of(listener: socket.socket) -> str:
    """Where a client finds it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class AnnouncingServer(uvicorn.Server):
    """A server that calls ``announce`` when it accepts connections. ``is_interrupted``: it was ended by Ctrl-C."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce
        self.is_interrupted = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
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
