"""The difference between two servers, found without knowing what is right: the same requests, and where the replies part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

import orjson

from specproof.openapi.model import OperationKey
from specproof.openapi.schema import JsonValue
from specproof.reference.messages import Headers, Reply, Request
from specproof.reference.probes.access import Access
from specproof.reference.probes.rendering import rendered
from specproof.reference.probes.steps import Conversation

_MOST_RECORDED: Final = 60_000
"""How many exchanges are kept: some 100 MB at most."""
_UNSENT: Final = Reply(0, (), b"")
BUDGET: Final = 1.0
"""Seconds that an answer may pretend to take: only beyond them slowness is a difference."""


class Source(Protocol):
    """Where conversations come from."""

    @property
    def access(self) -> Access:
        """The credentials that their requests carry."""
        ...

    def of(self, keys: Iterable[OperationKey]) -> Iterable[Conversation]:
        """Those that call one of the operations."""
        ...


class Server(Protocol):
    """What a probe needs of a server."""

    def answer(self, request: Request) -> Reply:
        """Answer one request."""
        ...

    def reset(self) -> None:
        """Forget everything."""
        ...

    def populate(self, count: int) -> None:
        """Have so many records of a stranger in each collection."""
        ...


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two servers part. ``requests`` are those sent up to and with the telling one, which is the last.

    ``steps`` are their places in the conversation.
    """

    conversation: Conversation
    steps: tuple[int, ...]
    requests: tuple[Request, ...]
    expected: Reply
    """What the reference answered."""
    actual: Reply

    @property
    def request(self) -> Request:
        """The telling request."""
        return self.requests[-1]

    @property
    def records(self) -> int:
        """How many records of a stranger each collection held before."""
        return self.conversation.records


@dataclass(frozen=True, slots=True)
class Probing:
    """What came of a probe. ``count`` is how many requests were tried; without a difference the two are equivalent to all of them."""

    difference: Difference | None
    count: int


@dataclass(frozen=True, slots=True)
class _Exchange:
    request: Request
    reply: Reply


class Prober:
    """Probes mutants of one reference. What the reference answers is recorded once."""

    def __init__(self, reference: Server, conversations: Source, *, budget: float = BUDGET) -> None:
        self._reference = reference
        self._conversations = conversations
        self._budget = budget
        self._recorded: dict[str, tuple[_Exchange, ...]] = {}
        self._size = 0

    def probe(self, mutant: Server, keys: Iterable[OperationKey]) -> Probing:
        """Play every conversation that calls one of the operations, until a reply differs."""
        count = 0
        for conversation in self._conversations.of(keys):
            exchanges = self.recorded(conversation)
            begin(mutant, conversation.records)
            for index, exchange in enumerate(exchanges):
                reply = mutant.answer(exchange.request)
                count += 1
                if not self._is_same(exchange.reply, reply):
                    return Probing(self._difference(mutant, conversation, index, reply), count)
        return Probing(None, count)

    def recorded(self, conversation: Conversation) -> tuple[_Exchange, ...]:
        """The requests of a conversation and what the reference answers to them."""
        known = self._recorded.get(conversation.id)
        if known is None:
            known = tuple(self._played(conversation))
            self._size += len(known)
            if self._size > _MOST_RECORDED:
                self._recorded.clear()
                self._size = len(known)
            self._recorded[conversation.id] = known
        return known

    def _played(self, conversation: Conversation, kept: frozenset[int] | None = None) -> list[_Exchange]:
        """A conversation with the reference; with ``kept``, of those steps alone."""
        begin(self._reference, conversation.records)
        replies: list[Reply] = []
        exchanges: list[_Exchange] = []
        for index, step in enumerate(conversation.steps):
            if kept is not None and index not in kept:
                replies.append(_UNSENT)
                continue
            request = rendered(step, replies, self._conversations.access)
            replies.append(self._reference.answer(request))
            exchanges.append(_Exchange(request, replies[-1]))
        return exchanges

    def shortened(self, mutant: Server, difference: Difference) -> Difference:
        """The same difference with as few requests as show it: each one that is not needed is left out."""
        best = difference
        for step in difference.steps[:-1]:
            kept = tuple(each for each in best.steps if each != step)
            best = self._retried(mutant, best, kept) or best
        return best

    def _difference(self, mutant: Server, conversation: Conversation, index: int, reply: Reply) -> Difference:
        """What was found; of requests that do not need each other the telling one alone, after what it does need."""
        exchanges = self.recorded(conversation)[: index + 1]
        requests = tuple(exchange.request for exchange in exchanges)
        whole = Difference(conversation, tuple(range(index + 1)), requests, exchanges[-1].reply, reply)
        if conversation.is_loose:
            for start in range(index, max(index - 2, conversation.setup), -1):
                fewer = self._retried(mutant, whole, (*range(conversation.setup), *range(start, index + 1)))
                if fewer is not None:
                    return fewer
        return whole

    def _retried(self, mutant: Server, difference: Difference, kept: tuple[int, ...]) -> Difference | None:
        """The difference with these steps alone, None where they do not show it."""
        conversation = difference.conversation
        played = self._played(conversation, frozenset(kept))
        requests = tuple(exchange.request for exchange in played)
        begin(mutant, conversation.records)
        actual = [mutant.answer(request) for request in requests][-1]
        statuses = (played[-1].reply.status, actual.status)
        if self._is_same(played[-1].reply, actual) or statuses != (difference.expected.status, difference.actual.status):
            return None
        return Difference(conversation, kept, requests, played[-1].reply, actual)

    def _is_same(self, first: Reply, second: Reply) -> bool:
        if first.status != second.status or (first.seconds > self._budget) != (second.seconds > self._budget):
            return False
        if first.headers != second.headers and sorted(_compared(first.headers)) != sorted(_compared(second.headers)):
            return False
        return first.body == second.body or _same_json(first.body, second.body)


def differ(reference: Server, mutant: Server, conversations: Source, keys: Iterable[OperationKey]) -> Probing:
    """Probe one mutant. For several of them a :class:`Prober` records the reference's answers only once."""
    return Prober(reference, conversations).probe(mutant, keys)


def begin(server: Server, records: int) -> None:
    """Reset a server, with so many records of a stranger."""
    server.reset()
    if records:
        server.populate(records)


def _compared(headers: Headers) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in headers if name.lower() != "content-length"]


def _same_json(first: bytes, second: bytes) -> bool:
    try:
        return _is_equal(orjson.loads(first), orjson.loads(second))
    except orjson.JSONDecodeError:
        return False


def _is_equal(first: JsonValue, second: JsonValue) -> bool:
    """Equality of JSON: 1 and 1.0 are the same, 1 and true are not."""
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(_is_equal(first[name], second[name]) for name in first)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(_is_equal, first, second))
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    return first == second
