"""Findings: what is worth saying about a specification or a suite without stopping."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters, from a broken promise to a remark."""

    MAJOR = "major"
    MINOR = "minor"
    INFO = "info"


class FindingCode(StrEnum):
    """The closed list of finding codes. ``docs/findings.md`` explains each; a test holds the two together."""

    # What the document says, and we read around it.
    REF_NOT_FOUND = "ref.not_found"
    REF_EXTERNAL = "ref.external"
    REF_CYCLE = "ref.cycle"
    SCHEMA_INVALID = "schema.invalid"
    SCHEMA_TYPE_UNKNOWN = "schema.type_unknown"
    SCHEMA_PATTERN_UNSUPPORTED = "schema.pattern_unsupported"
    SCHEMA_UNSATISFIABLE = "schema.unsatisfiable"
    EXAMPLE_INVALID = "example.invalid"
    EXAMPLE_PLACEHOLDER = "example.placeholder"
    OPERATION_INVALID = "operation.invalid"
    OPERATION_DUPLICATE = "operation.duplicate"
    METHOD_UNSUPPORTED = "operation.method_unsupported"
    INBOUND_NOT_TESTED = "operation.inbound_not_tested"
    OPERATION_SERVER = "operation.other_server"
    LINK_INVALID = "link.invalid"
    PARAMETER_INVALID = "parameter.invalid"
    PARAMETER_STYLE_UNSUPPORTED = "parameter.style_unsupported"
    PATH_PARAMETER_MISSING = "path.parameter_missing"
    PATH_PARAMETER_UNUSED = "path.parameter_unused"
    MEDIA_TYPE_UNSUPPORTED = "body.unsupported_media_type"
    ENCODING_INVALID = "body.encoding_invalid"
    RESPONSE_INVALID = "response.invalid"
    RESPONSE_ALTERNATIVE = "response.alternative_skipped"
    RESPONSES_MISSING = "response.none_documented"
    SECURITY_SCHEME_UNKNOWN = "security.scheme_unknown"
    SECURITY_SCHEME_UNSUPPORTED = "security.scheme_unsupported"
    DUPLICATE_KEY = "document.duplicate_key"
    DOCUMENT_INVALID = "document.invalid"
    SERVER_BASE_PATH = "document.base_path"
    BUSINESS_CODE = "document.business_code"
    # What we could not plan, and why.
    NO_VALID_VALUE = "plan.no_valid_value"
    NO_PROVEN_VIOLATION = "plan.no_proven_violation"
    NO_SUCCESS_RESPONSE = "plan.no_success_response"
    NO_PRODUCER = "plan.no_producer"
    BELOW_STATUS = "plan.below_status"
    CAPPED = "plan.capped"
    STRATEGY_FAILED = "plan.strategy_failed"
    # What the quality rules say about a suite.
    SUITE_SYNTAX = "suite.syntax"
    SUITE_IMPORT = "suite.import"
    SUITE_NAME = "suite.name"
    SUITE_NO_ASSERTION = "suite.no_assertion"
    SUITE_DUPLICATE_NAME = "suite.duplicate_name"
    SUITE_FUNCTION_LENGTH = "suite.function_length"
    SUITE_DOCSTRING = "suite.docstring"
    SUITE_SMELL = "suite.smell"
    SUITE_FILE_TAMPERED = "suite.carried_file_changed"
    SUITE_COVERAGE = "suite.operation_uncovered"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One remark.

    ``at`` is a JSON pointer into the document (``#/paths/~1pets/get``) or ``file:line`` of a suite.
    ``message`` is plain text written by us; it may quote a *short, printable* piece of the document and
    is never rendered into code.
    """

    code: FindingCode
    at: str
    message: str
    severity: Severity = Severity.MINOR

    def to_json(self) -> dict[str, str]:
        """The finding as JSON: keys ``code``, ``at``, ``message``, ``severity``."""
        return {"code": self.code.value, "at": self.at, "message": self.message, "severity": self.severity.value}
