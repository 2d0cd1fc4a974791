"""Refusals: which documented status an unwelcome request gets, and what stands in its body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specproof.reference.calls import Call, World
from specproof.reference.credentials import Principal
from specproof.reference.messages import Answer, Request

if TYPE_CHECKING:
    from specproof.reference.contracts import Problem
    from specproof.reference.decoding import Decoded


def unrouted(world: World, request: Request) -> Answer:
    """404."""
    raise NotImplementedError


def undeclared_method(world: World, request: Request, allowed: tuple[str, ...]) -> Answer:
    """405."""
    raise NotImplementedError


def principal(world: World, call: Call) -> Principal | Answer:
    """Who asks, or 401."""
    raise NotImplementedError


def not_acceptable(world: World, call: Call) -> Answer | None:
    """406."""
    raise NotImplementedError


def unsupported_media_type(world: World, call: Call) -> Answer | None:
    """415."""
    raise NotImplementedError


def decoded(world: World, call: Call) -> Decoded | Answer:
    """Values, or 400."""
    raise NotImplementedError


def refusal(world: World, call: Call, problems: tuple[Problem, ...]) -> Answer:
    """400 or 422."""
    raise NotImplementedError
