"""D: what is wrong with what the server remembers."""

from __future__ import annotations

from typing import Final

from specproof.reference.mutants.creation import CREATION
from specproof.reference.mutants.lookups import LOOKUPS
from specproof.reference.mutants.removal import REMOVAL
from specproof.reference.mutants.updates import UPDATES

STATE: Final = (*CREATION, *UPDATES, *REMOVAL, *LOOKUPS)
"""D1 to D11, in order."""
