"""What the prover's child does in tests: picklable functions of the top level. Run as a script, it holds a child that hangs in
a proof, with a process that the proof has started, and ends when the child has begun."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from proofexamples import weak_report
from specproof.domain.ports import ProofLimits
from specproof.domain.proofs import ProofReport
from specproof.domain.suites import SuiteFile
from specproof.errors import SuiteUnprovableError
from specproof.pipeline.children import ChildPolicy
from specproof.pipeline.suite_prover import ChildSuiteProver


def proving(files: Sequence[SuiteFile], document: bytes, limits: ProofLimits, project: str) -> ProofReport:
    """The first word of ``document`` says what happens, the second is an argument."""
    word, _, argument = document.decode().partition(" ")
    if word == "unprovable":
        raise SuiteUnprovableError("pytest collects nothing", at=files[0].path, hint="look at it")
    if word == "defect":
        raise KeyError(argument)
    if word == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "hang":
        hang(Path(argument))
    return weak_report()


def hang(begun: Path) -> None:
    """Until an exception comes; what was started in the meantime is ended then."""
    started = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    try:
        begun.with_suffix(".part").write_text(f"{os.getpid()} {started.pid}")
        begun.with_suffix(".part").rename(begun)
        time.sleep(600)
    finally:
        started.kill()
        started.wait()


def prover(*, grace_seconds: float = 30.0) -> ChildSuiteProver:
    """With a start of the child that may take long on a busy machine."""
    return ChildSuiteProver(proving, policy=ChildPolicy(), grace_seconds=grace_seconds)


async def main(begun: Path) -> None:
    await prover().prove((), f"hang {begun}".encode(), ProofLimits(seconds=600))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
