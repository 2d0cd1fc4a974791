"""One figure of a suite."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metric:
    """``reached`` of ``total``; ``missing`` are those not reached, in words (some of them), ``note`` says what is counted.

    A ``total`` of 0 means that there is nothing to reach: that is no success and reads "n/a".
    """

    name: str
    reached: float
    total: float
    note: str = ""
    missing: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        """0 to 1, None where there is nothing to reach."""
        return self.reached / self.total if self.total else None

    @property
    def text(self) -> str:
        """``12/14 (85 %)`` or ``n/a``. Cut, never rounded up: 100 % means all of it."""
        share = self.share
        if share is None:
            return "n/a"
        return f"{self.reached:g}/{self.total:g} ({math.floor(100 * share + 1e-9)} %)"

    def to_json(self) -> dict[str, object]:
        """As reports store it: ``share`` is null where there is nothing to reach."""
        share = self.share
        return {
            "name": self.name,
            "reached": self.reached,
            "total": self.total,
            "share": None if share is None else round(share, 4),
            "note": self.note,
            "missing": list(self.missing),
        }
