"""What a proof costs: wall time, CPU, and the memory of all its processes together."""

from __future__ import annotations

import json
import resource
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import monotonic

from specproof.bootstrap.generation import GenerationPolicy, generate_suite
from specproof.domain.proofs import ProofReport
from specproof.domain.suites import SuiteFile
from specproof.quality.proof.proving import prove
from specproof.quality.proof.settings import ProofSettings
from specproof.storage.suite_folder import write_suite_folder

CAP = 400
WORKERS = 2
PROCESSES = Path("/proc")
BETWEEN_LOOKS = 0.1


@dataclass(frozen=True, slots=True)
class ProofCost:
    """Of the proof's own processes. ``peak_bytes`` is 0 where the system does not tell."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class MeasuredProof:
    """One document's suite, proven."""

    name: str
    operations: int
    report: ProofReport
    cost: ProofCost
    minor: int = 0
    """Cases whose failure is only a remark: none of them kills anything."""


class MemoryWatch:
    """Looks ten times a second at the memory of every process below this one.

    Pages that several processes share count once (PSS): a proof forks its workers, so a sum of their RSS would count most pages twice.
    """

    def __init__(self, processes: Path = PROCESSES) -> None:
        self.peak_bytes = 0
        self._processes = processes
        self._is_over = Event()
        self._thread = Thread(target=self._watched, daemon=True)

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watched(self) -> None:
        own = (self._processes / "self").resolve().name
        while not self._is_over.wait(BETWEEN_LOOKS):
            self.peak_bytes = max(self.peak_bytes, memory_below(own, self._processes))


def memory_below(process: str, processes: Path = PROCESSES) -> int:
    """The bytes of memory of all that descends from ``process``."""
    parents = {}
    for folder in processes.glob("[0-9]*"):
        # After the name, which may hold anything, come the state and the parent.
        fields = _read(folder / "stat").rpartition(")")[2].split()
        if len(fields) > 1:
            parents[folder.name] = fields[1]
    return sum(_proportional_bytes(processes / child) for child in parents if _descends(child, process, parents))


def _descends(child: str, process: str, parents: dict[str, str]) -> bool:
    seen = set()
    while child in parents and child not in seen:
        seen.add(child)
        child = parents[child]
        if child == process:
            return True
    return False


def _proportional_bytes(folder: Path) -> int:
    lines = _read(folder / "smaps_rollup").splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _read(path: Path) -> str:
    """What stands there; nothing where the process has ended meanwhile."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def measured_proof(name: str, document: bytes, *, cap: int = CAP, workers: int = WORKERS) -> MeasuredProof:
    """The suite that is generated for ``document``, proven by ``workers`` processes without anything remembered. Only the proof is measured."""
    with tempfile.TemporaryDirectory(prefix="specproof-measured-") as folder:
        generated = generate_suite(GenerationPolicy(), document, "measured", None)
        suite = Path(folder) / "measured"
        write_suite_folder(suite, generated.suite.files, force=False)
        cpu, begun = _cpu_of_children(), monotonic()
        with MemoryWatch() as memory:
            report = prove(suite, document, settings=ProofSettings(workers=workers, cap=cap, uses_cache=False))
        cost = ProofCost(monotonic() - begun, _cpu_of_children() - cpu, memory.peak_bytes)
    return MeasuredProof(name, generated.operations_total, report, cost, _minor_cases(generated.suite.files))


def _minor_cases(files: Sequence[SuiteFile]) -> int:
    entries = [entry for file in files if file.path.startswith("cases/") for entry in json.loads(file.content).values()]
    return sum(entry["severity"] != "major" for entry in entries)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
