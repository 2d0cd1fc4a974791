"""Settings turned into the small policy values that the rooms take."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import SecretStr

from specproof.bootstrap.generation import GenerationPolicy, suite_slug
from specproof.domain.plans import Family
from specproof.domain.ports import ProofLimits
from specproof.domain.profiles import Profile
from specproof.domain.suite_proofs import ProofGate
from specproof.domain.suites import SuiteChoices
from specproof.errors import ProjectNotFoundError
from specproof.fetching.address_policy import AddressPolicy
from specproof.fetching.http_client import FetchLimits
from specproof.fetching.sources import ApifoxExport, ProjectSource
from specproof.fetching.spec_fetcher import FetchPolicy
from specproof.openapi.documents.loader import SpecLimits
from specproof.pipeline.attempt_policy import AttemptPolicy
from specproof.pipeline.project_policy import ProjectPolicies, ProjectPolicy, ProofPolicy
from specproof.resilience.circuit_breaker import BreakerPolicy
from specproof.resilience.retry import RetryPolicy
from specproof.settings.sections import ProjectSettings, Settings


def generation_policy(settings: Settings) -> GenerationPolicy:
    """How suites are generated."""
    generation = settings.generation
    return GenerationPolicy(
        seed=generation.seed,
        families=tuple(Family(name) for name in generation.families),
        p95_ms=generation.p95_ms,
        max_requests=generation.max_requests,
        templates_dir=str(generation.templates_dir or ""),
        limits=spec_limits(settings),
        choices=SuiteChoices(generation.from_status, generation.business_code, Profile(generation.profile)),
    )


def spec_limits(settings: Settings) -> SpecLimits:
    """How big a specification may be."""
    return SpecLimits(
        max_bytes=settings.fetch.max_bytes,
        max_depth=settings.spec.max_depth,
        max_nodes=settings.spec.max_nodes,
        max_operations=settings.spec.max_operations,
    )


def suite_choices(settings: Settings, project: ProjectSettings) -> SuiteChoices:
    """What a project decides about its suites, over what all projects share."""
    shared = settings.generation
    return SuiteChoices(
        from_status=shared.from_status if project.from_status is None else project.from_status,
        business_code=shared.business_code if project.business_code is None else project.business_code,
        profile=Profile(project.profile or shared.profile),
    )


def retry_policy(settings: Settings) -> RetryPolicy:
    """How failed work is tried again."""
    retry = settings.retry
    return RetryPolicy(
        max_attempts=retry.max_attempts, initial_seconds=retry.initial_seconds, max_seconds=retry.max_seconds, jitter=0.1
    )


def fetch_policy(settings: Settings) -> FetchPolicy:
    """Limits, retries and breakers of calls out."""
    breaker = BreakerPolicy(
        failure_threshold=settings.breaker.failure_threshold, recovery_seconds=settings.breaker.recovery_seconds
    )
    return FetchPolicy(fetch_limits(settings), retry_policy(settings), breaker, spec_limits(settings))


def fetch_limits(settings: Settings) -> FetchLimits:
    """Limits of one fetch."""
    fetch = settings.fetch
    return FetchLimits(timeout_seconds=fetch.timeout_seconds, max_bytes=fetch.max_bytes, max_redirects=fetch.max_redirects)


def project_source(settings: Settings, project: ProjectSettings) -> ProjectSource:
    """Where a project's document is. Raises ``SettingsError`` for an address that cannot be allowed."""
    return ProjectSource(
        apifox=_apifox_export(settings, project),
        url=project.spec_url,
        file=project.spec_file,
        addresses=AddressPolicy.parse(project.allowed_addresses),
        reference_hosts=(*settings.fetch.reference_hosts, *project.reference_hosts),
    )


def _apifox_export(settings: Settings, project: ProjectSettings) -> ApifoxExport | None:
    token = project.apifox_token or settings.apifox.token
    if not project.apifox_project_id or token is None:
        return None
    return ApifoxExport(
        project_id=project.apifox_project_id,
        token=token.get_secret_value(),
        base_url=settings.apifox.base_url,
        api_version=settings.apifox.api_version,
        oas_version=settings.apifox.oas_version,
        locale=settings.apifox.locale,
        branch_id=project.apifox_branch_id,
        module_id=project.apifox_module_id,
        environment_ids=project.apifox_environment_ids,
    )


def project_slug(name: str, project: ProjectSettings) -> str:
    """The suite's name for a project."""
    return project.slug or suite_slug(name)


def every_secret(settings: Settings) -> tuple[str, ...]:
    """Every secret that the settings hold, also the passwords inside addresses, for redaction."""
    found: list[SecretStr | None] = [settings.webhook.apifox_secret, settings.apifox.token, settings.notify.webhook_secret]
    addresses = [settings.database.url, settings.notify.webhook_url, settings.apifox.base_url]
    for project in settings.projects.values():
        found += [project.apifox_token, *project.secrets, *project.credentials.values()]
        addresses += [project.spec_url, project.target_url]
    secrets = [secret.get_secret_value() for secret in found if secret is not None]
    passwords = [urlsplit(address).password for address in addresses]
    return tuple(dict.fromkeys(filter(None, (*secrets, *passwords))))


def attempt_policy(settings: Settings) -> AttemptPolicy:
    """How failed jobs are tried again."""
    retry = settings.retry
    return AttemptPolicy(max_attempts=retry.max_attempts, initial_seconds=retry.initial_seconds, max_seconds=retry.max_seconds)


def proof_policy(settings: Settings, project: ProjectSettings) -> ProofPolicy:
    """How a project's suites are proven and gated, over what all projects share."""
    shared = settings.proof
    return ProofPolicy(
        is_enabled=shared.enabled,
        limits=ProofLimits(max_mutants=shared.max_mutants, seconds=shared.seconds),
        gate=ProofGate(
            min_strength=shared.min_strength if project.min_strength is None else project.min_strength,
            require_trust=shared.require_trust if project.require_trust is None else project.require_trust,
        ),
        runs_below_gate=shared.run_below_gate if project.run_below_gate is None else project.run_below_gate,
    )


def project_policies(settings: Settings) -> ProjectPolicies:
    """A project's name to how its suites are made and run."""

    def policy(name: str) -> ProjectPolicy:
        project = settings.projects.get(name)
        if project is None:
            raise ProjectNotFoundError(f"the project {name!r} is not configured", at=name)
        score = project.min_quality_score
        return ProjectPolicy(
            name=name,
            slug=project_slug(name, project),
            target_url=project.target_url.rstrip("/"),
            credentials={scheme: secret.get_secret_value() for scheme, secret in project.credentials.items()},
            min_quality_score=settings.quality.min_score if score is None else score,
            run_timeout_seconds=settings.execution.timeout_seconds,
            memory_bytes=settings.execution.memory_mb << 20,
            strictness=settings.execution.strictness,
            choices=suite_choices(settings, project),
            proof=proof_policy(settings, project),
        )

    return policy
