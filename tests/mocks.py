"""``specproof mock`` as a process for tests; it ends with its block, by its own id."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from processes import ROOT, clean_environment

BOOKSHOP = ROOT / "examples" / "bookshop" / "openapi.json"


@contextlib.contextmanager
def mock(document: Path, folder: Path, *arguments: str) -> Iterator[dict[str, Any]]:
    """Serve ``document`` on a free port of the loopback: its address, and the credentials that it accepts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "specproof", "mock", str(document), "--port", "0", "--json", *arguments],
        cwd=folder,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdout.close()
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
