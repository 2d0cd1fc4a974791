"""Operations that may touch more records than the ones that a suite has made: whole collections, and lists of ids.

A suite runs against APIs that hold other people's records. It never empties a collection, and never sends ids that it made up to an
operation that changes what they name - also not as a violation, because the API may not enforce the broken rule.
"""

from __future__ import annotations

from specproof.generators.reading.shapes import shape_of
from specproof.generators.words import ID_WORDS, id_stem, ids_stem, tokens
from specproof.openapi.model import Operation
from specproof.openapi.vocabulary import Method, ParameterLocation

REMOVING_WORDS = frozenset({"delete", "remove", "destroy", "purge", "erase", "drop", "del", "clear", "truncate", "wipe", "flush"})
RESETTING_WORDS = frozenset({"reset", "empty", "clean"})
"""Removing, if the request says nothing more (``POST /counters/reset``); with a body they mean many things."""
SAFE = frozenset({Method.GET, Method.HEAD, Method.OPTIONS, Method.QUERY})
LIST_SIZE = frozenset({"maxItems", "minItems", "uniqueItems"})
"""Breaking these in a list of ids takes other ids than those of the suite's records, or none, which may mean all."""


def is_removal(operation: Operation) -> bool:
    """Whether an operation removes something, by its method or the last word of its path."""
    if operation.key.method in SAFE:
        return False
    words = set(tokens(operation.key.path.rpartition("/")[2]))
    says_nothing = operation.request_body is None and bool(words & RESETTING_WORDS)
    return operation.key.method is Method.DELETE or bool(words & REMOVING_WORDS) or says_nothing


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


def names_records(name: str) -> bool:
    """Whether a member or parameter of that name holds an id or a list of ids."""
    words = tokens(name)
    is_bare = len(words) == 1 and words[0].removesuffix("s") in ID_WORDS
    return is_bare or id_stem(name) is not None or ids_stem(name) is not None


def takes_foreign_ids(keyword: str, pointer: str) -> bool:
    """Whether breaking ``keyword`` at ``pointer`` of a body would send ids that the suite has not made."""
    return keyword in LIST_SIZE and names_records(pointer.rpartition("/")[2])
