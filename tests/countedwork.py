"""Work that is counted instead of timed: how a text's size shows in it does not depend on what else the machine does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

LINEAR = 2.3
"""Twice the size may take so many times the work; with the square of the size it would be four."""
SQUARE = 4.6
"""The same where each of the parts is held against all others; with the cube it would be eight."""


def lines_run(action: Callable[[], object]) -> int:
    """How many lines of Python ``action`` executes, each time that it does."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(before)
    return count


def growth(action_of: Callable[[int], Callable[[], object]], size: int) -> float:
    """How many times more lines are run for twice the size. ``action_of`` makes the action for a size; making it is not counted."""
    return lines_run(action_of(2 * size)) / lines_run(action_of(size))
