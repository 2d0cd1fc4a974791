"""All operators, and the mutants that they give for a document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from specproof.domain.proofs import FaultFamily, Sample
from specproof.reference.model import ReferenceModel
from specproof.reference.mutants.auth import AUTH
from specproof.reference.mutants.crash import CRASH
from specproof.reference.mutants.listing import LISTS
from specproof.reference.mutants.model import Mutant
from specproof.reference.mutants.overstrict import OVERSTRICT
from specproof.reference.mutants.response import RESPONSE
from specproof.reference.mutants.sampling import drawn
from specproof.reference.mutants.state import STATE
from specproof.reference.mutants.status import STATUSES
from specproof.reference.mutants.validation import VALIDATION

Instantiate: TypeAlias = "Callable[[ReferenceModel], Iterator[Mutant]]"

CAP: Final = 400
"""How many mutants are tried of a document if nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One sort of fault. ``instantiate`` gives a mutant for each place of a document where it can be made."""

    name: str
    family: FaultFamily
    title: str
    instantiate: Instantiate


@dataclass(frozen=True, slots=True)
class MutantSet:
    """The mutants of one document that are tried, and how many there are by operator (those that have none left out)."""

    mutants: tuple[Mutant, ...]
    samples: Mapping[str, Sample] = field(hash=False)


_TITLES: Final[Mapping[FaultFamily, tuple[str, ...]]] = {
    FaultFamily.RESPONSE: (
        "a required member is left out",
        "a required member of a list's item is left out",
        "a value has the wrong JSON type",
        "null where none is allowed",
        "a value is none of its choices",
        "a member that is not allowed",
        "a text is not of its format",
        "a value is beyond its bound",
        "a list for an object, an object for a list",
        "the JSON is cut off",
        "the body is empty",
        "the body of an error is not the documented one",
        "the discriminator names no alternative",
        "a writeOnly member is shown, a readOnly one left out",
    ),
    FaultFamily.STATUS: (
        "an undocumented success",
        "200 for 201",
        "a body with 204",
        "the wrong media type",
        "a required header is missing",
        "a header has the wrong type",
        "Location is missing or wrong",
        "an unknown id leads to another record",
        "an unknown id is answered 500 or 403",
        "an undeclared method is answered 200",
        "405 without Allow",
        "401 without WWW-Authenticate",
        "the content type is ignored",
        "the answer is slow",
        "an error shows a stack trace",
    ),
    FaultFamily.VALIDATION: (
        "a bound of a parameter is not checked",
        "the type of a parameter is not checked",
        "the choices of a parameter are not checked",
        "a rule for a text is not checked",
        "a rule for a number is not checked",
        "a rule for a list is not checked",
        "something required may be left out",
        "undocumented members are taken",
        "a rule deep in the body, a type or null is not checked",
        "one of several operations does not check its body",
        "malformed JSON is taken",
    ),
    FaultFamily.OVERSTRICT: (
        "the value on a bound is refused",
        "a choice or null is refused",
        "something optional is asked for",
    ),
    FaultFamily.CRASH: (
        "500 on a bound",
        "500 on a long text",
        "500 on a text that is not ASCII, an empty list, null",
        "500 on a wrong type, malformed JSON, an odd scheme",
    ),
    FaultFamily.AUTH: (
        "no credential is needed",
        "any credential is taken",
        "an empty credential is taken",
        "a refused write is done all the same",
        "the records of others can be read and changed",
        "a list shows the records of others",
        "a readOnly member is stored",
    ),
    FaultFamily.STATE: (
        "a new record is not kept, or under another id",
        "a value is lost or altered in a new record",
        "a duplicate is taken",
        "a change is not stored, or part of it",
        "PUT merges, PATCH wipes, null is ignored",
        "PUT is not idempotent",
        "DELETE deletes nothing, everything, or not from the list",
        "a refused write has its effect",
        "a record is there below the wrong parent",
        "another record is read",
        "the ETag is constant or stale",
    ),
    FaultFamily.LIST: (
        "a filter is ignored or inverted",
        "the order is ignored or reversed",
        "the size of a page is wrong",
        "the place of a page is wrong",
        "a record is left out or shown twice, the total is wrong",
    ),
}

_INSTANTIATES: Final[Mapping[FaultFamily, tuple[Instantiate, ...]]] = {
    FaultFamily.RESPONSE: RESPONSE,
    FaultFamily.STATUS: STATUSES,
    FaultFamily.VALIDATION: VALIDATION,
    FaultFamily.OVERSTRICT: OVERSTRICT,
    FaultFamily.CRASH: CRASH,
    FaultFamily.AUTH: AUTH,
    FaultFamily.STATE: STATE,
    FaultFamily.LIST: LISTS,
}

OPERATORS: Final = tuple(
    Operator(f"{family.value}{number}", family, title, instantiate)
    for family, titles in _TITLES.items()
    for number, (title, instantiate) in enumerate(zip(titles, _INSTANTIATES[family], strict=True), 1)
)
"""Every operator, family by family."""


def mutants_of(model: ReferenceModel, *, cap: int = CAP) -> MutantSet:
    """The mutants of a document, at most ``cap``: of each operator as many, those whose ids come first in a fixed order of chance."""
    found = drawn({operator.name: operator.instantiate(model) for operator in OPERATORS}, cap)
    samples = {name: Sample(applicable, len(chosen)) for name, (applicable, chosen) in found.items() if applicable}
    mutants = sorted((mutant for _, chosen in found.values() for mutant in chosen), key=_place_in_list)
    return MutantSet(tuple(mutants), samples)


_ORDER: Final = {operator.name: index for index, operator in enumerate(OPERATORS)}


def _place_in_list(mutant: Mutant) -> tuple[int, str]:
    return _ORDER[mutant.operator], mutant.id
