"""What a variant is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from specproof.reference.behaviour import Behaviour
from specproof.reference.model import ReferenceModel


@dataclass(frozen=True, slots=True)
class Variant:
    """``id`` is stable (``delete_twice_is_204``), ``sentence`` says the difference in a tester's words.

    ``records`` are how many records of a stranger each collection holds before the suite begins. ``is_lasting`` where the difference only shows
    over many requests: a case by itself does not meet it.
    """

    id: str
    sentence: str
    behaviour: Behaviour = field(repr=False, hash=False, compare=False)
    records: int = 0
    is_lasting: bool = False


Difference = Callable[[ReferenceModel], Iterator[Variant]]
"""One legal difference: gives its variant where it can show on the document, else nothing."""
