"""Every error that SpecProof raises on purpose.

::

    SpecProofError
    |-- TransientError                 may pass by itself: retried
    |   |-- FetchUnavailableError      fetch.unavailable
    |   |-- CircuitOpenError           circuit.open
    |   |-- DatabaseUnavailableError   database.unavailable
    |   `-- AttemptInterruptedError    attempt.interrupted
    `-- PermanentError                 repeating changes nothing
        |-- SettingsError              settings.invalid
        |-- RequestError               request.invalid
        |   |-- BodyTooLargeError      request.body_too_large
        |   |-- BodyStalledError       request.body_stalled
        |   |-- ContentEncodingError   request.content_encoding
        |   `-- NotFoundError          resource.not_found
        |       `-- ProjectNotFoundError  project.not_found
        |-- AccessError                access.denied
        |   |-- UnauthenticatedError   access.unauthenticated
        |   `-- ForbiddenError         access.forbidden
        |-- SpecificationError         spec.invalid
        |   |-- SpecUnreadableError    spec.unreadable
        |   |-- SpecUnsupportedError   spec.unsupported
        |   `-- SpecLimitError         spec.limit
        |-- FetchRefusedError          fetch.refused
        |-- AddressBlockedError        fetch.address_blocked
        |-- GenerationError            generation.failed
        |   |-- TemplateError          generation.template
        |   `-- UnsafeCodeError        generation.unsafe_code
        |-- QualityGateError           quality.gate
        |   `-- ProofGateError         proof.below_gate
        |-- StorageError               storage.failed
        |-- ExecutionError             execution.failed
        |-- ProofError                 proof.failed
        |   `-- SuiteUnprovableError   proof.suite
        |-- TransitionError            event.transition
        |-- LeaseLostError             event.lease_lost
        `-- EngineTakenError           engine.taken

A message says *what* happened; ``at`` says where (a pointer, a path, a field); ``hint`` says what to do.
Only :class:`TransientError` is retried. Partial trouble with a specification is no error but a
:class:`specproof.openapi.findings.Finding`.
"""

from __future__ import annotations

from typing import ClassVar


class SpecProofError(Exception):
    """The root of the tree.

    ``code`` is stable and public: clients match on it, documentation lists it.
    """

    code: ClassVar[str] = "internal"
    default_hint: ClassVar[str] = ""

    def __init__(self, message: str, *, at: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.hint = hint or self.default_hint

    def __str__(self) -> str:
        return f"{self.message} (at {self.at})" if self.at else self.message


class TransientError(SpecProofError):
    """Something outside is not available now; the same attempt may succeed later."""

    code = "transient"
    default_hint = "It is tried again by itself."

    def __init__(self, message: str, *, at: str = "", hint: str = "", retry_after_seconds: float | None = None) -> None:
        super().__init__(message, at=at, hint=hint)
        self.retry_after_seconds = retry_after_seconds
        """How long the other side asked us to wait (``Retry-After``), in seconds; None if it did not."""


class FetchUnavailableError(TransientError):
    """The place that holds the specification did not answer, or answered with 5xx or 429."""

    code = "fetch.unavailable"
    default_hint = "Check that the address is reachable from this machine; the job is tried again by itself."


class CircuitOpenError(TransientError):
    """The circuit breaker refuses calls to a target that kept failing."""

    code = "circuit.open"
    default_hint = "The target failed repeatedly; calls resume after the recovery time."


class DatabaseUnavailableError(TransientError):
    """The database refused a connection, was locked, or went away."""

    code = "database.unavailable"
    default_hint = "Check that the database is running and that SPECPROOF_DATABASE__URL points to it."


class AttemptInterruptedError(TransientError):
    """The worker that made the attempt stopped or died before it finished."""

    code = "attempt.interrupted"
    default_hint = "The job is taken over by itself when its lease has expired."


class PermanentError(SpecProofError):
    """Repeating the same attempt would fail in the same way."""

    code = "permanent"


class SettingsError(PermanentError):
    """A setting is unknown, missing or has an impossible value."""

    code = "settings.invalid"
    default_hint = "See the configuration table in the README."


class RequestError(PermanentError):
    """A request to our API or a command line cannot be understood."""

    code = "request.invalid"
    default_hint = "See /docs for the shape that this operation expects."


class BodyTooLargeError(RequestError):
    """A request body is longer than the configured limit."""

    code = "request.body_too_large"
    default_hint = "Raise SPECPROOF_WEBHOOK__MAX_BODY_BYTES, or send less."


class BodyStalledError(RequestError):
    """A request body did not arrive in time."""

    code = "request.body_stalled"
    default_hint = "Send the whole body without pauses."


class ContentEncodingError(RequestError):
    """A delivery came compressed, which would get around the size limit."""

    code = "request.content_encoding"
    default_hint = "Send the body without Content-Encoding."


class NotFoundError(RequestError):
    """The named thing does not exist, or not for this caller."""

    code = "resource.not_found"
    default_hint = "Check the id."


class ProjectNotFoundError(NotFoundError):
    """No project of that name is configured."""

    code = "project.not_found"
    default_hint = "Configure it under SPECPROOF_PROJECTS, or check the spelling."


class AccessError(PermanentError):
    """The caller may not do this."""

    code = "access.denied"


class UnauthenticatedError(AccessError):
    """No valid credential or signature came with the request."""

    code = "access.unauthenticated"
    default_hint = "Send a valid signature or API key."


class ForbiddenError(AccessError):
    """The API key is valid but lacks the scope, or belongs to another project."""

    code = "access.forbidden"
    default_hint = "Use a key with the needed scope: specproof keys create --scope ..."


class SpecificationError(PermanentError):
    """The specification as a whole cannot be used."""

    code = "spec.invalid"
    default_hint = "Correct the document and send it again."


class SpecUnreadableError(SpecificationError):
    """The bytes are neither JSON nor YAML, or not an object at the top."""

    code = "spec.unreadable"
    default_hint = "Export the document as JSON or YAML in UTF-8."


class SpecUnsupportedError(SpecificationError):
    """The document is readable but of a kind or version that we do not read."""

    code = "spec.unsupported"
    default_hint = "Export it as OpenAPI 3.0, 3.1 or 3.2, or as Swagger 2.0."


class SpecLimitError(SpecificationError):
    """The document is over one of the limits on bytes, depth, nodes or operations."""

    code = "spec.limit"
    default_hint = "Split the document, or raise the limit under SPECPROOF_SPEC."


class FetchRefusedError(PermanentError):
    """The place that holds the specification answered with a refusal (4xx, error envelope)."""

    code = "fetch.refused"
    default_hint = "Check the token, its role (at least editor) and the project id."


class AddressBlockedError(PermanentError):
    """The address policy forbids dialling that address."""

    code = "fetch.address_blocked"
    default_hint = "Allow host:port or CIDR under the project's allowed_addresses if this is on purpose."


class GenerationError(PermanentError):
    """A suite could not be generated at all."""

    code = "generation.failed"


class TemplateError(GenerationError):
    """A template, ours or an overriding one, failed or let raw text out."""

    code = "generation.template"
    default_hint = "Pass every value of the specification through |py, |ident or |comment."


class UnsafeCodeError(GenerationError):
    """A rendered file holds code outside of the allow-list."""

    code = "generation.unsafe_code"
    default_hint = "Generated modules may only import pytest and their own checks; move the rest to checks or conftest."


class QualityGateError(PermanentError):
    """A suite does not reach the demanded quality."""

    code = "quality.gate"
    default_hint = "See the findings of the quality report."


class ProofGateError(QualityGateError):
    """A suite finds too little, or raises false alarms, by its proof."""

    code = "proof.below_gate"
    default_hint = "See what survived and which alarms are false; lower the gate, or run the suite by force."


class StorageError(PermanentError):
    """A folder or file for suites cannot be written or read."""

    code = "storage.failed"
    default_hint = "Check SPECPROOF_STORAGE__OUTPUT_DIR: it must be a writable folder with free space."


class ExecutionError(PermanentError):
    """A suite could not be run at all (not: its tests failed)."""

    code = "execution.failed"
    default_hint = "See the run's log; check that the suite's folder is complete."


class ProofError(PermanentError):
    """A proof did not come to its end (not: the suite is weak)."""

    code = "proof.failed"
    default_hint = "Prove it again; if it stops again, run the suite with pytest by itself: each case has to end."


class SuiteUnprovableError(ProofError):
    """A folder cannot be proven as it is: pytest does not collect it, or what the proof needs of it is missing."""

    code = "proof.suite"
    default_hint = "Run the suite with pytest by itself: it has to be collected without an error."


class TransitionError(PermanentError):
    """A status change that the transition table does not list."""

    code = "event.transition"


class LeaseLostError(PermanentError):
    """Another worker has taken over the job; this attempt's writes are refused."""

    code = "event.lease_lost"


class EngineTakenError(PermanentError):
    """A second embedded engine was started on one SQLite database."""

    code = "engine.taken"
    default_hint = "Stop the other process, or use PostgreSQL for more than one worker."
