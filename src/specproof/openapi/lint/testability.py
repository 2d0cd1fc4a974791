"""How well a document can be tested: a figure from 0 to 100, made of parts that each say what is missing.

For one operation each part is a share from 0 to 1, or None where it does not apply:

* ``responses`` (weight 25): of the JSON bodies of success responses, how many have a schema that says something. A success response
  without a body counts as described; without any success response the part is 0.
* ``inputs`` (25): of the leaf fields of parameters and request bodies (texts, numbers, lists, and what has no type), how many say
  what is allowed, so that a boundary can be tested. Truth values are always constrained. None where there are no fields.
* ``statuses`` (25): of the statuses that matter to the operation, how many are documented: success always; 400 or 422 where it takes
  input; 401 where it needs a credential; 404 where its path names a record. A range (``4XX``) or ``default`` documents an error.
* ``security`` (10): of the schemes that it names, how many can be sent. None is named: 1 where the document defines schemes, for then
  the operation is open on purpose, and 0 where it defines none, for then nothing is said.
* ``examples`` (15): of its examples that can be held against a schema, how many satisfy it. None where there are none.

The operation's figure is the weighted mean of the parts that apply, times 100, cut to a whole number: 100 means that
nothing is missing. The document's figure is the mean of its operations' exact figures, its parts the means of theirs; a document
without operations has no figure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from specproof.openapi.lint.context import LintContext
from specproof.openapi.lint.examples import operation_examples
from specproof.openapi.lint.json_types import types_of
from specproof.openapi.lint.operation_rules import (
    documents,
    documents_success,
    has_path_parameters,
    is_undescribed,
    needs_credential,
    takes_input,
)
from specproof.openapi.lint.schema_rules import NUMBER_KEYWORDS, STRING_KEYWORDS, is_free_form
from specproof.openapi.lint.sites import SchemaGroup, Site, request_schemas
from specproof.openapi.model import Operation, OperationKey
from specproof.openapi.vocabulary import SchemeKind

WEIGHTS: Final[Mapping[str, int]] = MappingProxyType(
    {"responses": 25, "inputs": 25, "statuses": 25, "security": 10, "examples": 15}
)
_SAYS_WHAT_IS_ALLOWED = {"array": frozenset({"maxItems"}), "string": STRING_KEYWORDS, "integer": NUMBER_KEYWORDS}
_MOST_DEFINITIONS = 200
"""Of one request: the nearest ones are counted, so that the work grows with the number of operations only."""


@dataclass(frozen=True, slots=True)
class DocumentTestability:
    """A figure from 0 to 100 and its parts (shares from 0 to 1; None where one does not apply), by the names in :data:`WEIGHTS`."""

    figure: int
    parts: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class OperationTestability:
    """The testability of one operation."""

    key: OperationKey
    pointer: str
    figure: int
    parts: Mapping[str, float | None]


def operation_testability(context: LintContext) -> tuple[OperationTestability, ...]:
    """Every operation's figure, in the document's order of operations."""
    counts: dict[int, tuple[int, int]] = {}
    found: list[OperationTestability] = []
    for operation in context.spec.operations:
        parts = {
            "responses": _responses(operation),
            "inputs": _inputs(operation, context, counts),
            "statuses": _statuses(operation),
            "security": _security(operation, context),
            "examples": _examples(operation, context),
        }
        found.append(OperationTestability(operation.key, operation.pointer, _cut(_mean(parts)), MappingProxyType(parts)))
    return tuple(found)


def document_testability(operations: Sequence[OperationTestability]) -> DocumentTestability | None:
    """The document's figure; None where it has no operations."""
    if not operations:
        return None
    figure = sum(_mean(operation.parts) for operation in operations) / len(operations)
    parts: dict[str, float | None] = {}
    for name in WEIGHTS:
        shares = [share for operation in operations if (share := operation.parts[name]) is not None]
        parts[name] = sum(shares) / len(shares) if shares else None
    return DocumentTestability(_cut(figure), MappingProxyType(parts))


def _mean(parts: Mapping[str, float | None]) -> float:
    applying = [(share, WEIGHTS[name]) for name, share in parts.items() if share is not None]
    return 100 * sum(share * weight for share, weight in applying) / sum(weight for _, weight in applying)


def _cut(figure: float) -> int:
    return math.floor(figure + 1e-9)  # What should be 100 may come out a hair below it.


def _responses(operation: Operation) -> float:
    responses = operation.success_responses()
    bodies = [media_type for response in responses for media_type in response.media_types]
    if not bodies:
        return float(documents_success(operation))
    return sum(not is_undescribed(body) for body in bodies) / len(bodies)


def _inputs(operation: Operation, context: LintContext, counts: dict[int, tuple[int, int]]) -> float | None:
    constrained = total = 0
    for group in context.graph.reachable(tuple(request_schemas(operation)), _MOST_DEFINITIONS):
        if id(group) not in counts:
            counts[id(group)] = _counted(group)
        constrained += counts[id(group)][0]
        total += counts[id(group)][1]
    return constrained / total if total else None


def _counted(group: SchemaGroup) -> tuple[int, int]:
    verdicts = [verdict for site in group.sites if (verdict := _is_constrained(site)) is not None]
    return sum(verdicts), len(verdicts)


def _is_constrained(site: Site) -> bool | None:
    """Whether a leaf field says what is allowed; None for what is no leaf."""
    types, keywords = types_of(site.node), site.keywords
    if site.is_composite or site.is_partial:
        return None
    if is_free_form(site) or keywords & {"enum", "const"}:
        return not is_free_form(site)
    if types is None or "object" in types:
        return None
    wanted = [words for kind, words in _SAYS_WHAT_IS_ALLOWED.items() if kind in types]
    return all(keywords & words for words in wanted)


def _statuses(operation: Operation) -> float:
    wanted = [documents_success(operation)]
    if takes_input(operation):
        wanted.append(documents(operation, "400", "422"))
    if needs_credential(operation):
        wanted.append(documents(operation, "401"))
    if has_path_parameters(operation):
        wanted.append(documents(operation, "404", "410"))
    return sum(wanted) / len(wanted)


def _security(operation: Operation, context: LintContext) -> float:
    schemes = {scheme for requirement in operation.security for scheme in requirement.schemes}
    if not schemes:
        return float(bool(operation.security or context.spec.security_schemes))
    return sum(scheme.kind is not SchemeKind.UNSUPPORTED for scheme in schemes) / len(schemes)


def _examples(operation: Operation, context: LintContext) -> float | None:
    pointers = {example.pointer for example, _, _ in operation_examples(operation)}
    return 1 - len(pointers & context.examples.invalid) / len(pointers) if pointers else None
