"""A name that is not known, and the one that was probably meant."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

MOST_NAMES: Final = 20


def nearest(name: str, names: Collection[str]) -> str:
    """A sentence that names the known name nearest to ``name``, or those that there are."""
    found = get_close_matches(name, names, n=1, cutoff=0.4)
    return f"Did you mean {found[0]}?" if found else f"There are: {', '.join(sorted(names)[:MOST_NAMES]) or 'none'}."
