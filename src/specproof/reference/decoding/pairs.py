"""Pairs of names and texts: queries, forms and cookies before anything is known of their values."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specproof.reference.decoding.escapes import unescaped_query


class Pairs:
    """Names and raw texts in the order in which they came; names are decoded, texts are not."""

    __slots__ = ("by_name", "unescape")

    def __init__(self, pairs: Iterator[tuple[str, str]], unescape: Callable[[str], str]) -> None:
        self.unescape = unescape
        """Decodes a raw text."""
        self.by_name: dict[str, list[str]] = {}
        for name, text in pairs:
            self.by_name.setdefault(name, []).append(text)

    def texts(self, name: str) -> list[str]:
        """The decoded texts of that name, none where it did not come."""
        return [self.unescape(text) for text in self.by_name.get(name, ())]


def query_pairs(query: str, unescape: Callable[[str], str] = unescaped_query) -> Pairs:
    """The pairs of a query or form: ``&`` between them, the first ``=`` inside."""
    return Pairs(_cut(query, unescape), unescape)


def _cut(query: str, unescape: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    for part in query.split("&"):
        if part:
            name, _, text = part.partition("=")
            yield unescape(name), text
