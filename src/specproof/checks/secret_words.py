"""Words in a name that say that the value behind it is nobody else's business."""

from __future__ import annotations

import re
from typing import Final

_NEVER_SHOWN: Final = r"passw|passphrase|secret|token|\u5bc6\u7801"
PRIVATE_WORDS: Final = _NEVER_SHOWN + r"|auth|cookie|session|credential|api_?key|e_?mail"
"""A pattern without groups, whatever the case: what is left out wherever answers are written down."""

_SECRET_NAME: Final = re.compile(_NEVER_SHOWN, re.IGNORECASE)
_PRIVATE_NAME: Final = re.compile(PRIVATE_WORDS, re.IGNORECASE)


def is_secret(name: str) -> bool:
    """Whether an answer that shows a member of this name gives a secret away: sure enough for a failure."""
    return _SECRET_NAME.search(name) is not None


def is_private(name: str) -> bool:
    """Whether a value of this name is better not written down: doubt is enough."""
    return _PRIVATE_NAME.search(name) is not None
