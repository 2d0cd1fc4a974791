"""The process in which a suite is proven: ``python -m specproof.quality.proof.worker DESCRIPTOR``.

It reads one job (JSON) from its standard input and writes lines of JSON to the descriptor that it is given: ``phase`` lines while it goes on, at
the end one ``proven`` or ``error``. The suite is a stranger's code: whatever it prints goes nowhere, and no connection is made for it.
"""

from __future__ import annotations

import base64
import contextlib
import gc
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from specproof import errors
from specproof.quality.proof import encoding
from specproof.quality.proof.lead import prove_here
from specproof.quality.proof.leash import end_with
from specproof.quality.proof.settings import ProofSettings

_GARBAGE = 50_000, 20, 50
"""Collected items and recordings live as long as the process: looking through them as often as is usual takes a sixth of the time."""
_FORBIDDEN_EVENTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.bind"})


def main(arguments: list[str]) -> int:
    """Carry out the job; 0 even where the outcome is an error that could be told."""
    job = json.loads(sys.stdin.buffer.read())
    end_with(job["parent"])
    with os.fdopen(int(arguments[0]), "wb") as out:
        os.set_inheritable(out.fileno(), False)

        def tell(**said: Any) -> None:
            out.write(json.dumps(said).encode() + b"\n")
            out.flush()

        _limit(job["memory_bytes"], job["file_bytes"])
        gc.set_threshold(*_GARBAGE)
        sys.addaudithook(_refuse_connections)
        try:
            proven = prove_here(
                Path(job["folder"]),
                base64.b64decode(job["document"]),
                ProofSettings(**job["settings"]),
                job["stored"],
                lambda phase: tell(kind="phase", text=phase),
            )
        except errors.SpecProofError as error:
            tell(kind="error", name=type(error).__name__, message=error.message, at=error.at, hint=error.hint)
        except MemoryError:
            tell(kind="error", name="ProofError", message="the proof needs more memory than it may take", at="", hint="")
        else:
            tell(kind="proven", report=encoding.report_json(proven.report), memory=proven.memory)
    return 0


def _limit(memory_bytes: int, file_bytes: int) -> None:
    try:
        resource = importlib.import_module("resource")
    except ImportError:
        return
    for name, wanted in (("RLIMIT_DATA", memory_bytes), ("RLIMIT_FSIZE", file_bytes), ("RLIMIT_CORE", 0)):
        if wanted or name == "RLIMIT_CORE":
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(getattr(resource, name), (wanted, wanted))


def _refuse_connections(event: str, _arguments: tuple[object, ...]) -> None:
    """No audit hook can be removed again, whatever a suite does in Python."""
    if event in _FORBIDDEN_EVENTS:
        raise PermissionError(f"a suite that is being proven has no network ({event})")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
