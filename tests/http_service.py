"""The whole HTTP service over fakes, for tests: ``service = HttpService(); response = await service.client().get(...)``."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import httpx2
from fastapi import APIRouter, FastAPI

from fakes import FakeClock, FakeDatabase, FakeReceiver, FakeSignal, FakeStorage, new_event, numbered_ids
from specproof.domain.events import Failure
from specproof.domain.runs import RunStatus, RunView
from specproof.domain.suites import ChangeRecord, QualityReport, RenderedSuite, SpecChange, SuiteFile, SuiteRevision
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.web.authentication import create_api_key
from specproof.web.policy import WebPolicy
from specproof.web.services import EngineStatus, ProjectReception, Services
from specproof.webhook.application import build_application
from specproof.webhook.run_starter import QueuedRunStarter

V1 = "/api/v1"
HOOKS = f"{V1}/webhooks"
BODY = '{"event":"API_UPDATED","title":"接口变更提醒","content":"1000000000 修改了接口 a"}'.encode()
DOCUMENT = json.dumps({"openapi": "3.1.0", "info": {"title": "Shop", "version": "1"}, "paths": {}}).encode()

SECRET = b"signing-secret-of-shop"
SECOND_SECRET = b"new-secret-of-shop"
BEARER = b"bearer-token-of-shop"
URL_TOKEN = b"url-token-of-shop"

SHOP = ProjectReception(
    name="shop",
    secrets=(SECRET, SECOND_SECRET),
    bearer_tokens=(BEARER,),
    url_tokens=(URL_TOKEN,),
    settle_seconds=10,
    settle_limit_seconds=60,
    spec_url="https://specs.example/shop.json",
    target_url="http://127.0.0.1:9/api",
    allowed_addresses=("127.0.0.1:8081", "10.1.0.0/16"),
)
BARE = ProjectReception(name="bare")
OPEN = ProjectReception(name="open", allow_unsigned=True, settle_seconds=0)
PINNED = ProjectReception(name="pinned", secrets=(SECRET,), pinned_header="X-Coding-Signature")


def sha1_signature(body: bytes, secret: bytes = SECRET) -> str:
    return "sha1=" + hmac.new(secret, body, hashlib.sha1).hexdigest()


def sha256_signature(body: bytes, secret: bytes = SECRET) -> str:
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def signed(body: bytes = BODY, secret: bytes = SECRET) -> dict[str, str]:
    return {"X-Coding-Signature": sha1_signature(body, secret), "Content-Type": "application/json;charset=utf-8"}


def queued_run(run_id: str, suite: SuiteRevision, api_url: str = "http://127.0.0.1:9/api") -> RunView:
    return RunView(
        run_id=run_id,
        project=suite.project,
        suite_id=suite.suite_id,
        revision=suite.revision,
        api_url=api_url,
        status=RunStatus.QUEUED,
        counts={},
        total=0,
        queued_at=datetime(2026, 1, 1, tzinfo=UTC),
        started_at=None,
        finished_at=None,
        message="",
        tier="",
    )


def revision(suite_id: str = "suite-1", project: str = "shop", number: int = 1, event_id: str = "evt-1") -> SuiteRevision:
    return SuiteRevision(
        suite_id=suite_id,
        project=project,
        revision=number,
        slug="shop",
        title="Shop",
        spec_digest="0" * 64,
        path=f"{project}/r{number}",
        file_count=3,
        case_count=12,
        operations_total=4,
        operations_covered=3,
        quality_score=91.5,
        quality_grade="A",
        findings=(Finding(FindingCode.NO_PRODUCER, "#/paths/~1orders/get", "nothing makes an order", Severity.INFO),),
        change=SpecChange(
            added=("GET /orders",),
            details=("GET /orders is new",),
            breaking=1,
            harmless=2,
            records=(
                ChangeRecord(
                    "GET /orders", "operation.added", "info", "operation", "", "#/paths/~1orders/get", "operation added"
                ),
            ),
        ),
        event_id=event_id,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def shallow_rules(files: Sequence[SuiteFile]) -> QualityReport:
    """Rules of the test: a file with the word ``broken`` is a major finding."""
    findings = tuple(
        Finding(FindingCode.SUITE_SYNTAX, f"{file.path}:1", "does not parse", Severity.MAJOR)
        for file in files
        if "broken" in file.content
    )
    return QualityReport(
        score=0.0 if findings else 100.0,
        grade="F" if findings else "A",
        rules={"syntax": 0.0 if findings else 100.0},
        findings=findings,
        case_count=len(files),
        operations_total=0,
        operations_covered=0,
    )


@dataclass
class HttpService:
    """The application with fakes behind it. ``engine_mode`` and the policy may be set before the first use."""

    policy: WebPolicy = field(default_factory=WebPolicy)
    projects: Sequence[ProjectReception] = (SHOP, BARE, OPEN, PINNED)
    engine_mode: str = "embedded"
    extra_routers: Sequence[APIRouter] = ()

    def __post_init__(self) -> None:
        self.clock = FakeClock()
        self.database = FakeDatabase(self.clock)
        self.receiver = FakeReceiver(self.database)
        self.signal = FakeSignal()
        self.storage = FakeStorage()
        self.submitted: list[str] = []
        starter = QueuedRunStarter(self.database, self.submitted.append, self.clock, numbered_ids("run"))
        self.services = Services(
            unit_of_work=self.database,
            receiver=self.receiver,
            signal=self.signal,
            projects={project.name: project for project in self.projects}.get,
            storage=self.storage,
            start_run=starter,
            validate_suite=shallow_rules,
            clock=self.clock,
            new_id=numbered_ids("evt"),
            engine_status=lambda: EngineStatus(self.engine_mode, max_beat_seconds=30.0),
            version="1.2.3",
        )
        self.app: FastAPI = build_application(self.services, self.policy, extra_routers=self.extra_routers)
        self._keys = 0

    def client(self, key: str = "") -> httpx2.AsyncClient:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx2.AsyncClient(transport=transport, base_url="http://service.test", headers=headers)

    async def key(self, *scopes: str, project: str = "") -> str:
        """A stored key's token. Its bytes come from a counter."""
        self._keys += 1
        seed = self._keys
        made = create_api_key(
            "test", scopes, now=self.clock.now(), random_bytes=lambda size: bytes([seed]) * size, project=project
        )
        async with self.database() as uow:
            await uow.api_keys.add(made.view, made.secret_sha256)
            await uow.commit()
        return made.token


async def dead_event(service: HttpService, event_id: str = "dead-1", project: str = "shop", code: str = "fetch.refused") -> str:
    async with service.database() as uow:
        await uow.events.receive(new_event(event_id, project=project, settle_seconds=0.0, settle_limit_seconds=0.0))
        claim = await uow.events.claim("worker", 30)
        assert claim is not None
        await uow.events.bury(claim, Failure(code, "refused", "fetching", hint="check the token"))
        await uow.commit()
    return event_id


async def stored_suite(service: HttpService, suite_id: str = "suite-1", project: str = "shop", event_id: str = "evt-x") -> None:
    suite = RenderedSuite("shop", (SuiteFile("tests_shop/test_a.py", "x = 1\n", is_code=True),), 1, 1)
    path = await service.storage.save(project, 1, event_id, suite)
    async with service.database() as uow:
        await uow.suites.add(replace(revision(suite_id, project, event_id=event_id), path=path), DOCUMENT)
        await uow.commit()
