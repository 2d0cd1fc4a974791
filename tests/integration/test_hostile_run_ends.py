"""What is left of a run whose service was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

SERVICE = """
import asyncio, sys
from specproof.domain.runs import RunRequest
from specproof.execution.suite_runner import ProcessSuiteRunner
request = RunRequest(
    suite_dir=sys.argv[1],
    api_url="http://127.0.0.1:9",
    credentials={"SPECPROOF_CREDENTIAL_A": "secret-on-disk-4711"},
    timeout_seconds=60,
)
asyncio.run(ProcessSuiteRunner().run(request))
"""
SUITE = """
import os, pathlib, time

def test_waits():
    here = pathlib.Path(__file__).with_name("credentials")
    here.with_suffix(".tmp").write_text(os.environ["SPECPROOF_CREDENTIALS_FILE"])
    here.with_suffix(".tmp").rename(here)
    time.sleep(60)
"""
PATIENCE_SECONDS = 30


def waited_for(condition: object) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def test_a_killed_service_leaves_no_credentials_on_the_disk(tmp_path: Path) -> None:
    suite = tmp_path / "suite"
    suite.mkdir()
    (suite / "conftest.py").write_text("")
    (suite / "test_waits.py").write_text(SUITE)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary)}
    service = subprocess.Popen([sys.executable, "-c", SERVICE, str(suite)], env=environment)
    try:
        told = suite / "credentials"
        assert waited_for(told.exists)
        credentials = Path(told.read_text())
        assert "secret-on-disk-4711" in credentials.read_text()
    finally:
        os.kill(service.pid, signal.SIGKILL)
        service.wait()

    assert waited_for(lambda: not list(temporary.iterdir()))
    assert not credentials.exists()
