"""How far an attempt has come: written by the attempt, read by the lease's beats, the logs and the dead letters."""

from __future__ import annotations

import structlog

from specproof.domain.events import Stage

log = structlog.get_logger(__name__)


class Progress:
    """The stage of one attempt."""

    def __init__(self) -> None:
        self.stage = ""
        """The :class:`~specproof.domain.events.Stage` value, "" before the first."""
        self.is_settling = False
        """Whether the attempt is writing its end: from then on the row is not beaten, because it is about to stop being ours."""

    def enter(self, stage: Stage) -> None:
        """The attempt goes on to ``stage``."""
        self.stage = stage.value
        log.info("Stage entered", stage=stage.value)

    def settle(self) -> None:
        """The attempt begins to write its end."""
        self.is_settling = True
