"""What requests of an operation must satisfy, and what a request breaks of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeAlias, TypeVar

from specproof.openapi.model import MediaType, Operation
from specproof.openapi.schema import JsonObject, JsonValue, Schema, bundle_schema
from specproof.reference.decoding import Decoded
from specproof.reference.decoding.facets import facets_of
from specproof.reference.decoding.media_types import matching
from specproof.reference.decoding.parameters import counted_parameters
from specproof.reference.decoding.request_view import RequestView
from specproof.reference.values.proving import Proof, proof_of

ParameterKey: TypeAlias = "tuple[str, str]"
Wanted: TypeAlias = "JsonObject | bool | None"

_MOST_PROBLEMS: Final = 100
"""How many problems of one value are told."""
_BODY: Final = "body"
_K = TypeVar("_K", ParameterKey, str)


@dataclass(frozen=True, slots=True)
class Problem:
    """One way in which a request breaks its contract.

    ``location`` is ``path``, ``query``, ``header``, ``cookie``, ``querystring`` or ``body``; ``name`` the parameter's name, "" for the body;
    ``pointer`` the place inside the value, "" for the whole; ``keyword`` what is broken (``required`` for what was not sent, too).
    """

    location: str
    name: str
    pointer: str
    keyword: str
    message: str


class _Check:
    """One schema, compiled when the first value comes."""

    __slots__ = ("_compiled", "_proof", "schema")

    def __init__(self, schema: Wanted) -> None:
        self.schema = schema
        self._proof: Proof | None = None
        self._compiled = False

    def problems(self, value: JsonValue, location: str, name: str) -> Iterator[Problem]:
        if not self._compiled:
            self._proof = proof_of(self.schema) if self.schema is not None else None
            self._compiled = True
        if self._proof is None or self._proof.holds(value):
            return
        for error in islice(self._proof.broken(value), _MOST_PROBLEMS):
            pointer = "".join(f"/{_escaped(token)}" for token in error.instance_path)
            yield Problem(location, name, pointer, error.kind.name, error.message)


@dataclass(frozen=True, slots=True, eq=False)
class RequestContract:
    """What requests of one operation must satisfy. Immutable; schemas are self-contained and compiled when they are first needed.

    ``parameters`` are by location and name, ``bodies`` by documented media type or range (None: any body of that type will do).
    """

    parameters: Mapping[ParameterKey, JsonObject | bool]
    required: frozenset[ParameterKey]
    bodies: Mapping[str, Wanted]
    body_required: bool
    _parameter_checks: Mapping[ParameterKey, _Check] = field(default_factory=dict, repr=False)
    _body_checks: Mapping[str, _Check] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_parameter_checks", _checks(self.parameters, self._parameter_checks))
        object.__setattr__(self, "_body_checks", _checks(self.bodies, self._body_checks))

    @classmethod
    def of(cls, operation: Operation) -> RequestContract:
        """The contract as the document has it, seen from the client: what is readOnly is neither required nor looked at."""
        view = RequestView(_definitions(operation))
        parameters: dict[ParameterKey, JsonObject | bool] = {}
        required: set[ParameterKey] = set()
        for parameter in counted_parameters(operation):
            key = (parameter.location.value, parameter.name.raw())
            parameters[key] = bundle_schema(view.seen(parameter.schema.raw), view)
            if parameter.required:
                required.add(key)
        body = operation.request_body
        bodies = {media.name: _body_schema(media, view) for media in body.media_types} if body is not None else {}
        return cls(parameters, frozenset(required), bodies, body is not None and body.required)

    def replace(
        self,
        *,
        parameters: Mapping[ParameterKey, JsonObject | bool] | None = None,
        required: frozenset[ParameterKey] | None = None,
        bodies: Mapping[str, Wanted] | None = None,
        body_required: bool | None = None,
    ) -> RequestContract:
        """A changed copy. What is compiled of schemas that stay (the same objects) is shared."""
        return RequestContract(
            self.parameters if parameters is None else parameters,
            self.required if required is None else required,
            self.bodies if bodies is None else bodies,
            self.body_required if body_required is None else body_required,
            self._parameter_checks,
            self._body_checks,
        )

    def problems(self, decoded: Decoded) -> tuple[Problem, ...]:
        """All that a request breaks: parameters in the document's order, then the body. Undocumented parameters are welcome."""
        found: list[Problem] = []
        values = decoded.parameters
        for key, check in self._parameter_checks.items():
            if key in values:
                found.extend(check.problems(values[key], *key))
        if not self.required <= values.keys():
            missing = [key for key in self._named() if key in self.required and key not in values]
            found.extend(Problem(*key, "", "required", f"the {key[0]} parameter {key[1]!r} is required") for key in missing)
        if decoded.has_body:
            check_of_body = self._body_check(decoded.media_type)
            if check_of_body is not None:
                found.extend(check_of_body.problems(decoded.body, _BODY, ""))
        elif self.body_required:
            found.append(Problem(_BODY, "", "", "required", "a body is required"))
        return tuple(found)

    def _named(self) -> list[ParameterKey]:
        return [*self.parameters, *sorted(self.required - self.parameters.keys())]

    def _body_check(self, media_type: str) -> _Check | None:
        name = matching(media_type, self._body_checks)
        return self._body_checks[name] if name is not None else None


def _checks(schemas: Mapping[_K, JsonObject | bool | None], known: Mapping[_K, _Check]) -> dict[_K, _Check]:
    checks: dict[_K, _Check] = {}
    for key, schema in schemas.items():
        check = known.get(key)
        checks[key] = check if check is not None and check.schema is schema else _Check(schema)
    return checks


def _body_schema(media: MediaType, view: RequestView) -> Wanted:
    """The schema of the whole body: of rows, an array. Documents without ``itemSchema`` describe one row in ``schema``, or all."""
    schema, item = media.schema, media.item_schema
    whole = view.seen(schema.raw) if schema is not None else None
    if item is not None:
        rows: JsonObject = {"type": "array", "items": view.seen(item.raw)}
        whole = rows if whole is None else {"allOf": [whole, rows]}
    elif schema is not None and whole is not None and media.is_sequential:
        kinds = facets_of(schema.raw, schema.definitions).kinds
        whole = whole if kinds is None or "array" in kinds else {"type": "array", "items": whole}
    return bundle_schema(whole, view) if whole is not None else None


def _definitions(operation: Operation) -> Mapping[str, JsonObject | bool]:
    """The definitions of the document, which all its schemas share."""
    schemas: list[Schema | None] = [parameter.schema for parameter in operation.parameters]
    for media in operation.request_body.media_types if operation.request_body is not None else ():
        schemas += [media.schema, media.item_schema]
    return next((schema.definitions for schema in schemas if schema is not None), {})


def _escaped(token: str | int) -> str:
    return str(token).replace("~", "~0").replace("/", "~1")
