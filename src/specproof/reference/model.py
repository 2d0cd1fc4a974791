"""Everything that is derived once from a specification and shared by all servers of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from specproof.openapi.model import ApiSpec, OperationKey
from specproof.reference.compiled import Compiled, Workshop
from specproof.reference.contracts import RequestContract
from specproof.reference.credentials import Credentials
from specproof.reference.decoding import RequestDecoder
from specproof.reference.reader import SpecReader
from specproof.reference.readings import Reading
from specproof.reference.record_forms import RecordForm, documented_keys
from specproof.reference.resources import Resource
from specproof.reference.routing import Router
from specproof.reference.store import Store
from specproof.reference.values import Instances

_NONE: Final[Mapping[str, Compiled]] = MappingProxyType({})


class ReferenceModel:
    """One specification, read. It never changes; what is compiled lazily is the same whenever it is compiled.

    ``resources`` come parents first. ``seed`` chooses among values that the document leaves open.
    """

    def __init__(self, spec: ApiSpec, *, seed: str = "specproof") -> None:
        self.spec = spec
        reader = SpecReader(spec)
        self.shapes = reader.shapes
        self.instances = Instances(seed)
        self.credentials = Credentials(spec)
        self.resources, self._readings = reader.read()
        self.documented_records = tuple(
            (resource, keys) for resource in self.resources if (keys := documented_keys(resource, self.instances))
        )
        self._by_name = {resource.name: resource for resource in self.resources}
        self._below = {resource.name: tuple(_below(resource, self.resources)) for resource in self.resources}
        self.seeded_resources = tuple(resource for resource in self.resources if resource.is_seeded)
        self.router = Router((operation.key.path for operation in spec.operations), _bases(spec))
        self.beginning: Store | None = None
        """The records that every server of the document has from the beginning, once one has made them."""
        self._workshop = Workshop(self._readings, self.instances, self.shapes)
        self._by_path: dict[str, dict[str, Compiled]] = {}
        for operation in spec.operations:
            by_method = self._by_path.setdefault(operation.key.path, {})
            by_method[operation.key.method.value] = self._workshop.compiled(operation.key)

    @property
    def readings(self) -> Iterator[Reading]:
        """How each operation was read, in the order of the specification's operations."""
        return iter(self._readings[operation.key] for operation in self.spec.operations)

    def reading(self, key: OperationKey) -> Reading:
        """How the operation was read. Raises ``KeyError`` for one that the document has not."""
        return self._readings[key]

    def resource(self, name: str) -> Resource | None:
        """The resource of that name, which names its records' collection too."""
        return self._by_name.get(name)

    def resources_below(self, name: str) -> tuple[Resource, ...]:
        """Every resource with ``name`` somewhere above it."""
        return self._below.get(name, ())

    def compiled(self, key: OperationKey) -> Compiled:
        """The operation, ready to be performed; compiled once."""
        return self._workshop.compiled(key)

    def contract(self, key: OperationKey) -> RequestContract:
        """What requests of the operation have to satisfy; compiled once."""
        return self.compiled(key).contract

    def decoder(self, key: OperationKey) -> RequestDecoder:
        """How requests of the operation are read; compiled once."""
        return self.compiled(key).decoder

    def record_form(self, resource: Resource) -> RecordForm:
        """How the resource's records are made; compiled once."""
        return self._workshop.record_form(resource)

    def methods(self, path: str) -> Mapping[str, Compiled]:
        """The operations at one path template, by method."""
        return self._by_path.get(path, _NONE)


def _bases(spec: ApiSpec) -> Iterator[str]:
    for servers in (spec.servers, *(operation.servers for operation in spec.operations)):
        for server in servers:
            try:
                path = urlsplit(server.url.raw()).path.rstrip("/")
            except ValueError:
                continue
            if path.startswith("/"):
                yield path


def _below(resource: Resource, resources: tuple[Resource, ...]) -> Iterator[Resource]:
    for other in resources:
        above = other.parent
        while above is not None and above is not resource:
            above = above.parent
        if above is resource:
            yield other
