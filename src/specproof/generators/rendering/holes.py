"""Where cases that are alike differ: one argument of one request. What stands there becomes a row of a table."""

from __future__ import annotations

from dataclasses import dataclass

from specproof.domain.plans import (
    BodyPlan,
    Case,
    CredentialUse,
    EditKind,
    Family,
    Fresh,
    FromStep,
    ParameterValue,
    PlanValue,
    RequestPlan,
)
from specproof.generators.plan_values import leaves

PURPOSES = {
    "edit": "Send the body with this edit",
    "query": "Send this query",
    "headers": "Send these headers",
    "auth": "Send a valid request with this credential",
}
"""What the step says in which the rows differ, by the name of the argument."""
SENTENCES = {
    "edit": "the body with each of these edits",
    "query": "a request with each of these queries",
    "headers": "a request with each of these headers",
    "auth": "a valid request with each of these credentials",
}
CONDITIONS = {"edit": "body_edited", "query": "with_query", "headers": "with_headers", "auth": "with_credential"}
"""The middle of a table's name: ``test_create_pet__body_edited__is_rejected``."""


TABLED = frozenset({Family.VALIDATION, Family.ERROR, Family.AUTH})
"""Functional cases are controls, which other cases call by name, and the stories of records differ in more than a value."""


@dataclass(frozen=True, slots=True)
class Hole:
    """The argument ``name`` (``edit``, ``query``, ``headers``, ``auth``) of the request that step ``number`` of a case sends."""

    name: str
    number: int


def hole_of(case: Case) -> Hole | None:
    """Where a case differs from others like it; None where its request is one of its kind.

    Values that come out of an earlier answer are known while the test runs: no table can hold them.
    """
    judged = [number for number, step in enumerate(case.steps) if not step.is_setup and step.request.operation == case.subject]
    if case.family not in TABLED or len(judged) != 1 or case.skip_reason:
        return None
    request = case.steps[judged[0]].request
    name = _argument(request, case.family)
    return Hole(name, judged[0]) if name else None


def _argument(request: RequestPlan, family: Family) -> str:
    """The argument in which a request differs from its control; "" for none that a table can hold."""
    if family is Family.AUTH:
        return "auth" if request.security and request.credential is not CredentialUse.VALID else ""
    body = request.body
    if body is not None and (body.edits or body.raw is not None):
        return "edit" if _is_one_edit(body) else ""
    if request.query and _are_fixed(request.query):
        return "query"
    if request.headers and not request.query and _are_fixed(request.headers):
        return "headers"
    return ""


def _is_one_edit(body: BodyPlan) -> bool:
    if len(body.edits) != 1 or body.raw is not None:
        return False
    edit = body.edits[0]
    # What replaces a whole body is an edit of it only where the body has a name.
    return (bool(edit.pointer) or bool(body.base_name)) and (edit.kind is EditKind.REMOVE or _is_told_before(edit.value))


def _are_fixed(parameters: tuple[ParameterValue, ...]) -> bool:
    return not any(isinstance(leaf, (Fresh, FromStep)) for one in parameters for _, leaf in leaves(one.value))


def _is_told_before(value: PlanValue) -> bool:
    """Whether the value can stand outside of the test: it comes out of no answer."""
    return not any(isinstance(leaf, FromStep) or (isinstance(leaf, Fresh) and leaf.is_number) for _, leaf in leaves(value))
