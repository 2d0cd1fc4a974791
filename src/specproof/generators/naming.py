"""Names of ours: stable ASCII identifiers made from what a document calls things, and the names and ids of cases.

Nothing here depends on the order of a document: where two things would get one name, each of them gets words of its own identity, or a
digest of it where there are none left.
"""

from __future__ import annotations

import builtins
import hashlib
import keyword
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from specproof.generators.words import tokens
from specproof.openapi.model import Operation, OperationKey

OPERATION_LENGTH = 44
CONDITION_LENGTH = 44
EXPECTED_LENGTH = 20
RESERVED = frozenset(
    {"api", "body", "changed", "expect", "fresh", "json", "pytest", "removed", "request", "response", "self", "suite", "test"}
    | {"bearer", "value", "values", "case", "client", "cleanup", "later"}
    | {
        "listing",
        "read",
        "replaced",
        "patched",
        "deleted",
        "answer",
        "repeated",
        "existing",
        "refused",
        "before",
        "following",
        "acted",
    }
)
"""Words that generated modules use themselves, names of steps among them."""


def digest(text: str, length: int = 6) -> str:
    """A short stable digest of ``text``: lower-case hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


@lru_cache(maxsize=8192)
def slug(text: str, limit: int = 60) -> str:
    """The ASCII words of ``text`` joined by underscores, at most ``limit`` characters; "" if there are none."""
    words = [word for word in tokens(_ascii(text)) if word]
    joined = "_".join(words)
    if len(joined) <= limit:
        return joined
    return joined[: limit - 7].rstrip("_") + "_" + digest(joined)


def identifier(text: str, *, fallback: str, limit: int = 40) -> str:
    """A safe identifier: lower-case ASCII, never a keyword, a builtin or a word that generated modules use.

    Names that lose everything (``书``) become ``fallback`` and a digest of the name.
    """
    name = slug(text, limit)
    if not name or not _says_something(text, name):
        name = f"{fallback}_{digest(text)}"
    if not name[0].isalpha():
        name = f"{fallback}_{name}"
    if keyword.iskeyword(name) or keyword.issoftkeyword(name) or hasattr(builtins, name) or name in RESERVED:
        name = f"{name}_{fallback}"
    return name


def operation_names(operations: Iterable[Operation]) -> Mapping[OperationKey, str]:
    """A unique name for each operation: its ``operationId`` where that is plain and nobody else's, else method and path
    (``get_pets_by_pet_id``); a digest only where these are another's, too. What others are called changes no name that is unique.
    """
    wanted = {operation.key: operation_name(operation) for operation in operations}
    counts = Counter(wanted.values())
    shared = {key: path_name(key) for key, name in wanted.items() if counts[name] > 1}
    taken = Counter([*shared.values(), *(name for name, count in counts.items() if count == 1)])
    return {
        key: name if key not in shared else shared[key] if taken[shared[key]] == 1 else _marked(shared[key], key)
        for key, name in wanted.items()
    }


def _marked(name: str, key: OperationKey) -> str:
    return f"{name[: OPERATION_LENGTH - 7].rstrip('_')}_{digest(key.label)}"


def operation_name(operation: Operation) -> str:
    """The name that an operation asks for; it may be another's too."""
    raw = operation.operation_id.raw()
    if raw.isascii() and len(slug(raw, 200)) <= OPERATION_LENGTH:
        name = slug(raw, OPERATION_LENGTH)
        if name and name[0].isalpha():
            return name
    return path_name(operation.key)


def path_name(key: OperationKey) -> str:
    """``GET /pets/{petId}`` -> ``get_pets_by_pet_id``."""
    words: list[str] = [slug(key.method.value)]
    lost = False
    for segment in key.path.split("/"):
        is_parameter = segment.startswith("{") and segment.endswith("}")
        text = slug(segment, 200)
        lost = lost or (bool(segment) and not _says_something(segment, text))
        if text:
            words += ["by", text] if is_parameter else [text]
    name = "_".join(words)
    if lost or not name:
        name = f"{name}_{digest(key.label)}"
    return name if len(name) <= OPERATION_LENGTH else _marked(name, key)


def case_name(operation: str, condition: str, expected: str) -> str:
    """``test_<operation>__<condition>__<expected>``, at most some 115 characters."""
    return f"test_{operation}__{slug(condition, CONDITION_LENGTH) or 'case'}__{slug(expected, EXPECTED_LENGTH)}"


def case_id(key: OperationKey, case_slug: str) -> str:
    """``METHOD /path :: slug``."""
    return f"{key.label} :: {case_slug}"


def quoted(text: str, limit: int = 40) -> str:
    """A name of the document inside a sentence of ours: printable ASCII in back quotes, a stand-in where nothing is left."""
    plain = "".join(char for char in text if char.isascii() and char.isprintable() and char != "`")[:limit].strip()
    return f"`{plain}`" if plain else f"the field {digest(text)}"


def _ascii(text: str) -> str:
    return "".join(char if char.isascii() else " " for char in text)


def _says_something(text: str, name: str) -> bool:
    """Whether ``name`` keeps what distinguishes ``text``: letters that are not ASCII were dropped from it otherwise."""
    return bool(name) and not any(char.isalnum() and not char.isascii() for char in text)
