"""What an answer gives away of the inside of a server: stack traces, errors of databases, keys."""

from __future__ import annotations

import re
from typing import Final

MOST_BYTES = 200_000

_SIGNATURES: Final = (
    ("a stack trace (Python)", rb"Traceback \(most recent call last\)|File \\?\"[^\"\n]{1,200}\.py\\?\", line \d+"),
    (
        "a stack trace (Java)",
        rb"\bat [\w$.]+\.[\w$<>]+\([\w$]+\.(?:java|kt|scala|groovy):\d+\)|\bCaused by: [\w.]+(?:Exception|Error)\b",
    ),
    ("a stack trace (.NET)", rb"\bat [\w.`<>]+\([^)\n]{0,200}\) in [^\n]{1,200}:line \d+"),
    (
        "a stack trace (JavaScript)",
        rb"\bat (?:[\w.<>$ \[\]]{1,100} )?\((?:file://|/|[A-Z]:\\)[^)\n]{1,200}\.[cm]?[jt]s:\d+:\d+\)",
    ),
    ("a stack trace (PHP)", rb"\bin /[^\s:]{1,200}\.php(?: on line |:)\d+|#\d+ /[^\s]{1,200}\.php\(\d+\)"),
    ("a stack trace (Go)", rb"goroutine \d+ \[running\]:|panic: runtime error"),
    ("a stack trace (Ruby)", rb"[\w/.-]{1,200}\.rb:\d+:in [`']"),
    (
        "an error of a database",
        rb"SQLSTATE\[|\bORA-\d{5}\b|You have an error in your SQL syntax|psycopg2?\.errors\.|sqlite3\.[A-Z]\w+Error",
    ),
    ("a private key", rb"-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----"),
    ("an access key", rb"\bAKIA[0-9A-Z]{16}\b"),
)
_PATTERNS: Final = tuple((kind, re.compile(pattern)) for kind, pattern in _SIGNATURES)


def leaked(content: bytes) -> str:
    """What kind of thing ``content`` gives away, "" if nothing. Only the beginning is looked at."""
    beginning = content[:MOST_BYTES]
    return next((kind for kind, pattern in _PATTERNS if pattern.search(beginning)), "")
