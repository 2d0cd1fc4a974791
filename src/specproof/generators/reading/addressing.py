"""Which members of a request name the records that it changes, ends or removes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from specproof.generators.reading.effects import CHANGING_WORDS, Effect, effect_of
from specproof.generators.reading.resources import Resource, Role
from specproof.generators.words import ID_WORDS, KEY_WORDS, id_stem, ids_stem, same_word, same_words, tokens
from specproof.openapi.model import Operation
from specproof.openapi.vocabulary import Method, ParameterLocation

_KEYS = frozenset({*KEY_WORDS[len(ID_WORDS) :], "email", "login", "mail", "mobile", "phone", "serial", "sku", "username"})
"""Last words of names by which a record is found where it has no id in the request."""
_NUMBERS = frozenset({"no", "number", "serial"})
_COUNTED = frozenset({"house", "page", "phone", "room", "row", "version"})
_NO_IDS = frozenset(
    {"android", "avoid", "fluid", "grid", "hybrid", "invalid", "paid", "rapid", "solid", "unpaid", "valid", "void"}
)


@lru_cache(maxsize=8192)
def names_records(name: str) -> bool:
    """Whether a member or parameter of that name holds an id or a list of ids."""
    words = tokens(name)
    if words and words[-1] in _NO_IDS:
        return False
    return is_bare_id(name) or id_stem(name) is not None or ids_stem(name) is not None


def is_bare_id(name: str) -> bool:
    """Whether a name is that of an id and nothing more: ``id``, ``ids``, ``uuid``."""
    words = tokens(name)
    return len(words) == 1 and words[0].removesuffix("s") in ID_WORDS


@lru_cache(maxsize=8192)
def is_key(name: str) -> bool:
    """Whether a name may be that of what tells one record from the next: an id, a code, an address."""
    return names_records(name) or tokens(name)[-1:] in {(word,) for word in _KEYS}


def addressing(operation: Operation, resource: Resource, names: Iterable[str]) -> frozenset[str]:
    """Those of ``names`` (of members of its body, or of its query) by which ``operation`` says what it works on.

    Ids of records that stay as they are (``POST /orders`` with ``pet_id``) are none.
    """
    given = frozenset(names)
    effect, ids = effect_of(operation), frozenset(name for name in given if names_records(name))
    keys = frozenset(name for name in given - ids if is_key(name))
    if effect in {Effect.REMOVES, Effect.ENDS}:
        # Where the path says which record ends, codes and names in the body say something else of it.
        is_told = bool(operation.parameters_in(ParameterLocation.PATH))
        return ids if is_told else ids | keys | frozenset(name for name in given if _is_noun(operation, name))
    if effect is not Effect.CHANGES or resource.create is operation or resource.roles.get(operation.key) is Role.CREATE:
        return frozenset()
    is_update = operation.key.method in {Method.PUT, Method.PATCH}
    if operation.parameters_in(ParameterLocation.PATH):
        return frozenset(name for name in ids if is_update and is_bare_id(name))
    if is_update:
        own = frozenset(name for name in ids if is_bare_id(name) or _is_own(operation, resource, name))
        return own or ids or (keys if is_collection(resource, operation) else frozenset())
    says_so = set(tokens(operation.key.path.rpartition("/")[2])) & CHANGING_WORDS
    return ids or (keys if says_so else frozenset(name for name in keys if _is_numbered(name)))


def _is_numbered(name: str) -> bool:
    """``orderNo``, which names an order; no ``pageNumber``, and no ``number`` alone."""
    words = tokens(name)
    return words == ("serial",) or (len(words) > 1 and words[-1] in _NUMBERS and words[-2] not in _COUNTED)


def is_collection(resource: Resource, operation: Operation) -> bool:
    """Whether the path of an operation holds many records: there are some below it, or it is listed."""
    is_there = operation.key.path.rstrip("/") == resource.collection
    return is_there and any(
        resource.first(role) is not None for role in (Role.LIST, Role.READ, Role.DELETE, Role.PATCH, Role.CREATE)
    )


def names_own(operation: Operation, resource: Resource, name: str) -> bool:
    """Whether a name is that of an id of the operation's own record: ``id``, ``petId`` of ``/pet``."""
    return names_records(name) and (is_bare_id(name) or _is_own(operation, resource, name))


def _is_own(operation: Operation, resource: Resource, name: str) -> bool:
    """Whether ``petId`` is the pet of ``/pet``."""
    stem = id_stem(name) or ids_stem(name)
    return stem is not None and (same_words(stem, resource.words) or _is_noun(operation, "_".join(stem)))


def _is_noun(operation: Operation, name: str) -> bool:
    """Whether a name is a noun of the path: ``box`` of ``/boxes/delete``, ``userGroups`` of ``/user-groups/delete``."""
    words = tokens(name)
    segments = [tokens(segment) for segment in operation.key.path.split("/") if "{" not in segment]
    return bool(words) and any(
        same_words(words, segment) or (len(words) == 1 and any(same_word(words[0], word) for word in segment))
        for segment in segments
        if segment
    )
