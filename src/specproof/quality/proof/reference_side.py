"""The reference as a proof uses it: servers with and without a fault, which operations a request leads to, what was left behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from specproof.domain.proofs import Sample
from specproof.openapi.model import ApiSpec, OperationKey
from specproof.quality.proof.mutation import Difference
from specproof.quality.proof.recording import Exchange
from specproof.quality.proof.suite_sources import json_object
from specproof.reference.behaviour import CONFORMING, Behaviour
from specproof.reference.credentials import issued
from specproof.reference.messages import Request
from specproof.reference.model import ReferenceModel
from specproof.reference.mutants.catalogue import mutants_of
from specproof.reference.mutants.model import Mutant
from specproof.reference.probes import Conversations, Prober, as_curl
from specproof.reference.resources import Resource
from specproof.reference.roles import Role
from specproof.reference.server import ReferenceServer
from specproof.reference.store import Store
from specproof.reference.variants import Variant, variants_of

VALID, SECOND = "SPECPROOF_CREDENTIAL_", "SPECPROOF_SECOND_CREDENTIAL_"


@dataclass(frozen=True, slots=True)
class Touched:
    """The operations that a request leads to: one, or those of its path where the path has no such method."""

    keys: frozenset[OperationKey]
    label: str


class ServerState(NamedTuple):
    """The records, the clock, and what the behaviour has noted for itself."""

    store: Store
    ticks: int
    notes: Mapping[str, object]


class ProofServer(ReferenceServer):
    """A reference whose state can be kept and put back, and which begins with so many records of strangers.

    They are made once and copied: making them takes long.
    """

    def __init__(self, model: ReferenceModel, behaviour: Behaviour = CONFORMING, strangers: int = 0) -> None:
        self._beginning: ServerState | None = None
        super().__init__(model, behaviour)
        if strangers:
            self.populate(strangers)
            self._beginning = self.state()

    def reset(self) -> None:
        """As if nothing had been asked."""
        super().reset()
        if self._beginning is not None:
            self.restore(self._beginning)

    def state(self) -> ServerState:
        """All that later answers can depend on."""
        return ServerState(self.world.store.copied(), self.world.ticks, dict(self.world.notes))

    def restore(self, state: ServerState) -> None:
        """Go on from there."""
        super().reset()
        self.world.ticks = state.ticks
        self.world.store = state.store.copied()
        self.world.notes.update(state.notes)


def _says_ids(resource: Resource) -> bool:
    """Whether whoever makes a record learns its id: chooses it in the path, or is answered with a body or a ``Location``."""
    creates = resource.operations.get(Role.CREATE, ())
    told = [
        response
        for operation in creates
        for response in operation.responses
        if response.is_success or response.status == "default"
    ]
    has_body = any(media.schema is not None for response in told for media in response.media_types)
    return not creates or has_body or any(header.name == "location" for response in told for header in response.headers)


def _base_of(spec: ApiSpec) -> str:
    """The path of the API's first server (``/v2``), which its address need not name to the reference; "" for none that is plain."""
    try:
        path = urlsplit(spec.servers[0].url.raw()).path.rstrip("/") if spec.servers else ""
    except ValueError:
        return ""
    return path if path.startswith("/") and "{" not in path else ""


class ReferenceSide:
    """One document's reference."""

    def __init__(self, spec: ApiSpec) -> None:
        self.model = ReferenceModel(spec)
        self._base = _base_of(spec)
        self._deletable = frozenset(
            resource.name for resource in self.model.resources if resource.operation(Role.DELETE) and _says_ids(resource)
        )
        self._all_keys = tuple(operation.key for operation in spec.operations)
        self._keys_by_path: dict[str, list[OperationKey]] = {}
        for key in self._all_keys:
            self._keys_by_path.setdefault(key.path, []).append(key)
        self.touched = lru_cache(maxsize=20_000)(self._touched)

    def environment(self, folder: Path) -> dict[str, str]:
        """The variables in which the suite in ``folder`` looks for credentials, with those that the reference accepts."""
        secrets = issued(self.model.spec)
        variables: dict[str, str] = {}
        for slug, scheme in json_object(folder / "schemas" / "security.json").items():
            name = scheme.get("name") if isinstance(scheme, dict) else None
            if isinstance(name, str) and name in secrets:
                variables[f"{VALID}{slug}"], variables[f"{SECOND}{slug}"] = secrets[name]
        return variables

    def server(self, behaviour: Behaviour = CONFORMING, strangers: int = 0) -> ProofServer:
        """A new server that holds nothing but the records of strangers."""
        return ProofServer(self.model, behaviour, strangers)

    def records(self, server: ReferenceServer) -> int:
        """How many records the server holds of those that the document lets one delete, and whose ids the one who made them is told."""
        return sum(1 for collection, _ in server.records() if collection in self._deletable)

    def mutants(self, cap: int) -> tuple[Sequence[Mutant], Mapping[str, Sample]]:
        """The mutants to try, and by operator how many there would be."""
        catalogue = mutants_of(self.model, cap=cap)
        return catalogue.mutants, catalogue.samples

    def variants(self) -> Sequence[Variant]:
        """The legal differences that can show on the document."""
        return variants_of(self.model)

    def differ(self, mutant: Mutant) -> Difference:
        """Probe a mutant that no case noticed: whether any request shows that it is not the reference."""
        probing = self._prober.probe(self.server(mutant.behaviour), mutant.touches | {mutant.operation})
        found = probing.difference
        return Difference(probing.count, self.shown(found.request) if found else "", is_different=found is not None)

    def shown(self, request: Request) -> str:
        """A command that sends the request to a server of the API, below the path at which the document says that it answers."""
        is_whole = self._base and request.target.startswith(f"{self._base}/")
        return as_curl(request if is_whole else replace(request, target=f"{self._base}{request.target}"))

    @cached_property
    def _prober(self) -> Prober:
        return Prober(self.server(), Conversations(self.model))

    def operations(self, exchanges: Iterable[Exchange]) -> frozenset[OperationKey]:
        """All operations that the requests lead to. One to a path that the document has not may touch them all."""
        found: frozenset[OperationKey] = frozenset()
        for exchange in exchanges:
            found |= self.touched(exchange.method, exchange.path).keys
        return found

    def label(self, method: str, target: str) -> str:
        """The operation that a request leads to, as reports write it; "" if it leads to none."""
        return self.touched(method, target.partition("?")[0]).label

    def labels(self, exchanges: Iterable[Exchange]) -> list[str]:
        """The labels of all operations that the requests lead to."""
        return sorted({key.label for key in self.operations(exchanges)})

    def _touched(self, method: str, path: str) -> Touched:
        paths = [match.path for match in self.model.router.matches(path)]
        below = [key for template in paths for key in self._keys_by_path[template]]
        exact = [key for key in below if key.method.value == method]
        if exact:
            return Touched(frozenset(exact), exact[0].label)
        return Touched(frozenset(below or self._all_keys), "")
