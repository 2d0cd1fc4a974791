"""Regular expressions of a specification: kept only where the validator's linear-time engine takes them."""

from __future__ import annotations

import re

import jsonschema_rs

_MAX_PATTERN_LENGTH = 5_000
_MAX_DISTINCT_PATTERNS = 5_000
_SMALL_PROGRAM = 256 * 1024
_MAX_LARGE_TRIES = 50
"""Compiling a pattern of nested repeats up to the engine's own limit costs some 70 ms; so many of them are allowed."""
_NEVER_UNDERSTOOD = re.compile(r"\(\?<?[=!]|\\[1-9]")


class PatternChecker:
    """Says which patterns the validator can compile under ``RegexOptions()``; each distinct pattern is tried once.

    Look-around and back-references are refused by that engine, which in return cannot be made to run for ever. Nearly all patterns
    compile to small programs; only those that do not are tried at the engine's full size, and only the first few.
    """

    def __init__(self) -> None:
        self._small = jsonschema_rs.RegexOptions(size_limit=_SMALL_PROGRAM)
        self._full = jsonschema_rs.RegexOptions()
        self._large_tries_left = _MAX_LARGE_TRIES
        self._verdicts: dict[str, str] = {}

    def refusal(self, pattern: str) -> str:
        """Why ``pattern`` cannot be used, as the end of a sentence; empty where it can."""
        known = self._verdicts.get(pattern)
        if known is not None:
            return known
        if len(pattern) > _MAX_PATTERN_LENGTH:
            return "is too long"
        if len(self._verdicts) >= _MAX_DISTINCT_PATTERNS:
            return "is one too many for this document"
        self._verdicts[pattern] = verdict = self._tried(pattern)
        return verdict

    def _tried(self, pattern: str) -> str:
        if _compiles(pattern, self._small):
            return ""
        if not _NEVER_UNDERSTOOD.search(pattern):
            self._large_tries_left -= 1
            if self._large_tries_left < 0:
                return "is large, like too many others of this document"
            if _compiles(pattern, self._full):
                return ""
        return "is not understood by the linear-time engine (look-around, back-reference, very large repeat, or an error in it)"


def _compiles(pattern: str, options: jsonschema_rs.RegexOptions) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options, offline=True)
    except jsonschema_rs.ValidationError:
        return False
    return True
