"""A service as a real process, for measuring."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

SECRET = "benchmark-secret"
POSTGRES = os.environ.get("SPECPROOF_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


@dataclass(frozen=True, slots=True)
class Service:
    """A running service: its address, process id, folder, and an API key."""

    url: str
    port: int
    pid: int
    folder: Path
    key: str

    def get(self, path: str) -> dict[str, object]:
        """A GET with the API key; the decoded answer, also of a 503."""
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {self.key}"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return json.loads(error.read())

    def resident_megabytes(self) -> float:
        """Resident memory of the process and its children, in MB."""
        return sum(_resident_kilobytes(pid) for pid in (self.pid, *_children(self.pid))) / 1024

    def cpu_seconds(self) -> float:
        """CPU time used so far by the process itself."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_kilobytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            found += [int(child), *_children(int(child))]
    return found


@contextmanager
def running_service(database_url: str, projects: dict[str, object], **extra: str) -> Iterator[Service]:
    """Start ``specproof serve`` on a free port with a fresh folder; end it afterwards."""
    with tempfile.TemporaryDirectory(prefix="specproof-bench-") as name:
        folder = Path(name)
        port = _free_port()
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("SPECPROOF_")},
            "SPECPROOF_DATABASE__URL": database_url or f"sqlite:///{folder}/bench.db",
            "SPECPROOF_STORAGE__OUTPUT_DIR": str(folder / "suites"),
            "SPECPROOF_PROJECTS": json.dumps(projects),
            "SPECPROOF_LOGGING__LEVEL": "WARNING",
            **extra,
        }
        command = [sys.executable, "-m", "specproof"]
        subprocess.run([*command, "db", "upgrade"], env=environment, cwd=folder, check=True, capture_output=True, timeout=60)
        created = subprocess.run(
            [*command, "keys", "create", "bench", "--scope", "admin", "--scope", "read", "--scope", "run", "--json"],
            env=environment, cwd=folder, check=True, capture_output=True, timeout=60,
        )  # fmt: skip
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "serve", "--port", str(port)], env=environment, cwd=folder, stdout=log, stderr=log
            )
            try:
                service = Service(f"http://127.0.0.1:{port}", port, process.pid, folder, json.loads(created.stdout)["key"])
                _wait_until_ready(service, process, folder / "log")
                yield service
            finally:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_until_ready(service: Service, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"the service ended:\n{log.read_text(encoding='utf-8')[-2000:]}")
        try:
            service.get("/api/v1/webhooks/health")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("the service did not become ready within 30 s")


@contextmanager
def fresh_postgres() -> Iterator[str | None]:
    """A new database with a random name, dropped afterwards; None where no server lets us in."""
    import psycopg
    from psycopg import sql

    name = f"specproof_bench_{uuid4().hex[:12]}"
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        yield None
        return
    with server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield POSTGRES.rsplit("/", 1)[0] + f"/{name}"
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


async def ended(service: Service, event_id: str, seconds: float = 120) -> dict[str, object]:
    """Wait until an event has ended; its document."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        event = await asyncio.to_thread(service.get, f"/api/v1/events/{event_id}")
        if event["status"] in ("succeeded", "dead", "superseded"):
            return event
        await asyncio.sleep(0.02)
    raise SystemExit(f"event {event_id} did not end within {seconds} s")
