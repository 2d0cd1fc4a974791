"""How the credentials that two operations ask for differ."""

from __future__ import annotations

from typing import TypeAlias

from specproof.openapi.diff.change_log import ChangeLog
from specproof.openapi.diff.rules import ChangeRule
from specproof.openapi.finding_log import shortened
from specproof.openapi.model import Operation, SecurityRequirement

Alternative: TypeAlias = "frozenset[str]"
ANONYMOUS: Alternative = frozenset()


def compare_security(log: ChangeLog, old: Operation, new: Operation) -> None:
    """Add every change of the security. An operation without any allows anonymous access."""
    before, after = _alternatives(old.security), _alternatives(new.security)
    places = (f"{old.pointer}/security", f"{new.pointer}/security")
    became_required = ANONYMOUS in before and ANONYMOUS not in after
    no_longer_required = ANONYMOUS in after and ANONYMOUS not in before
    if became_required or no_longer_required:
        rule = ChangeRule.SECURITY_BECAME_REQUIRED if became_required else ChangeRule.SECURITY_NO_LONGER_REQUIRED
        log.add(rule, places, "security", f" {_shown(old.security)} -> {_shown(new.security)}")
    was_open, is_open = before.keys() == {ANONYMOUS}, after.keys() == {ANONYMOUS}
    if not (became_required and was_open):
        for name in _named(after.keys() - before.keys()):
            log.add(ChangeRule.SECURITY_ALTERNATIVE_ADDED, places, "security", f" alternative {name} added")
    if not (no_longer_required and is_open):
        for name in _named(before.keys() - after.keys()):
            # Where anonymous access is allowed, nobody is refused.
            is_harmless = ANONYMOUS in after
            log.add(
                ChangeRule.SECURITY_ALTERNATIVE_REMOVED,
                places,
                "security",
                f" alternative {name} removed",
                is_demoted=is_harmless,
            )
    _compare_schemes(log, old, new)
    for alternative in sorted(before.keys() & after.keys(), key=sorted):
        _compare_scopes(log, places, before[alternative], after[alternative])


def _alternatives(security: tuple[SecurityRequirement, ...]) -> dict[Alternative, SecurityRequirement]:
    found: dict[Alternative, SecurityRequirement] = {}
    for requirement in security or (SecurityRequirement(()),):
        found.setdefault(frozenset(scheme.name.raw() for scheme in requirement.schemes), requirement)
    return found


def _named(alternatives: set[Alternative]) -> list[str]:
    return sorted(" + ".join(shortened(name) for name in sorted(names)) for names in alternatives if names)


def _compare_schemes(log: ChangeLog, old: Operation, new: Operation) -> None:
    before, after = (
        {scheme.name.raw(): scheme for requirement in operation.security for scheme in requirement.schemes}
        for operation in (old, new)
    )
    for name in sorted(before.keys() & after.keys()):
        one, other = before[name], after[name]
        if (one.kind, one.parameter, one.location) != (other.kind, other.parameter, other.location):
            text = f": {one.kind.value} -> {other.kind.value}" if one.kind is not other.kind else ": it travels in another place"
            subject = f'security scheme "{shortened(name)}"'
            log.add(ChangeRule.SECURITY_SCHEME_CHANGED, (one.pointer, other.pointer), subject, text)


def _compare_scopes(log: ChangeLog, places: tuple[str, str], old: SecurityRequirement, new: SecurityRequirement) -> None:
    before, after = _scopes(old), _scopes(new)
    for rule, word, scopes in (
        (ChangeRule.SECURITY_SCOPE_ADDED, "added", after - before),
        (ChangeRule.SECURITY_SCOPE_REMOVED, "removed", before - after),
    ):
        for scheme, scope in sorted(scopes):
            log.add(rule, places, f'security scheme "{shortened(scheme)}"', f": scope {shortened(scope)} {word}")


def _scopes(requirement: SecurityRequirement) -> set[tuple[str, str]]:
    pairs = zip(requirement.schemes, requirement.scopes, strict=False)
    return {(scheme.name.raw(), scope.raw()) for scheme, scopes in pairs for scope in scopes}


def _shown(alternatives: tuple[SecurityRequirement, ...]) -> str:
    if not alternatives:
        return "none"
    shown = (" + ".join(scheme.name.printable(40) for scheme in item.schemes) or "anonymous" for item in alternatives)
    return " or ".join(shown)
