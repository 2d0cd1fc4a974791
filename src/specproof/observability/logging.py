"""Structured logs: one JSON object a line (or lines for people), for our own loggers and for everybody who uses ``logging``.

Context bound by ``structlog.contextvars`` (``event_id``, ``request_id``) stands on every line. Every line goes through the one
redaction, and no traceback carries local variables: they hold secrets.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import TextIO

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor, WrappedLogger

from specproof.observability.redaction import redact_mapping


@dataclass(frozen=True, slots=True)
class LogPolicy:
    """What is logged and how: ``level`` by name, ``format`` is ``json`` or ``console``; ``known_secrets`` are cut wherever they stand."""

    level: str = "INFO"
    format: str = "json"
    known_secrets: tuple[str, ...] = ()


class RedactSecrets:
    """The processor that applies the redaction to a whole log line."""

    def __init__(self, known_secrets: tuple[str, ...] = ()) -> None:
        self._known = known_secrets

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """The same line without secrets. structlog's own keys (leading underscore) pass untouched."""
        inner = {key: value for key, value in event.items() if not key.startswith("_")}
        own = {key: value for key, value in event.items() if key.startswith("_")}
        return {**redact_mapping(inner, self._known), **own}


def configure_logging(policy: LogPolicy, stream: TextIO | None = None) -> None:
    """Set up structlog and the standard library's root logger once for this process. ``stream`` defaults to standard error."""
    shared = _shared_processors()
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=False)
        if policy.format == "console"
        else structlog.processors.JSONRenderer(serializer=_as_json)
    )
    exceptions: list[Processor] = [] if policy.format == "console" else [_exception_renderer()]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _drop_colors,
            *exceptions,
            RedactSecrets(policy.known_secrets),
            renderer,
        ],
    )
    output = logging.StreamHandler(stream if stream is not None else sys.stderr)
    output.setFormatter(formatter)
    root = logging.getLogger()
    for earlier in list(root.handlers):
        root.removeHandler(earlier)
    root.addHandler(output)
    root.setLevel(policy.level)
    _adopt_servers(policy.level)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
    ]


def _drop_colors(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """uvicorn repeats its messages with terminal colours."""
    event.pop("color_message", None)
    return event


def _exception_renderer() -> Processor:
    return structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False, max_frames=20))


def _adopt_servers(level: str) -> None:
    """uvicorn's loggers speak through ours; its access log is off, because it prints query strings and ours does not."""
    for name in ("uvicorn", "uvicorn.error", "uvicorn.asgi"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(level)
    for client in ("httpx2", "httpcore2"):
        logging.getLogger(client).setLevel(logging.WARNING)  # their lines name whole addresses, and ours say it better
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False
    access.setLevel(logging.CRITICAL + 1)


def _as_json(line: MutableMapping[str, object], **_: object) -> str:
    """One line of JSON. What JSON does not know is written as its text; lone surrogates must not break the stream's encoding."""
    text = json.dumps(line, ensure_ascii=False, default=str)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
