"""What the routes have in common: parameters, and error answers in the API's own description."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query

from specproof.web.error_handlers import PROBLEM_TYPE
from specproof.webhook.schemas import Problem

_CONTENT = {PROBLEM_TYPE: {"schema": Problem.model_json_schema()}}

PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "The request was refused", "content": _CONTENT},
    "5XX": {"description": "We cannot answer now", "content": _CONTENT},
}
"""Every operation's error answers."""

# Checked by shape, so that nothing reaches the database that it would choke on (PostgreSQL takes no NUL in a text).
Id = Annotated[str, Path(max_length=100, pattern=r"^[A-Za-z0-9._-]+$")]
ProjectFilter = Annotated[str, Query(max_length=64, pattern=r"^[a-z0-9_-]*$", description="only this project's")]
CodeFilter = Annotated[str, Query(max_length=100, pattern=r"^[a-z0-9_.]*$", description="only failures with this error code")]
