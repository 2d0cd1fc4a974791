"""What the value engine gives: values that were proven, and single faults that were proven."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from specproof.domain.plans import Edit, PlanValue
from specproof.openapi.findings import Finding, Severity
from specproof.openapi.schema import Example, Schema
from specproof.openapi.vocabulary import ParameterLocation


class Origin(StrEnum):
    """Where a value came from."""

    EXAMPLE = "example"
    DEFAULT = "default"
    ENUM = "enum"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class ValueRequest:
    """What a value is wanted for.

    ``key`` seeds the value together with the factory's seed: operation key + place, so that adding a parameter shifts no other value.
    ``location`` is None for a JSON body; otherwise the value must also survive its wire form (``style``, ``explode``). ``name`` is the
    parameter's or property's raw name, for realism only. ``is_response`` picks the view: requests leave ``readOnly`` properties out.
    ``fresh_strings``: free strings (no enum, const; format or pattern honoured) become :class:`~specproof.domain.plans.Fresh`, so that
    keyed resources never collide.
    """

    schema: Schema
    key: str
    name: str = ""
    location: ParameterLocation | None = None
    style: str = "form"
    explode: bool = True
    examples: tuple[Example, ...] = ()
    is_response: bool = False
    fresh_strings: bool = True
    only_required: bool = False
    media_type: str = "application/json"
    """The body's media type: values of forms and of XML travel as texts, so they and their violations need the wire proof too."""
    json_content: bool = False
    """The parameter's value travels as JSON text."""
    allow_reserved: bool = False


@dataclass(frozen=True, slots=True)
class ProvenValue:
    """A value that its whole schema accepts (jsonschema-rs), with samples in the place of :class:`~specproof.domain.plans.Fresh`."""

    value: PlanValue
    origin: Origin
    findings: tuple[Finding, ...] = ()
    """Examples that violate the schema, placeholders that were not sent."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One proven single fault of a base value.

    The validator reports at least one error, each at or below the changed pointer; outside of JSON no lenient reading of the wire form
    validates. ``edit`` applies to the base (pointer "" replaces all of it: how parameters are violated). ``slug`` names it in ASCII
    (``title_too_long``), ``phrase`` for people in plain ASCII of ours plus quoted printable names (``title longer than 120 characters``).
    ``pointer`` is the keyword's place in the document. ``severity`` is MINOR where a lenient server may rightly accept it (format only,
    coercible).
    """

    slug: str
    phrase: str
    keyword: str
    pointer: str
    edit: Edit
    severity: Severity = Severity.MAJOR
    value_class: str = ""
    """What kind of value it is, whatever the place is called: ``maxLength: too long``."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """One proven valid change of a base value that stands at an edge of what is allowed: a bound, a member, null, nothing optional.

    ``edits`` apply to the base (pointer "" replaces all of it: how parameters are changed). Words and pointers as in :class:`Violation`;
    ``severity`` is MINOR where many good servers refuse more than the document says.
    """

    slug: str
    phrase: str
    keyword: str
    pointer: str
    edits: tuple[Edit, ...]
    severity: Severity = Severity.MAJOR
    value_class: str = ""
    """As in :class:`Violation`."""
