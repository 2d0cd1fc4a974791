"""The settings themselves: one frozen section for each room, and the watched projects."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    DirectoryPath,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from specproof.domain.business_codes import AUTO, explicit_code
from specproof.domain.lifecycle import known_gate


class Section(BaseModel):
    """What all sections share: frozen, no unknown field, no infinite number."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _http_address(url: str) -> str:
    """``url``, if it is empty or an http(s) address; the message never shows it, because it may hold a password."""
    try:
        parts = urlsplit(url)
        is_usable = not url or (parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0)
    except ValueError:
        is_usable = False
    if not is_usable:
        raise ValueError("use an address such as https://api.example.com")
    return url


def _host(text: str) -> str:
    """``text`` in lower case, if it is a host or host:port."""
    parts = urlsplit(f"//{text}")
    try:
        is_usable = bool(parts.hostname) and parts.port != 0 and parts.netloc == text and "@" not in text
    except ValueError:
        is_usable = False
    if not is_usable:
        raise ValueError("use a host such as schemas.example.com, or host:port")
    return text.lower()


Host = Annotated[str, AfterValidator(_host)]


def _business_code(text: str) -> str:
    explicit_code(text)
    return text.strip()


StatusGate = Annotated[str, AfterValidator(known_gate)]
ProfileName = Literal["smoke", "standard", "thorough"]
CodeChoice = Annotated[str, AfterValidator(_business_code)]
HttpAddress = Annotated[str, AfterValidator(_http_address)]
FilledSecret = Annotated[SecretStr, Field(min_length=1)]


class DatabaseSettings(Section):
    """Where the rows live."""

    url: str = Field("sqlite+aiosqlite:///./var/specproof.db", description="SQLite or PostgreSQL address")
    pool_size: int = Field(10, ge=1, le=100, description="connections kept open (PostgreSQL)")

    @field_validator("url")
    @classmethod
    def _use_async_driver(cls, url: str) -> str:
        return with_async_driver(url)


class ServerSettings(Section):
    """Where the service listens."""

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0 picks a free one")
    docs: bool = Field(True, description="serve the interactive documentation at /docs")


class WebhookSettings(Section):
    """How deliveries are received."""

    apifox_secret: FilledSecret | None = Field(
        None, description="secret of the project `default` (signature, bearer or URL token)"
    )
    max_body_bytes: int = Field(1_048_576, ge=1024, description="largest delivery of Apifox")
    max_document_bytes: int = Field(
        52_428_800, ge=1024, description="largest document in the body of an openapi delivery or upload"
    )
    body_timeout_seconds: float = Field(5.0, gt=0, description="a body that stalls for so long gets 408")
    settle_seconds: float = Field(10.0, ge=0, description="wait so long for more deliveries of one burst")
    settle_limit_seconds: float = Field(60.0, ge=0, description="but no longer than this after the first of a burst")


class CorsSettings(Section):
    """Which web pages of other origins may call us. None by default."""

    origins: tuple[str, ...] = Field((), description="exact origins, as a JSON list")
    allow_credentials: bool = Field(False, description="allow cookies and authorization from these origins")

    @model_validator(mode="after")
    def _refuse_reflection(self) -> CorsSettings:
        if "*" in self.origins and self.allow_credentials:
            raise ValueError("origins ['*'] together with allow_credentials would reflect every origin: name exact origins")
        return self


class ApifoxSettings(Section):
    """How Apifox's open API is reached; a project can override the token."""

    base_url: HttpAddress = Field("https://api.apifox.com", description="base address; another one for private deployments")
    token: SecretStr | None = Field(None, description="API access token (role: at least editor)")
    project_id: str = Field("", description="Apifox project id of the project `default`")
    api_version: str = Field("2024-03-28", description="value of X-Apifox-Api-Version")
    oas_version: Literal["3.0", "3.1"] = Field("3.1", description="OpenAPI version to export")
    locale: str = Field("zh-CN", description="locale of the export")


class FetchSettings(Section):
    """Limits for bringing a specification."""

    timeout_seconds: float = Field(30.0, gt=0, description="whole time for one fetch")
    max_bytes: int = Field(52_428_800, ge=1024, description="largest document, decompressed")
    max_redirects: int = Field(0, ge=0, le=10, description="redirects followed; each is checked anew")
    reference_hosts: tuple[Host, ...] = Field(
        (), description="hosts (or host:port) whose documents may be fetched for a `$ref`, as a JSON list"
    )


class SpecSettings(Section):
    """Limits for reading a specification."""

    max_depth: int = Field(200, ge=10, le=250, description="deepest nesting of a document")
    max_nodes: int = Field(5_000_000, ge=1000, description="most values in a document")
    max_operations: int = Field(5_000, ge=1, description="most operations in a document")


class RetrySettings(Section):
    """How failed work is tried again."""

    max_attempts: int = Field(3, ge=1, le=20, description="attempts before a job becomes a dead letter")
    initial_seconds: float = Field(1.0, ge=0, description="wait before the second attempt")
    max_seconds: float = Field(60.0, gt=0, description="longest wait between attempts")


class BreakerSettings(Section):
    """The circuit breakers around calls out."""

    failure_threshold: int = Field(5, ge=1, description="failures in a row that open a breaker")
    recovery_seconds: float = Field(60.0, gt=0, description="time until one probe is let through")


class EngineSettings(Section):
    """The worker inside the service."""

    mode: Literal["embedded", "off"] = Field("embedded", description="`off`: this process only receives (PostgreSQL)")
    lease_seconds: float = Field(30.0, ge=3, description="a worker that is silent for so long has lost its job")
    poll_seconds: float = Field(0.5, gt=0, description="how often to look for work without a signal")
    stop_seconds: float = Field(20.0, ge=0, description="how long a stop waits for running work")


class GenerationSettings(Section):
    """How suites are generated."""

    seed: str = Field("specproof", description="what all values are derived from")
    templates_dir: DirectoryPath | None = Field(None, description="folder whose templates override ours by name")
    families: tuple[Literal["functional", "crud", "validation", "error", "auth", "performance"], ...] = Field(
        ("functional", "crud", "validation", "error", "auth"),
        description="strategies to apply, as a JSON list; `performance` is one more",
    )
    p95_ms: int = Field(
        0, ge=0, description="what 19 of 20 answers to a read may take, for `performance`; 0: they are only measured"
    )
    max_requests: int = Field(0, ge=0, description="what a suite may send in one run, the most telling cases first; 0: no limit")
    from_status: StatusGate = Field(
        "", description="generate for operations of this Apifox status or a later one (`testing`); empty: for all"
    )
    business_code: CodeChoice = Field(
        AUTO, description="code inside of a 2xx that says success: `auto` recognises it, `off`, or `code=0,200`, `data.code=0`"
    )
    profile: ProfileName = Field("standard", description="how many cases: `smoke`, `standard` or `thorough`")


class QualitySettings(Section):
    """What a suite must reach to be kept."""

    min_score: float = Field(0.0, ge=0, le=100, description="suites below this score are refused")


class ProofSettings(Section):
    """How suites are proven, and what they must be worth to be run."""

    enabled: bool = Field(True, description="measure each new suite on the reference of its document before it is run")
    min_strength: float = Field(0.0, ge=0, le=100, description="suites of less strength are stored, marked and not run")
    require_trust: bool = Field(False, description="suites that raise a false alarm are stored, marked and not run")
    run_below_gate: bool = Field(False, description="run suites below the gate all the same")
    max_mutants: int = Field(120, ge=1, le=100_000, description="most faults that are tried on a suite; the choice is stable")
    seconds: float = Field(
        120.0, gt=0, le=3600, description="a proof that takes longer is ended; the suite is stored without one"
    )


class StorageSettings(Section):
    """Where suites lie."""

    output_dir: Path = Field(Path("./tests/generated"), description="folder for generated suites")


class ExecutionSettings(Section):
    """How suites are run."""

    timeout_seconds: float = Field(600.0, gt=0, description="a run that takes longer is ended")
    memory_mb: int = Field(1024, ge=128, description="memory of a run")
    strictness: Literal["lenient", "standard", "strict"] = Field(
        "standard", description="how much fails a case: see [docs/strictness.md](docs/strictness.md)"
    )


class NotifySettings(Section):
    """Whom to tell."""

    webhook_url: HttpAddress = Field("", description="address that gets notices by POST; empty for none")
    webhook_secret: SecretStr | None = Field(None, description="signs notices (HMAC-SHA256)")
    allowed_addresses: tuple[str, ...] = Field((), description="private addresses that may be dialled: host:port or CIDR")


class LoggingSettings(Section):
    """What the logs hold."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = Field("INFO", description="lowest level that is logged")
    format: Literal["json", "console"] = Field("json", description="`console` for people")

    @field_validator("level", mode="before")
    @classmethod
    def _upper(cls, level: object) -> object:
        return level.upper() if isinstance(level, str) else level


class ProjectSettings(Section):
    """One API that we watch: how its deliveries are trusted, where its document is, and what it runs against."""

    apifox_project_id: str = Field("", description="Apifox project id, for the export")
    apifox_token: SecretStr | None = Field(None, description="token of this project; else SPECPROOF_APIFOX__TOKEN")
    apifox_branch_id: int | None = Field(None, description="iteration branch to export; default main")
    apifox_module_id: int | None = Field(None, description="module to export; default the first")
    apifox_environment_ids: tuple[int, ...] = Field((), description="environments whose addresses become servers")
    secrets: tuple[FilledSecret, ...] = Field((), description="webhook secrets; two while rotating")
    signature_header: str = Field("", description="accept the signature in this header only")
    allow_unsigned: bool = Field(False, description="accept deliveries without any proof of origin")
    spec_url: HttpAddress = Field("", description="address of the document, for projects without Apifox")
    spec_file: Path | None = Field(None, description="file of the document, for projects without Apifox")
    allowed_addresses: tuple[str, ...] = Field((), description="private addresses that may be dialled: host:port or CIDR")
    reference_hosts: tuple[Host, ...] = Field((), description="more hosts whose documents may be fetched for a `$ref`")
    target_url: HttpAddress = Field("", description="address of the API that suites run against; empty: generate only")
    credentials: dict[str, SecretStr] = Field(
        default_factory=dict, description="SPECPROOF_CREDENTIAL_<SCHEME> and SPECPROOF_SECOND_CREDENTIAL_<SCHEME> to raw secrets"
    )
    slug: str = Field("", description="name of the suite; default from the project's name", pattern=r"^([a-z][a-z0-9_]{0,39})?$")
    min_quality_score: float | None = Field(None, ge=0, le=100, description="overrides SPECPROOF_QUALITY__MIN_SCORE")
    min_strength: float | None = Field(None, ge=0, le=100, description="overrides SPECPROOF_PROOF__MIN_STRENGTH")
    require_trust: bool | None = Field(None, description="overrides SPECPROOF_PROOF__REQUIRE_TRUST")
    run_below_gate: bool | None = Field(None, description="overrides SPECPROOF_PROOF__RUN_BELOW_GATE")
    from_status: StatusGate | None = Field(None, description="overrides SPECPROOF_GENERATION__FROM_STATUS")
    business_code: CodeChoice | None = Field(None, description="overrides SPECPROOF_GENERATION__BUSINESS_CODE")
    profile: ProfileName | None = Field(None, description="overrides SPECPROOF_GENERATION__PROFILE")


class Settings(Section):
    """All settings. ``projects`` maps a project's name to its settings."""

    database: DatabaseSettings = DatabaseSettings()
    server: ServerSettings = ServerSettings()
    webhook: WebhookSettings = WebhookSettings()
    cors: CorsSettings = CorsSettings()
    apifox: ApifoxSettings = ApifoxSettings()
    fetch: FetchSettings = FetchSettings()
    spec: SpecSettings = SpecSettings()
    retry: RetrySettings = RetrySettings()
    breaker: BreakerSettings = BreakerSettings()
    engine: EngineSettings = EngineSettings()
    generation: GenerationSettings = GenerationSettings()
    quality: QualitySettings = QualitySettings()
    proof: ProofSettings = ProofSettings()
    storage: StorageSettings = StorageSettings()
    execution: ExecutionSettings = ExecutionSettings()
    notify: NotifySettings = NotifySettings()
    logging: LoggingSettings = LoggingSettings()
    projects: dict[str, ProjectSettings] = Field(default_factory=dict, description="the watched APIs, as a JSON object by name")

    @field_validator("projects")
    @classmethod
    def _plain_names(cls, projects: dict[str, ProjectSettings]) -> dict[str, ProjectSettings]:
        for name in projects:
            if not is_project_name(name):
                raise ValueError(f"project name {name!r}: use 1 to 64 of a-z, 0-9, - and _, starting with a letter or digit")
        return projects

    @model_validator(mode="after")
    def _default_project(self) -> Settings:
        if "default" not in self.projects and (self.webhook.apifox_secret or self.apifox.project_id):
            secrets = (self.webhook.apifox_secret,) if self.webhook.apifox_secret else ()
            default = ProjectSettings(apifox_project_id=self.apifox.project_id, secrets=secrets)
            self.projects["default"] = default
        return self


def is_project_name(name: str) -> bool:
    """Whether ``name`` can stand in an address, a folder and a log without escaping."""
    plain = name.replace("-", "a").replace("_", "a")
    return 1 <= len(name) <= 64 and plain.isascii() and plain.isalnum() and name == name.lower() and name[0].isalnum()


def with_async_driver(url: str) -> str:
    """``sqlite:///`` and ``postgresql://`` (also ``postgres://``) turned into the async drivers' addresses. Raises ValueError for others."""
    plain = url.replace("sqlite+aiosqlite://", "sqlite://", 1).replace("postgresql+psycopg://", "postgresql://", 1)
    if plain.startswith("sqlite://"):
        return plain.replace("sqlite://", "sqlite+aiosqlite://", 1)
    if not plain.startswith(("postgresql://", "postgres://")):
        raise ValueError("use sqlite:///FILE or postgresql://USER@HOST/NAME")
    try:
        _ = urlsplit(plain).port
    except ValueError as error:
        raise ValueError("the port of the database must be a number") from error
    return "postgresql+psycopg://" + plain.partition("://")[2]
