"""The shapes of health and status."""

from __future__ import annotations

from pydantic import Field

from specproof.webhook.schemas import Output


class Health(Output):
    """Liveness: the process answers."""

    status: str = "alive"


class EngineShape(Output):
    """The worker: when it was last alive (None: never seen), and how old that may be."""

    mode: str
    last_beat_seconds: float | None
    max_beat_seconds: float


class QueueShape(Output):
    """Events by status; ``depth`` counts the ones that wait or run."""

    depth: int
    oldest_waiting_seconds: float
    by_status: dict[str, int]


class BreakerShape(Output):
    """A circuit breaker around calls out."""

    name: str
    state: str
    failures: int
    opened_seconds_ago: float | None


class StatusReport(Output):
    """Readiness. Without an API key only ``state`` and ``version`` are filled."""

    state: str = Field(description="`ready` or `not_ready`")
    version: str
    reasons: list[str] = Field(default_factory=list, description="why it is not ready")
    database: str | None = None
    engine: EngineShape | None = None
    queue: QueueShape | None = None
    dead_letters: int | None = None
    breakers: list[BreakerShape] | None = None
