"""All conversations of a document, made when an operation is first asked for and kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from specproof.openapi.model import OperationKey
from specproof.reference.probes.access import Access
from specproof.reference.probes.baseline import Baseline
from specproof.reference.probes.flows import Flows
from specproof.reference.probes.lists import ListProbes
from specproof.reference.probes.singles import SingleProbes
from specproof.reference.probes.steps import Conversation
from specproof.reference.resources import Resource

if TYPE_CHECKING:
    from specproof.reference.model import ReferenceModel

CAP: Final = 60
"""How many conversations an operation has at most."""
VALUES_CAP: Final = 600
"""How many changed values of a body are sent at most; of a parameter a quarter."""


_ORDER: Final = (
    *("valid", "body violation", "parameter violation", "life", "list", "changes", "body edge", "parameter edge"),
    *("credential", "unknown", "method", "body", "header", "parts", "refused", "strangers", "nobody"),
)
"""Kinds of conversations, the most telling first; those that are not named come after them, the longest last."""


def _telling(conversation: Conversation) -> tuple[int, int]:
    kind = conversation.kind
    return (_ORDER.index(kind), 0) if kind in _ORDER else (len(_ORDER), len(conversation.steps))


class Conversations:
    """The conversations of one document. They depend on the document alone."""

    def __init__(self, model: ReferenceModel, *, cap: int = CAP, values_cap: int = VALUES_CAP) -> None:
        self.model = model
        self.baseline = Baseline(model)
        self._cap = cap
        self._values_cap = values_cap
        self._singles: dict[OperationKey, tuple[Conversation, ...]] = {}
        self._flows: dict[int, tuple[Conversation, ...]] = {}

    def of(self, keys: Iterable[OperationKey]) -> Iterator[Conversation]:
        """Those that call one of the operations, the most telling first, each once.

        First the plain requests of each, then those that one keyword sets apart, then what their resources' records live through.
        """
        wanted = sorted(set(keys))
        seen: set[str] = set()
        every = [each for key in wanted for each in self.singles(key)]
        every += [each for resource in self._resources(wanted) for each in self.flows(resource) if each.operations & set(wanted)]
        for conversation in sorted(every, key=_telling):
            if conversation.id not in seen:
                seen.add(conversation.id)
                yield conversation

    @property
    def access(self) -> Access:
        """The credentials that the requests carry."""
        return self.baseline.access

    def _resources(self, keys: list[OperationKey]) -> list[Resource]:
        """The resources of the operations, and those below or above them."""
        own = [self.model.reading(key).resource for key in keys]
        found: dict[int, Resource] = {id(resource): resource for resource in own if resource is not None}
        for resource in self.model.resources:
            if resource.parent is not None and id(resource.parent) in found:
                found.setdefault(id(resource), resource)
        return list(found.values())

    def singles(self, key: OperationKey) -> tuple[Conversation, ...]:
        """Requests to one operation, each after what it needs."""
        if key not in self._singles:
            probes = SingleProbes(self.baseline, self.model.reading(key), self._values_cap)
            self._singles[key] = tuple(probes.conversations())[: self._cap]
        return self._singles[key]

    def flows(self, resource: Resource) -> tuple[Conversation, ...]:
        """What the records of a resource live through."""
        if id(resource) not in self._flows:
            made = (*Flows(self.baseline, resource).conversations(), *ListProbes(self.baseline, resource).conversations())
            self._flows[id(resource)] = made[: self._cap]
        return self._flows[id(resource)]


def conversations(model: ReferenceModel, *, cap: int = CAP, values_cap: int = VALUES_CAP) -> Conversations:
    """The conversations of a document, to be made once and used for all its mutants."""
    return Conversations(model, cap=cap, values_cap=values_cap)
