"""Whose records a plan touches: every request that writes, with each id in it that neither a step made nor nobody can have.

Reads the plan alone, with words of its own: what the planner takes for a removal is not asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from planned import plan_of_spec
from specproof.domain.plans import Case, Fresh, FromStep, Plan, PlanValue, RequestPlan
from specproof.domain.profiles import Profile
from specproof.generators.plan_values import edited, leaves
from specproof.openapi.parser import parse_spec

READS = {"GET", "HEAD", "OPTIONS", "QUERY"}
ENDS = re.compile(
    r"delete|remove|destroy|purge|erase|cancel|revoke|terminate|deactivate|disable|unpublish|/archive\b|/ban\b|block|/close|expire"
    r"|merge|transfer|/kick|suspend|删除|移除|清空|取消|关闭|注销",
    re.IGNORECASE,
)
READS_AWAY = re.compile(
    r"/(delete|remove|destroy|purge|erase|cancel|revoke)\w*$|/(delete|remove)/|^(delete|remove)", re.IGNORECASE
)
"""In a GET; an ``archive`` may be looked at."""
MAKES = re.compile(r"/_?(add|create|register|new|upload|get|fetch)\w*$|s$|search|query|login", re.IGNORECASE)
"""And what only asks."""
IDS = re.compile(r"(^|[a-z_-])(Ids?|IDs?|_ids?|-ids?|Uuid|_uuid)$|^(id|ids|uuid|guid)$")
KEYS = re.compile(r"^(code|key|slug|name|username|email|phone|serial|sku)$|(Code|Key|Name|_code|_key|_name|_number|_no)$")
OWN = re.compile(r"^(box|pet|record)[-_]id$|^id$", re.IGNORECASE)
"""Headers and cookies of our examples that say which record is meant."""
LARGE = 2_147_000_000


def document_of(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths, **more}


def plan_of_document(document: dict[str, Any], **settings: Any) -> Plan:
    return plan_of_spec(parse_spec(json.dumps(document).encode()), **settings)


def sent_to(plan: Plan, label: str) -> list[RequestPlan]:
    """Every request of one operation that the suite would send."""
    return [request for _, request in requests(plan) if request.operation.label == label]


def requests(plan: Plan) -> Iterator[tuple[Case, RequestPlan]]:
    for case in plan.cases:
        for step in () if case.skip_reason else case.steps:
            yield case, step.request
            if step.cleanup is not None:
                yield case, step.cleanup


def strangers(document: dict[str, Any]) -> list[str]:
    """What the suite of a document, in both of the profiles that plan most, would do to records of others; empty for nothing."""
    shown = {str(leaf) for leaf in _texts(document)}
    found = []
    for profile in (Profile.STANDARD, Profile.THOROUGH):
        plan = plan_of_document(document, profile=profile)
        found += [line for case, request in requests(plan) for line in _of_request(document, case, request, shown)]
    return sorted(set(found))


def _of_request(document: dict[str, Any], case: Case, request: RequestPlan, shown: set[str]) -> Iterator[str]:
    path, method = request.operation.path, request.operation.method.value
    described = document["paths"].get(path, {}).get(method.lower(), {})
    ends = bool(method == "DELETE" or ENDS.search(path) or ENDS.search(described.get("operationId", "")))
    if method in READS:
        ends = bool(READS_AWAY.search(path) or READS_AWAY.search(described.get("operationId", "")))
        if not ends:
            return
    makes = method == "POST" and not ends and bool(MAKES.search(path))
    named = [(f"path {one.name.raw()}", one.value) for one in request.path_parameters]
    if not makes and named:
        # Who made what stands innermost may change it; a place above it is not touched.
        innermost = max(request.path_parameters, key=lambda one: path.find("{" + one.name.raw() + "}"))
        named = [(f"path {innermost.name.raw()}", innermost.value)]
    if makes:
        named = []
    named = [(place, value) for place, value in named if place not in {"path version", "path locale"}]
    named += [(f"query {one.name.raw()}", one.value) for one in request.query if _tells(one.name.raw(), ends=ends)]
    apart = (*request.headers, *request.cookies)
    named += [(f"header {one.name.raw()}", one.value) for one in apart if OWN.search(one.name.raw()) and "{" not in path]
    body = request.body
    if body is not None and body.raw is None:
        for pointer, leaf in leaves(edited(body.value, body.edits)):
            name = next((part for part in reversed(pointer.split("/")) if part and not part.isdecimal()), "")
            # What a record holds inside of it, and what a new one refers to, stays as it is.
            is_outer = sum(not part.isdecimal() for part in pointer.split("/")[1:]) == 1
            is_own = ends or (is_outer and (name == "id" or not (makes or "{" in path)))
            if is_own and _tells(name, ends=ends):
                named.append((f"body {pointer}", leaf))
    made = {step.name for step in case.steps if step.request.operation.method.value not in READS} | {
        step.name for step in case.steps if step.name.startswith("current_")
    }
    for place, value in named:
        if not _is_ours(value, made, shown):
            yield f"{case.id}: {request.operation.label}: {place} = {str(value)[:40]!r}"


def _tells(name: str, *, ends: bool) -> bool:
    return bool(IDS.search(name)) or (ends and bool(KEYS.search(name)))


def _is_ours(value: PlanValue, made: set[str], shown: set[str]) -> bool:
    if isinstance(value, list):
        return all(_is_ours(one, made, shown) for one in value)
    if isinstance(value, FromStep):
        return value.step in made
    if isinstance(value, bool) or value is None or isinstance(value, (Fresh, dict)):
        return not isinstance(value, bool)
    if isinstance(value, (int, float)):
        return value < 1 or value >= LARGE
    is_key = 0 < len(value) < 200 and value.isprintable()
    return not is_key or value in {"specproof-nobody", "not-of-this-type"} or (value not in shown and len(value) > 20)


def _texts(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        for one in node.values():
            yield from _texts(one)
    elif isinstance(node, list):
        for one in node:
            yield from _texts(one)
    else:
        yield node
