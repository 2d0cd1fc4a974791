"""What changed between two revisions of a document, operation by operation, and whether it breaks clients.

A change of a shared schema counts for every operation that reaches it. Prose (summary, description, tags, examples, names of components)
is no change of the contract.
"""

from __future__ import annotations

from specproof.openapi.diff.change_log import ChangeLog
from specproof.openapi.diff.changes import Change, OperationDifference, SpecDifference
from specproof.openapi.diff.matching import matched_operations, path_shape
from specproof.openapi.diff.parameter_diff import compare_parameters
from specproof.openapi.diff.payload_diff import compare_bodies, compare_responses
from specproof.openapi.diff.rules import ChangeRule
from specproof.openapi.diff.schema_graph import SchemaGraph
from specproof.openapi.diff.security_diff import compare_security
from specproof.openapi.finding_log import shortened
from specproof.openapi.model import ApiSpec, Operation, OperationKey, Server
from specproof.openapi.reading.servers import base_path


def diff_specs(old: ApiSpec, new: ApiSpec) -> SpecDifference:
    """Compare two revisions."""
    if old.digest == new.digest:
        return SpecDifference()
    pairs = matched_operations(old, new)
    graph = SchemaGraph(old, new)
    changed = [difference for pair in pairs if (difference := _compared(graph, *pair)) is not None]
    was, stays = {before.key for before, _ in pairs}, {after.key for _, after in pairs}
    return SpecDifference(
        added=tuple(_added(graph, operation) for operation in new.operations if operation.key not in stays),
        removed=tuple(_removed(graph, operation) for operation in old.operations if operation.key not in was),
        changed=tuple(changed),
        document=_document_changes(graph, old, new),
    )


def _added(graph: SchemaGraph, operation: Operation) -> OperationDifference:
    log = ChangeLog(graph)
    log.add(ChangeRule.OPERATION_ADDED, ("", operation.pointer), "operation", " added")
    return OperationDifference(operation.key, None, log.changes())


def _removed(graph: SchemaGraph, operation: Operation) -> OperationDifference:
    log = ChangeLog(graph)
    rule = ChangeRule.OPERATION_REMOVED_DEPRECATED if operation.deprecated else ChangeRule.OPERATION_REMOVED
    log.add(rule, (operation.pointer, ""), "operation", f" removed{' (was deprecated)' if operation.deprecated else ''}")
    return OperationDifference(operation.key, operation.key, log.changes())


def _compared(graph: SchemaGraph, old: Operation, new: Operation) -> OperationDifference | None:
    log = ChangeLog(graph)
    _compare_identity(log, old, new)
    _compare_lifecycle(log, old, new)
    compare_servers(log, old.servers, new.servers, (old.pointer, new.pointer))
    compare_security(log, old, new)
    compare_parameters(log, old, new)
    compare_bodies(log, old, new)
    compare_responses(log, old, new)
    changes = log.changes()
    return OperationDifference(new.key, old.key, changes, is_cut=log.is_cut) if changes else None


def _compare_identity(log: ChangeLog, old: Operation, new: Operation) -> None:
    if old.key == new.key:
        return
    is_renamed = old.key.method is new.key.method and path_shape(old.key.path) == path_shape(new.key.path)
    rule = ChangeRule.OPERATION_PATH_PARAMETER_RENAMED if is_renamed else ChangeRule.OPERATION_MOVED
    text = f"was {_label(old.key)}{', its path parameter was renamed' if is_renamed else ''}"
    log.add(rule, (old.pointer, new.pointer), "", text)


def _compare_lifecycle(log: ChangeLog, old: Operation, new: Operation) -> None:
    places = (old.pointer, new.pointer)
    if old.deprecated != new.deprecated:
        rule = ChangeRule.OPERATION_DEPRECATED if new.deprecated else ChangeRule.OPERATION_REACTIVATED
        log.add(rule, places, "", "is now deprecated" if new.deprecated else "is no longer deprecated")
    if old.sunset != new.sunset:
        # Days are written as RFC 3339 has it, so that their order is that of their texts.
        rule = ChangeRule.OPERATION_SUNSET_EARLIER if new.sunset < old.sunset else ChangeRule.OPERATION_SUNSET_LATER
        if not old.sunset or not new.sunset:
            rule = ChangeRule.OPERATION_SUNSET_ANNOUNCED if new.sunset else ChangeRule.OPERATION_SUNSET_WITHDRAWN
        log.add(rule, places, "sunset", f" {old.sunset or 'none'} -> {new.sunset or 'none'}")
    if old.apifox_status != new.apifox_status:
        text = f" {old.apifox_status or 'none'} -> {new.apifox_status or 'none'}"
        log.add(ChangeRule.OPERATION_STATUS_CHANGED, places, "status", text)


def _document_changes(graph: SchemaGraph, old: ApiSpec, new: ApiSpec) -> tuple[Change, ...]:
    log = ChangeLog(graph)
    compare_servers(log, old.servers, new.servers, ("#/servers", "#/servers"))
    return log.changes()


def compare_servers(log: ChangeLog, old: tuple[Server, ...], new: tuple[Server, ...], places: tuple[str, str]) -> None:
    """Add the changes of a list of servers. One that became another one is one change."""
    before, after = ({server.url.raw(): server for server in servers} for servers in (old, new))
    went = [before[url] for url in before if url not in after]
    came = [after[url] for url in after if url not in before]
    if len(went) == len(came) == 1:
        is_path = base_path(went[0]) != base_path(came[0])
        rule = ChangeRule.SERVERS_BASE_PATH_CHANGED if is_path else ChangeRule.SERVERS_CHANGED
        text = f" {went[0].url.printable()} -> {came[0].url.printable()}"
        log.add(rule, (went[0].pointer, came[0].pointer), "server", text)
        return
    for server in came:
        log.add(ChangeRule.SERVERS_ADDED, (places[0], server.pointer), "server", f" {server.url.printable()} added")
    for server in went:
        log.add(ChangeRule.SERVERS_REMOVED, (server.pointer, places[1]), "server", f" {server.url.printable()} removed")


def _label(key: OperationKey) -> str:
    return shortened(key.label, 200)
