"""What a document gives a suite to reach: the denominators of the coverage metrics, worked out from the document alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from specproof.openapi.model import ApiSpec, MediaType, Operation, Parameter
from specproof.openapi.schema import JsonValue
from specproof.openapi.vocabulary import ParameterLocation
from specproof.quality.metrics.items import Coverage, Item
from specproof.quality.metrics.keywords import JSON, impossible, keywords_of
from specproof.quality.metrics.schema_nodes import Direction, Node, all_nodes

MOST_VALUES = 8
"""Members of one enum that have to be sent."""


@dataclass(slots=True)
class Demand:
    """The items to reach, and those that nobody can, with the reason and the operation that has them."""

    items: set[Item] = field(default_factory=set)
    impossible: dict[Item, tuple[str, str]] = field(default_factory=dict)

    def of(self, coverage: Coverage) -> list[Item]:
        """The items of one metric, sorted."""
        return sorted(item for item in self.items if item.coverage is coverage)


def demand_of(spec: ApiSpec) -> Demand:
    """Everything that ``spec`` gives to reach."""
    demand = Demand()
    for operation in spec.operations:
        label = operation.key.label
        demand.items |= {Item(Coverage.OPERATIONS, label, ""), Item(Coverage.PATHS, operation.key.path, "")}
        demand.items |= set(_statuses(operation))
        demand.items |= set(_media_types(operation))
        demand.items |= set(_security(operation))
        for parameter in operation.parameters:
            _add_parameter(demand, operation, parameter)
        for media_type in operation.request_body.media_types if operation.request_body else ():
            _add_body(demand, operation, media_type)
        for response in operation.responses:
            for media_type in response.media_types:
                demand.items |= set(_response_keywords(media_type))
    return demand


def status_item(operation: Operation, status: str) -> Item:
    """One documented status of one operation."""
    return Item(Coverage.STATUSES, operation.key.label, status.upper())


def _statuses(operation: Operation) -> Iterator[Item]:
    for response in operation.responses:
        status = response.status.upper()
        if status[:1] in "234" and status != "429":
            yield status_item(operation, status)


def _media_types(operation: Operation) -> Iterator[Item]:
    body = operation.request_body
    for media_type in body.media_types if body else ():
        yield media_type_item(operation, "sent", media_type.name)
    for response in operation.success_responses():
        for media_type in response.media_types:
            yield media_type_item(operation, "answered", media_type.name)


def media_type_item(operation: Operation, way: str, name: str) -> Item:
    """One media type of one operation; ``way`` is ``sent`` or ``answered``."""
    return Item(Coverage.MEDIA_TYPES, operation.key.label, f"{way} {name}")


def _security(operation: Operation) -> Iterator[Item]:
    for requirement in operation.security:
        yield security_item(operation, frozenset(scheme.name.raw() for scheme in requirement.schemes))


def security_item(operation: Operation, schemes: frozenset[str]) -> Item:
    """One alternative of an operation's security."""
    return Item(Coverage.SECURITY, operation.key.label, " and ".join(sorted(schemes)) or "anonymous")


def carrier_of(parameter: Parameter) -> str:
    """In what sort of text a parameter travels (see ``keywords``)."""
    return JSON if parameter.content_type else parameter.location.value


def parameter_item(operation: Operation, parameter: Parameter, state: str) -> Item:
    """``state`` is ``valid``, ``invalid`` or ``absent``."""
    name = f"{parameter.location.value} {parameter.name.printable()}"
    return Item(Coverage.PARAMETERS, operation.key.label, f"{name}: {state}")


def _add_parameter(demand: Demand, operation: Operation, parameter: Parameter) -> None:
    demand.items.add(parameter_item(operation, parameter, "valid"))
    if parameter.location is not ParameterLocation.PATH:
        demand.items.add(parameter_item(operation, parameter, "absent"))
    nodes = list(all_nodes(parameter.schema, Direction.REQUEST))
    is_breakable = _add_nodes(demand, operation, nodes, carrier_of(parameter))
    if is_breakable:
        demand.items.add(parameter_item(operation, parameter, "invalid"))


def _add_body(demand: Demand, operation: Operation, media_type: MediaType) -> None:
    if media_type.schema is None:
        return
    nodes = list(all_nodes(media_type.schema, Direction.REQUEST))
    _add_nodes(demand, operation, nodes, carrier_of_body(media_type))


def carrier_of_body(media_type: MediaType) -> str:
    """In what sort of text a body travels."""
    return JSON if media_type.is_json or media_type.is_sequential else "form"


def _add_nodes(demand: Demand, operation: Operation, nodes: list[Node], carrier: str) -> bool:
    """The keywords and values of some nodes of a request; whether any of the keywords can be broken."""
    is_breakable = False
    for node in nodes:
        demand.items |= set(value_items(node))
        for keyword in keywords_of(node):
            demand.items.add(Item(Coverage.EDGES, node.at, keyword))
            broken = Item(Coverage.VIOLATIONS, node.at, keyword)
            reason = impossible(keyword, node, carrier)
            if not reason:
                is_breakable = True
                demand.items.add(broken)
                demand.impossible.pop(broken, None)
            elif broken not in demand.items:
                demand.impossible.setdefault(broken, (operation.key.label, reason))
    return is_breakable


def value_items(node: Node) -> Iterator[Item]:
    """The values of an enum or a boolean that have to be sent."""
    for value in listed_values(node):
        yield value_item(node, value)


def value_item(node: Node, value: JsonValue) -> Item:
    """One value of an enum or a boolean."""
    return Item(Coverage.VALUES, node.at, repr(value)[:60])


def listed_values(node: Node) -> list[JsonValue]:
    """The members of an enum (the first few), or both truth values."""
    members = node.schema.get("enum")
    if isinstance(members, list):
        return members[:MOST_VALUES]
    return [True, False] if node.schema.get("type") == "boolean" else []


def _response_keywords(media_type: MediaType) -> Iterator[Item]:
    if media_type.schema is None:
        return
    for node in all_nodes(media_type.schema, Direction.RESPONSE):
        for keyword in keywords_of(node):
            yield Item(Coverage.RESPONSES, node.at, keyword)
