"""Suites: list, show, validate; runs: start, follow."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from specproof.domain.repositories import AuditEntry
from specproof.domain.suite_proofs import ProofDetails, ProofState
from specproof.domain.suites import SuiteFile, SuiteRevision
from specproof.errors import AddressBlockedError, NotFoundError, ProofGateError, RequestError
from specproof.web.authentication import Caller
from specproof.web.dependencies import Paged, Reader, Runner, ServicesNeeded, existing_project, not_found, visible_project
from specproof.web.services import Services
from specproof.webhook.proof_schemas import ProofDetail
from specproof.webhook.responses import PROBLEMS, Id, ProjectFilter
from specproof.webhook.schemas import Listing
from specproof.webhook.suite_schemas import (
    RunAccepted,
    RunShape,
    RunTests,
    SuiteDetail,
    SuiteShape,
    ValidateTests,
    ValidationReport,
)

_VALIDATE_BODY = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": ValidateTests.model_json_schema()}}},
}


def suite_router() -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/api/v1", tags=["suites"], responses=PROBLEMS)
    router.add_api_route("/webhooks/generated-tests", generated_tests, methods=["GET"], response_model=Listing[SuiteShape])
    router.add_api_route("/suites/{suite_id}", suite, methods=["GET"], response_model=SuiteDetail)
    router.add_api_route("/suites/{suite_id}/proof", proof, methods=["GET"], response_model=ProofDetail)
    router.add_api_route(
        "/webhooks/validate-tests",
        validate_tests,
        methods=["POST"],
        response_model=ValidationReport,
        openapi_extra=_VALIDATE_BODY,
    )
    router.add_api_route("/webhooks/run-tests", run_tests, methods=["POST"], status_code=202, response_model=RunAccepted)
    router.add_api_route("/runs", runs, methods=["GET"], response_model=Listing[RunShape])
    router.add_api_route("/runs/{run_id}", run, methods=["GET"], response_model=RunShape)
    return router


async def generated_tests(
    services: ServicesNeeded,
    caller: Reader,
    page: Paged,
    project: ProjectFilter = "",
    include_retired: Annotated[bool, Query(description="also suites of deleted projects")] = False,
) -> Listing[SuiteShape]:
    """Stored suites with their quality, newest first."""
    async with services.unit_of_work() as uow:
        found, total = await uow.suites.find(visible_project(caller, project), page, include_retired=include_retired)
    return Listing.of([SuiteShape.of(entry) for entry in found], total, page)


async def suite(services: ServicesNeeded, caller: Reader, suite_id: Id) -> SuiteDetail:
    """One revision: what changed, and what was found."""
    return SuiteDetail.of(await _stored(services, caller, suite_id))


async def proof(services: ServicesNeeded, caller: Reader, suite_id: Id) -> ProofDetail:
    """What the suite is worth: the bugs that it would miss with requests that show them, and its false alarms."""
    found = await _stored(services, caller, suite_id)
    async with services.unit_of_work() as uow:
        details = await uow.suites.proof_details(suite_id)
    return ProofDetail.of_suite(suite_id, found.proof, details or ProofDetails())


async def _stored(services: Services, caller: Caller, suite_id: str) -> SuiteRevision:
    async with services.unit_of_work() as uow:
        found = await uow.suites.get(suite_id)
    if found is None or not caller.may_see(found.project):
        raise not_found("suite", suite_id)
    return found


async def validate_tests(request: Request, services: ServicesNeeded, caller: Reader) -> ValidationReport:
    """Apply the static rules (syntax, imports, names, quality) to an uploaded or a stored suite. Nothing is run and nothing is stored."""
    wanted = await _validated_body(await request.body())
    if wanted.suite_id is not None:
        files = await services.storage.load((await _stored(services, caller, wanted.suite_id)).path)
    else:
        files = tuple(
            SuiteFile(path, content, is_code=path.endswith(".py")) for path, content in sorted((wanted.files or {}).items())
        )
    report = await anyio.to_thread.run_sync(services.validate_suite, files)
    return ValidationReport.of(report, len(files))


async def _validated_body(body: bytes) -> ValidateTests:
    """Parsed here and not by FastAPI: the caller is known before a large body is read, and the parsing is off the event loop."""

    def parse() -> ValidateTests:
        try:
            return ValidateTests.model_validate(orjson.loads(body))
        except orjson.JSONDecodeError as error:
            raise RequestError(f"the body is not JSON: {error}", at="body") from error
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False, include_context=False)
            raise RequestValidationError([{**detail, "loc": ("body", *detail["loc"])} for detail in details]) from error

    wanted = await anyio.to_thread.run_sync(parse)
    if (wanted.files is None) == (wanted.suite_id is None):
        raise RequestError("give either files or suite_id", at="body")
    if wanted.files is not None and not wanted.files:
        raise RequestError("there is no file to validate", at="body.files")
    return wanted


async def run_tests(services: ServicesNeeded, caller: Runner, wanted: RunTests, response: Response) -> RunAccepted:
    """Run a suite against its project's target. Answers at once; the run's progress is at `Location`. 409 for a suite below the gate."""
    chosen = await _chosen_suite(services, caller, wanted)
    project = existing_project(services, caller, chosen.project)
    if chosen.proof.state is ProofState.BELOW_GATE and not (wanted.force or project.runs_below_gate):
        raise ProofGateError(
            f"revision {chosen.revision} is below the gate of project {project.name}: {chosen.proof.reason}",
            at=chosen.suite_id,
            hint=f'See GET /api/v1/suites/{chosen.suite_id}/proof, or send "force": true.',
        )
    api_url = wanted.api_url or project.target_url
    if not api_url:
        raise RequestError(
            f"project {project.name} has no target",
            at="api_url",
            hint="Set the project's target_url, or give an allowed api_url.",
        )
    if not project.permits(api_url):
        raise AddressBlockedError("this address is not allowed for the project", at="api_url")
    audit = AuditEntry(actor=caller.actor, operation="run-tests", subject=chosen.suite_id, detail=_run_detail(chosen, wanted))
    run_id = await services.start_run(chosen, api_url=api_url, audit=audit)
    response.headers["Location"] = f"/api/v1/runs/{run_id}"
    return RunAccepted(run_id=run_id)


def _run_detail(chosen: SuiteRevision, wanted: RunTests) -> str:
    is_forced = wanted.force and chosen.proof.state is ProofState.BELOW_GATE
    return f"project {chosen.project}" + (", below the gate by force" if is_forced else "")


async def _chosen_suite(services: Services, caller: Caller, wanted: RunTests) -> SuiteRevision:
    if wanted.suite_id is not None:
        chosen = await _stored(services, caller, wanted.suite_id)
        if wanted.project not in (None, chosen.project):
            raise not_found("suite", wanted.suite_id)
        return chosen
    name = wanted.project or caller.project
    if not name:
        raise RequestError("nothing is chosen", at="body", hint="Give project or suite_id.")
    project = existing_project(services, caller, name)
    async with services.unit_of_work() as uow:
        latest = await uow.suites.latest(project.name)
    if latest is None:
        raise NotFoundError(f"project {name} has no suite yet", at="project", hint="Send a delivery first.")
    return latest


async def runs(services: ServicesNeeded, caller: Reader, page: Paged, project: ProjectFilter = "") -> Listing[RunShape]:
    """Runs without their outcomes, newest first."""
    async with services.unit_of_work() as uow:
        found, total = await uow.runs.find(visible_project(caller, project), page)
    return Listing.of([RunShape.of(entry) for entry in found], total, page)


async def run(services: ServicesNeeded, caller: Reader, run_id: Id) -> RunShape:
    """One run: progress while it runs, outcomes when it has ended."""
    async with services.unit_of_work() as uow:
        found = await uow.runs.get(run_id)
    if found is None or not caller.may_see(found.project):
        raise not_found("run", run_id)
    return RunShape.of(found)
