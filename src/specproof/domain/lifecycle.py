"""How far an operation's life has come (``x-apifox-status``), and the gate that asks for a stage of it."""

from __future__ import annotations

LIFE = ("pending", "designing", "developing", "integrating", "testing", "tested", "released")
"""The stages, in their order."""
OUTSIDE = frozenset({"deprecated", "obsolete", "exception"})
"""Statuses that no gate lets through."""
CHOICES = f"{', '.join(LIFE)}; empty for everything"


def known_gate(text: str) -> str:
    """``text`` as a gate: a stage of the life, or "" for everything. Raises ValueError that lists the choices."""
    gate = text.strip().lower()
    if gate and gate not in LIFE:
        raise ValueError(f"{text[:40]!r} is no status to begin from; use one of {CHOICES}")
    return gate


def passes_gate(status: str, gate: str) -> bool:
    """Whether an operation of that status is tested. No gate lets everything through.

    So does every gate where the document says no status, or one that we cannot place.
    """
    known = status.strip().lower()
    if not gate or not known:
        return True
    if known in OUTSIDE:
        return False
    return known not in LIFE or LIFE.index(known) >= LIFE.index(gate)
