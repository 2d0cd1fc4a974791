"""JSON as it stands in a suite's files: UTF-8, sorted, one form for one value."""

from __future__ import annotations

import json
import re

_UNSEEN = re.compile(
    # Control characters, what changes the direction of a line or ends it, what has no width, and halves of surrogate pairs. A list and
    # not what Python calls unprintable: that differs between versions of Python, and a document is to give the same bytes in all.
    "[\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)


def json_document(value: object) -> str:
    """``value`` as a readable JSON document: what nobody sees on a screen, or what reorders what is seen, is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    return _UNSEEN.sub(lambda match: json.dumps(match.group())[1:-1], text) + "\n"
