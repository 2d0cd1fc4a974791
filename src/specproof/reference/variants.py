"""The reference with one legal difference: what another good implementation of the same document might do."""

from __future__ import annotations

from dataclasses import dataclass, field

from specproof.reference.behaviour import Behaviour


@dataclass(frozen=True, slots=True)
class Variant:
    """``id`` is stable (``delete_twice_is_204``), ``sentence`` says the difference in a tester's words.

    ``records`` are how many records of a stranger each collection holds before the suite begins.
    """

    id: str
    sentence: str
    behaviour: Behaviour = field(repr=False, hash=False, compare=False)
    records: int = 0
