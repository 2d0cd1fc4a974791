"""Strings that differ from run to run: how they are laid out, sampled and recognised."""

from __future__ import annotations

import re
from typing import TypeAlias

from specproof.domain.plans import Fresh, FromStep, PlanValue
from specproof.generators.test_data_factory.seeds import Seed
from specproof.openapi.schema import JsonValue

LETTERS = "abcdefghijklmnopqrstuvwxyz"
TAIL = LETTERS + "0123456789"
"""What the tail of a fresh string is drawn from."""

TAIL_LENGTH = 8
MIN_ENTROPY = 10**6
"""Fewer possible strings than this collide within a few hundred draws: such a string stays constant."""

Parts: TypeAlias = "tuple[str | tuple[str, int], ...]"

_HEX = "0123456789abcdef"
UUID_PARTS: Parts = ((_HEX, 8), "-", (_HEX, 4), "-4", (_HEX, 3), "-a", (_HEX, 3), "-", (_HEX, 12))

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,40}@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
# What must not be altered: identifiers, dates, addresses, enum-like words, codes, numbers.
_FIXED_TEXT = re.compile(
    r"""
    [\d\W_]*                                     # digits, signs: numbers, dates, phone numbers, versions
    | \S{24,}                                    # tokens, base64
    | [A-Z0-9_\-.:]{1,40}                        # USD, ACTIVE, SKU-17
    | [a-z]{1,3}([-_][A-Za-z]{2,4})?             # en, de-DE
    | [0-9a-fA-F-]{8,}                           # uuids, hashes
    | \d{4}-\d{2}-\d{2}.*                        # dates and times
    | [A-Za-z][A-Za-z0-9+.-]*:.*                 # URIs and prefixed ids
    | /.* | \S*[\\/=<>{}\[\]$*]\S*               # paths, base64, markup, expressions
    | [A-Za-z0-9_]*[_\d][A-Za-z0-9_]*            # id_17, snake_case enum members
    | \S*@\S*
    """,
    re.VERBOSE | re.DOTALL,
)


def merged(parts: list[str | tuple[str, int]]) -> Parts:
    """Parts with neighbours joined: alphabets of one character become literals, equal alphabets become one run."""
    found: list[str | tuple[str, int]] = []
    for part in parts:
        current: str | tuple[str, int] = part[0] * part[1] if isinstance(part, tuple) and len(part[0]) == 1 else part
        last = found[-1] if found else None
        if isinstance(current, str) and isinstance(last, str):
            found[-1] = last + current
        elif isinstance(current, tuple) and isinstance(last, tuple) and current[0] == last[0]:
            found[-1] = (current[0], last[1] + current[1])
        elif current:
            found.append(current)
    return tuple(found)


def sample(parts: Parts, seed: Seed) -> str:
    """One string of ``parts``."""
    drawn = [part if isinstance(part, str) else seed.at(str(index)).draw(*part) for index, part in enumerate(parts)]
    return "".join(drawn)


def entropy(parts: Parts) -> int:
    """How many strings ``parts`` can make (repeated characters of an alphabet counted once)."""
    total = 1
    for part in parts:
        if isinstance(part, tuple):
            total *= len(set(part[0])) ** min(part[1], 64)
    return total


def length(parts: Parts) -> int:
    """The length of every string of ``parts``, in code points."""
    return sum(len(part) if isinstance(part, str) else part[1] for part in parts)


def renewed(text: str) -> Parts | None:
    """The parts of a fresh string in the likeness of an example (``Rex`` -> ``Rex-`` + draw); None where it should stay as it is.

    Identifiers, dates, addresses, codes and enum-like words stay: altered, they would mean something else.
    """
    if len(text) <= 200 and _EMAIL.fullmatch(text):
        local, _, domain = text.partition("@")
        return (local + ".", (TAIL, TAIL_LENGTH), "@" + domain)
    if len(text) > 200 or not text.strip() or text != text.strip() or "\n" in text or _FIXED_TEXT.fullmatch(text):
        return None
    return (text + "-", (TAIL, TAIL_LENGTH))


def with_samples(value: PlanValue) -> PlanValue:
    """``value`` with each Fresh replaced by its sample. Other markers stay."""
    if isinstance(value, Fresh):
        return value.proven
    if isinstance(value, list):
        return [with_samples(member) for member in value]
    if isinstance(value, dict):
        return {name: with_samples(member) for name, member in value.items()}
    return value


def redrawn(value: PlanValue, seed: Seed) -> PlanValue:
    """``value`` as another run would draw it: every Fresh replaced by a string of its parts."""
    if isinstance(value, Fresh):
        drawn = sample(value.parts, seed)
        return int(drawn) if value.is_number else drawn
    if isinstance(value, list):
        return [redrawn(member, seed.at(str(index))) for index, member in enumerate(value)]
    if isinstance(value, dict):
        return {name: redrawn(member, seed.at(name)) for name, member in value.items()}
    return value


def as_json(value: PlanValue) -> JsonValue:
    """``value`` as plain JSON: samples for Fresh, None for what only a run can know."""
    if isinstance(value, Fresh):
        return value.proven
    if isinstance(value, FromStep):
        return None
    if isinstance(value, list):
        return [as_json(member) for member in value]
    if isinstance(value, dict):
        return {name: as_json(member) for name, member in value.items()}
    return value


def kept(value: JsonValue) -> PlanValue:
    """JSON as a plan value (the same thing; lists and dicts are invariant types)."""
    if isinstance(value, list):
        return [kept(member) for member in value]
    if isinstance(value, dict):
        return {name: kept(member) for name, member in value.items()}
    return value
