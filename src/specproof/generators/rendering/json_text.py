"""JSON as it stands in a suite's files: UTF-8, sorted, one form for one value."""

from __future__ import annotations

import json
import re

_SURROGATE = re.compile("[\ud800-\udfff]")


def json_document(value: object) -> str:
    """``value`` as a readable JSON document that UTF-8 can hold: lone surrogates are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", text) + "\n"
