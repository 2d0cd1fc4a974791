"""All metrics of one suite together."""

from __future__ import annotations

from dataclasses import dataclass

from specproof.quality.metrics.metric import Metric

SECONDS_PER_REQUEST = 0.05
"""What a request to a real API is taken to last."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that the suite cannot or does not reach, and why. ``operation`` is a label, "" for the whole suite."""

    operation: str
    sentence: str

    @property
    def text(self) -> str:
        """One line for people."""
        return f"{self.operation}: {self.sentence}" if self.operation else self.sentence


@dataclass(frozen=True, slots=True)
class SuiteMetrics:
    """The figures, what limits them, and the cases that add nothing. ``requests`` are those of one healthy run."""

    metrics: tuple[Metric, ...] = ()
    gaps: tuple[Gap, ...] = ()
    redundant_cases: tuple[str, ...] = ()
    """Cases without a kill of their own and without anything reached that another case does not reach."""
    requests: int = 0

    @property
    def seconds(self) -> float:
        """How long a run against a real API is likely to take."""
        return self.requests * SECONDS_PER_REQUEST

    def metric(self, name: str) -> Metric | None:
        """The metric of that name, or None."""
        return next((metric for metric in self.metrics if metric.name == name), None)
