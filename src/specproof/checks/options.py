"""What a run of a suite can be told, on pytest's command line or by a variable."""

from __future__ import annotations

import contextlib
import os
from typing import Any, Final

import pytest

from .judgement import Judgement
from .strictness import STRICTNESS, Profile, profile_named

API_URL: Final = "SPECPROOF_API_URL"
RISKY: Final = "SPECPROOF_RISKY"
_OPTIONS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("--api-url", {"default": "", "help": f"where the API under test answers (or the variable {API_URL})"}),
    ("--no-retry", {"action": "store_true", "help": "report a failed case at once, without running it again alone"}),
    ("--risky", {"action": "store_true", "help": f"run what may stop the API or never end, too, and last (or {RISKY}=1)"}),
    (
        "--strictness",
        {"default": "", "metavar": "|".join(Profile), "help": f"how much fails a case (or the variable {STRICTNESS})"},
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


def judgement_of(config: pytest.Config) -> Judgement:
    """How failed checks are judged in this run. Raises ``pytest.UsageError`` with what is wrong, where, and what to do."""
    try:
        return Judgement(profile=profile_named(told(config, "--strictness", STRICTNESS)))
    except ValueError as error:
        raise pytest.UsageError(f"--strictness (or {STRICTNESS}): {error}") from error
