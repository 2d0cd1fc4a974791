"""What the document says about answers: ``schemas/contracts.json`` and ``schemas/definitions.json``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

import jsonschema_rs

from .decoding import without_half_pairs

JsonSchema: TypeAlias = "dict[str, object] | bool"
DEFINITION = "#/$defs/"
BUSINESS_CODE: Final = "business_code"
"""Stands beside the statuses of an operation in ``contracts.json``."""
_NO_VERDICT = (
    jsonschema_rs.ValidationErrorKind.BacktrackLimitExceeded,
    jsonschema_rs.ValidationErrorKind.RegexEngineFailure,
)


@dataclass(frozen=True, slots=True)
class Expectation:
    """One documented response. ``media_types`` and ``headers`` map a name to its schema (None: anything)."""

    status: str
    media_types: Mapping[str, JsonSchema | None]
    headers: Mapping[str, JsonSchema | None] = field(default_factory=dict)
    required_headers: tuple[str, ...] = ()

    def media_type_for(self, sent: str) -> str | None:
        """The documented media type that ``sent`` (lower case, without parameters) falls under: itself, ``text/*`` or ``*/*``."""
        family = sent.partition("/")[0]
        return next((name for name in (sent, f"{family}/*", "*/*") if name in self.media_types), None)


@dataclass(frozen=True, slots=True)
class BusinessCode:
    """The code inside of an operation's answers: where it stands, and the values that mean success."""

    pointer: str
    success: tuple[object, ...]

    def means_success(self, value: object) -> bool:
        """Whether ``value`` is one of them; a number and the text of the same number are the same."""
        return any(value == wanted or str(value) == str(wanted) for wanted in self.success)


class Contracts:
    """The documented responses of every operation, and validators for their schemas, compiled when first needed."""

    def __init__(
        self,
        operations: Mapping[str, Mapping[str, Expectation]],
        definitions: Mapping[str, JsonSchema],
        codes: Mapping[str, BusinessCode] | None = None,
    ) -> None:
        self._operations = operations
        self._codes = codes or {}
        self.definitions = definitions
        self._validators: dict[str, jsonschema_rs.Draft202012Validator | None] = {}

    @classmethod
    def load(cls, schemas: Path) -> Contracts:
        """The two files in ``schemas``."""
        operations = json.loads((schemas / "contracts.json").read_text(encoding="utf-8"))
        definitions = json.loads((schemas / "definitions.json").read_text(encoding="utf-8"))
        codes = {label: responses.pop(BUSINESS_CODE) for label, responses in operations.items() if BUSINESS_CODE in responses}
        return cls(
            {label: _expectations(responses) for label, responses in operations.items()},
            definitions,
            {label: BusinessCode(code["pointer"], tuple(code["success"])) for label, code in codes.items()},
        )

    def business_code(self, operation: str) -> BusinessCode | None:
        """The business code of an operation's answers; None if a 2xx says it all."""
        return self._codes.get(operation)

    def expectation(self, operation: str, status: int) -> Expectation | None:
        """The documented response for ``status``: exact before range (``4XX``) before ``default``; None if there is none."""
        responses = self._operations.get(operation, {})
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in responses:
                return responses[key]
        return None

    def documents(self, operation: str, status: str) -> bool:
        """Whether the document lists exactly ``status`` for the operation."""
        return status in self._operations.get(operation, {})

    def lists_refusals_only(self, operation: str, status: int) -> bool:
        """Whether the document lists exactly ``status`` for the operation, and nothing at all that could be a success."""
        responses = self._operations.get(operation, {})
        return str(status) in responses and not any(key[0] in "23" or key == "default" for key in responses)

    def first_error(self, schema: JsonSchema, value: object) -> str | None:
        """The first way in which ``value`` breaks ``schema``, in words, or None.

        None too where no verdict is possible: the schema does not compile, or a pattern could not be executed.
        """
        validator = self._validator(schema)
        if validator is None:
            return None
        for error in _errors(validator, value):
            if isinstance(error.kind, _NO_VERDICT):
                continue
            place = "".join(f"/{segment}" for segment in error.instance_path) or "the body"
            rule = "/".join(str(segment) for segment in error.schema_path)
            return f"{place}: {error.message} ({rule})"
        return None

    def _validator(self, schema: JsonSchema) -> jsonschema_rs.Draft202012Validator | None:
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            self._validators[key] = self._compiled(schema)
        return self._validators[key]

    def _compiled(self, schema: JsonSchema) -> jsonschema_rs.Draft202012Validator | None:
        root: dict[str, object] = dict(schema) if isinstance(schema, dict) else ({} if schema else {"not": {}})
        reached = self.closure(root)
        if reached:
            root["$defs"] = reached
        try:
            # The default engine of patterns backtracks; this one is linear.
            return jsonschema_rs.Draft202012Validator(
                root,
                validate_formats=True,
                ignore_unknown_formats=True,
                pattern_options=jsonschema_rs.RegexOptions(),
                offline=True,
            )
        except ValueError:
            return None

    def closure(self, schema: JsonSchema) -> dict[str, JsonSchema]:
        """Exactly the definitions that ``schema`` can reach."""
        reached: dict[str, JsonSchema] = {}
        waiting: list[object] = [schema]
        while waiting:
            for name in _references(waiting.pop()):
                if name not in reached and name in self.definitions:
                    reached[name] = self.definitions[name]
                    waiting.append(self.definitions[name])
        return reached


def _expectations(responses: Mapping[str, Mapping[str, object]]) -> dict[str, Expectation]:
    return {
        status: Expectation(status, entry["media_types"], entry["headers"], tuple(entry["required_headers"]))  # type: ignore[arg-type]
        for status, entry in responses.items()
    }


def _references(schema: object) -> Iterator[str]:
    """The definitions that ``schema`` names directly."""
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str) and reference.startswith(DEFINITION):
                yield reference.removeprefix(DEFINITION)
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _errors(validator: jsonschema_rs.Draft202012Validator, value: object) -> Iterator[jsonschema_rs.ValidationError]:
    try:
        yield from validator.iter_errors(value)
    except UnicodeEncodeError:
        # The validator takes UTF-8. To a schema, one odd character is as good as another.
        yield from validator.iter_errors(without_half_pairs(value))
