"""The reference with one legal difference: what another good implementation of the same document might do.

Left out, because the document does not allow them: a wrapper around records (it changes the schema of the answer, and where there is
none a suite could not find the id either); upper-case UUIDs (RFC 9562 wants them written in lower case); 403 for a missing credential
where only 401 is documented.
"""

from __future__ import annotations

from itertools import chain
from typing import Final

from specproof.reference.model import ReferenceModel
from specproof.reference.variants.answers import ANSWERS
from specproof.reference.variants.circumstances import CIRCUMSTANCES
from specproof.reference.variants.model import Variant
from specproof.reference.variants.records import RECORDS
from specproof.reference.variants.statuses import STATUSES
from specproof.reference.variants.values import VALUES

__all__ = ["Variant", "variants_of"]

_DIFFERENCES: Final = (*STATUSES, *RECORDS, *VALUES, *ANSWERS, *CIRCUMSTANCES)


def variants_of(model: ReferenceModel) -> tuple[Variant, ...]:
    """Every legal difference that can show on the document, in a fixed order."""
    return tuple(chain.from_iterable(difference(model) for difference in _DIFFERENCES))
