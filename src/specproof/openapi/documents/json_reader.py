"""JSON text to a tree: orjson first, and the standard library where orjson refuses what can still be understood.

orjson refuses NaN, 1e400 and lone surrogates, which real exports hold; the slower second reading replaces exactly those and leaves a
finding. Everything is checked for depth before a recursive parser sees it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator

import orjson

from specproof.errors import SpecLimitError
from specproof.openapi.finding_log import FindingLog, quoted
from specproof.openapi.findings import FindingCode
from specproof.openapi.schema import JsonObject, JsonValue

_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_KEY_END = re.compile(rb'"\s*:')
_MAX_INTEGER_DIGITS = 300
_INT64_MIN, _UINT64_MAX = -(2**63), 2**64 - 1


def read_json(content: bytes, *, max_depth: int, log: FindingLog) -> JsonValue:
    """The tree of strict or nearly strict JSON.

    Raises :class:`json.JSONDecodeError` where the text is no JSON, :class:`SpecLimitError` where it is nested too deeply.
    """
    try:
        return orjson.loads(content)  # type: ignore[no-any-return]
    except orjson.JSONDecodeError as refusal:
        text = content.decode("utf-8")
        check_nesting(text, max_depth)
        tree = _LenientReader(log).read(text)
        log.add(
            FindingCode.DOCUMENT_INVALID, "#", f"not strict JSON: {refusal.msg} (line {refusal.lineno}, column {refusal.colno})"
        )
        return tree


def check_nesting(text: str, max_depth: int) -> None:
    """Refuse brackets nested deeper than ``max_depth``: a scan in linear time that ignores strings."""
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        char = match.group()
        if char in ("{", "["):
            depth += 1
            if depth > max_depth:
                raise SpecLimitError(f"the document is nested deeper than {max_depth} levels", at=f"character {match.start()}")
        elif char in ("}", "]"):
            depth -= 1


def finite_number(number: int | float) -> int | float | None:
    """A number that every JSON writer takes: integers over 64 bits become floats, infinities and NaN become None."""
    if isinstance(number, int) and not _INT64_MIN <= number <= _UINT64_MAX:
        try:
            number = float(number)
        except OverflowError:
            return None
    return number if math.isfinite(number) else None


class _LenientReader:
    """The standard library's reader with every surprising value replaced and reported."""

    def __init__(self, log: FindingLog) -> None:
        self._log = log

    def read(self, text: str) -> JsonValue:
        tree = json.loads(text, parse_int=self._integer, parse_float=self._float, parse_constant=self._constant)
        return self._without_surrogates(tree)

    def _integer(self, digits: str) -> int | float | None:
        number = finite_number(int(digits)) if len(digits) <= _MAX_INTEGER_DIGITS else None
        return self._reported(number, digits)

    def _float(self, digits: str) -> int | float | None:
        return self._reported(finite_number(float(digits)), digits)

    def _constant(self, word: str) -> None:
        self._reported(None, word)

    def _reported(self, number: int | float | None, digits: str) -> int | float | None:
        if number is None:
            self._log.add(
                FindingCode.DOCUMENT_INVALID, "#", f"the number {quoted(digits, 30)} is read as null: JSON cannot hold it"
            )
        return number

    def _without_surrogates(self, tree: JsonValue) -> JsonValue:
        root: list[JsonValue] = [tree]
        waiting: list[list[JsonValue] | JsonObject] = [root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, dict):
                cleaned = {_replaced(key): _replaced(value) if isinstance(value, str) else value for key, value in node.items()}
                if cleaned != node:
                    self._report_surrogate()
                    node.clear()
                    node.update(cleaned)
                waiting.extend(value for value in node.values() if isinstance(value, (dict, list)))
            else:
                for index, value in enumerate(node):
                    if isinstance(value, str) and (text := _replaced(value)) != value:
                        self._report_surrogate()
                        node[index] = text
                waiting.extend(value for value in node if isinstance(value, (dict, list)))
        return root[0]

    def _report_surrogate(self) -> None:
        self._log.add(FindingCode.DOCUMENT_INVALID, "#", "a lone surrogate in a string is replaced by U+FFFD")


def _replaced(text: str) -> str:
    if text.isascii():
        return text
    return text.encode("utf-16-le", errors="surrogatepass").decode("utf-16-le", errors="replace")


def report_duplicate_keys(content: bytes, key_count: int, log: FindingLog) -> None:
    """Leave a finding for each key that stands twice in one object of the JSON text ``content``.

    ``key_count`` is the number of keys of the parsed tree. The text cannot hold fewer ``":`` than keys, so equal numbers prove that
    there is no duplicate; only otherwise is the text read again, slowly.
    """
    if sum(1 for _ in _KEY_END.finditer(content)) == key_count:
        return

    def count_pairs(pairs: list[tuple[str, object]]) -> None:
        for key in _repeated(key for key, _ in pairs):
            message = f"the key {quoted(key)} stands more than once in one object; the last one counts"
            log.add(FindingCode.DUPLICATE_KEY, "#", message)

    json.loads(content, object_pairs_hook=count_pairs, parse_int=str, parse_float=str)


def _repeated(keys: Iterator[str]) -> list[str]:
    seen: set[str] = set()
    return [key for key in keys if key in seen or seen.add(key)]  # type: ignore[func-returns-value]
