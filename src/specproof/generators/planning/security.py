"""Which of an operation's security alternatives requests can use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from specproof.generators.naming import quoted
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.model import Operation, SecurityScheme
from specproof.openapi.vocabulary import SchemeKind

MOST_ALTERNATIVES = 10
"""Every request of an operation carries its alternatives, and a person gives credentials for one or two of them."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What requests of an operation may show: :func:`usable_security`, :func:`asks_for_undefined`, :func:`usable_alternatives`."""

    security: tuple[SecurityScheme, ...] | None
    asks_for_undefined: bool
    alternatives: tuple[tuple[SecurityScheme, ...], ...]


def credentials_of(operation: Operation) -> Credentials:
    """The credentials of an operation."""
    return Credentials(usable_security(operation), asks_for_undefined(operation), usable_alternatives(operation))


def security_findings(operations: Sequence[Operation]) -> list[Finding]:
    """One for each operation that accepts more alternatives than its requests know."""
    return [
        Finding(
            FindingCode.CAPPED,
            one.pointer,
            f"{one.key.label}: requests know the first {MOST_ALTERNATIVES} of its {count} security alternatives",
            Severity.INFO,
        )
        for one in operations
        if (count := len(_sendable(one))) > MOST_ALTERNATIVES
    ]


def usable_security(operation: Operation) -> tuple[SecurityScheme, ...] | None:
    """The schemes of the alternative that requests use: none where anonymous access is allowed, else the first that we can send.

    None of them either where the operation :func:`asks for undefined schemes alone <asks_for_undefined>`; None where every alternative has
    a scheme that is defined and cannot be sent.
    """
    if not operation.security or any(not alternative.schemes for alternative in operation.security):
        return ()
    return next(iter(usable_alternatives(operation)), () if asks_for_undefined(operation) else None)


def asks_for_undefined(operation: Operation) -> bool:
    """Whether all that requests could show are schemes that the document names and does not define.

    The API may ask for something or for nothing: requests go without a credential, and a 401 or 403 proves nothing.
    """
    if usable_alternatives(operation) or not all(alternative.schemes for alternative in operation.security):
        return False
    return any(not any(scheme.is_defined for scheme in alternative.schemes) for alternative in operation.security)


def usable_alternatives(operation: Operation) -> tuple[tuple[SecurityScheme, ...], ...]:
    """The alternatives that requests may use, in the document's order, ten at most; none where anonymous access is allowed."""
    return tuple(islice(_sendable(operation), MOST_ALTERNATIVES))


def _sendable(operation: Operation) -> dict[tuple[SecurityScheme, ...], None]:
    if any(not alternative.schemes for alternative in operation.security):
        return {}
    usable = (
        alternative.schemes
        for alternative in operation.security
        if all(scheme.kind is not SchemeKind.UNSUPPORTED for scheme in alternative.schemes)
    )
    # Alternatives that differ by their scopes alone ask for the same credential.
    return dict.fromkeys(usable)


def unsendable(operation: Operation) -> str:
    """The names of the security schemes of an operation that no request can carry (mutual TLS, digest, unknown ones)."""
    schemes = [scheme for alternative in operation.security for scheme in alternative.schemes]
    return ", ".join(sorted({quoted(one.name.raw()) for one in schemes if one.kind is SchemeKind.UNSUPPORTED}))
