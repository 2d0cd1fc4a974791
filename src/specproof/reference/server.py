"""The reference as a plain callable: requests in, replies out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from specproof.reference.behaviour import CONFORMING, Behaviour
from specproof.reference.calls import Call, World
from specproof.reference.messages import Answer, Reply, Request
from specproof.reference.model import ReferenceModel
from specproof.reference.presenting import reply_of
from specproof.reference.routing import Match
from specproof.reference.seeding import populated, seeded


class ReferenceServer:
    """One server of a specification: stateful, deterministic, not thread-safe. Many share one model."""

    def __init__(self, model: ReferenceModel, behaviour: Behaviour = CONFORMING) -> None:
        self.model = model
        self.behaviour = behaviour
        self.world = World(model)
        self.reset()

    def reset(self) -> None:
        """As if nothing had ever been asked: no records but those that nobody could make, and the clock at its beginning."""
        self.world.store.clear()
        self.world.notes.clear()
        self.world.ticks = 0
        seeded(self.world)

    def populate(self, count: int) -> None:
        """Give every collection ``count`` records of a stranger."""
        populated(self.world, count)

    def record_count(self) -> int:
        """How many records there are."""
        return len(self.world.store)

    def records(self) -> list[tuple[str, str]]:
        """Every record: its collection, and its key below those of its parents."""
        return [(record.collection, "/".join((*record.parents, record.key))) for record in self.world.store]

    def __call__(self, method: str, target: str, headers: Mapping[str, str] | Iterable[tuple[str, str]], body: bytes) -> Reply:
        """Answer one request."""
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        return self.answer(Request(method.upper(), target, tuple((name.lower(), value) for name, value in pairs), body))

    def answer(self, request: Request) -> Reply:
        """Answer one request. Names of headers are lower-case."""
        world, behaviour = self.world, self.behaviour
        world.ticks += 1
        matches = self.model.router.matches(request.target)
        if not matches:
            return reply_of(behaviour.unrouted(world, request))
        call = self._call(request, matches)
        if call is None:
            return reply_of(behaviour.undeclared_method(world, request, self._allowed(matches)))
        answer = behaviour.finished(world, call, self._answered(call))
        return behaviour.encoded(world, call, answer, reply_of(answer, is_head=call.is_head))

    def _answered(self, call: Call) -> Answer:
        world, behaviour = self.world, self.behaviour
        who = behaviour.principal(world, call)
        if isinstance(who, Answer):
            return who
        call.principal = who
        refused = behaviour.not_acceptable(world, call) or behaviour.unsupported_media_type(world, call)
        if refused is not None:
            return refused
        decoded = behaviour.decoded(world, call)
        if isinstance(decoded, Answer):
            return decoded
        call.decoded = decoded
        problems = behaviour.problems(world, call)
        if problems:
            return behaviour.refusal(world, call, problems)
        return behaviour.performed(world, call)

    def _call(self, request: Request, matches: list[Match]) -> Call | None:
        """The operation that is meant; HEAD means GET where it is not declared itself."""
        is_head = request.method == "HEAD"
        for method in (request.method, "GET") if is_head else (request.method,):
            for match in matches:
                compiled = self.model.methods(match.path).get(method)
                if compiled is not None:
                    return Call(request, compiled, match.values, is_head=is_head)
        return None

    def _allowed(self, matches: list[Match]) -> tuple[str, ...]:
        names = {method for match in matches for method in self.model.methods(match.path)}
        if "GET" in names:
            names.add("HEAD")
        return tuple(sorted(names))
