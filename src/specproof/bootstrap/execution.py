"""The runner of suites, composed."""

from __future__ import annotations

from specproof.domain.ports import SuiteRunner
from specproof.execution.suite_runner import ExecutionPolicy, ProcessSuiteRunner
from specproof.settings.sections import Settings


def suite_runner(settings: Settings, *, keeps_reports: bool = False) -> SuiteRunner:
    """Runs suites in child processes; ``keeps_reports`` keeps the JUnit XML of each suite's latest run beside the suites."""
    reports = settings.storage.output_dir / ".reports" if keeps_reports else None
    return ProcessSuiteRunner(ExecutionPolicy(reports_dir=reports))
