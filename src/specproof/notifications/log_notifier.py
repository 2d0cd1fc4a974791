"""Notices in the log."""

from __future__ import annotations

from typing import Protocol

from specproof.domain.ports import Notice


class EventLogger(Protocol):
    """What we need of structlog's logger."""

    def info(self, event: str, **fields: object) -> object:
        """Log at level info."""

    def warning(self, event: str, **fields: object) -> object:
        """Log at level warning."""


class LogNotifier:
    """Writes each notice as one log event; dead events and failed runs as warnings."""

    def __init__(self, logger: EventLogger) -> None:
        self._logger = logger

    async def notify(self, notice: Notice) -> None:
        """One line, with the notice's facts under ``facts``."""
        is_bad = notice.kind == "event.dead" or (
            notice.kind == "run.finished" and notice.facts.get("status") not in (None, "passed")
        )
        write = self._logger.warning if is_bad else self._logger.info
        write(
            f"notice.{notice.kind}",
            project=notice.project,
            event_id=notice.event_id,
            title=notice.title,
            text=notice.text,
            facts=notice.facts,
        )
