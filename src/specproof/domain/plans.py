"""The plan: typed cases, JSON-serialisable. The plan is the product; the renderer, the proof and the pages all read it.

Values inside a plan are JSON plus two markers that are decided only when the suite runs: :class:`Fresh` (a string that no earlier
run used) and :class:`FromStep` (a value that an earlier answer brought).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from specproof.domain.business_codes import BusinessCode
from specproof.domain.check_ids import CheckId
from specproof.openapi.findings import Finding, Severity
from specproof.openapi.model import OperationKey, SecurityScheme
from specproof.openapi.schema import Schema
from specproof.openapi.text import UntrustedText


class Family(StrEnum):
    """Which strategy planned a case; one module per resource and family."""

    FUNCTIONAL = "functional"
    CRUD = "crud"
    VALIDATION = "validation"
    ERROR = "error"
    AUTH = "auth"
    PERFORMANCE = "performance"


USUAL_FAMILIES = tuple(family for family in Family if family is not Family.PERFORMANCE)
"""What is planned unless somebody asks for more."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A string (or an integer) made anew at run time from ``parts``: literals, and (alphabet, count) pairs that are drawn.

    ``Fresh(("reader-", ("abcdefghij0123456789", 8), "@example.com"))``. Every string that it can make is valid where it stands: the
    value engine proves samples of it, and ``sample`` is one that was proven.
    """

    parts: tuple[str | tuple[str, int], ...]
    sample: str
    is_number: bool = False
    """Whether the digits are sent as an integer: the key of a record that its client numbers."""

    @property
    def proven(self) -> str | int:
        """The sample as it is sent."""
        return int(self.sample) if self.is_number else self.sample


@dataclass(frozen=True, slots=True)
class FromStep:
    """A value out of the JSON body that the step saved as ``step``; ``pointer`` is a JSON pointer (``/id``, "" for all of it).

    ``step`` is an identifier of ours (``created``, ``owner``): safe in code. With ``sent`` the value comes out of the JSON body that
    the step *sent* instead of the one that it got: what a later read must show where an update answers 204. A ``pointer`` like ``{id}``
    is then the path parameter of that name that it sent. With ``header``, a name of ours (``ETag``), the value is that header of the answer.
    """

    step: str
    pointer: str
    sent: bool = False
    header: str = ""


PlanValue: TypeAlias = "bool | int | float | str | Fresh | FromStep | list[PlanValue] | dict[str, PlanValue] | None"


class EditKind(StrEnum):
    """What one edit does to a base body."""

    SET = "set"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Edit:
    """One local change of a base body: at JSON pointer ``pointer`` (RFC 6901, ``/address/zip``), set ``value`` or remove."""

    kind: EditKind
    pointer: str
    value: PlanValue = None


@dataclass(frozen=True, slots=True)
class XmlLayout:
    """How one schema's values are written as XML: the ``xml`` hints, worked out. ``kind`` is ``element``, ``attribute``, ``text``,
    ``cdata`` or ``none``.

    An empty ``name`` means the property's own. ``members`` are the layouts of properties for which this says more than "an element of
    that name", ``item`` that of an array's members. Layout on the wire: ``checks/wire_xml.py``.
    """

    name: UntrustedText = UntrustedText("")
    kind: str = "element"
    prefix: UntrustedText = UntrustedText("")
    namespace: UntrustedText = UntrustedText("")
    wrapped: bool = False
    members: tuple[tuple[UntrustedText, XmlLayout], ...] = ()
    item: XmlLayout | None = None


@dataclass(frozen=True, slots=True)
class FieldLayout:
    """How one property of a form or multipart body is sent: an ``encoding`` of the document, worked out (``checks/wire_bodies.py``).

    ``style`` empty: by ``content_type``. ``file_name``: sent as a file. ``is_base64``: the value is base64 and its bytes are sent.
    """

    name: UntrustedText
    content_type: str = ""
    style: str = ""
    explode: bool = True
    allow_reserved: bool = False
    file_name: str = ""
    is_base64: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    xml: XmlLayout | None = None


@dataclass(frozen=True, slots=True)
class BodyPlan:
    """A request body: a whole base value and the edits applied to it, so that a reader sees *the one change*.

    ``value`` is the base (a whole valid body); ``base_name`` names it (an identifier of ours, ``new_pet``; empty for none) and cases
    of one module that share a ``base_name`` share the same ``value``. ``raw`` replaces everything by fixed text (malformed JSON).
    ``fields`` say what is unusual in a form, ``xml`` is the layout of an XML body; with ``is_base64`` the value is base64 and its bytes
    are sent.
    """

    media_type: str
    value: PlanValue = None
    base_name: str = ""
    edits: tuple[Edit, ...] = ()
    raw: str | None = None
    fields: tuple[FieldLayout, ...] = ()
    xml: XmlLayout | None = None
    is_base64: bool = False


class CredentialUse(StrEnum):
    """Which credential a request carries for each scheme of its ``security``."""

    VALID = "valid"
    SECOND = "second"
    """Another user's."""
    NONE = "none"
    WRONG = "wrong"
    """Well-formed, and never issued."""
    EMPTY = "empty"
    """The place of a credential with nothing in it."""
    MISPLACED = "misplaced"
    """The valid secret under another scheme."""
    UNDEFINED = "undefined"
    """None, because the document names schemes that it does not define: a 401 or 403 proves nothing."""


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """One parameter of a request. Layout on the wire follows OpenAPI ``style`` and ``explode`` (``checks/wire.py``)."""

    name: UntrustedText
    value: PlanValue
    style: str
    explode: bool
    json_content: bool = False
    allow_reserved: bool = False


@dataclass(frozen=True, slots=True)
class RequestPlan:
    """One request. ``path`` is the template (``/pets/{petId}``); path values are percent-encoded when they are filled in."""

    operation: OperationKey
    path_parameters: tuple[ParameterValue, ...] = ()
    query: tuple[ParameterValue, ...] = ()
    headers: tuple[ParameterValue, ...] = ()
    cookies: tuple[ParameterValue, ...] = ()
    body: BodyPlan | None = None
    credential: CredentialUse = CredentialUse.VALID
    security: tuple[SecurityScheme, ...] = ()
    """The first usable alternative of the operation's security (all of these schemes together)."""
    alternatives: tuple[tuple[SecurityScheme, ...], ...] = ()
    """All usable alternatives, the first equal to ``security``: the run takes the first whose credentials are given. May be left
    empty where there is only one."""


@dataclass(frozen=True, slots=True)
class Check:
    """One assertion on the answer of a step. ``arguments`` depend on ``id``::

    NO_SERVER_ERROR, STATUS_DOCUMENTED, MEDIA_TYPE, BODY_SCHEMA, BODY_EMPTY, RESPONSE_HEADERS   none
    BUSINESS_CODE     none: the operation's contract holds the code
    STATUS_EXPECTED   {"statuses": [201], "alone": whether no other record can be in the way,
                       "unmade": whether nobody has made the record that is asked for}
    REJECTED, UNAUTHENTICATED, UNKNOWN_ID, DELETED                                              none
    ECHO              {"sent": PlanValue of the body, "at": pointer of the record in the answer, "ignore": [pointers]}
    READ_BACK         {"expected": FromStep | PlanValue, "at": pointer of the record in the answer, "ignore": [pointers]}
    UNCHANGED         as READ_BACK
    LISTED, NOT_LISTED {"items": pointer of the list, "key": pointer inside an item, "value": PlanValue}
    DISTINCT_IDS      {"values": [PlanValue, PlanValue]}
    RESPONSE_TIME     {"times": how often, "p95_ms": what 19 in 20 may take; left out: nothing is asked of it}
    PAGE_SIZE         {"items": pointer of the list, "limit": int}
    FILTER            {"items": pointer of the list, "key": pointer inside an item, "value": PlanValue}
    SORT_ORDER        {"items": pointer of the list, "key": pointer inside an item, "descending": bool}
    TOTAL             {"items": pointer of the list, "at": pointer of the total, or else "header": name, "least": records known to be there}
    PAGING            {"values": [items before, items of the moved page], "items": pointer of the list, "key": pointer inside an item,
                       "ranked": whether the list is sorted by the key}
    REFUSED, METHOD_REFUSED                                                                     none
    CLEARED, NOT_TAKEN {"value": PlanValue, "at": pointer in the answer}
    LOCATION          {"value": PlanValue of the id, "template": path template of the read}
    NOT_MODIFIED, TAG_CHANGED {"value": FromStep of an entity tag}
    CONDITION_FAILED  {"declared": whether the document lists If-Match}
    HIDDEN            {"listing": name of the step that lists, "value": PlanValue, "items": pointer, "key": pointer inside an item}
    """

    id: CheckId
    arguments: Mapping[str, PlanValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a case and what its answer must be.

    ``name`` is an identifier of ours, unique in the case, under which the decoded JSON body is kept for :class:`FromStep`.
    ``purpose`` is a short English sentence of ours for the numbered comment ("Create it"). ``is_setup``: the step prepares; a refused
    set-up step makes the case *skipped with that reason*, since the operation's own case already fails. ``cleanup`` is sent after the
    case, in reverse order, its answer ignored.
    """

    name: str
    purpose: str
    request: RequestPlan
    checks: tuple[Check, ...]
    is_setup: bool = False
    cleanup: RequestPlan | None = None


@dataclass(frozen=True, slots=True)
class Rationale:
    """Why a case exists: the keyword (``maxLength``), its pointer in the document, and a sentence for people.

    ``source`` says whether the expectation stands in the document (``"document"``) or is our policy (``"policy"``).
    """

    keyword: str
    pointer: str
    text: UntrustedText
    source: str = "document"


@dataclass(frozen=True, slots=True)
class Case:
    """One test.

    ``id`` is ``METHOD /path :: slug`` and stable: it depends on nothing but the operation and what is tested. ``name`` is the test
    function's name (``test_create_pet__title_too_long__is_rejected``), ASCII, unique in its module. ``resource`` is the slug of the
    module's resource (``pets``). ``subject`` is the operation that the case judges. ``control`` is the same request without the fault:
    where it is refused, the case is skipped, because then a refusal proves nothing.
    """

    id: str
    name: str
    family: Family
    resource: str
    subject: OperationKey
    title: UntrustedText
    steps: tuple[Step, ...]
    severity: Severity
    rationale: Rationale
    depends_on: tuple[str, ...] = ()
    control: str = ""
    """The ``id`` of the functional success case that is this case's control; empty for none."""
    skip_reason: str = ""
    """Ours; set where something that a person must supply is missing."""
    group: UntrustedText = UntrustedText("")
    """Where people look for the operation: its folder, else its first tag."""
    maintainer: UntrustedText = UntrustedText("")
    """Whom the document calls responsible."""
    value_class: str = ""
    """What kind of value the case sends, in words of ours, whatever its place is called; empty where the slug says it."""
    risk: str = ""
    """What its requests may do to the API as a whole, in words of ours; empty for nothing. Such a case runs last, and only when asked."""


@dataclass(frozen=True, slots=True)
class ResponseContract:
    """What the document says about the answers of one operation: the checks' reference, written to ``contracts.json``.

    ``responses`` maps a status (``"200"``, ``"4XX"``, ``"default"``) to its contract. ``business_code`` is None where a 2xx says it all.
    """

    operation: OperationKey
    responses: Mapping[str, ResponseExpectation]
    business_code: BusinessCode | None = None


@dataclass(frozen=True, slots=True)
class ResponseExpectation:
    """One documented response: media types (lower case) with their schemas (None: anything), and required headers."""

    media_types: Mapping[str, Schema | None]
    headers: Mapping[str, Schema | None] = field(default_factory=dict)
    required_headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a suite is rendered from.

    ``cases`` are ordered by (resource, family, path, method in CRUD order, name): never by document order. ``slug`` is the suite's
    identifier (``petshop``; ASCII, an identifier), ``seed`` what all values were derived from. ``findings`` say what was not planned and
    why: operations in = operations with a success case + operations named in a finding.
    """

    slug: str
    title: UntrustedText
    digest: str
    seed: str
    cases: tuple[Case, ...]
    contracts: tuple[ResponseContract, ...]
    security_schemes: tuple[SecurityScheme, ...]
    findings: tuple[Finding, ...]
    groups: Mapping[OperationKey, UntrustedText] = field(default_factory=dict)
    """The group of each operation of the document that has one, cases or not."""
    base_paths: tuple[str, ...] = ()
    """Where the document says that the API lies under its host (``/api``): plain path characters, each path once."""

    def operations(self) -> tuple[OperationKey, ...]:
        """Every operation that has a functional success case, sorted; where nobody asked for any, every operation that has a case."""
        functional = {case.subject for case in self.cases if case.family is Family.FUNCTIONAL}
        return tuple(sorted(functional or {case.subject for case in self.cases}))
