"""Starting a service, and reading its document as every tool gets it."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
BIN = Path(__file__).parents[2] / ".venv-services" / "bin"
START_SECONDS = 60.0
END_SECONDS = 5.0
_WEB = ("http://", "https://")
DESCRIBED_ELSEWHERE = {"featureId": {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}}
"""Parameters that a path needs, and a document leaves to another host to describe: what stands there."""


@dataclass(frozen=True, slots=True)
class Command:
    """What starts a service; ``environment`` is added to a small one of ours."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Service:
    """``command`` writes what the service needs into a folder and says how it is started on a port."""

    name: str
    command: Callable[[Path, int], Command]
    document_path: str
    base_path: str = ""
    credential: str = ""
    """``user:password`` for basic authentication; the service takes any."""


@contextlib.contextmanager
def started(service: Service) -> Iterator[str]:
    """A fresh process of the service; its address. It and its children are ended afterwards."""
    with tempfile.TemporaryDirectory(prefix=f"specproof-{service.name}-") as name:
        port = free_port()
        command = service.command(Path(name), port)
        program = str(BIN / command.arguments[0])
        if not Path(program).exists():
            raise SystemExit("the services are not installed: make bench-peers installs them")
        environment = {"PATH": f"{BIN}{os.pathsep}{os.defpath}", "HOME": name, "LANG": "C.UTF-8", **command.environment}
        with (Path(name) / "log").open("wb") as log:
            process = subprocess.Popen(
                [program, *command.arguments[1:]],
                cwd=name,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            url = f"http://{LOOPBACK}:{port}"
            _wait_for(process, url + service.document_path, Path(name) / "log")
            yield url
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait_for(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.2)
    raise RuntimeError(f"the service does not answer: {log.read_text(encoding='utf-8', errors='replace')[-500:]}")


def document_of(service: Service, url: str, answered_at: str) -> dict[str, Any]:
    """The service's own document, as every tool gets it: its address is ``answered_at``, and it leads to no other host."""
    with urllib.request.urlopen(url + service.document_path, timeout=30) as answer:
        document: dict[str, Any] = json.loads(answer.read())
    return prepared(document, answered_at, service.base_path)


def prepared(document: Mapping[str, Any], answered_at: str, base_path: str) -> dict[str, Any]:
    """A copy with one address, and without what it has of other hosts: nothing may be fetched from there while tools run."""
    made: dict[str, Any] = _without_web(copy.deepcopy(dict(document)))
    if "swagger" in made:
        made |= {"host": answered_at.removeprefix("http://"), "basePath": base_path or "/", "schemes": ["http"]}
    else:
        made["servers"] = [{"url": answered_at + base_path}]
    return made


def _without_web(value: Any, inside: str = "") -> Any:
    if isinstance(value, list):
        kept = value if inside != "parameters" else [found for member in value if (found := _parameter(member)) is not None]
        return [_without_web(member) for member in kept]
    if not isinstance(value, dict):
        return value
    if _leads_out(value):
        return {"description": "described elsewhere"} if inside == "responses" else {}
    return {name: _without_web(member, _place(name, inside)) for name, member in value.items()}


def _place(name: str, inside: str) -> str:
    """Where a member stands: in the list of parameters, or in a map of responses."""
    if inside == "responses map":
        return "responses"
    return "responses map" if name == "responses" else name if name == "parameters" else ""


def _parameter(member: Any) -> Any:
    """A parameter; None where another host describes one that can be left out."""
    return DESCRIBED_ELSEWHERE.get(str(member["$ref"]).rpartition("/")[2]) if _leads_out(member) else member


def _leads_out(value: Any) -> bool:
    return isinstance(value, dict) and str(value.get("$ref", "")).startswith(_WEB)


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
