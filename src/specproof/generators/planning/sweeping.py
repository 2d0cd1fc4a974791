"""Operations that may touch more records than the ones that a suite has made: whole collections, and lists of ids.

A suite runs against APIs that hold other people's records. It never empties a collection, and never sends ids that it made up to an
operation that changes what they name - also not as a violation, because the API may not enforce the broken rule.
"""

from __future__ import annotations

from specproof.generators.reading.addressing import names_records
from specproof.generators.reading.effects import is_removal
from specproof.generators.reading.shapes import shape_of
from specproof.openapi.model import Operation
from specproof.openapi.vocabulary import Method, ParameterLocation

LIST_SIZE = frozenset({"maxItems", "minItems", "uniqueItems"})
"""Breaking these in a list of ids takes other ids than those of the suite's records, or none, which may mean all."""


def names_its_record(operation: Operation) -> bool:
    """Whether the record of an update is named by its body alone (``PUT /pet``): nothing tells which optional member does."""
    return operation.key.method in {Method.PUT, Method.PATCH} and "{" not in operation.key.path


def sweeps(operation: Operation) -> bool:
    """Whether an operation removes whatever there is: a removal whose path, query and body name no record.

    A filter that may be left out names none: requests leave it out.
    """
    if not is_removal(operation) or operation.parameters_in(ParameterLocation.PATH):
        return False
    names = [parameter.name.raw() for parameter in operation.parameters_in(ParameterLocation.QUERY) if parameter.required]
    for media in operation.request_body.media_types if operation.request_body else ():
        names += list(shape_of(media.schema).properties) if media.schema else []
    return not any(names_records(name) for name in names)


def takes_foreign_ids(keyword: str, pointer: str) -> bool:
    """Whether breaking ``keyword`` at ``pointer`` of a body would send ids that the suite has not made."""
    return keyword in LIST_SIZE and names_records(pointer.rpartition("/")[2])
