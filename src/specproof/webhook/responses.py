"""What the routes have in common in the API's own description."""

from __future__ import annotations

from typing import Any

from specproof.web.error_handlers import PROBLEM_TYPE
from specproof.webhook.schemas import Problem

_CONTENT = {PROBLEM_TYPE: {"schema": Problem.model_json_schema()}}

PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "The request was refused", "content": _CONTENT},
    "5XX": {"description": "We cannot answer now", "content": _CONTENT},
}
"""Every operation's error answers."""
