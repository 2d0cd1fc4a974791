"""Cases of HTTP itself: methods that a path does not have, media types that an operation does not take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Family, PlanValue, Step
from specproof.generators.planning.changes import Change
from specproof.generators.planning.context import Draft, GenerationContext
from specproof.generators.planning.contracts import expected_statuses
from specproof.generators.planning.requests import BodyBase
from specproof.generators.reading.effects import ends_records
from specproof.openapi.findings import Finding, Severity
from specproof.openapi.model import Operation, OperationKey
from specproof.openapi.vocabulary import Method, ParameterLocation

# A hidden operation may answer: what it would do to a whole collection is not tried out.
_TRIED_ON_ITEMS = (Method.PATCH, Method.PUT, Method.DELETE, Method.POST)
_TRIED_ON_OTHERS = (Method.PATCH, Method.PUT)


def undeclared_method(
    context: GenerationContext, operation: Operation, absent: Mapping[tuple[ParameterLocation, str], PlanValue] | None
) -> Iterator[Case | Finding]:
    """One method that the path of ``operation``, the first of its path, does not have.

    ``absent``: an id that nothing has, where the path ends in one; without it such a path is left alone.
    """
    path = operation.key.path
    # ``/things/newest`` is ``/things/{id}`` as well: what that path has a server may carry out.
    declared = context.parts.declared.at(path)
    ends_in_id = path.rstrip("/").endswith("}")
    if absent is None and "{" in path:
        return
    tried = _TRIED_ON_ITEMS if ends_in_id else _TRIED_ON_OTHERS
    method = next((one for one in tried if one not in declared), None)
    # An API that refuses inside of a 200 does so to whoever comes.
    if (
        method is None
        or operation.key.method is not min(context.parts.declared.of_path(path))
        or context.hides_refusals(operation)
        or (operation.key.method is not Method.DELETE and ends_records(operation))
    ):
        # Without its query, a path that says "delete" may be carried out for everything, whatever the method.
        return
    scene = context.scene()
    request = scene.request(operation, change=Change(no_body=True, replaced=absent or {}))
    if request is None:
        yield context.unplanned(operation, scene.failure)
        return
    asked = replace(request, operation=OperationKey(method, path), body=None, query=())
    scene.steps.append(Step("answer", f"Send {method.value}", asked, (Check(CheckId.METHOD_REFUSED),)))
    yield context.finish(
        scene,
        Draft(
            family=Family.ERROR,
            operation=operation,
            condition=f"{method.value.lower()} is undeclared",
            expected="is refused",
            title=f"{path}: {method.value}, which the document does not have, is not carried out",
            keyword="paths",
            pointer=operation.pointer.rpartition("/")[0],
            text=f"The document has no {method.value} for this path, so it is not carried out: 405, or 404.",
            source="policy",
        ),
    )


def media_type_with_charset(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    """``application/json; charset=utf-8`` is the media type ``application/json``: the parameter changes nothing (RFC 8259, 11)."""
    base = context.parts.body(operation)
    if not isinstance(base, BodyBase) or base.media.name != "application/json" or operation.request_body is None:
        return
    if not isinstance(base.value, dict):
        return  # A text alone is written as it is under a media type that is not the usual one.
    scene = context.scene()
    statuses = Check(CheckId.STATUS_EXPECTED, {"statuses": list(expected_statuses(operation))})
    checks = (Check(CheckId.NO_SERVER_ERROR), statuses)
    scene.send(operation, name="answer", purpose="Send it as JSON in UTF-8, by name", checks=checks)
    if scene.steps and scene.failure is None:
        body = replace(base.plan(), media_type="application/json; charset=utf-8")
        scene.steps[-1] = replace(scene.steps[-1], request=replace(scene.steps[-1].request, body=body))
    yield context.finish(
        scene,
        Draft(
            family=Family.ERROR,
            operation=operation,
            condition="media type with charset",
            expected="is accepted",
            title=f"{operation.key.label}: JSON whose media type names its charset is accepted",
            keyword="content",
            pointer=f"{operation.request_body.pointer}/content",
            text="JSON is JSON with `charset=utf-8` behind its media type, too.",
            source="policy",
            has_control=True,
        ),
    )


def wrong_media_type(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    """A body of a media type that the operation does not take; a refusal is sure only where the document speaks of 415."""
    base = context.parts.body(operation)
    if not isinstance(base, BodyBase) or not base.media.is_json or operation.request_body is None:
        return
    taken = {media.name for media in operation.request_body.media_types}
    if any(name in {"*/*", "text/*", "text/plain"} for name in taken):
        return
    # The body itself is valid JSON: only who looks at the media type refuses it.
    body = replace(base.plan(), media_type="text/plain") if isinstance(base.value, dict) else None
    if body is None:
        return
    scene = context.scene()
    checks = (Check(CheckId.NO_SERVER_ERROR), Check(CheckId.REJECTED))
    scene.send(operation, name="refused", purpose="Send it as plain text", checks=checks)
    if scene.steps and scene.failure is None:
        scene.steps[-1] = replace(scene.steps[-1], request=replace(scene.steps[-1].request, body=body))
    says_so = any(response.status == "415" for response in operation.responses)
    yield context.finish(
        scene,
        Draft(
            family=Family.ERROR,
            operation=operation,
            condition="wrong media type",
            expected="is rejected",
            title=f"{operation.key.label}: a body of another media type is rejected",
            keyword="content",
            pointer=f"{operation.request_body.pointer}/content",
            text="The operation takes no plain text.",
            severity=context.refusal_severity(operation, Severity.MAJOR if says_so else Severity.MINOR),
            source="document" if says_so else "policy",
            has_control=True,
        ),
    )
