"""Serving a small ASGI application on loopback, for the examples."""

from __future__ import annotations

import contextlib
import json
import socket
from typing import Any

import uvicorn


def serve(application: Any, port: int) -> None:
    """Serve on 127.0.0.1 until a signal ends the process; the address goes to stdout as one line of JSON first.

    The socket listens before the line is printed, so who reads the line can connect.
    """
    with socket.create_server(("127.0.0.1", port)) as listener:
        bound = listener.getsockname()[1]
        print(json.dumps({"port": bound, "url": f"http://127.0.0.1:{bound}"}), flush=True)
        config = uvicorn.Config(application, log_level="warning", access_log=False, timeout_graceful_shutdown=2)
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises the signal again after its orderly end
            uvicorn.Server(config).run(sockets=[listener])
