"""A small realistic plan built by hand: a library with readers and loans. For tests of whatever reads plans."""

from __future__ import annotations

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import (
    BodyPlan,
    Case,
    Check,
    CredentialUse,
    Edit,
    EditKind,
    Family,
    Fresh,
    FromStep,
    ParameterValue,
    Plan,
    PlanValue,
    Rationale,
    RequestPlan,
    ResponseContract,
    ResponseExpectation,
    Step,
)
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.model import OperationKey, SecurityScheme
from specproof.openapi.schema import Schema
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import Method, ParameterLocation, SchemeKind

ALNUM = "abcdefghijklmnopqrstuvwxyz0123456789"

BEARER = SecurityScheme(UntrustedText("libraryToken"), SchemeKind.BEARER, "#/components/securitySchemes/libraryToken")
API_KEY = SecurityScheme(
    UntrustedText("x-key"),
    SchemeKind.API_KEY,
    "#/components/securitySchemes/x-key",
    parameter=UntrustedText("X-Key"),
    location=ParameterLocation.HEADER,
)

CREATE_READER = OperationKey(Method.POST, "/readers")
LIST_READERS = OperationKey(Method.GET, "/readers")
READ_READER = OperationKey(Method.GET, "/readers/{readerId}")
REPLACE_READER = OperationKey(Method.PUT, "/readers/{readerId}")
DELETE_READER = OperationKey(Method.DELETE, "/readers/{readerId}")
CREATE_LOAN = OperationKey(Method.POST, "/loans")

DEFINITIONS = {
    "Reader": {
        "type": "object",
        "required": ["id", "name", "age"],
        "properties": {
            "id": {"type": "string"},
            "name": {"type": "string", "minLength": 1, "maxLength": 40},
            "age": {"type": "integer", "minimum": 0},
            "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
            "friend": {"$ref": "#/$defs/Reader"},
        },
    },
    "Loan": {
        "type": "object",
        "required": ["id", "reader_id"],
        "properties": {"id": {"type": "string"}, "reader_id": {"type": "string"}},
    },
    "Unreached": {"type": "null"},
}

READER_BODY: PlanValue = {
    "name": Fresh(("Reader ", (ALNUM, 8)), "Reader a1b2c3d4"),
    "age": 41,
    "tags": ["poetry", "maps"],
}
LOAN_BODY: PlanValue = {"reader_id": FromStep("reader", "/id"), "days": 14}


def parameter(name: str, value: PlanValue, style: str = "simple", *, explode: bool = False) -> ParameterValue:
    return ParameterValue(UntrustedText(name), value, style, explode)


def reader_id(step: str) -> tuple[ParameterValue, ...]:
    return (parameter("readerId", FromStep(step, "/id")),)


def remove_reader(step: str) -> RequestPlan:
    return RequestPlan(DELETE_READER, path_parameters=reader_id(step), security=(BEARER,))


def create_reader(*edits: Edit, credential: CredentialUse = CredentialUse.VALID) -> RequestPlan:
    body = BodyPlan("application/json", READER_BODY, "new_reader", tuple(edits))
    return RequestPlan(CREATE_READER, body=body, credential=credential, security=(BEARER,))


def make_reader() -> Step:
    return Step("reader", "Prepare: create the reader", create_reader(), (), is_setup=True, cleanup=remove_reader("reader"))


def statuses(*expected: int) -> Check:
    return Check(CheckId.STATUS_EXPECTED, {"statuses": list(expected)})


AS_DOCUMENTED = (Check(CheckId.MEDIA_TYPE), Check(CheckId.BODY_SCHEMA), Check(CheckId.RESPONSE_HEADERS))
ACCEPTED = "POST /readers :: valid"


def case(
    slug: str,
    family: Family,
    subject: OperationKey,
    *steps: Step,
    resource: str = "readers",
    title: str = "",
    rationale: Rationale | None = None,
    control: str = "",
    severity: Severity = Severity.MAJOR,
    skip_reason: str = "",
) -> Case:
    words = subject.path.strip("/").replace("/", "_").replace("{", "by_").replace("}", "").lower()
    return Case(
        id=f"{subject.label} :: {slug}",
        name=f"test_{subject.method.value.lower()}_{words}__{slug}",
        family=family,
        resource=resource,
        subject=subject,
        title=UntrustedText(title or f"{subject.label}: {slug}"),
        steps=steps,
        severity=severity,
        rationale=rationale or Rationale("", "#/paths", UntrustedText(f"{slug} is as the document says")),
        control=control,
        skip_reason=skip_reason,
    )


def functional_cases() -> list[Case]:
    created = Step(
        "created",
        "Create it",
        create_reader(),
        (Check(CheckId.NO_SERVER_ERROR), statuses(201), *AS_DOCUMENTED),
        cleanup=remove_reader("created"),
    )
    listing = RequestPlan(
        LIST_READERS,
        query=(parameter("limit", 5, "form", explode=True), parameter("tag", ["a", "b"], "pipeDelimited")),
        security=(BEARER,),
    )
    page = Check(CheckId.PAGE_SIZE, {"items": "/items", "limit": 5})
    loan = RequestPlan(CREATE_LOAN, body=BodyPlan("application/json", LOAN_BODY, "new_loan"), security=(BEARER, API_KEY))
    return [
        case("valid", Family.FUNCTIONAL, CREATE_READER, created),
        case(
            "valid", Family.FUNCTIONAL, LIST_READERS, Step("listed", "List them", listing, (statuses(200), *AS_DOCUMENTED, page))
        ),
        case(
            "valid",
            Family.FUNCTIONAL,
            CREATE_LOAN,
            make_reader(),
            Step("loan", "Lend a book", loan, (statuses(201), *AS_DOCUMENTED)),
            resource="loans",
        ),
        case("no_producer", Family.FUNCTIONAL, READ_READER, skip_reason="no operation makes a reader's \u4e66 card"),
    ]


def crud_case() -> Case:
    read = RequestPlan(READ_READER, path_parameters=reader_id("created"), security=(BEARER,))
    replaced_body = BodyPlan("application/json", READER_BODY, "new_reader", (Edit(EditKind.SET, "/age", 42),))
    replace = RequestPlan(REPLACE_READER, path_parameters=reader_id("created"), body=replaced_body, security=(BEARER,))
    sent = {**READER_BODY, "age": 42} if isinstance(READER_BODY, dict) else None
    listing = RequestPlan(LIST_READERS, security=(BEARER,))
    at_id: dict[str, PlanValue] = {"items": "/items", "key": "/id", "value": FromStep("created", "/id")}
    return case(
        "life_of_a_record",
        Family.CRUD,
        CREATE_READER,
        make_reader(),
        Step(
            "created",
            "Create a second one",
            create_reader(),
            (
                statuses(201),
                Check(CheckId.ECHO, {"sent": READER_BODY, "at": "", "ignore": []}),
                Check(CheckId.DISTINCT_IDS, {"values": [FromStep("reader", "/id"), FromStep("created", "/id")]}),
            ),
            cleanup=remove_reader("created"),
        ),
        Step("listed", "It is listed", listing, (Check(CheckId.LISTED, at_id),)),
        Step("updated", "Replace it", replace, (statuses(200),)),
        Step("read", "Read it", read, (Check(CheckId.READ_BACK, {"expected": sent, "at": "", "ignore": ["/tags"]}),)),
        Step("deleted", "Delete it", remove_reader("created"), (statuses(204), Check(CheckId.BODY_EMPTY))),
        Step("gone", "It is gone", read, (Check(CheckId.DELETED),)),
    )


def validation_cases() -> list[Case]:
    edits = {
        "name_missing": (Edit(EditKind.REMOVE, "/name"), Severity.MAJOR),
        "name_too_long": (Edit(EditKind.SET, "/name", "x" * 41), Severity.MAJOR),
        "age_negative": (Edit(EditKind.SET, "/age", -1), Severity.MAJOR),
        "age_is_text": (Edit(EditKind.SET, "/age", "41"), Severity.MINOR),
    }
    return [
        case(
            slug,
            Family.VALIDATION,
            CREATE_READER,
            Step("response", "Send it", create_reader(edit), (Check(CheckId.REJECTED),)),
            control=ACCEPTED,
            severity=severity,
            title=f"\u4e66\u540d: {slug}",
            rationale=Rationale("required", "#/components/schemas/NewReader", UntrustedText(f"{slug} breaks a rule")),
        )
        for slug, (edit, severity) in edits.items()
    ]


def other_cases() -> list[Case]:
    unknown = RequestPlan(READ_READER, path_parameters=(parameter("readerId", "no-such-reader"),), security=(BEARER,))
    malformed = RequestPlan(CREATE_READER, body=BodyPlan("application/json", raw='{"name": '), security=(BEARER,))
    return [
        case("unknown_id", Family.ERROR, READ_READER, Step("response", "Ask", unknown, (Check(CheckId.UNKNOWN_ID),))),
        case(
            "malformed",
            Family.ERROR,
            CREATE_READER,
            Step("response", "Send", malformed, (Check(CheckId.REJECTED),)),
            control=ACCEPTED,
        ),
        *(
            case(
                f"{use.value}_credential",
                Family.AUTH,
                CREATE_READER,
                Step("response", "Send it", create_reader(credential=use), (Check(CheckId.UNAUTHENTICATED),)),
                control=ACCEPTED,
            )
            for use in (CredentialUse.NONE, CredentialUse.WRONG)
        ),
    ]


def contracts() -> tuple[ResponseContract, ...]:
    def reference(name: str) -> Schema:
        return Schema({"$ref": f"#/$defs/{name}"}, f"#/components/schemas/{name}", DEFINITIONS)

    def answer(name: str) -> ResponseExpectation:
        return ResponseExpectation({"application/json": reference(name)})

    page = Schema(
        {
            "type": "object",
            "required": ["items"],
            "properties": {"items": {"type": "array", "items": {"$ref": "#/$defs/Reader"}}},
        },
        "#/paths",
        DEFINITIONS,
    )
    anything = ResponseExpectation({})
    count = Schema({"type": "integer"}, "#/paths", DEFINITIONS)
    return (
        ResponseContract(CREATE_READER, {"201": answer("Reader"), "422": anything, "401": anything}),
        ResponseContract(
            LIST_READERS, {"200": ResponseExpectation({"application/json": page}, {"x-count": count}, ("x-count",))}
        ),
        ResponseContract(READ_READER, {"200": answer("Reader"), "404": anything}),
        ResponseContract(REPLACE_READER, {"200": answer("Reader")}),
        ResponseContract(DELETE_READER, {"204": anything}),
        ResponseContract(CREATE_LOAN, {"201": answer("Loan")}),
    )


def library_plan(slug: str = "library", cases: list[Case] | None = None, title: str = "Library \u4e66") -> Plan:
    """The whole plan; ``cases`` replaces the usual ones."""
    usual = [*functional_cases(), crud_case(), *validation_cases(), *other_cases()]
    return Plan(
        slug=slug,
        title=UntrustedText(title),
        digest="0" * 64,
        seed="specproof",
        cases=tuple(usual if cases is None else cases),
        contracts=contracts(),
        security_schemes=(BEARER, API_KEY),
        findings=(Finding(FindingCode.NO_PRODUCER, "#/paths/~1readers~1{readerId}/get", "nothing makes `readerId`"),),
    )
