"""Column types that take what the outside sends: any text, and small structures as JSON."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Dialect, Text, TypeDecorator


def storable_text(text: str) -> str:
    """``text`` without what a database refuses: NUL (PostgreSQL) and lone surrogates (both) become U+FFFD."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class AnyText(TypeDecorator[str]):
    """Text from outside: a delivery is never lost because its title holds a NUL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Storable text."""
        return None if value is None else storable_text(value)


class JsonText(TypeDecorator[Any]):
    """A small structure as JSON in ASCII, the same on both databases (PostgreSQL's own types refuse some escapes)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """JSON text."""
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """What the JSON says."""
        return None if value is None else json.loads(value)
