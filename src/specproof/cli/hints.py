"""What to do about an error at the command line, where the error's own hint speaks to users of the service."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from specproof import errors

HINTS: Final[Mapping[type[errors.SpecProofError], str]] = MappingProxyType(
    {
        errors.TransientError: "Try again later.",
        errors.FetchUnavailableError: "Check that the address is reachable from this machine, and try again.",
        errors.RequestError: "specproof COMMAND --help says what can be asked for.",
        errors.SpecificationError: "Correct the document and try again.",
        errors.StorageError: "Check that the folder can be written, and that there is free space.",
    }
)


def hint_of(error: errors.SpecProofError) -> str:
    """The hint of ``error``: its own where somebody gave it one, otherwise that of its kind."""
    kind = type(error)
    return HINTS.get(kind, error.hint) if error.hint == kind.default_hint else error.hint
