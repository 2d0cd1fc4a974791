"""What the command line's exit codes mean, and which error gives which."""

from __future__ import annotations

from enum import IntEnum

from specproof import errors


class ExitCode(IntEnum):
    """Exit codes are public: scripts and pipelines branch on them."""

    DONE = 0
    TESTS_FAILED = 1
    BREAKING_CHANGES = 1
    USAGE = 2
    """Usage, configuration or specification: the input has to change."""
    INFRASTRUCTURE = 3
    QUALITY_GATE = 4
    INTERRUPTED = 130


EXIT_CODES: dict[type[errors.SpecProofError], ExitCode] = {
    errors.SpecProofError: ExitCode.INFRASTRUCTURE,
    errors.TransientError: ExitCode.INFRASTRUCTURE,
    errors.FetchUnavailableError: ExitCode.INFRASTRUCTURE,
    errors.CircuitOpenError: ExitCode.INFRASTRUCTURE,
    errors.DatabaseUnavailableError: ExitCode.INFRASTRUCTURE,
    errors.AttemptInterruptedError: ExitCode.INFRASTRUCTURE,
    errors.PermanentError: ExitCode.USAGE,
    errors.SettingsError: ExitCode.USAGE,
    errors.RequestError: ExitCode.USAGE,
    errors.BodyTooLargeError: ExitCode.USAGE,
    errors.BodyStalledError: ExitCode.USAGE,
    errors.ContentEncodingError: ExitCode.USAGE,
    errors.NotFoundError: ExitCode.USAGE,
    errors.ProjectNotFoundError: ExitCode.USAGE,
    errors.AccessError: ExitCode.USAGE,
    errors.UnauthenticatedError: ExitCode.USAGE,
    errors.ForbiddenError: ExitCode.USAGE,
    errors.SpecificationError: ExitCode.USAGE,
    errors.SpecUnreadableError: ExitCode.USAGE,
    errors.SpecUnsupportedError: ExitCode.USAGE,
    errors.SpecLimitError: ExitCode.USAGE,
    errors.FetchRefusedError: ExitCode.USAGE,
    errors.AddressBlockedError: ExitCode.USAGE,
    errors.GenerationError: ExitCode.USAGE,
    errors.TemplateError: ExitCode.USAGE,
    errors.UnsafeCodeError: ExitCode.USAGE,
    errors.QualityGateError: ExitCode.QUALITY_GATE,
    errors.ProofGateError: ExitCode.QUALITY_GATE,
    errors.StorageError: ExitCode.INFRASTRUCTURE,
    errors.ExecutionError: ExitCode.INFRASTRUCTURE,
    errors.ProofError: ExitCode.INFRASTRUCTURE,
    errors.SuiteUnprovableError: ExitCode.USAGE,
    errors.TransitionError: ExitCode.USAGE,
    errors.LeaseLostError: ExitCode.INFRASTRUCTURE,
    errors.EngineTakenError: ExitCode.INFRASTRUCTURE,
}
"""A row for every class of the tree; a test walks it."""


def exit_code_of(error: errors.SpecProofError) -> ExitCode:
    """The exit code of an error; a third party's subclass gets its nearest known ancestor's."""
    return next(EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES)
