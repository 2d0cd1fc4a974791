"""A bound on the work that one value may cost, so that no document can make the search explode."""

from __future__ import annotations


class Budget:
    """Counts down; ``spend`` says whether there was something left."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self._left <= 0

    def spend(self, steps: int = 1) -> bool:
        """Take ``steps``. False once there are none."""
        self._left -= steps
        return self._left >= 0
