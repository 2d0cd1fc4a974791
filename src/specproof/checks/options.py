"""What a run of a suite can be told, on pytest's command line or by a variable."""

from __future__ import annotations

import contextlib
import json
import os
import re
from pathlib import Path
from typing import Any, Final

import pytest

from .baseline import BASELINE, Baseline, BaselineError
from .judgement import Judgement
from .network import MOST_BYTES
from .overrides import OVERRIDES, Overrides, OverridesError, load_overrides
from .stateless import VARIABLE as STATELESS
from .strictness import STRICTNESS, Strictness, strictness_named
from .suite import Cases

API_URL: Final = "SPECPROOF_API_URL"
ANSWER_LIMIT: Final = "SPECPROOF_ANSWER_LIMIT"
RISKY: Final = "SPECPROOF_RISKY"
AS_DOCUMENTED: Final = "SPECPROOF_AS_DOCUMENTED"
_OPTIONS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("--api-url", {"default": "", "help": f"where the API under test answers (or the variable {API_URL})"}),
    (
        "--answer-limit",
        {
            "default": "",
            "metavar": "MB",
            "help": f"the largest answer that is read (or {ANSWER_LIMIT}); default {MOST_BYTES >> 20}",
        },
    ),
    ("--no-retry", {"action": "store_true", "help": "report a failed case at once, without running it again alone"}),
    ("--baseline", {"default": "", "metavar": "FILE", "help": f"known failures; default {BASELINE} in the suite's folder"}),
    ("--write-baseline", {"default": "", "metavar": "FILE", "help": "write what fails now into FILE: it is known from then on"}),
    (
        "--harvest",
        {"default": "", "metavar": "FILE", "help": "write ids that the API's lists show into FILE (specproof calibrate)"},
    ),
    (
        "--as-documented",
        {
            "action": "store_true",
            "help": f"judge by the document alone: standard, no baseline, no {OVERRIDES} (or the variable {AS_DOCUMENTED})",
        },
    ),
    (
        "--stateless",
        {"action": "store_true", "help": f"the API is a mock: skip what only a memory could answer (or {STATELESS}=1)"},
    ),
    ("--risky", {"action": "store_true", "help": f"run what may stop the API or never end, too, and last (or {RISKY}=1)"}),
    (
        "--strictness",
        {"default": "", "metavar": "|".join(Strictness), "help": f"how much fails a case (or the variable {STRICTNESS})"},
    ),
)


def add_options(parser: pytest.Parser) -> None:
    """Add them; another suite in the same run may have done so already."""
    for name, described in _OPTIONS:
        with contextlib.suppress(ValueError):
            parser.addoption(name, **described)


def takes_risks(config: pytest.Config) -> bool:
    """Whether the run was asked to call what may stop the API."""
    return bool(config.getoption("--risky", default=False)) or os.environ.get(RISKY, "") not in {"", "0"}


def told(config: pytest.Config, option: str, variable: str = "") -> str:
    """What the option says, or else the variable; "" for neither."""
    return config.getoption(option, default="") or (os.environ.get(variable, "") if variable else "")


def most_bytes(config: pytest.Config) -> int:
    """How large an answer may be. Raises ``pytest.UsageError`` unless it is a number of megabytes."""
    text = told(config, "--answer-limit", ANSWER_LIMIT)
    if not text:
        return MOST_BYTES
    if not re.fullmatch(r"[1-9]\d{0,4}", text, re.ASCII):
        raise pytest.UsageError(f"--answer-limit (or {ANSWER_LIMIT}): {text!r} is no number of MB: say for example 64")
    return int(text) << 20


def judgement_of(config: pytest.Config, folder: Path) -> Judgement:
    """How failed checks of the suite in ``folder`` are judged. Raises ``pytest.UsageError`` with what is wrong, where, and what to do."""
    target = target_of(config)
    if told(config, "--as-documented", AS_DOCUMENTED) not in {"", "0"}:
        return Judgement(accepts_all=target is not None)
    try:
        strictness = strictness_named(told(config, "--strictness", STRICTNESS))
    except ValueError as error:
        raise pytest.UsageError(f"--strictness (or {STRICTNESS}): {error}") from error
    try:
        overrides = overrides_of(folder)
        baseline = Baseline.load(target) if target and target.exists() else _baseline(config, folder)
    except (BaselineError, OverridesError) as error:
        raise pytest.UsageError(str(error)) from error
    return Judgement(
        strictness, baseline, accepts_all=target is not None, overrides=overrides.operations, case_overrides=overrides.cases
    )


def overrides_of(folder: Path) -> Overrides:
    """What the suite in ``folder`` is told to accept. Raises ``OverridesError``."""
    path = folder / OVERRIDES
    return load_overrides(path, operations_of(folder), Cases.load(folder).names) if path.exists() else Overrides()


def operations_of(folder: Path) -> set[str]:
    """The operations that a suite has to do with: those of its document, and those that its cases are about."""
    documented: set[str] = set(json.loads((folder / "schemas" / "contracts.json").read_text(encoding="utf-8")))
    return documented | set(Cases.load(folder).belongings.operations)


def target_of(config: pytest.Config) -> Path | None:
    """The file that the run writes its baseline into; None for none."""
    name = told(config, "--write-baseline")
    if not name:
        return None
    target = config.invocation_params.dir / name
    if target.is_dir() or not target.parent.is_dir():
        raise pytest.UsageError(f"--write-baseline {name} is a folder, or lies in none: name a file, for example {BASELINE}")
    return target


def _baseline(config: pytest.Config, folder: Path) -> Baseline | None:
    name = told(config, "--baseline")
    if name:
        return Baseline.load(config.invocation_params.dir / name)
    usual = folder / BASELINE
    return Baseline.load(usual) if usual.exists() else None
