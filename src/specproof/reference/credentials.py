"""Who asks: the secrets that the reference accepts, and where a request carries them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """One user, whatever schemes the credential is for. The name "" is nobody's."""

    name: str = ""

    @property
    def is_anonymous(self) -> bool:
        """Whether no credential was shown."""
        return not self.name


ANONYMOUS = Principal()
FIRST = Principal("first")
SECOND = Principal("second")
STRANGER = Principal("stranger")
"""Owns the records that were there before anybody came; has no credential."""
