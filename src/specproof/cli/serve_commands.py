"""``serve``, ``worker`` and ``db upgrade``."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from typing import TYPE_CHECKING

from specproof.cli.exit_codes import ExitCode
from specproof.cli.output import Output
from specproof.cli.session import settings as load
from specproof.errors import ExecutionError, SpecProofError

if TYPE_CHECKING:
    from specproof.settings.sections import Settings


def serve(host: str, port: int, output: Output) -> int:
    """Run the service until a signal ends it. The address goes to stdout, the log to stderr."""
    from specproof.cli.server import AnnouncingServer, address_of, listen, server_config
    from specproof.main import create_app

    settings = load()
    app = create_app(settings)
    hint = "Choose another with --port or SPECPROOF_SERVER__PORT; 0 takes a free one."
    with listen(host or settings.server.host, port if port >= 0 else settings.server.port, hint=hint) as listener:
        server = AnnouncingServer(server_config(app), lambda: _announce(address_of(listener), output))
        server.run(sockets=[listener])
    if not server.started:
        failure = getattr(app.state, "start_failure", None)
        raise (
            failure
            if isinstance(failure, SpecProofError)
            else ExecutionError("the service could not start", hint="See the log above.")
        )
    return ExitCode.INTERRUPTED if server.is_interrupted else ExitCode.DONE


def _announce(url: str, output: Output) -> None:
    if output.as_json:  # one line: whoever started us waits for it
        print(json.dumps({"url": url, "pid": os.getpid()}), flush=True)
    else:
        output.line(f"SpecProof listens on {url} (documentation: {url}/docs)")


async def worker(output: Output) -> int:
    """Work on jobs without the HTTP service, until a signal ends it."""
    from specproof.bootstrap.policies import every_secret
    from specproof.bootstrap.service import compose, log_start, open_database
    from specproof.observability.logging import LogPolicy, configure_logging

    settings = load()
    log = settings.logging
    configure_logging(LogPolicy(level=log.level, format=log.format, known_secrets=every_secret(settings)))
    database = await open_database(settings)
    parts = compose(settings, database, works=True)
    if parts.engine is None:
        raise ExecutionError("there is no engine to run")
    try:
        await parts.engine.start()
    except SpecProofError:
        await parts.stop()
        raise
    log_start(settings, database)
    output.result({"pid": os.getpid()}, ["SpecProof works on jobs; Ctrl-C stops it"])
    await _until_told(parts.engine.wait())
    await parts.stop()
    return ExitCode.DONE


async def _until_told(work: object) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    told = asyncio.create_task(stopping.wait())
    working = asyncio.ensure_future(work)  # type: ignore[call-overload]
    await asyncio.wait((told, working), return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if working.done():
        await working


async def upgrade(output: Output) -> int:
    """Bring the tables up to date."""
    from specproof.bootstrap.service import configured_database

    settings: Settings = load()
    database = configured_database(settings)
    try:
        await database.upgrade()
    finally:
        await database.close()
    kind = "sqlite" if database.is_sqlite else "postgresql"
    output.result({"database": kind, "state": "current"}, [f"{kind}: the tables are up to date"])
    return ExitCode.DONE
