"""The proof of a suite as the pipeline has it made: in a copy of the suite, with what is remembered of the project's earlier revisions."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from specproof.domain.ports import ProofLimits
from specproof.domain.proofs import ProofReport
from specproof.domain.suites import SuiteFile
from specproof.pipeline.children import ChildPolicy
from specproof.pipeline.suite_prover import ChildSuiteProver
from specproof.settings.sections import Settings
from specproof.storage.suite_files import checked_path

MEMORIES = ".proofs"
"""The folder beside the suites that keeps, for each project, what the next proof need not find again."""


@dataclass(frozen=True, slots=True)
class ProofPlaces:
    """Where proofs keep what they remember; "" for nowhere. ``memory_bytes`` is the most that each process of a proof may take."""

    memories: str = ""
    memory_bytes: int = 1 << 30


def suite_prover(settings: Settings) -> ChildSuiteProver:
    """The prover whose child does the work. One call for each child: a proof starts processes of its own anyway."""
    places = ProofPlaces(
        memories=str(settings.storage.output_dir.absolute() / MEMORIES), memory_bytes=settings.execution.memory_mb << 20
    )
    return ChildSuiteProver(partial(prove_files, places), policy=ChildPolicy(calls=20, idle_seconds=60.0))


def prove_files(
    places: ProofPlaces, files: Sequence[SuiteFile], document: bytes, limits: ProofLimits, project: str
) -> ProofReport:
    """What the suite of ``files`` is worth. The stored suite is not touched: running it would leave files in it."""
    from specproof.quality.proof.proving import prove
    from specproof.quality.proof.settings import ProofSettings

    memory = Path(places.memories) / f"{project}.json" if places.memories and project else None
    settings = ProofSettings(
        cap=limits.max_mutants,
        uses_cache=memory is not None,
        cache=memory,
        deadline_seconds=limits.seconds,
        unit_seconds=limits.seconds,
        memory_bytes=places.memory_bytes,
    )
    with tempfile.TemporaryDirectory(prefix="specproof-suite-", ignore_cleanup_errors=True) as copy:
        folder = Path(copy) / "suite"
        for file in files:
            path = folder.joinpath(*checked_path(file.path).parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content.encode("utf-8"))
        report = prove(folder, document, settings=settings)
    # What was said on the wire is the longest part by far, and nobody asks for it here.
    return replace(report, traffic=(), kills_by_case={})
