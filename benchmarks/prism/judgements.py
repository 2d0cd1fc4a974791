"""What reading the failures showed, kind by kind: whose fault each is, and what says so.

A failure that no entry fits is "not judged": somebody has to read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from specproof.domain.runs import Outcome

PRISM, DOCUMENT, OURS = "Prism", "the document", "SpecProof"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A kind of failure. The patterns are searched in the document's name, the case's id and what was answered."""

    whose: str
    words: str
    evidence: str
    checks: tuple[str, ...]
    document: str = ""
    case: str = ""
    answered: str = ""

    def fits(self, document: str, outcome: Outcome) -> bool:
        """Whether a failure is of this kind."""
        pairs = ((self.document, document), (self.case, outcome.case_id), (self.answered, outcome.actual))
        return outcome.check in self.checks and all(re.search(pattern, text) for pattern, text in pairs)


JUDGEMENTS = (
    Judgement(
        PRISM,
        "never answers a body that is no JSON",
        "`curl` waits in vain too; the next request is answered. RFC 9110 has 400 for it.",
        ("no_server_error",),
        case="malformed_json",
        answered="no answer within",
    ),
    Judgement(
        PRISM,
        "its process ends",
        "its log ends with an error that nothing caught: an optional header of type array that is not sent, no media type, a style.",
        ("no_server_error",),
        document="^(03|13|18|26|27|38)-",
        answered="did not answer|Server disconnected|ReadError",
    ),
    Judgement(
        PRISM,
        "answers 500",
        "it has no serialiser for the media type that the document lists, or picks no response.",
        ("no_server_error",),
        document="^(04|05|14|15|27|37|39)-",
        answered=r"prism/errors#(UNKNOWN|NO_RESPONSE_RESPONSE_DEFINED)",
    ),
    Judgement(
        PRISM,
        "sends headers that break their schema",
        "`null` or `string`, whatever the schema of the header: boolean, duration.",
        ("response_headers",),
        document="^(05|11|28)-",
        answered=r": (null|string) \(the body",
    ),
    Judgement(
        PRISM,
        "takes the body `null` for no body",
        "the schema of the body does not admit null; JSON Schema: null is a value.",
        ("rejected",),
        document="^(12|13|15|25|26|27|28|30|31|35|37)-",
        case=r"body_null$",
    ),
    Judgement(
        PRISM,
        "does not look at cookies",
        "the parameters are `in: cookie`, required or of another type.",
        ("rejected",),
        document="^(13|17|18|26)-",
        case=r"(GET /auth/token_with_cookie|POST /pets :: user_|GET /cookie ::)",
    ),
    Judgement(
        PRISM,
        "does not look at a body whose `requestBody` is a reference",
        "it takes `[1]` for an object too; the same body written out is refused.",
        ("rejected",),
        document="^(13|26|27|30)-",
        case=r"(POST /bodies/refs|POST /foobar|POST /pet|POST /burgers) ::",
    ),
    Judgement(
        PRISM,
        "does not look at a body whose schema refers back to itself",
        "it takes `[]` for a `Task`, which is an object with required members.",
        ("rejected",),
        document="^08-",
        case="POST /tasks ::",
    ),
    Judgement(
        PRISM,
        "takes a form that is missing altogether, though a field of it is required",
        "Swagger 2.0: `required` says that a parameter is mandatory; an empty form is refused by Prism itself.",
        ("rejected",),
        document="^01-",
        case=r"(body|channel_id|\w+)_missing$",
    ),
    Judgement(
        PRISM,
        "takes fields of a form that its schema forbids",
        "`additionalProperties: false` in the schema of the form; in JSON bodies Prism obeys it.",
        ("rejected",),
        document="^28-",
        case="body_unknown_property$",
    ),
    Judgement(
        PRISM,
        "refuses a list of files with one member",
        "OpenAPI: each member of an array in multipart/form-data is a part of its own; Prism takes one part for a text.",
        ("status_expected",),
        document="^28-",
        case="file-multi-upload ::",
    ),
    Judgement(
        PRISM,
        "asks for the members of an object that may be left out",
        "`object` in the query is optional; its members are required only where it is sent.",
        ("status_expected",),
        document="^31-",
        case="GET /query-params ::",
    ),
    Judgement(
        PRISM,
        "does not know the method QUERY",
        "OpenAPI 3.2 has `query`; Prism answers that the path is not in the document.",
        ("status_expected",),
        document="^39-",
        case="^QUERY ",
    ),
    Judgement(
        PRISM,
        "obeys `required` beside a `$ref`",
        "OpenAPI: beside the `$ref` of a parameter only summary and description count.",
        ("status_expected",),
        document="^37-",
        case="GET /order-items ::",
    ),
    Judgement(
        PRISM,
        "asks a form for members that are readOnly",
        "its log: must have required property `id`; OpenAPI: of a readOnly property `required` takes effect on the response only.",
        ("status_expected",),
        document="^(35|37)-",
        case="POST /menu ::",
    ),
    Judgement(
        DOCUMENT,
        "its own example breaks its own schema, and Prism sends it",
        "Prism says so itself in its header `sl-violations`.",
        ("body_schema",),
        document="^(01|11|17|29)-",
    ),
    Judgement(
        PRISM,
        "does not look at a body of the schema `AModel` in OpenAPI 3.0",
        "it takes `[1]` for that object; in document 26, the same in OpenAPI 3.1, it refuses it.",
        ("rejected",),
        document="^13-",
        case="^POST /tests/(json_body|callback) ::",
    ),
    Judgement(
        PRISM,
        "refuses every body where the document has no `consumes`",
        "its header `sl-violations`: no supported content types; the body is required there, and Swagger 2.0 does not ask for `consumes`.",
        ("status_expected",),
        document="^03-",
        case="^POST /(store/order|user|user/createWithArray|user/createWithList|fake/outer/[a-z]+) :: (success|then_read_shows_the_record)",
    ),
    Judgement(
        DOCUMENT,
        "fields of a form where it takes JSON alone",
        "Swagger 2.0: formData goes with a form; `consumes` says application/json.",
        ("status_expected",),
        document="^03-",
        case="^GET /fake/jsonFormData ::",
    ),
    Judgement(
        DOCUMENT,
        "`oneOf` of a schema and the same schema again",
        "no value fits exactly one of them.",
        ("body_schema",),
        document="^(13|26)-",
        case="/types/unions/duplicate-types ::",
    ),
    Judgement(
        PRISM,
        "answers 500 to a HEAD",
        "the GET of the same path is answered 500 with its error NO_RESPONSE_RESPONSE_DEFINED.",
        ("no_server_error",),
        document="^(04|14)-",
        case="^HEAD /api/v{api-version}/simple ::",
        answered="^500 ",
    ),
    Judgement(
        PRISM,
        "answers without the body that the document has",
        "Swagger 2.0: the response has a schema; there is no `produces`, and none is asked for.",
        ("body_schema",),
        document="^04-",
        case="^GET /api/v{api-version}/response ::",
        answered="no body",
    ),
    Judgement(
        PRISM,
        "asks for a query parameter under a name that nobody can send",
        "its header `sl-violations`: must have required property `string%20with%20num`; the name is `string with num`.",
        ("status_expected",),
        document="^(13|26)-",
        case="^POST /defaults :: success",
    ),
    Judgement(
        PRISM,
        "reads a body without the properties that stand behind the `$ref` of its schema",
        "its header `sl-violations`: `some_required_number` must be object; it is a number in the schema, and only further members are objects.",
        ("status_expected",),
        document="^(13|26)-",
        case="^POST /tests/upload :: success",
    ),
    Judgement(
        PRISM,
        "takes longer than the measurement waits",
        "`curl` has its answer of 0.7 MB after 4.2 s.",
        ("no_server_error",),
        document="^24-",
        case="^GET /channels/{channel_id}/messages ::",
        answered="no answer within",
    ),
    Judgement(
        DOCUMENT,
        "names of path parameters that hold operators of URI templates",
        "OpenAPI has no `{;name*}`; Prism does not find the path, and answers 404 in a form of its own.",
        ("body_schema",),
        document="^31-",
        case="^GET /path-params/",
        answered="^404 ",
    ),
    Judgement(
        PRISM,
        "invents values that break the schema",
        "`string` for a pattern, -2147483648 for a multiple of 3, `{}` or `null` where an object refers back to itself.",
        ("body_schema",),
        document="^(08|13|24|26|27|34)-",
    ),
    Judgement(
        DOCUMENT,
        "a path item asks for a path parameter that its path does not have",
        "OpenAPI: the name of a path parameter must stand in the path; nothing can be sent for it.",
        ("status_expected",),
        document="^15-",
        case="GET /reference-pets ::",
    ),
    Judgement(
        OURS,
        "a header Content-Type that Swagger 2.0 asks for beside no body is not sent",
        "only OpenAPI 3 says that such a parameter is ignored.",
        ("status_expected",),
        document="^05-",
        case="POST /header/param/protectedkey ::",
    ),
)


def judgement_of(document: str, outcome: Outcome) -> Judgement | None:
    """The first judgement that fits a failure; None: not judged."""
    return next((one for one in JUDGEMENTS if one.fits(document, outcome)), None)


def sorted_failures(failures: Iterable[tuple[str, Outcome]]) -> dict[Judgement | None, list[tuple[str, Outcome]]]:
    """The failures of all documents, by judgement, the most frequent first."""
    groups: dict[Judgement | None, list[tuple[str, Outcome]]] = {}
    for document, outcome in failures:
        groups.setdefault(judgement_of(document, outcome), []).append((document, outcome))
    return dict(sorted(groups.items(), key=lambda pair: -len(pair[1])))
