"""What an operation does to records, by its method and its words: whether it only shows them, makes them, ends them or removes them.

A guess on the side of caution. What looks as if it removed (``GET /boxes/delete?id=3``) is no read, whatever its method says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from specproof.generators.words import singular, tokens
from specproof.openapi.model import Operation
from specproof.openapi.vocabulary import Method

SAFE = frozenset({Method.GET, Method.HEAD, Method.OPTIONS, Method.QUERY})
_READ_BY_MANY = frozenset({Method.GET, Method.HEAD})
"""What anybody calls from an address line, and older APIs take for everything. A HEAD is often answered by the code of the GET."""
_SURELY_REMOVING = frozenset({"delete", "remove", "destroy", "purge", "erase", "del", "truncate", "wipe"})
REMOVING_WORDS = _SURELY_REMOVING | {"drop", "clear", "flush"}
RESETTING_WORDS = frozenset({"reset", "empty", "clean"})
"""Removing, if the request says nothing more (``POST /counters/reset``); with a body they mean many things."""
_SURELY_ENDING = frozenset({"cancel", "revoke", "terminate", "deactivate", "disable", "unpublish", "unsubscribe"})
"""No nouns: a GET of that name does something, too."""
ENDING_WORDS = _SURELY_ENDING | {
    "archive", "ban", "block", "close", "detach", "discard", "end", "expire", "freeze", "kick", "lock", "merge", "refund", "reject",
    "retire", "suspend", "transfer", "unlink", "void", "withdraw",
}  # fmt: skip
CHANGING_WORDS = frozenset({"update", "modify", "edit", "patch", "rename", "move", "assign", "change", "save", "set", "switch"})
_TOLD_BY_READS = frozenset(
    (word,)
    for word in ("approve", "confirm", "disapprove", "enable", "modify", "publish", "reset", "set", "toggle", "unlock", "update")
)
"""What a GET is told to do where the last segment of its path begins so, and it is told with what."""
_READING_WORDS = frozenset(
    {
        "auth", "authenticate", "calculate", "check", "count", "detail", "details", "estimate", "exists", "export", "fetch", "filter",
        "find", "get", "info", "list", "login", "lookup", "page", "preview", "query", "report", "search", "show", "signin",
        "stat", "statistics", "stats", "token", "validate", "verify", "view",
    }
)  # fmt: skip
_MAKING_WORDS = frozenset({"add", "create", "import", "insert", "new", "register", "signup", "submit", "upload"})
_REMOVING_SIGNS = re.compile(r"(?<![已被未不])(?:删除|移除|清空|清除|注销|销毁)")
_ENDING_SIGNS = re.compile(r"(?<![已被未不])(?:取消|关闭|停用|禁用|撤销|作废|解散|封禁|踢出)")


_LEAD = 2
"""How many signs may stand before them: two that say *in bulk*."""


class Effect(StrEnum):
    """What an operation does."""

    SHOWS = "shows"
    ASKS = "asks"
    """A POST that only asks (``POST /pets/search``)."""
    MAKES = "makes"
    """A POST that makes something new: the records that its body names stay as they are."""
    CHANGES = "changes"
    ENDS = "ends"
    """It takes a record out of use without removing it (``POST /orders/cancel``)."""
    REMOVES = "removes"


class _Said(NamedTuple):
    """All that the effect of an operation is read from."""

    method: Method
    path: str
    name: str
    summary: str
    has_body: bool
    has_parameters: bool


def effect_of(operation: Operation) -> Effect:
    """What an operation does, as far as its words tell."""
    name, summary = operation.operation_id.raw(), operation.summary.raw().strip()[:60]
    has_body = operation.request_body is not None
    return _effect(_Said(operation.key.method, operation.key.path, name, summary, has_body, bool(operation.parameters)))


def is_removal(operation: Operation) -> bool:
    """Whether an operation removes something: by its method, by the words of its path, its operationId or its summary."""
    return effect_of(operation) is Effect.REMOVES


def ends_records(operation: Operation) -> bool:
    """Whether an operation removes something, or takes it out of use."""
    return effect_of(operation) in {Effect.REMOVES, Effect.ENDS}


def is_safe(operation: Operation) -> bool:
    """Whether an operation only shows what is there: its method says so, and nothing in its words says otherwise."""
    return effect_of(operation) is Effect.SHOWS


def is_verb(segment: str) -> bool:
    """Whether a segment of a path is a word for what is done."""
    words = tokens(segment)
    return len(words) == 1 and words[0] in REMOVING_WORDS | ENDING_WORDS | CHANGING_WORDS | _READING_WORDS | _MAKING_WORDS


def is_ending_word(text: str) -> bool:
    """Whether a word tells an API to remove something, or to take it out of use (``?action=delete``)."""
    return _first_word(text) in REMOVING_WORDS | ENDING_WORDS or bool(_REMOVING_SIGNS.match(text) or _ENDING_SIGNS.match(text))


@lru_cache(maxsize=4096)
def _effect(said: _Said) -> Effect:
    is_read = said.method in SAFE
    if is_read and said.method not in _READ_BY_MANY:
        return Effect.SHOWS
    if said.method is Method.DELETE or (_reads_away(said) if is_read else _writes_away(said)):
        return Effect.REMOVES
    if _ends(said):
        return Effect.ENDS
    named = {*tokens(_last(said)), *tokens(said.name)[:1]}
    if is_read:
        # ``GET /users/3/edit`` shows a form; ``GET /users/update?id=3`` does not.
        is_told = tokens(_last(said))[:1] in _TOLD_BY_READS and (said.has_parameters or said.has_body)
        return Effect.CHANGES if is_told else Effect.SHOWS
    return Effect.CHANGES if said.method is not Method.POST or named & CHANGING_WORDS else _posts(said, named)


def _posts(said: _Said, named: set[str]) -> Effect:
    if named & _MAKING_WORDS:
        return Effect.MAKES
    words = tokens(_last(said))
    if {*words[:1], *words[-1:], *tokens(said.name)[:1]} & _READING_WORDS:
        return Effect.ASKS
    last = _last(said).lower()
    return Effect.MAKES if "{" not in last and singular(last) != last else Effect.CHANGES


def _reads_away(said: _Said) -> bool:
    return _leads_with(said, _SURELY_REMOVING) or _is_marked(said, _REMOVING_SIGNS)


def _writes_away(said: _Said) -> bool:
    last = set(tokens(_last(said)))
    if last & REMOVING_WORDS or (not said.has_body and last & RESETTING_WORDS):
        return True
    if any(words[0] in _SURELY_REMOVING or (len(words) == 1 and words[0] in REMOVING_WORDS) for words in _plain(said)):
        return True
    if said.method is not Method.POST:  # A PUT or a PATCH that says in passing what it may remove is an update.
        return _is_marked(said, _REMOVING_SIGNS)
    is_named = bool(set(tokens(said.name)) & _SURELY_REMOVING)
    return is_named or _first_word(said.summary) in _SURELY_REMOVING or _is_marked(said, _REMOVING_SIGNS)


def _ends(said: _Said) -> bool:
    if said.method in SAFE:
        # ``GET /user/ban?id=5``: by itself the word may be a noun.
        is_told = _last(said) in ENDING_WORDS and said.has_parameters and "{" not in said.path
        return is_told or _leads_with(said, _SURELY_ENDING) or _is_marked(said, _ENDING_SIGNS)
    words = {*tokens(_last(said)), *tokens(said.name)[:1], _first_word(said.summary)}
    words |= {segment[0] for segment in _plain(said) if len(segment) == 1}
    return bool(words & ENDING_WORDS) or _is_marked(said, _ENDING_SIGNS)


def _last(said: _Said) -> str:
    return said.path.rstrip("/").rpartition("/")[2]


def _plain(said: _Said) -> Iterator[tuple[str, ...]]:
    """The words of each segment that is no parameter."""
    for segment in said.path.split("/"):
        words = tokens(segment)
        if words and "{" not in segment:
            yield words


def _leads_with(said: _Said, words: frozenset[str]) -> bool:
    """Whether a segment of the path, the operationId or the summary begins with one of ``words``, or the path or the operationId ends so."""
    named, plain = tokens(said.name), list(_plain(said))
    found = {segment[0] for segment in plain} | {segment[-1] for segment in plain[-1:]} | {*named[:1], *named[-1:]}
    return bool((found | {_first_word(said.summary)}) & words)


def _first_word(text: str) -> str:
    return next(iter(tokens(text)), "")


def _is_marked(said: _Said, signs: re.Pattern[str]) -> bool:
    """Whether Chinese words say it: in the path or the operationId anywhere, in the summary at its beginning or end.

    A read may show what was removed (the history of removals): there the words have to begin the text.
    """
    texts = (*said.path.split("/"), said.name)
    if said.method in SAFE:
        return any(signs.match(text) for text in (*texts, said.summary))
    in_summary = (found.span() for found in signs.finditer(said.summary))
    return any(signs.search(text) for text in texts) or any(
        start <= _LEAD or end >= len(said.summary) - 1 for start, end in in_summary
    )
