"""What a proof may take, and how thorough it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProofSettings:
    """``workers`` are processes that try mutants (0: one for each processor); ``cap`` is the most mutants that are tried.

    ``cache`` is the file that verdicts are kept in for the next proof; None is ``.specproof/proof.json`` in the suite. A suite of a
    stranger may bring a forged one: prove it with ``uses_cache=False`` or with a file of your own. ``uses_shortcut`` spares a case where
    the server answers each recorded request with the very reply that the case has passed with, and of cases that differ in a value alone runs
    a few on a variant and in the second of two parallel runs. Without it every case is run by pytest. The verdicts on mutants are the same
    (a test compares them); an alarm that hangs on one value alone is surely seen only then. ``has_variants`` and ``has_mutants`` can be
    switched off for a first look.
    """

    workers: int = 0
    cap: int = 400
    has_mutants: bool = True
    has_variants: bool = True
    uses_cache: bool = True
    cache: Path | None = None
    uses_shortcut: bool = True
    seed: str = "specproof"
    strangers: int = 25
    """Records of somebody else in each collection, in the run against a database that is not empty."""
    deadline_seconds: float = 900.0
    """For the whole proof."""
    unit_seconds: float = 90.0
    """For one worker's chunk of mutants or one variant; a worker that takes longer hangs."""
    memory_bytes: int = 4 << 30
    """The most address space of data that each process of a proof may take; 0 for no limit."""
