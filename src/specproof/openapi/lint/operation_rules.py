"""Rules about operations: what they take, and which answers they document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from specproof.openapi.finding_log import quoted
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.lint.context import LintContext, finding
from specproof.openapi.lint.sites import conjuncts
from specproof.openapi.model import MediaType, Operation, Response
from specproof.openapi.schema import JsonValue
from specproof.openapi.vocabulary import Method, ParameterLocation

_WITHOUT_BODY = frozenset({Method.GET, Method.HEAD, Method.DELETE, Method.TRACE})
_NO_CONTENT = frozenset({"204", "205", "304"})
_ID_ENDINGS = ("id", "uuid", "guid", "key", "slug", "code", "number", "name", "token", "href", "url", "self")
_ID_DEPTH = 3
_MOST_ID_NODES = 200
_LONGEST_ROUTE = 30
"""Segments of a path that is compared with others."""


# -- which statuses are documented ----------------------------------------------------------------------------------


def documents(operation: Operation, *statuses: str) -> bool:
    """Whether one of ``statuses`` is documented, alone, by its range or by ``default``."""
    listed = {response.status for response in operation.responses}
    return "default" in listed or any(status in listed or f"{status[0]}XX" in listed for status in statuses)


def documents_success(operation: Operation) -> bool:
    """Whether the status of a successful call is documented: 2xx, or a redirect, or a switch of protocols."""
    return any(response.status[0] in "123" for response in operation.responses)


def takes_input(operation: Operation) -> bool:
    """Whether a client can send something that the API has to refuse."""
    return bool(operation.parameters) or operation.request_body is not None


def needs_credential(operation: Operation) -> bool:
    """Whether nobody gets in without a credential."""
    return bool(operation.security) and all(requirement.schemes for requirement in operation.security)


def has_path_parameters(operation: Operation) -> bool:
    """Whether the path names a record."""
    return bool(operation.parameters_in(ParameterLocation.PATH))


def missing_statuses(context: LintContext) -> Iterator[Finding]:
    """``lint.success_response_missing`` and the errors that an operation should document."""
    parents = _collections(context)
    for operation in context.spec.operations:
        if not operation.responses:
            continue  # ``response.none_documented`` says so already.
        at = f"{operation.pointer}/responses"
        if not documents_success(operation):
            message = "no success response is documented"
            yield finding(FindingCode.LINT_SUCCESS_MISSING, at, message, Severity.MAJOR)
        if takes_input(operation) and not documents(operation, "400", "422"):
            yield finding(FindingCode.LINT_CLIENT_ERROR_MISSING, at, "how bad input is refused is not documented (400 or 422)")
        if needs_credential(operation) and not documents(operation, "401"):
            yield finding(FindingCode.LINT_UNAUTHORIZED_MISSING, at, "what happens without a credential is not documented (401)")
        if has_path_parameters(operation) and not documents(operation, "404", "410"):
            yield finding(FindingCode.LINT_NOT_FOUND_MISSING, at, "what happens to an unknown record is not documented (404)")
        if _creates(operation, parents) and not documents(operation, "409"):
            message = "what happens to a record that exists already is not documented (409)"
            yield finding(FindingCode.LINT_CONFLICT_MISSING, at, message, Severity.INFO)


def _collections(context: LintContext) -> dict[str, str]:
    """Path of a collection -> the variable of its members' path (``/pets`` -> ``petId`` where there is ``/pets/{petId}``)."""
    members: dict[str, str] = {}
    for operation in context.spec.operations:
        parent, _, last = operation.key.path.rstrip("/").rpartition("/")
        if last.startswith("{") and last.endswith("}"):
            members.setdefault(parent, last[1:-1])
    return members


def _creates(operation: Operation, parents: Collection[str]) -> bool:
    is_collection = operation.key.path.rstrip("/") in parents
    return operation.key.method is Method.POST and is_collection and operation.request_body is not None


# -- bodies ---------------------------------------------------------------------------------------------------------


def missing_response_schemas(context: LintContext) -> Iterator[Finding]:
    """``lint.response_schema_missing`` and ``lint.response_body_missing``."""
    for operation in context.spec.operations:
        for response in operation.success_responses():
            for media_type in response.media_types:
                if is_undescribed(media_type):
                    message = "no schema says what this body holds"
                    yield finding(FindingCode.LINT_RESPONSE_SCHEMA_MISSING, media_type.pointer, message, Severity.MAJOR)
            if operation.key.method is Method.GET and response.status == "200" and not response.media_types:
                message = "a body is to be expected here, and none is documented"
                yield finding(FindingCode.LINT_RESPONSE_BODY_MISSING, response.pointer, message)


def is_undescribed(media_type: MediaType) -> bool:
    """Whether a JSON body may be anything at all."""
    if not (media_type.is_json or media_type.is_sequential):
        return False
    schemas = [schema for schema in (media_type.schema, media_type.item_schema) if schema is not None]
    return all(schema.raw is True or schema.raw == {} for schema in schemas)


def misplaced_bodies(context: LintContext) -> Iterator[Finding]:
    """``lint.body_unexpected`` and ``lint.content_forbidden``."""
    for operation in context.spec.operations:
        body = operation.request_body
        if body is not None and operation.key.method in _WITHOUT_BODY:
            message = f"a body of {operation.key.method.value} may be dropped on its way"
            # A shared body is right for others: it is this operation that has to change.
            yield finding(FindingCode.LINT_BODY_UNEXPECTED, f"{operation.pointer}/requestBody", message)
        for response in operation.responses:
            if response.media_types and (response.status in _NO_CONTENT or response.status.startswith("1")):
                message = f"a response of status {response.status} has no body"
                at = f"{response.pointer}/content"
                yield finding(FindingCode.LINT_CONTENT_FORBIDDEN, at, message, Severity.MAJOR)


def headers_without_schema(context: LintContext) -> Iterator[Finding]:
    """``lint.header_schema_missing``."""
    for operation in context.spec.operations:
        for response in operation.responses:
            for header in response.headers:
                if header.schema is None:
                    message = "no schema says what this header holds"
                    yield finding(FindingCode.LINT_HEADER_SCHEMA_MISSING, header.pointer, message)


def created_without_id(context: LintContext) -> Iterator[Finding]:
    """``lint.created_without_id``: the answer of a POST to a collection does not lead to the new record."""
    members = _collections(context)
    for operation in context.spec.operations:
        if not _creates(operation, members):
            continue
        variable = members[operation.key.path.rstrip("/")]
        for response in operation.success_responses():
            leads = response.links or any(header.name == "location" for header in response.headers)
            if not leads and _hides_the_record(response, variable, context):
                message = "nothing in this answer names the new record"
                yield finding(FindingCode.LINT_CREATED_WITHOUT_ID, response.pointer, message)


def _hides_the_record(response: Response, variable: str, context: LintContext) -> bool:
    """Whether the body is described as an object, and none of its properties looks like an id. A body that is open says nothing."""
    schemas = [media_type.schema for media_type in response.media_types if media_type.is_json and media_type.schema is not None]
    names: set[str] = set()
    for schema in schemas:
        found = _property_names(schema.raw, context)
        if found is None:
            return False
        names |= found
    return bool(schemas) and bool(names) and not any(_looks_like_id(name, variable) for name in names)


def _looks_like_id(name: str, variable: str) -> bool:
    return name.lower() == variable.lower() or name.lower().replace("_", "").replace("-", "").endswith(_ID_ENDINGS)


def _property_names(raw: JsonValue, context: LintContext) -> set[str] | None:
    """The names of all properties in the upper levels; None where something is open, or no object."""
    names: set[str] = set()
    level: list[JsonValue] = [raw]
    for _ in range(_ID_DEPTH):
        below: list[JsonValue] = []
        for node in level[:_MOST_ID_NODES]:
            if not isinstance(node, dict):
                continue
            for part in conjuncts(node, context.spec.definitions):
                properties = part.get("properties")
                if isinstance(properties, dict):
                    names |= properties.keys()
                    below.extend(properties.values())
                elif any(keyword in part for keyword in ("anyOf", "oneOf", "additionalProperties", "items")):
                    return None
        level = below
    return names or None


# -- identities -----------------------------------------------------------------------------------------------------


def parameter_case(context: LintContext) -> Iterator[Finding]:
    """``lint.parameter_case``: ``userId`` beside ``userid``."""
    for operation in context.spec.operations:
        spellings: dict[str, str] = {}
        for parameter in operation.parameters:
            name = parameter.name.raw()
            twin = spellings.setdefault(name.lower(), name)
            if twin != name:
                message = f"{quoted(name)} and {quoted(twin)} differ by upper and lower case only"
                yield finding(FindingCode.LINT_PARAMETER_CASE, parameter.pointer, message, Severity.INFO)


def operation_ids(context: LintContext) -> Iterator[Finding]:
    """``lint.operation_id_missing`` and ``lint.operation_id_duplicate``."""
    users: dict[str, list[Operation]] = defaultdict(list)
    seen: set[str] = set()
    for operation in context.spec.operations:
        if operation.pointer in seen:
            continue  # Two paths refer to one path item: it is written once.
        seen.add(operation.pointer)
        if operation.operation_id:
            users[operation.operation_id.raw()].append(operation)
        else:
            message = "the operation has no operationId"
            yield finding(FindingCode.LINT_OPERATION_ID_MISSING, operation.pointer, message, Severity.INFO)
    for name, operations in users.items():
        for operation in operations[1:]:
            message = f"{quoted(name)} is the operationId of another operation too"
            yield finding(FindingCode.LINT_OPERATION_ID_DUPLICATE, f"{operation.pointer}/operationId", message)


def overlapping_paths(context: LintContext) -> Iterator[Finding]:
    """``lint.path_overlap``: one request fits two operations; servers differ in which of them they take."""
    methods: dict[tuple[str, ...], set[Method]] = defaultdict(set)
    paths: dict[tuple[str, ...], str] = {}
    for operation in context.spec.operations:
        route = _route(operation.key.path)
        methods[route].add(operation.key.method)
        paths.setdefault(route, operation.key.path)
    for route, path in paths.items():
        if len(route) > _LONGEST_ROUTE:
            continue
        for index, segment in enumerate(route):
            wider = (*route[:index], "{}", *route[index + 1 :])
            if segment != "{}" and wider in methods and methods[wider] & methods[route]:
                at = next(operation.pointer for operation in context.spec.operations if operation.key.path == path)
                message = f"this path also fits {quoted(paths[wider], 80)}"
                yield finding(FindingCode.LINT_PATH_OVERLAP, at.rpartition("/")[0], message, Severity.INFO)


def _route(path: str) -> tuple[str, ...]:
    return tuple("{}" if segment.startswith("{") and segment.endswith("}") else segment for segment in path.split("/"))
