"""httpbin, which answers with what it was asked."""

from __future__ import annotations

from pathlib import Path

from benchmarks.services.starting import LOOPBACK, Command, Service


def _command(_folder: Path, port: int) -> Command:
    return Command(("waitress-serve", f"--listen={LOOPBACK}:{port}", "--threads=8", "httpbin:app"), {})


SERVICE = Service("httpbin", _command, "/spec.json")
