"""Schema-valid values, values that stand on a bound, and values that break one keyword: all proven by jsonschema-rs."""

from __future__ import annotations

from specproof.reference.values.filling import Filler
from specproof.reference.values.instances import Instances
from specproof.reference.values.places import Impossible
from specproof.reference.values.views import View

__all__ = ["Filler", "Impossible", "Instances", "View"]
