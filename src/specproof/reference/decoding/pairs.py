"""Pairs of names and texts: queries, forms and cookies before anything is known of their values."""

from __future__ import annotations

from collections.abc import Callable

from specproof.reference.decoding.escapes import unescaped_query


class Pairs:
    """Names and raw texts in the order in which they came; names are decoded, texts are not."""

    __slots__ = ("by_name", "unescape")

    def __init__(self, unescape: Callable[[str], str]) -> None:
        self.unescape = unescape
        """Decodes a raw text."""
        self.by_name: dict[str, list[str]] = {}

    def add(self, name: str, raw: str) -> None:
        """One pair more."""
        known = self.by_name.get(name)
        if known is None:
            self.by_name[name] = [raw]
        else:
            known.append(raw)

    def texts(self, name: str) -> list[str]:
        """The decoded texts of that name, none where it did not come."""
        raws = self.by_name.get(name)
        return [self.unescape(raw) for raw in raws] if raws else []


def query_pairs(query: str, unescape: Callable[[str], str] = unescaped_query) -> Pairs:
    """The pairs of a query or form: ``&`` between them, the first ``=`` inside."""
    pairs = Pairs(unescape)
    for part in query.split("&") if query else ():
        if part:
            name, _, raw = part.partition("=")
            pairs.add(unescape(name), raw)
    return pairs
