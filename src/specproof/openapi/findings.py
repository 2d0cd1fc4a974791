"""Findings: what is worth saying about a specification or a suite without stopping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


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
    RISKY_OPERATION = "plan.risky_operation"
    CAPPED = "plan.capped"
    STRATEGY_FAILED = "plan.strategy_failed"
    # What a document lacks for good tests (``specproof lint``).
    LINT_SUCCESS_MISSING = "lint.success_response_missing"
    LINT_RESPONSE_SCHEMA_MISSING = "lint.response_schema_missing"
    LINT_RESPONSE_BODY_MISSING = "lint.response_body_missing"
    LINT_CLIENT_ERROR_MISSING = "lint.client_error_missing"
    LINT_UNAUTHORIZED_MISSING = "lint.unauthorized_missing"
    LINT_NOT_FOUND_MISSING = "lint.not_found_missing"
    LINT_CONFLICT_MISSING = "lint.conflict_missing"
    LINT_CONTENT_FORBIDDEN = "lint.content_forbidden"
    LINT_BODY_UNEXPECTED = "lint.body_unexpected"
    LINT_CREATED_WITHOUT_ID = "lint.created_without_id"
    LINT_HEADER_SCHEMA_MISSING = "lint.header_schema_missing"
    LINT_PARAMETER_CASE = "lint.parameter_case"
    LINT_OPERATION_ID_MISSING = "lint.operation_id_missing"
    LINT_OPERATION_ID_DUPLICATE = "lint.operation_id_duplicate"
    LINT_PATH_OVERLAP = "lint.path_overlap"
    LINT_STRING_UNCONSTRAINED = "lint.string_unconstrained"
    LINT_NUMBER_UNBOUNDED = "lint.number_unbounded"
    LINT_ARRAY_UNBOUNDED = "lint.array_unbounded"
    LINT_FREE_FORM = "lint.free_form"
    LINT_NOTHING_REQUIRED = "lint.nothing_required"
    LINT_OBJECT_OPEN = "lint.object_open"
    LINT_CONTRADICTION = "lint.contradiction"
    LINT_PATTERN_LENGTH = "lint.pattern_length"
    LINT_ENUM_TYPE = "lint.enum_type"
    LINT_DEFAULT_INVALID = "lint.default_invalid"
    LINT_DEFAULT_NOT_IN_ENUM = "lint.default_not_in_enum"
    LINT_READ_ONLY_REQUIRED = "lint.read_only_required"
    LINT_DISCRIMINATOR = "lint.discriminator_not_required"
    LINT_ONE_OF_OVERLAP = "lint.one_of_overlap"
    LINT_COMPONENT_UNUSED = "lint.component_unused"
    LINT_TAG_UNDEFINED = "lint.tag_undefined"
    LINT_SCHEME_UNUSED = "lint.security_scheme_unused"
    LINT_SERVER_WITHOUT_TLS = "lint.server_without_tls"
    LINT_CAPPED = "lint.capped"
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
    SUITE_NO_DOCUMENT = "suite.no_document"
    # What the proof of a suite came to.
    PROOF_FAILED = "proof.failed"
    PROOF_BELOW_GATE = "proof.below_gate"
    PROOF_FALSE_ALARM = "proof.false_alarm"


FIX_HINTS: Final[Mapping[FindingCode, str]] = MappingProxyType(
    {
        FindingCode.REF_NOT_FOUND: "Correct the reference.",
        FindingCode.REF_EXTERNAL: "Send the document with its files as one zip archive, name a folder above with `--root`, or allow the host "
        "with `SPECPROOF_FETCH__REFERENCE_HOSTS` or the project's `reference_hosts`.",
        FindingCode.INBOUND_NOT_TESTED: "Nothing, unless the message says what is wrong.",
        FindingCode.OPERATION_SERVER: "Run the suite where that address serves all operations, or nothing.",
        FindingCode.LINK_INVALID: "Correct the `operationId`, `operationRef` or expression.",
        FindingCode.ENCODING_INVALID: "Correct it; the message says what is wrong.",
        FindingCode.BUSINESS_CODE: "Nothing if it is right; else set `SPECPROOF_GENERATION__BUSINESS_CODE` (`off`, or `code=0,200`).",
        FindingCode.RISKY_OPERATION: "Nothing; or run them with `--risky` against an API that may be stopped.",
        FindingCode.BELOW_STATUS: "Nothing, or lower `SPECPROOF_GENERATION__FROM_STATUS`.",
        FindingCode.REF_CYCLE: "Break the circle.",
        FindingCode.SCHEMA_INVALID: "Correct the keyword.",
        FindingCode.SCHEMA_TYPE_UNKNOWN: "Use a JSON Schema type.",
        FindingCode.SCHEMA_PATTERN_UNSUPPORTED: "Simplify the pattern.",
        FindingCode.SCHEMA_UNSATISFIABLE: "Loosen one of the contradicting keywords.",
        FindingCode.EXAMPLE_INVALID: "Correct the example or the schema.",
        FindingCode.EXAMPLE_PLACEHOLDER: "Give a literal example.",
        FindingCode.OPERATION_INVALID: "Correct it; the message says what is wrong.",
        FindingCode.OPERATION_DUPLICATE: "Keep one.",
        FindingCode.METHOD_UNSUPPORTED: "Nothing, if it is on purpose.",
        FindingCode.PARAMETER_INVALID: "Correct it.",
        FindingCode.PARAMETER_STYLE_UNSUPPORTED: "Use a style that OpenAPI allows there.",
        FindingCode.PATH_PARAMETER_MISSING: "Declare the parameter.",
        FindingCode.PATH_PARAMETER_UNUSED: "Remove it, or put it into the path.",
        FindingCode.MEDIA_TYPE_UNSUPPORTED: "Give an XML root a name (`xml.name`); else nothing: cases for it are left out.",
        FindingCode.RESPONSE_INVALID: "Correct it.",
        FindingCode.RESPONSE_ALTERNATIVE: "Merge them with `oneOf`.",
        FindingCode.RESPONSES_MISSING: "Document the success response.",
        FindingCode.SECURITY_SCHEME_UNKNOWN: "Define it.",
        FindingCode.SECURITY_SCHEME_UNSUPPORTED: "Nothing; its cases are left out.",
        FindingCode.DUPLICATE_KEY: "Remove one.",
        FindingCode.DOCUMENT_INVALID: "Correct it; the message says what it must be.",
        FindingCode.SERVER_BASE_PATH: "End the URL of a run in that path: `--api-url http://HOST/api`.",
        FindingCode.NO_VALID_VALUE: "Add an example.",
        FindingCode.NO_PROVEN_VIOLATION: "Nothing.",
        FindingCode.NO_SUCCESS_RESPONSE: "Document it.",
        FindingCode.NO_PRODUCER: "Add a create operation, or an example that exists.",
        FindingCode.CAPPED: "Raise the limit.",
        FindingCode.STRATEGY_FAILED: "See the message; the other strategies went on.",
        FindingCode.LINT_SUCCESS_MISSING: "Document the status that a successful call answers with.",
        FindingCode.LINT_RESPONSE_SCHEMA_MISSING: 'Give the media type a schema that says more than "anything".',
        FindingCode.LINT_RESPONSE_BODY_MISSING: "Document the body of the answer, or answer 204.",
        FindingCode.LINT_CLIENT_ERROR_MISSING: "Document the 400 or 422 response with its schema.",
        FindingCode.LINT_UNAUTHORIZED_MISSING: "Document the 401 response.",
        FindingCode.LINT_NOT_FOUND_MISSING: "Document the 404 response.",
        FindingCode.LINT_CONFLICT_MISSING: "Document the 409 response if records can collide.",
        FindingCode.LINT_CONTENT_FORBIDDEN: "Remove the content, or correct the status.",
        FindingCode.LINT_BODY_UNEXPECTED: "Move the input into parameters, or use another method.",
        FindingCode.LINT_CREATED_WITHOUT_ID: "Answer with the record's id, or document a Location header or a link.",
        FindingCode.LINT_HEADER_SCHEMA_MISSING: "Give the header a schema.",
        FindingCode.LINT_PARAMETER_CASE: "Rename one of them, or remove it.",
        FindingCode.LINT_OPERATION_ID_MISSING: "Give the operation an operationId: names of tests stay the same when paths change.",
        FindingCode.LINT_OPERATION_ID_DUPLICATE: "Rename one of them.",
        FindingCode.LINT_PATH_OVERLAP: "Make sure that the variable's schema excludes the fixed word.",
        FindingCode.LINT_STRING_UNCONSTRAINED: "Say what is allowed: maxLength at least, pattern, format or enum where they fit.",
        FindingCode.LINT_NUMBER_UNBOUNDED: "Give minimum and maximum.",
        FindingCode.LINT_ARRAY_UNBOUNDED: "Give maxItems.",
        FindingCode.LINT_FREE_FORM: "Describe the properties, or the schema of additionalProperties.",
        FindingCode.LINT_NOTHING_REQUIRED: "List what is always there under required.",
        FindingCode.LINT_OBJECT_OPEN: "Set additionalProperties to false if unknown properties are refused.",
        FindingCode.LINT_CONTRADICTION: "Correct one of the contradicting keywords.",
        FindingCode.LINT_PATTERN_LENGTH: "Correct the pattern or the lengths.",
        FindingCode.LINT_ENUM_TYPE: "Correct the member or the type; in YAML quote texts like on, 1 and null.",
        FindingCode.LINT_DEFAULT_INVALID: "Correct the default or the schema.",
        FindingCode.LINT_DEFAULT_NOT_IN_ENUM: "Add the default to the enum, or choose one of its values.",
        FindingCode.LINT_READ_ONLY_REQUIRED: "Remove the property from required, or readOnly from the property.",
        FindingCode.LINT_DISCRIMINATOR: "Declare the property in every alternative and require it.",
        FindingCode.LINT_ONE_OF_OVERLAP: "Tell them apart by a required const, add a discriminator, or use anyOf.",
        FindingCode.LINT_COMPONENT_UNUSED: "Remove it, or refer to it.",
        FindingCode.LINT_TAG_UNDEFINED: "Add the tag to the document's list, or correct its spelling.",
        FindingCode.LINT_SCHEME_UNUSED: "Require it where it is needed, or remove it.",
        FindingCode.LINT_SERVER_WITHOUT_TLS: "Use https, unless the server is for tests only.",
        FindingCode.LINT_CAPPED: "Split the document, or look at the listed findings first.",
        FindingCode.SUITE_SYNTAX: "Correct it.",
        FindingCode.SUITE_IMPORT: "Move it to `checks` or `conftest.py`.",
        FindingCode.SUITE_NAME: "Rename it.",
        FindingCode.SUITE_NO_ASSERTION: "Add a check.",
        FindingCode.SUITE_DUPLICATE_NAME: "Rename one.",
        FindingCode.SUITE_FUNCTION_LENGTH: "Split it.",
        FindingCode.SUITE_DOCSTRING: "Add a docstring.",
        FindingCode.SUITE_SMELL: "Replace it.",
        FindingCode.SUITE_FILE_TAMPERED: "Generate the suite anew.",
        FindingCode.SUITE_COVERAGE: "See the findings of the plan.",
        FindingCode.SUITE_NO_DOCUMENT: "Nothing, or split the document.",
        FindingCode.PROOF_FAILED: "See the message; `specproof prove DIR` makes the proof again by hand.",
        FindingCode.PROOF_BELOW_GATE: "See the suite's survivors and alarms; run it by force, or lower the gate.",
        FindingCode.PROOF_FALSE_ALARM: "Correct the case, or the document where it promises what the API need not do.",
    }
)
"""What to do about a finding of each code, in one sentence (Markdown). ``docs/findings.md`` takes its last column from here."""


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

    @property
    def hint(self) -> str:
        """What to do about it: one sentence of ours, the same for every finding of a code."""
        return FIX_HINTS[self.code]
