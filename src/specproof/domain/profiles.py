"""How much of a plan becomes a suite: a few minutes after each deployment, every change, or once a night."""

from __future__ import annotations

from enum import StrEnum


class Profile(StrEnum):
    """How many cases a suite has. Each holds those of the one before, up to the choice of smoke."""

    SMOKE = "smoke"
    """The fewest requests that make each kind of check once on each operation."""
    STANDARD = "standard"
    """Every rule of the document once, and some nasty values for each field."""
    THOROUGH = "thorough"
    """More edges of each value, and every nasty value at every place."""


def known_profile(name: str) -> Profile:
    """The profile called ``name``. Raises ValueError that lists the names."""
    try:
        return Profile(name)
    except ValueError:
        raise ValueError(f"{name[:40]!r} is no profile: {', '.join(Profile)}") from None
