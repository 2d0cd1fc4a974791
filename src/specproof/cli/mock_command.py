"""``mock``: the reference of a document as a server to work against."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from specproof.cli.documents import read_document
from specproof.cli.exit_codes import ExitCode
from specproof.cli.output import Output

if TYPE_CHECKING:
    from pathlib import Path

    from specproof.settings.sections import Settings


@dataclass(frozen=True, slots=True)
class MockOptions:
    """What ``specproof mock`` was asked for."""

    spec: str
    port: int
    host: str = "127.0.0.1"
    seed: str = ""
    populate: int = 0
    no_auth: bool = False
    root: Path | None = None


def mock(options: MockOptions, output: Output) -> int:
    """Serve the reference until a signal ends it. State is kept from request to request, and gone with the process."""
    from specproof.bootstrap.policies import spec_limits
    from specproof.bootstrap.proving import MockPolicy, mock_of
    from specproof.cli.server import AnnouncingServer, address_of, listen, server_config
    from specproof.settings.loading import load_settings

    settings = load_settings(os.environ)
    document = asyncio.run(_read(settings, options))
    policy = MockPolicy(
        limits=spec_limits(settings),
        seed=options.seed or settings.generation.seed,
        records=options.populate,
        has_auth=not options.no_auth,
    )
    mocked = mock_of(policy, document)
    with listen(options.host, options.port) as listener:
        config = server_config(mocked.app, has_lifespan=False)
        announce = _Announcement(address_of(listener), mocked.title, mocked.credentials, output, mocked.variables)
        server = AnnouncingServer(config, announce)
        server.run(sockets=[listener])
    return ExitCode.INTERRUPTED if server.is_interrupted else ExitCode.DONE


async def _read(settings: Settings, options: MockOptions) -> bytes:
    return await read_document(settings, options.spec, options.root)


@dataclass(frozen=True, slots=True)
class _Announcement:
    """Says where the mock listens, and what it accepts. With ``--json`` in one line: whoever started us waits for it."""

    url: str
    title: str
    credentials: Mapping[str, tuple[str, str]]
    output: Output
    variables: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def __call__(self) -> None:
        if self.output.as_json:
            said = {name: list(secrets) for name, secrets in self.credentials.items()}
            print(json.dumps({"url": self.url, "pid": os.getpid(), "credentials": said}), flush=True)
            return
        self.output.line(f"mock of {self.title or 'the document'} on {self.url}")
        for name, (first, second) in self.credentials.items():
            self.output.line(f"  credential {name}: {first}   (another user: {second})")
        if self.variables:
            self.output.line("  for a suite of it, paste:")
        for name, (valid, other) in self.variables.items():
            first, second = self.credentials[name]
            self.output.line(f"    export {valid}={first} {other}={second}")
