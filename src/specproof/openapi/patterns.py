"""Regular expressions of a specification: kept only where the validator's linear-time engine takes them."""

from __future__ import annotations

import jsonschema_rs

_MAX_PATTERN_LENGTH = 5_000
_MAX_DISTINCT_PATTERNS = 5_000


class PatternChecker:
    """Says which patterns the validator can compile under ``RegexOptions()``; each distinct pattern is tried once.

    Look-around and back-references are refused by that engine, which in return cannot be made to run for ever. Compiling costs up to
    some 50 ms for nested repeats, hence the cap on distinct patterns.
    """

    def __init__(self) -> None:
        self._options = jsonschema_rs.RegexOptions()
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
        try:
            jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=self._options, offline=True)
        except jsonschema_rs.ValidationError:
            return (
                "is not understood by the linear-time engine (look-around, back-reference, very large repeat, or an error in it)"
            )
        return ""
