"""A specification never becomes code: hostile texts in every string position of a plan."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

import pytest

from planbuilders import (
    BEARER,
    CREATE_READER,
    READ_READER,
    case,
    contracts,
    create_reader,
    library_plan,
    parameter,
    reader_id,
    remove_reader,
    statuses,
)
from specproof.domain.business_codes import BusinessCode
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import (
    BodyPlan,
    Case,
    Check,
    Edit,
    EditKind,
    Family,
    FieldLayout,
    Fresh,
    FromStep,
    Plan,
    Rationale,
    RequestPlan,
    ResponseContract,
    ResponseExpectation,
    Step,
    XmlLayout,
)
from specproof.domain.suites import RenderedSuite
from specproof.generators.rendering.code_text import text_literal
from specproof.generators.rendering.suite import TemplateSet, render_suite
from specproof.openapi.findings import Finding, FindingCode
from specproof.openapi.model import OperationKey, SecurityScheme
from specproof.openapi.schema import Schema
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import Method, ParameterLocation, SchemeKind

BOOM = "__import__('builtins').CANARY.append(1)"
BREAKOUTS = [
    '"', "'", '"""', "'''", '"""\n', "'''\n", '\\"', "\\'", '\\"""', "\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85",
    "\u2028", "\u2029", "\x00", "{{", "}}", "{%", "%}", "{#", "#}", "${", "}", "{", "]", ")", ":", ";", "#", "\\", "\\N{DIGIT ONE}",
    "\\x22", "\\u0022", "\\042", "%s", "%(a)s", "f'{", "\u202e", "\u2066", "\ufeff", "\ud800", "\U0001f4a9", "\uff02", "\u02b9", "\t", "    ",
]  # fmt: skip
PAYLOADS = [
    *(f"a{breakout}{BOOM}{breakout}" for breakout in BREAKOUTS),
    f'"\n{BOOM}\n"',
    f'"""\n{BOOM}\n"""',
    f"\n{BOOM}",
    f"\n    {BOOM}\n",
    f'"); {BOOM}; ("',
    f'" + {BOOM} + "',
    f"'] = {BOOM}; x['",
    f"{{{BOOM}}}",
    f"{{{{ {BOOM} }}}}",
    f"{{% set x = {BOOM} %}}",
    f"# coding: utf-7\n+AAo-{BOOM}",
    f"x = lambda: {BOOM}",
    "__class__",
    "__import__",
    "import os",
    "../../../../etc/passwd",
    "/etc/passwd",
    "C:\\windows\\system32",
    "con",
    ".",
    "..",
    "a" * 5000,
    "\u4e66" * 300,
    "",
    " ",
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "|a|b|",
    "`id`",
    "$(id)",
]  # fmt: skip


def a_case(request: RequestPlan, *checks: Check, **named: Any) -> Case:
    return case("story", Family.CRUD, request.operation, Step("answer", "Send it", request, checks), **named)


def with_cases(*cases: Case) -> Plan:
    return replace(library_plan(cases=list(cases)), contracts=())


def small_plan() -> Plan:
    return with_cases(a_case(create_reader(), statuses(201)))


def body(value: Any, *edits: Edit, media_type: str = "application/json", **more: Any) -> RequestPlan:
    return RequestPlan(CREATE_READER, body=BodyPlan(media_type, value, "new_reader", edits, **more), security=(BEARER,))


def scheme(name: str, header: str = "X-Key") -> SecurityScheme:
    kind = SchemeKind.API_KEY
    return SecurityScheme(UntrustedText(name), kind, "#/x", UntrustedText(header), ParameterLocation.HEADER)


def secured(text: str) -> Plan:
    hostile = scheme(text, text)
    plan = with_cases(a_case(RequestPlan(CREATE_READER, security=(hostile,))))
    return replace(plan, security_schemes=(hostile, scheme("x-key")))


def contract(text: str) -> Plan:
    schema = Schema({"properties": {text: {"description": text, "enum": [text]}}, "title": text}, text, {})
    expectation = ResponseExpectation({text: schema}, {text: schema}, (text,))
    return replace(
        small_plan(), contracts=(*contracts(), ResponseContract(OperationKey(Method.GET, f"/{text}"), {text: expectation}))
    )


def coded(text: str) -> Plan:
    code = BusinessCode(f"/{text}", (text, 0))
    return replace(small_plan(), contracts=tuple(replace(one, business_code=code) for one in contracts()))


def with_scheme_path(text: str) -> Plan:
    operation = OperationKey(Method.POST, f"/{text}/{{{text}}}")
    request = RequestPlan(operation, path_parameters=(parameter(text, text),), security=(BEARER,))
    return with_cases(replace(a_case(request), id=f"POST /{text} :: story", name="test_post__story"))


def check(check_id: CheckId, **arguments: Any) -> Callable[[str], Plan]:
    def plan(text: str) -> Plan:
        given = {name: (text if value is ... else [text] if value == [...] else value) for name, value in arguments.items()}
        return with_cases(a_case(create_reader(), Check(check_id, given)))

    return plan


def rationale(text: str) -> Plan:
    return with_cases(a_case(create_reader(), rationale=Rationale(text, text, UntrustedText(text), text)))


def query(text: str, style: str = "form", **named: Any) -> Plan:
    parameters = (replace(parameter(text, [text, {text: text}], style, explode=True), **named),)
    return with_cases(
        a_case(RequestPlan(CREATE_READER, query=parameters, headers=parameters, cookies=parameters, security=(BEARER,)))
    )


def hostile_xml(text: str) -> XmlLayout:
    said = UntrustedText(text)
    inner = XmlLayout(said, text, said, said, wrapped=True)
    return XmlLayout(said, text, said, said, members=((said, inner),), item=inner)


def hostile_field(text: str) -> FieldLayout:
    return FieldLayout(UntrustedText(text), text, text, file_name=text, headers=((text, text),), xml=hostile_xml(text))


def table(text: str, request: Callable[[str], RequestPlan]) -> Plan:
    """Two cases that are rows of one table."""
    why = Rationale(text, text, UntrustedText(text))
    return with_cases(
        *(
            replace(
                case(
                    "row",
                    Family.VALIDATION,
                    CREATE_READER,
                    Step("answer", text, request(sent), (Check(CheckId.REJECTED),)),
                    rationale=why,
                ),
                id=f"row {number}",
                name=f"test_create__row_{number}__is_rejected",
            )
            for number, sent in enumerate((text, "x"))
        )
    )


def in_query(text: str) -> RequestPlan:
    return RequestPlan(CREATE_READER, query=(parameter(text, text, "form", explode=True),), security=(BEARER,))


def in_headers(text: str) -> RequestPlan:
    return RequestPlan(CREATE_READER, headers=(parameter(text, text),), security=(BEARER,))


POSITIONS: dict[str, Callable[[str], Plan]] = {
    "row with an edit": lambda text: table(
        text, lambda sent: body({"name": "x"}, Edit(EditKind.SET, f"/{sent}", {sent: [sent]}))
    ),
    "row with a fresh value": lambda text: table(
        text, lambda sent: body({"name": "x"}, Edit(EditKind.SET, "/name", Fresh((sent, (sent + "ab", 8)), "x")))
    ),
    "row that removes": lambda text: table(text, lambda sent: body({"name": "x"}, Edit(EditKind.REMOVE, f"/{sent}"))),
    "row with a query": lambda text: table(text, in_query),
    "row with headers": lambda text: table(text, in_headers),
    "plan title": lambda text: replace(small_plan(), title=UntrustedText(text)),
    "plan seed and digest": lambda text: replace(small_plan(), seed=text, digest=text),
    "finding": lambda text: replace(small_plan(), findings=(Finding(FindingCode.REF_CYCLE, text, text),)),
    "case title": lambda text: with_cases(a_case(create_reader(), title=text or "x")),
    "case group and maintainer": lambda text: with_cases(
        replace(a_case(create_reader()), group=UntrustedText(text), maintainer=UntrustedText(text))
    ),
    "group of an operation": lambda text: replace(small_plan(), groups={CREATE_READER: UntrustedText(text)}),
    "business code": coded,
    "case rationale": rationale,
    "case id": lambda text: with_cases(replace(a_case(create_reader()), id=text)),
    "case name": lambda text: with_cases(replace(a_case(create_reader()), name=f"test_{text}")),
    "case resource": lambda text: with_cases(replace(a_case(create_reader()), resource=text)),
    "skip reason": lambda text: with_cases(a_case(create_reader(), skip_reason=f"because {text}")),
    "control": lambda text: with_cases(replace(a_case(create_reader()), control=text)),
    "depends on": lambda text: with_cases(replace(a_case(create_reader()), depends_on=(text,))),
    "step purpose": lambda text: with_cases(
        case(
            "story",
            Family.CRUD,
            CREATE_READER,
            Step("reader", text, create_reader(), (), is_setup=True, cleanup=remove_reader("reader")),
            Step("answer", text, create_reader(), (statuses(201),)),
        )
    ),
    "step name": lambda text: with_cases(
        case(
            "story",
            Family.CRUD,
            READ_READER,
            Step(f"s{text}", "Make", create_reader(), (), is_setup=True, cleanup=remove_reader(f"s{text}")),
            Step("answer", "Read", RequestPlan(READ_READER, path_parameters=reader_id(f"s{text}")), (statuses(200),)),
        )
    ),
    "path and path parameter": with_scheme_path,
    "query, header and cookie": query,
    "styled query": lambda text: query(text, "deepObject", json_content=True),
    "parameter style": lambda text: query("q", text),
    "body value and property name": lambda text: with_cases(a_case(body({text: {text: [text, 1, None]}}))),
    "body base name": lambda text: with_cases(
        a_case(RequestPlan(CREATE_READER, body=BodyPlan("application/json", {"a": 1}, text), security=(BEARER,)))
    ),
    "body media type": lambda text: with_cases(a_case(body({"a": 1}, media_type=f"x/{text}"))),
    "raw body": lambda text: with_cases(a_case(body(None, raw=text))),
    "form body": lambda text: with_cases(a_case(body({text: text}, media_type="application/x-www-form-urlencoded"))),
    "multipart body": lambda text: with_cases(a_case(body({text: text}, media_type="multipart/form-data"))),
    "layout of a form": lambda text: with_cases(
        a_case(body({text: "v"}, media_type="multipart/form-data", fields=(hostile_field(text),)))
    ),
    "layout of XML": lambda text: with_cases(a_case(body({text: "v"}, media_type="application/xml", xml=hostile_xml(text)))),
    "text body": lambda text: with_cases(a_case(body(text, media_type="text/plain"))),
    "edit value": lambda text: with_cases(a_case(body({"a": 1}, Edit(EditKind.SET, "/a", {text: text})))),
    "edit pointer": lambda text: with_cases(a_case(body({"a": {text: 1}}, Edit(EditKind.REMOVE, f"/a/{text}")))),
    "whole body": lambda text: with_cases(a_case(body({"a": 1}, Edit(EditKind.SET, "", text)))),
    "fresh part": lambda text: with_cases(a_case(body({"a": Fresh((text, (f"ab{text}", 3)), text)}))),
    "pointer into an answer": lambda text: with_cases(
        case(
            "story",
            Family.CRUD,
            READ_READER,
            Step("made", "Make", create_reader(), (), is_setup=True),
            Step(
                "answer",
                "Read",
                RequestPlan(READ_READER, path_parameters=(parameter("readerId", FromStep("made", f"/{text}")),)),
                (),
            ),
        )
    ),
    "echo": check(CheckId.ECHO, sent=..., at=..., ignore=[...]),
    "read back": check(CheckId.READ_BACK, expected=..., at=..., ignore=[...]),
    "listed": check(CheckId.LISTED, items=..., key=..., value=...),
    "distinct": check(CheckId.DISTINCT_IDS, values=[...]),
    "filter": check(CheckId.FILTER, items=..., key=..., value=...),
    "sort": check(CheckId.SORT_ORDER, items=..., key=..., descending=True),
    "page": check(CheckId.PAGE_SIZE, items=..., limit=3),
    "scheme name and header": secured,
    "contract": contract,
}


@cache
def templates() -> TemplateSet:
    return TemplateSet()


def rendered(position: str, text: str) -> RenderedSuite:
    return render_suite(POSITIONS[position](text), templates=templates())


class Flattened(ast.NodeTransformer):
    """Literals, the pieces they are written in, and the identifiers that are made of names of the plan, made equal."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("literal")

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        return ast.Constant("literal")  # long runs: "x" * 200

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name("name", node.ctx)


def shape(source: str) -> str:
    tree = Flattened().visit(ast.parse(source))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.name = "function"
        elif isinstance(node, ast.arg):
            node.arg = "argument"
    return ast.dump(tree)


def code_of(suite: RenderedSuite) -> list[str]:
    return [file.content for file in suite.files if file.is_code]


@cache
def benign_shape(position: str, length: int) -> tuple[str, ...]:
    """The shape for harmless words of that length: what is long may move into a function of its own, and what is empty is left out."""
    text = ("plain words " * (length // 12 + 1))[:length]
    return tuple(shape(source) for source in code_of(rendered(position, text)))


def is_benign(position: str, payload: str, shapes: tuple[str, ...]) -> bool:
    """Whether harmless words, as long as the payload is in source or as the long text of a comment, give the same shapes."""
    lengths = (len(text_literal(payload)) - 2, len(payload), 5, 360, 0)
    return any(shapes == benign_shape(position, length) for length in lengths)


def executed(sources: list[str], slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Import every module as a suite would, with a checks package that accepts anything, and call every function."""

    class Anything:
        def __call__(self, *args: Any, **named: Any) -> Anything:
            return self

        def __getattr__(self, name: str) -> Anything:
            return self

    package = ModuleType(f"checks_{slug}")
    package.__getattr__ = lambda name: Anything()  # type: ignore[method-assign]
    monkeypatch.setitem(sys.modules, f"checks_{slug}", package)
    for source in sources:
        namespace: dict[str, Any] = {"__name__": "suite"}
        exec(compile(source, "suite", "exec"), namespace)
        functions = [value for value in namespace.values() if isinstance(value, FunctionType)]
        for function in functions:
            function(*[Anything()] * function.__code__.co_argcount)


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) >= 60
    assert len(POSITIONS) >= 30


@pytest.mark.parametrize("position", POSITIONS)
def test_a_hostile_text_changes_literals_and_nothing_else(position: str, monkeypatch: pytest.MonkeyPatch) -> None:
    canary: list[int] = []
    monkeypatch.setattr(builtins, "CANARY", canary, raising=False)
    for payload in PAYLOADS:
        suite = rendered(position, payload)
        sources = code_of(suite)
        assert all(source.isascii() for source in sources)
        assert is_benign(position, payload, tuple(shape(source) for source in sources)), repr(payload)
        executed(sources, suite.slug, monkeypatch)
        for file in suite.files:
            file.content.encode("utf-8")
            assert ".." not in file.path
            assert file.path.isascii()
    assert canary == []


def test_the_canary_can_sing(monkeypatch: pytest.MonkeyPatch) -> None:
    canary: list[int] = []
    monkeypatch.setattr(builtins, "CANARY", canary, raising=False)
    executed([f"def f(api):\n    {BOOM}\n"], "library", monkeypatch)
    assert canary == [1]


@pytest.mark.parametrize(
    "payload", ["<script>x</script>", "[a](javascript:x)", "# h", "`c`", "| t |", "![i](http://x)", "a\n\n# b", "&lt;"]
)
def test_the_readme_shows_texts_as_texts(payload: str) -> None:
    plan = replace(library_plan(title=payload), findings=(Finding(FindingCode.REF_CYCLE, payload, payload),))
    readme = render_suite(plan, templates=templates()).file("README.md").content
    assert "<script" not in readme
    assert "](" not in readme
    assert "\n# b" not in readme
    assert "`c`" not in readme
