"""How the reference decides at each point of a request. A mutant or a variant is a subclass that decides one point otherwise.

The server calls these methods in this order; each may end the request by returning an :class:`Answer`::

    unrouted | undeclared_method                      no such path | the path has no such method
    principal                                         who asks: 401
    not_acceptable, unsupported_media_type            406, 415
    decoded                                           bytes to values: 400 for malformed bodies
    contract, problems, refusal                       what a request must satisfy, what it breaks, the answer to that
    performed                                         the operation itself, by its role; calls the methods on records below
    finished                                          whatever was answered, refusals too: the last word on the answer
    encoded                                           the bytes: the last word on the reply

Methods on records (called from ``performed``)::

    conflict, created, replaced, still_valid, patched, deleted     writes
    found, may_see, visible, selected, ordered, page   reads
    shown                                             a record as the JSON value of an answer

A mutant of one operation asks ``call.operation.key`` first and otherwise defers to ``super()``.
"""

from __future__ import annotations

from specproof.openapi.schema import JsonObject
from specproof.reference import execution, finding, listing, presenting, refusals, writes
from specproof.reference.calls import Call, Page, World
from specproof.reference.contracts import Problem, RequestContract
from specproof.reference.credentials import ANONYMOUS, Principal
from specproof.reference.decoding import Decoded
from specproof.reference.messages import Answer, Reply, Request
from specproof.reference.readings import Reading
from specproof.reference.resources import Filter, Listing, Resource
from specproof.reference.roles import Role
from specproof.reference.store import Record, Store

__all__ = [
    "ANONYMOUS",
    "CONFORMING",
    "Behaviour",
    "Call",
    "Filter",
    "Listing",
    "Page",
    "Principal",
    "Reading",
    "Record",
    "Resource",
    "Role",
    "Store",
    "World",
]


class Behaviour:
    """The conforming server: every decision as the document has it. It has no state; all methods may be overridden."""

    # The request, stage by stage.

    def unrouted(self, world: World, request: Request) -> Answer:
        """The path is none of the document: 404."""
        return refusals.unrouted()

    def undeclared_method(self, world: World, request: Request, allowed: tuple[str, ...]) -> Answer:
        """The path has no such method: 405 with ``Allow``."""
        return refusals.undeclared_method(request, allowed)

    def principal(self, world: World, call: Call) -> Principal | Answer:
        """Who asks, or the 401 for who may not."""
        return refusals.principal(world, call)

    def not_acceptable(self, world: World, call: Call) -> Answer | None:
        """The 406 for an ``Accept`` that names nothing documented, where 406 is documented."""
        return refusals.not_acceptable(call)

    def unsupported_media_type(self, world: World, call: Call) -> Answer | None:
        """The 415 for a body of an undocumented media type."""
        return refusals.unsupported_media_type(call)

    def decoded(self, world: World, call: Call) -> Decoded | Answer:
        """The request's values, or the 400 for bytes that are none."""
        return refusals.decoded(call)

    def contract(self, world: World, call: Call) -> RequestContract:
        """What the request has to satisfy."""
        return call.compiled.contract

    def problems(self, world: World, call: Call) -> tuple[Problem, ...]:
        """What the request breaks of :meth:`contract`."""
        return self.contract(world, call).problems(call.decoded)

    def refusal(self, world: World, call: Call, problems: tuple[Problem, ...]) -> Answer:
        """The answer to an invalid request: 400 or 422, as documented."""
        return refusals.refusal(call, problems)

    def performed(self, world: World, call: Call) -> Answer:
        """The operation itself. It makes its decisions about records through the methods below."""
        return execution.performed(self, world, call)

    def finished(self, world: World, call: Call, answer: Answer) -> Answer:
        """The last word on an answer, refusals among them: headers are filled in here."""
        return presenting.finished(world, call, answer)

    def encoded(self, world: World, call: Call, answer: Answer, reply: Reply) -> Reply:
        """The last word on the reply's bytes. ``reply`` is the answer encoded as documented."""
        return reply

    # Records: writes.

    def conflict(self, world: World, call: Call, values: JsonObject, excluding: Record | None) -> Record | None:
        """The record that holds a unique key of ``values`` already, if there is one beside ``excluding``."""
        return writes.conflict(world, call, values, excluding)

    def created(self, world: World, call: Call, values: JsonObject) -> Record:
        """A new record, stored. ``values`` are what the client sent, without wrapper."""
        return writes.created(world, call, values)

    def replaced(self, world: World, call: Call, record: Record, values: JsonObject) -> Record:
        """The record after its replacement by ``values``, which are what the client sent, without wrapper."""
        return writes.replaced(world, call, record, values)

    def patched(self, world: World, call: Call, record: Record, values: JsonObject) -> Record:
        """The record after a partial change. ``values`` are its *whole* new values, the change merged into the old ones already."""
        return writes.patched(world, call, record, values)

    def still_valid(self, world: World, call: Call, record: Record, values: JsonObject) -> bool:
        """Whether the record, changed to ``values``, satisfies what is asked of a whole one; asked before :meth:`patched`."""
        return execution.still_valid(call, record, values)

    def deleted(self, world: World, call: Call, record: Record) -> None:
        """Remove the record and everything below it."""
        writes.deleted(world, record)

    # Records: reads.

    def found(self, world: World, call: Call, record_key: str) -> Record | None:
        """The record with that key (id, or value of ``call.reading.lookup``), below the right parents, that the caller may see."""
        return finding.found(self, world, call, record_key)

    def may_see(self, world: World, call: Call, record: Record) -> bool:
        """Whether the caller may know of the record: always, unless the resource is owned."""
        return finding.may_see(world, call, record)

    def visible(self, world: World, call: Call) -> list[Record]:
        """The records of the call's collection, below the right parents, that the caller may see; oldest first."""
        return finding.visible(self, world, call)

    def selected(self, world: World, call: Call, records: list[Record]) -> list[Record]:
        """The records that the call's filters leave."""
        return listing.selected(call, records)

    def ordered(self, world: World, call: Call, records: list[Record]) -> list[Record]:
        """The records in the order that the call asks for; oldest first where it asks for none."""
        return listing.ordered(call, records)

    def page(self, world: World, call: Call, records: list[Record]) -> Page:
        """The page that the call asks for."""
        return listing.page(call, records)

    def shown(self, world: World, call: Call, record: Record) -> JsonObject:
        """The record as the answer shows it: what is write-only is left out."""
        return presenting.shown(call, record)


CONFORMING = Behaviour()
"""The server without a fault."""
