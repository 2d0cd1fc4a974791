"""What a mutant is."""

from __future__ import annotations

from dataclasses import dataclass, field

from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily
from specproof.openapi.model import OperationKey
from specproof.reference.behaviour import Behaviour


@dataclass(frozen=True, slots=True)
class Mutant:
    """The reference with one fault.

    ``id`` is stable: it depends on the operator, the operation and the place alone (``R1 GET /pets/{petId} /name``). ``sentence`` says the
    fault in a tester's words ("GET /pets/{petId} leaves out the required `name`"); names of the document stand in it as
    :meth:`~specproof.openapi.text.UntrustedText.printable` gives them. ``checks`` are those by which a kill counts: a failure of another check
    is accidental. ``touches`` are all operations whose answers the fault may change, ``operation`` among them: cases that send none of
    them cannot kill it. ``behaviour`` has no state of its own.
    """

    id: str
    operator: str
    family: FaultFamily
    operation: OperationKey
    sentence: str
    checks: frozenset[CheckId]
    touches: frozenset[OperationKey]
    behaviour: Behaviour = field(repr=False, hash=False, compare=False)
