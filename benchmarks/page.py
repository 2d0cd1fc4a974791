"""``docs/benchmarks.md``: each measurement has a section of its own between two markers, so that one can be made anew without the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def write_section(name: str, lines: Sequence[str], page: Path = PAGE) -> None:
    """Put ``lines`` between ``<!-- section: NAME -->`` and ``<!-- end of section -->``. Raises ValueError if the page has no such place."""
    text = page.read_text(encoding="utf-8")
    place = re.compile(rf"(<!-- section: {re.escape(name)} -->\n).*?(<!-- end of section -->)", re.DOTALL)
    renewed, count = place.subn(lambda match: match[1] + "\n".join(lines) + "\n" + match[2], text)
    if count != 1:
        raise ValueError(f"{page.name} has {count} sections called {name}, not one")
    page.write_text(renewed, encoding="utf-8")
