"""An outside referee, schemathesis, finds nothing wrong with the reference of a document that is not explained.

What it finds is in ``outside_referee.tsv``: document, operation, check, and which of the ``REASONS`` it is. The table is exact: what
is found and not listed fails, what is listed and not found fails, and each case of a finding has to look as one of its reasons says.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from referee import Finding, Verdict, judge

BOOKSHOP = Path(__file__).parents[2] / "examples" / "bookshop" / "openapi.json"
TABLE = Path(__file__).with_name("outside_referee.tsv")
OPERATIONS, EXAMPLES, SECONDS = 40, 4, 120
"""At most so many operations of a document, examples of an operation, and seconds (a run is expected to take 20 on an idle core)."""

SKIPPED = {
    "05": "the referee does not load it: its JSON begins with a byte order mark",
    "09": "the referee does not load it: it has no paths, which are required",
    "10": "the referee needs minutes to load it: 4 MB",
}
FEWER = {"24": 8, "31": 6}
"""Documents of which the referee makes thousands of cases, or that it takes long over: so many operations."""
UNREAD = {"04", "07", "14", "18", "27", "30", "33", "34", "41", "42"}
"""Documents with operations that the referee cannot read, in part or in whole; it judges the others."""


class Reason(NamedTuple):
    """Why a finding is none of the reference's, and how such a finding looks: its check, and what was said."""

    why: str
    check: str
    looks: Callable[[str], object]


def says(pattern: str) -> Callable[[str], object]:
    """What the referee says contains that."""
    return re.compile(pattern, re.DOTALL).search


def statuses(said: str) -> tuple[str, set[str]]:
    """What was received, and what is documented."""
    found = re.search(r"Received: (\d{3})\nDocumented: ([^\n]*)", said)
    return (found[1], set(re.findall(r"\w+", found[2].upper()))) if found else ("", set())


def undocumented_refusal(said: str) -> bool:
    """A refusal, and none of the statuses that could say it is documented."""
    received, documented = statuses(said)
    sayings = {"400": {"400", "422"}, "422": {"400", "409", "422"}, "401": {"401", "403"}, "404": {"404", "410"}}
    return received in sayings and not documented & {*sayings[received], "4XX"}


def undocumented_success(said: str) -> bool:
    """A success, and no success is documented."""
    received, documented = statuses(said)
    return received in {"200", "201", "204"} and not any(status[0] in "23" for status in documented)


def beyond_32_bits(said: str) -> bool:
    """Whether the request had an integer at the edge of a format or beyond."""
    if re.search("`e?p` in cookie - value (greater|smaller)|violates `format`, `minimum`, `maximum`", said):
        return True  # the referee does not show cookies, and tells only the beginning of long requests
    return bool(re.search(r"maximum|minimum|max|min", said)) and any(abs(int(n)) >= 2**31 for n in re.findall(r"-?\d{10,}", said))


NEGATIVE, POSITIVE, STATUS = "negative_data_rejection", "positive_data_acceptance", "status_code_conformance"
REASONS = {
    "refusal": Reason(
        "the document says of no status that it is for such a refusal; something has to be answered", STATUS, undocumented_refusal
    ),
    "success": Reason("the document has no status for success; 200 or 204 is answered", STATUS, undocumented_success),
    "empty": Reason(
        "Swagger 2: the answer has no schema, hence no body; the referee expects the type in 'produces' all the same",
        "content_type_conformance",
        says(r"^Missing Content-Type.*\n\d{3} $"),
    ),
    "problem": Reason(
        "Swagger 2: a refusal of a status that is not documented is a problem of RFC 9457; the referee expects the type in 'produces'",
        "content_type_conformance",
        says(r"Received: application/problem\+json\n.*\n4\d\d "),
    ),
    "format": Reason(
        "the formats int32 and int64 are no assertions of JSON Schema: an integer beyond is accepted", NEGATIVE, beyond_32_bits
    ),
    "nothing": Reason(
        "an empty array, an object without members or null is nothing or an empty text on the wire: read as what the schema forbids",
        POSITIVE,
        says(r'\n4\d\d [^\n]*((""|\\"\\") is not (one of|of type)|parameter \'[^\']+\' is required)'),
    ),
    "float": Reason(
        "for the referee '1.0' in a path is an integer, as it is in JSON; we read an integer as people write it, without a point",
        POSITIVE,
        says(r'\n4\d\d [^\n]*"\d+\.0\\?" is not of type \\?"integer'),
    ),
    "unsaid": Reason(
        "as 'nothing', and the document's answer has no place to say so",
        POSITIVE,
        says(r"(string\+with\+num=|enum_header_string_array;).*\n4\d\d (\{\})?$"),
    ),
    "consumes": Reason(
        "Swagger 2: of a form that consumes '*/*' we read the url-encoded kind alone, and the referee sends multipart",
        POSITIVE,
        says(r"multipart/form-data.*/v2/fake\n400 $"),
    ),
    "null": Reason(
        "an empty value in a query is null for a schema that allows null", NEGATIVE, says(r"deep_object_filter%5Bbaz%5D='\n200")
    ),
    "form": Reason(
        "a form none of whose fields are required may be empty, which on the wire is no body",
        NEGATIVE,
        says("Missing request body"),
    ),
    "wire": Reason(
        "the violation cannot be seen on the wire: text is text, a part is bytes, an empty XML element is an empty array or object",
        NEGATIVE,
        says(r"in (body|header|cookie) [^\n]*([Ii]ncorrect type|violates `type`|object body where non-object type expected)"),
    ),
    "record": Reason(
        "a form is valid by its own schema, and the record it would change is not any more",
        POSITIVE,
        says("The record would not be valid any more"),
    ),
    "path": Reason(
        "the document declares a path parameter that its path has not, or the referee varies a value it then does not send",
        NEGATIVE,
        says("Invalid component: parameter `(id|param)` in path"),
    ),
    "author": Reason(
        "OpenAPI: a header parameter named Authorization shall be ignored, and the document asks for no credential otherwise",
        "*",
        says(
            r"^API accepts (requests without|invalid) auth|parameter `Authorization` in header"
            r"|missing required 'Authorization' header|Missing `Authorization` at header"
        ),
    ),
    "discriminator": Reason(
        "the document's own example has a value that its discriminator does not map; validation is by the schema alone",
        "response_schema_conformance",
        says("Unknown discriminator value"),
    ),
    "oneOf": Reason(
        "the schema contradicts itself: alternatives of a oneOf overlap, what the referee takes for valid matches more than one",
        POSITIVE,
        says("is valid under more than one of the schemas"),
    ),
    "nullable": Reason(
        "'nullable' in a document of OpenAPI 3.1, where it says nothing: we read it as its author means it",
        NEGATIVE,
        says("only_nullable: Incorrect type"),
    ),
    "other": Reason(
        "a oneOf of open objects: what the referee takes for invalid matches the other alternative",
        NEGATIVE,
        says("oneOf-mapping-reference"),
    ),
    "required": Reason(
        "'required: true' in a property is no JSON Schema of OpenAPI 3.0, and is ignored",
        NEGATIVE,
        says("Missing required property: offset"),
    ),
    "example": Reason("an example of the document is not valid by its schema", POSITIVE, says("'something': 'here'")),
    "style": Reason(
        "an object as the text of a header, an array in a cookie, a multipart document in a query: the referee writes it differently",
        POSITIVE,
        says(r"""parameter: \\?"\{'prop'|include: \\?"profileImage|Cookie: .*\n400 ea: "[-\d]+,"""),
    ),
    "body": Reason(
        "a form whose schema is no object: the document contradicts itself",
        POSITIVE,
        says(r'body: \{\} is not of type \\?"string'),
    ),
    "dynamic": Reason(
        "$dynamicRef is not followed by us: nothing satisfies the envelope as we read it, and the record stands without one",
        "response_schema_conformance",
        says("ApiEnvelopeTemplate"),
    ),
}


def listed() -> dict[str, dict[Finding, set[str]]]:
    """The table: for each document its findings, with the names of their reasons."""
    found: dict[str, dict[Finding, set[str]]] = {}
    for line in TABLE.read_text().splitlines():
        document, operation, check, reason = line.split("\t")
        found.setdefault(document, {}).setdefault(Finding(operation, check), set()).add(reason)
    return found


def differences(number: str, verdict: Verdict, explained: dict[Finding, set[str]]) -> list[str]:
    """The first case of each finding that is not as explained, and what is explained and not found."""
    told = []
    for finding, cases in verdict.findings.items():
        names = explained.get(finding, set())
        odd = [said for said in cases if not any(fits(finding, said, name) for name in names)]
        told += [f"new: {number}\t{finding.operation}\t{finding.check}\t{sorted(names)}\n{said}" for said in odd[:1]]
    gone = [
        f"gone: {number}\t{finding.operation}\t{finding.check}\t{name}"
        for finding, names in explained.items()
        for name in sorted(names)
        if not any(fits(finding, said, name) for said in verdict.findings.get(finding, []))
    ]
    return told + ([] if verdict.is_cut else gone)


def fits(finding: Finding, said: str, name: str) -> bool:
    """Whether a finding looks as a reason says."""
    reason = REASONS[name]
    return reason.check in {"*", finding.check} and bool(reason.looks(said))


def documents(shared: Path) -> dict[str, Path]:
    """Every document of the corpus by its number."""
    return {path.name[:2]: path for path in sorted((shared / "corpus" / "dev").iterdir()) if path.name[:2].isdigit()}


NUMBERS = [f"{number:02}" for number in range(1, 43) if number != 2]


def test_the_referee_finds_nothing_wrong_with_some_of_the_sample_api() -> None:
    verdict = judge(BOOKSHOP, operations=4, examples=1, seconds=30)
    assert (verdict.findings, verdict.errors, verdict.is_cut) == ({}, [], False)
    assert verdict.operations == 4
    assert verdict.calls > 50


def test_a_finding_that_is_not_as_explained_is_told() -> None:
    new, gone, odd, known = (Finding(name, STATUS) for name in ("new", "gone", "odd", "known"))
    refused = "Undocumented status code: Received: 401\nDocumented: 200, 400\n"
    found = {new: [refused], odd: [refused, refused.replace("400", "403")], known: [refused]}
    verdict = Verdict(found, calls=4, operations=4, errors=[], is_cut=False)
    explained = {key: {"refusal"} for key in (gone, odd, known)}
    assert [line.split()[:3] for line in differences("00", verdict, explained)] == [
        ["new:", "00", "new"],
        ["new:", "00", "odd"],
        ["gone:", "00", "gone"],
    ]
    assert not any(line.startswith("gone") for line in differences("00", verdict._replace(is_cut=True), explained))


@pytest.mark.slow
@pytest.mark.needs_shared
def test_every_document_of_the_corpus_is_judged_or_left_out_for_a_reason(shared: Path) -> None:
    assert list(documents(shared)) == NUMBERS
    assert {*SKIPPED, *FEWER, *UNREAD, *listed()} <= {*NUMBERS, "sample"}
    assert {name for rows in listed().values() for names in rows.values() for name in names} == REASONS.keys()


@pytest.mark.slow
def test_what_the_referee_finds_in_the_whole_sample_api_is_explained() -> None:
    verdict = judge(BOOKSHOP, operations=OPERATIONS, examples=20, seconds=SECONDS)
    told = differences("sample", verdict, listed()["sample"])
    assert not told, "\n\n".join(told)
    assert (verdict.errors, verdict.is_cut) == ([], False)
    assert verdict.calls > 500


@pytest.mark.slow
@pytest.mark.needs_shared
@pytest.mark.parametrize("number", [number for number in NUMBERS if number not in SKIPPED])
def test_what_the_referee_finds_in_a_document_is_explained(shared: Path, number: str) -> None:
    verdict = judge(documents(shared)[number], operations=FEWER.get(number, OPERATIONS), examples=EXAMPLES, seconds=SECONDS)
    told = differences(number, verdict, listed().get(number, {}))
    assert not told, "\n\n".join(told)
    assert bool(verdict.errors) == (number in UNREAD), verdict.errors
    assert verdict.calls or number in UNREAD
