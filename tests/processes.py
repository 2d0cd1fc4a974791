"""Real processes for tests: the service, the sample API, the stand-in of Apifox. Each ends with its block, by its own id."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[1]
Found = TypeVar("Found")


def clean_environment(**extra: str) -> dict[str, str]:
    """This process's environment without our settings and credentials."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SPECPROOF_") or name.startswith("SPECPROOF_TEST_")
    }
    return {**kept, "PYTHONUNBUFFERED": "1", **extra}


@contextlib.contextmanager
def example(module: str, *arguments: str) -> Iterator[str]:
    """``python -m examples.MODULE``: the address that it printed as its first line."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"examples.{module}", "--port", "0", *arguments],
        cwd=ROOT,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        yield json.loads(line)["url"]
    finally:
        process.stdout.close()
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class ServiceProcess:
    """``specproof serve`` in its own folder; can be killed and started again on the same database."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        ours = {
            "SPECPROOF_DATABASE__URL": f"sqlite:///{folder}/service.db",
            "SPECPROOF_STORAGE__OUTPUT_DIR": str(folder / "suites"),
            "SPECPROOF_WEBHOOK__SETTLE_SECONDS": "0",
            # A proof takes most of a minute on a busy machine: those who are about it switch it on.
            "SPECPROOF_PROOF__ENABLED": "false",
        }
        self.environment = clean_environment(**{**ours, **environment})
        self.url = ""
        self.key = ""
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *arguments: str, expect: int = 0) -> str:
        """Run ``specproof ARGUMENTS``; its stdout."""
        finished = subprocess.run(
            [sys.executable, "-m", "specproof", *arguments],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert finished.returncode == expect, finished.stdout + finished.stderr
        return finished.stdout

    def start(self) -> None:
        """Start and wait until it answers."""
        with (self.folder / "service.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "specproof", "serve", "--port", "0", "--json"],
                cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.log()
        self.url = json.loads(line)["url"]
        if not self.key:
            scopes = [part for scope in ("admin", "read", "run", "deliver") for part in ("--scope", scope)]
            self.key = json.loads(self.command("keys", "create", "tests", *scopes, "--json"))["key"]

    def kill(self) -> None:
        """kill -9, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Stop in order; the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        process = self.process
        if process is None:
            return 0
        assert process.stdout is not None
        process.send_signal(how)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        self.process = None
        return process.returncode

    def log(self) -> str:
        """What the service logged so far."""
        return (self.folder / "service.log").read_text(encoding="utf-8", errors="replace")

    def get(self, path: str) -> dict[str, object]:
        """GET with the API key."""
        return self.send("GET", path)[1]

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, dict[str, object]]:
        """One request with the API key; status and decoded body, whatever the status."""
        fields = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **headers}
        request = urllib.request.Request(self.url + path, data=body, headers=fields, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def deliver(self, project: str, secret: str, content: str, event: str = "API_UPDATED") -> tuple[int, dict[str, object]]:
        """A signed Apifox delivery."""
        body = json.dumps({"event": event, "title": "接口变更提醒", "content": content}, ensure_ascii=False).encode()
        signature = "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
        headers = {"Authorization": "", "X-Whatever-Signature": signature}
        return self.send("POST", f"/api/v1/webhooks/apifox/{project}", body, **headers)

    def ended(self, event_id: object, seconds: float = 60) -> dict[str, object]:
        """Wait until an event has ended."""
        return eventually(lambda: self._if_ended(str(event_id)), seconds, self.log)

    def _if_ended(self, event_id: str) -> dict[str, object] | None:
        event = self.get(f"/api/v1/events/{event_id}")
        return event if event.get("status") in ("succeeded", "dead", "superseded", "recorded") else None


def eventually(look: Callable[[], Found | None], seconds: float, context: Callable[[], str]) -> Found:
    """What ``look`` finds, once it finds something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found is not None:
            return found
        time.sleep(0.05)
    raise AssertionError(f"nothing within {seconds} s\n{context()[-4000:]}")
