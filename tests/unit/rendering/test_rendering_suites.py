"""What a rendered suite holds: its layout, the same bytes each time, and code that a person would own."""

from __future__ import annotations

import ast
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from planbuilders import (
    ALNUM,
    API_KEY,
    BEARER,
    CREATE_READER,
    READER_BODY,
    case,
    create_reader,
    crud_case,
    functional_cases,
    library_plan,
    make_reader,
    parameter,
    statuses,
    validation_cases,
)
from specproof.checks import vocabulary
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import (
    BodyPlan,
    Case,
    Check,
    CredentialUse,
    Edit,
    EditKind,
    Family,
    FieldLayout,
    Fresh,
    FromStep,
    RequestPlan,
    Step,
    XmlLayout,
)
from specproof.domain.suites import RenderedSuite
from specproof.errors import GenerationError
from specproof.generators.rendering.credential_names import credential_slugs
from specproof.generators.rendering.json_text import json_document
from specproof.generators.rendering.lock_file import file_hashes, relocked
from specproof.generators.rendering.module_code import VOCABULARY
from specproof.generators.rendering.response_view import response_view
from specproof.generators.rendering.suite import MODULE_LIMIT, TemplateSet, render_suite
from specproof.generators.rendering.suite_documents import markdown
from specproof.openapi.model import SecurityScheme
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import SchemeKind

TEMPLATES = TemplateSet()


@pytest.fixture(scope="module")
def suite() -> RenderedSuite:
    return render_suite(library_plan(), templates=TEMPLATES)


def rendered(*cases: Case) -> str:
    """The one test module of a plan with these cases."""
    files = render_suite(library_plan(cases=list(cases)), templates=TEMPLATES).files
    return next(file.content for file in files if file.path.startswith("tests_library/test_"))


def story(request: RequestPlan, *checks: Check, before: tuple[Step, ...] = (), name: str = "answer") -> str:
    return rendered(case("story", Family.CRUD, request.operation, *before, Step(name, "Send it", request, checks)))


def test_the_layout_is_the_agreed_one(suite: RenderedSuite) -> None:
    carried = {f"checks_library/{path.name}" for path in Path(vocabulary.__file__).parent.glob("*.py")}
    carried -= {"checks_library/vocabulary.py", "checks_library/carried_conftest.py"}
    modules = ["loans_functional", "readers_auth", "readers_crud", "readers_error", "readers_functional", "readers_validation"]
    assert {file.path for file in suite.files} == {
        "conftest.py",
        "README.md",
        "specproof.lock.json",
        "schemas/contracts.json",
        "schemas/definitions.json",
        "schemas/security.json",
        "tests_library/__init__.py",
        *carried,
        *(f"tests_library/test_{module}.py" for module in modules),
        *(f"cases/test_{module}.json" for module in modules),
    }
    assert (suite.slug, suite.case_count, suite.operation_count) == ("library", 13, 4)


def test_carried_files_are_ours_to_the_byte_and_marked(suite: RenderedSuite) -> None:
    source = Path(vocabulary.__file__).parent
    assert suite.file("checks_library/wire.py").content == (source / "wire.py").read_text(encoding="utf-8")
    assert suite.file("checks_library/__init__.py").content == (source / "vocabulary.py").read_text(encoding="utf-8")
    assert suite.file("conftest.py").content == (source / "carried_conftest.py").read_text(encoding="utf-8")
    for file in suite.files:
        assert file.is_carried == (file.path == "conftest.py" or file.path.startswith("checks_"))
        assert file.is_code == file.path.startswith("tests_")


def test_carried_files_import_nothing_of_the_product(suite: RenderedSuite) -> None:
    # httpx2 stands on httpcore2, and brings it along.
    known = {"httpcore2", "httpx2", "jsonschema_rs", "pytest"}
    for file in suite.files:
        for node in ast.walk(ast.parse(file.content)) if file.is_carried else ():
            if isinstance(node, ast.Import):
                names = {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = {(node.module or "").partition(".")[0]}
            else:
                continue
            assert "specproof" not in names
            assert names <= known | set(__import__("sys").stdlib_module_names)


def test_the_same_plan_gives_the_same_bytes_in_any_order_of_its_parts(suite: RenderedSuite) -> None:
    plan = library_plan()
    assert render_suite(plan, templates=TemplateSet()).files == suite.files
    shuffled = replace(plan, contracts=plan.contracts[::-1], security_schemes=plan.security_schemes[::-1])
    assert render_suite(shuffled, templates=TEMPLATES).files == suite.files
    by_resource = replace(plan, cases=tuple(sorted(plan.cases, key=lambda case: case.resource)))
    assert render_suite(by_resource, templates=TEMPLATES).files == suite.files


def test_every_case_is_found_by_id_in_the_lock_file_and_the_case_files(suite: RenderedSuite) -> None:
    lock = json.loads(suite.file("specproof.lock.json").content)
    assert set(lock["cases"]) == {case.id for case in library_plan().cases}
    for case_id, place in lock["cases"].items():
        path, name = place.split("::")
        functions = {node.name for node in ast.parse(suite.file(path).content).body if isinstance(node, ast.FunctionDef)}
        assert name in functions
        entry = json.loads(suite.file(f"cases/{Path(path).stem}.json").content)[name]
        assert entry["id"] == case_id
        assert set(entry) >= {"operation", "family", "title", "rationale", "severity", "control"}
    assert lock["slug"] == "library"
    assert lock["generator"].startswith("specproof ")


def test_the_lock_file_holds_the_hash_of_every_other_file(suite: RenderedSuite) -> None:
    lock = json.loads(suite.file("specproof.lock.json").content)
    assert lock["files"] == {
        file.path: hashlib.sha256(file.content.encode()).hexdigest() for file in suite.files if file.path != "specproof.lock.json"
    }
    altered = [replace(file, content="# changed\n") if file.path == "conftest.py" else file for file in suite.files]
    again = {file.path: file for file in relocked(altered)}["specproof.lock.json"]
    assert json.loads(again.content)["files"] == file_hashes(altered)
    assert json.loads(again.content)["cases"] == lock["cases"]


def test_titles_keep_their_letters_in_files_for_people_and_code_stays_ascii(suite: RenderedSuite) -> None:
    assert "\u4e66\u540d" in suite.file("cases/test_readers_validation.json").content
    assert "Library \u4e66" in suite.file("README.md").content
    assert all(file.content.isascii() for file in suite.files if file.is_code)


def test_the_readme_lists_the_variables_and_what_was_left_open(suite: RenderedSuite) -> None:
    readme = suite.file("README.md").content
    for words in (
        "SPECPROOF_CREDENTIAL_LIBRARYTOKEN",
        "SPECPROOF_SECOND_CREDENTIAL_X_KEY",
        "--api-url",
        "| validation | 4 |",
        "left open",
    ):
        assert words in readme
    open_plan = replace(library_plan(cases=[]), security_schemes=(), findings=())
    plain = render_suite(open_plan, templates=TEMPLATES).file("README.md").content
    assert "Credentials" not in plain
    assert "left open" not in plain


def test_the_readme_says_how_pytest_is_started(suite: RenderedSuite) -> None:
    plain = suite.file("README.md").content
    assert "pytest . --api-url http://localhost:8000\n" in plain
    assert "`SPECPROOF_API_URL`" in plain
    assert "inside of `tests_library/`, add `--rootdir ..`" in plain
    assert "lies under" not in plain


def test_the_readme_says_under_which_path_the_api_lies() -> None:
    based = replace(library_plan(cases=[]), base_paths=("/api", "/v2"))
    text = render_suite(based, templates=TEMPLATES).file("README.md").content
    assert "pytest . --api-url http://localhost:8000/api\n" in text
    assert (
        "The document says that the API lies under `/api` or `/v2`: give `--api-url http://HOST/api` or `--api-url http://HOST/v2`."
        in text
    )


def test_definitions_are_exactly_the_reachable_ones(suite: RenderedSuite) -> None:
    assert set(json.loads(suite.file("schemas/definitions.json").content)) == {"Reader", "Loan"}
    contracts = json.loads(suite.file("schemas/contracts.json").content)
    assert contracts["POST /readers"]["201"]["media_types"] == {"application/json": {"$ref": "#/$defs/Reader"}}
    assert contracts["GET /readers"]["200"]["required_headers"] == ["x-count"]


def test_what_is_only_written_need_not_be_answered() -> None:
    definitions: Any = {"Secret": {"type": "string", "writeOnly": True}}
    schema: Any = {
        "required": ["id", "password", "pin"],
        "properties": {"id": {}, "password": {"$ref": "#/$defs/Secret"}, "pin": {"writeOnly": True}},
        "allOf": [{"required": ["password", "more"]}, True],
        "items": {"required": ["pin"], "properties": {"pin": {"writeOnly": True}}},
        "prefixItems": [{"required": ["pin"]}],
        "enum": [{"required": ["pin"]}],
    }
    view: Any = response_view(schema, definitions)
    assert view["required"] == ["id"]
    assert view["allOf"] == [{"required": ["more"]}, True]
    assert "required" not in view["items"]
    assert view["prefixItems"] == [{"required": ["pin"]}]
    assert view["enum"] == [{"required": ["pin"]}]
    assert schema["required"] == ["id", "password", "pin"]


def test_a_test_reads_like_one_that_a_careful_person_wrote() -> None:
    source = rendered(*validation_cases()[:1])
    assert (
        '''def test_post_readers__name_missing(api: Api) -> None:
    """name_missing breaks a rule (#/components/schemas/NewReader)."""
    response = api.send("POST", "/readers", json=removed(new_reader(), "/name"), auth=valid("LIBRARYTOKEN"))
    expect(response).rejected()
'''
        in source
    )
    assert source.startswith('"""Readers: requests that break one rule each must be rejected."""\n\nfrom checks_library import ')


def test_set_up_is_shared_and_steps_are_numbered() -> None:
    loan = next(case for case in functional_cases() if case.resource == "loans")
    source = rendered(loan, replace(loan, id="other", name="test_other"))
    assert source.count("def make_reader(api: Api) -> Answer:") == 1
    assert source.count("reader = make_reader(api)") == 2
    assert source.count("return reader.or_skip()") == 1
    assert '"readerId": reader.find("/id")' in source
    assert "    # 1. Prepare: create the reader\n" in source
    assert "    # 2. Lend a book\n" in source
    assert "new_loan(reader)" in source


def test_set_ups_that_differ_get_functions_of_their_own() -> None:
    one = make_reader()
    other = replace(one, request=create_reader(Edit(EditKind.SET, "/age", 5)))
    last = Step("answer", "Create", create_reader(), (statuses(201),))
    source = rendered(*(case(slug, Family.CRUD, CREATE_READER, step, last) for slug, step in (("one", one), ("two", other))))
    assert "def make_reader(api: Api)" in source
    assert "def make_reader_2(api: Api)" in source
    assert source.count("def new_reader()") == 1


def test_bodies_that_share_a_name_but_not_a_value_get_functions_of_their_own() -> None:
    bodies = [BodyPlan("application/json", {"a": number}, "new_thing") for number in (1, 2)]
    cases = [
        case(
            f"n{index}", Family.CRUD, CREATE_READER, Step("answer", "x", RequestPlan(CREATE_READER, body=body), (statuses(201),))
        )
        for index, body in enumerate(bodies)
    ]
    source = rendered(*cases)
    assert 'def new_thing():\n    """A valid body (application/json)."""\n    return {"a": 1,}' in source
    assert 'def new_thing_2():\n    """A valid body (application/json)."""\n    return {"a": 2,}' in source


def test_a_name_of_a_plan_never_hides_a_word_that_the_module_uses() -> None:
    body = BodyPlan("application/json", {"a": 1}, "expect")
    source = story(RequestPlan(CREATE_READER, body=body), statuses(201), name="fresh_one")
    assert "def expect_2():" in source


def test_long_stories_fit_into_25_lines_by_functions_for_their_requests() -> None:
    source = rendered(crud_case())
    assert "def get_readers_by_reader_id(api: Api, created: Answer) -> Answer:" in source
    assert source.count("read = get_readers_by_reader_id(api, created)") == 1
    assert "gone = get_readers_by_reader_id(api, created)" in source


@pytest.mark.parametrize(
    ("check", "code"),
    [
        (Check(CheckId.ECHO, {"sent": READER_BODY, "at": "/item", "ignore": ["/x"]}), '.echo(at="/item", ignore=["/x"])'),
        (Check(CheckId.ECHO, {"sent": {"age": 41}, "at": "", "ignore": []}), '.echo(removed(answer.sent, "/name", "/tags"))'),
        (Check(CheckId.READ_BACK, {"expected": FromStep("reader", ""), "at": "", "ignore": []}), '.read_back(reader.at(""))'),
        (Check(CheckId.READ_BACK, {"expected": READER_BODY, "at": "", "ignore": []}), ".read_back(answer.sent)"),
        (Check(CheckId.UNCHANGED, {"expected": FromStep("reader", "", sent=True)}), ".unchanged(reader.sent)"),
        (
            Check(CheckId.LISTED, {"items": "", "key": "/id", "value": FromStep("reader", "/id")}),
            '.listed(reader.at("/id"), items="", key="/id")',
        ),
        (
            Check(CheckId.NOT_LISTED, {"items": "/i", "key": "/n", "value": READER_BODY["name"]}),  # type: ignore[index, call-overload]
            '.not_listed(answer.sent_at("/name"), items="/i", key="/n")',
        ),
        (Check(CheckId.FILTER, {"items": "/i", "key": "/n", "value": [1]}), '.filter([1], items="/i", key="/n")'),
        (Check(CheckId.PAGE_SIZE, {"items": "/i", "limit": 3}), '.page_size(3, items="/i")'),
        (
            Check(CheckId.SORT_ORDER, {"items": "/i", "key": "/n", "descending": True}),
            '.sort_order(items="/i", key="/n", descending=True)',
        ),
        (Check(CheckId.SORT_ORDER, {"items": "/i", "key": "/n", "descending": False}), '.sort_order(items="/i", key="/n")'),
        (Check(CheckId.DISTINCT_IDS, {"values": [1, {"a": 2}]}), '.distinct_ids(1, {"a": 2})'),
        (Check(CheckId.STATUS_EXPECTED, {"statuses": [200, 201]}), ".status_expected(200, 201)"),
        (Check(CheckId.CONTROL), ".control()"),
    ],
)
def test_each_check_is_written_with_its_arguments(check: Check, code: str) -> None:
    assert f"    expect(answer){code}\n" in story(create_reader(), check, before=(make_reader(),))


def test_checks_without_arguments_are_chained_as_far_as_the_line_goes() -> None:
    simple = (
        CheckId.NO_SERVER_ERROR,
        CheckId.STATUS_DOCUMENTED,
        CheckId.MEDIA_TYPE,
        CheckId.BODY_SCHEMA,
        CheckId.RESPONSE_HEADERS,
    )
    source = story(create_reader(), *(Check(check_id) for check_id in simple), statuses(201))
    lines = [line for line in source.splitlines() if line.startswith("    expect(answer)")]
    assert len(lines) == 2
    assert max(map(len, lines)) <= 110


def test_a_fresh_value_in_a_check_means_the_one_that_was_sent() -> None:
    fresh = Fresh(("T-", (ALNUM, 8)), "T-aaaaaaaa")
    request = RequestPlan(CREATE_READER, body=BodyPlan("application/json", {"t": [fresh], "u": 1, "v": 2, "w": 3, "x": 4}))
    check = Check(CheckId.READ_BACK, {"expected": {"t": [fresh], "n": 1}, "at": "", "ignore": []})
    assert '.read_back({"t": [answer.sent_at("/t/0")], "n": 1})' in story(request, check)


ATTRIBUTE = XmlLayout(kind="attribute")
FILE = FieldLayout(UntrustedText("a"), "image/png", file_name="a.png", is_base64=True)
STYLED = FieldLayout(UntrustedText("a"), style="form", explode=False, allow_reserved=True)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (BodyPlan("application/vnd.x+json", 5), 'json=5, media_type="application/vnd.x+json"'),
        (BodyPlan("*/*", {"a": None}), 'json={"a": None})'),
        (BodyPlan("application/x-www-form-urlencoded", {"a": 1}), 'form={"a": 1})'),
        (BodyPlan("multipart/form-data", {"a": 1}), 'multipart={"a": 1})'),
        (BodyPlan("text/plain", "words"), 'content="words", media_type="text/plain"'),
        (BodyPlan("text/plain", {"a": 1}), 'json={"a": 1}, media_type="text/plain"'),
        (BodyPlan("application/xml", {"a": 1}, xml=XmlLayout(UntrustedText("r"))), 'xml={"a": 1}, layout=Xml("r"))'),
        (
            BodyPlan("text/xml", {"a": 1}, xml=XmlLayout(UntrustedText("r"), members=((UntrustedText("a"), ATTRIBUTE),))),
            'xml={"a": 1}, media_type="text/xml", layout=Xml("r", members={"a": Xml(kind="attribute")})',
        ),
        (BodyPlan("application/x-ndjson", [1]), "lines=[1])"),
        (BodyPlan("application/json-seq", [1]), 'lines=[1], media_type="application/json-seq"'),
        (BodyPlan("image/png", "AP8=", is_base64=True), 'octets="AP8=", media_type="image/png"'),
        (BodyPlan("application/octet-stream", "AP8=", is_base64=True), 'octets="AP8=")'),
        (BodyPlan("application/octet-stream", "text"), 'content="text", media_type="application/octet-stream"'),
        (
            BodyPlan("multipart/form-data", {"a": "AP8="}, fields=(FILE,)),
            'fields=[Field("a", "image/png", file_name="a.png", is_base64=True)]',
        ),
        (
            BodyPlan("application/x-www-form-urlencoded", {"a": [1]}, fields=(STYLED,)),
            'form={"a": [1]}, fields=[Field("a", style="form", explode=False, allow_reserved=True)]',
        ),
        (BodyPlan("application/json", raw="{"), 'content="{", media_type="application/json"'),
        (BodyPlan("application/json", {"a": 1}, "", (Edit(EditKind.SET, "", []),)), "json=[])"),
        (BodyPlan("application/json", {"a": [1]}, "", (Edit(EditKind.SET, "/a/1", 2),)), 'json=changed({"a": [1]}, "/a/1", 2)'),
    ],
)
def test_each_kind_of_body_goes_its_way(body: BodyPlan, code: str) -> None:
    assert code in story(RequestPlan(CREATE_READER, body=body), statuses(201))


def test_functions_that_build_bodies_are_never_named_like_tests() -> None:
    code = story(RequestPlan(CREATE_READER, body=BodyPlan("application/json", {"name": "A"}, "test_reader_body")), statuses(201))
    assert "json=a_test_reader_body()" in code
    assert "def a_test_reader_body():" in code


def test_credentials_are_named_by_use() -> None:
    uses = {
        CredentialUse.VALID: 'auth=valid("LIBRARYTOKEN")',
        CredentialUse.SECOND: 'auth=second("LIBRARYTOKEN")',
        CredentialUse.WRONG: 'auth=wrong("LIBRARYTOKEN")',
        CredentialUse.NONE: "auth=None",
    }
    for use, code in uses.items():
        assert code in story(RequestPlan(CREATE_READER, credential=use, security=(BEARER,)), statuses(201))
    assert "auth" not in story(RequestPlan(CREATE_READER), statuses(201))


def test_alternative_credentials_are_written_as_a_choice() -> None:
    either = RequestPlan(CREATE_READER, security=(BEARER,), alternatives=((BEARER,), (API_KEY, BEARER)))
    assert 'auth=valid("LIBRARYTOKEN") | valid("X_KEY", "LIBRARYTOKEN")' in story(either, statuses(201))
    wrong = replace(either, credential=CredentialUse.WRONG)
    assert 'auth=wrong("LIBRARYTOKEN") | wrong("X_KEY", "LIBRARYTOKEN")' in story(wrong, statuses(201))
    assert "auth=None" in story(replace(either, credential=CredentialUse.NONE), statuses(201))
    undefined = replace(either, credential=CredentialUse.UNDEFINED, security=(), alternatives=())
    assert "auth=undefined()" in story(undefined, statuses(201))


def test_parameters_stand_as_a_mapping_unless_their_layout_is_unusual() -> None:
    usual = (parameter("q", [1], "form", explode=True), parameter("r", "x", "spaceDelimited"))
    assert 'query={"q": [1], "r": "x"}' in story(RequestPlan(CREATE_READER, query=usual), statuses(201))
    twice = (parameter("q", 1, "form", explode=True),) * 2
    assert 'query=[Parameter("q", 1, "form", explode=True), ' in story(RequestPlan(CREATE_READER, query=twice), statuses(201))
    json = (replace(parameter("q", {"a": 1}, "form", explode=True), json_content=True),)
    assert "json_content=True" in story(RequestPlan(CREATE_READER, query=json), statuses(201))
    label = (parameter("readerId", 1, "label"),)
    assert 'path=[Parameter("readerId", 1, "label", explode=False)]' in story(
        RequestPlan(CREATE_READER, path_parameters=label), statuses(201)
    )


def test_a_long_layout_moves_into_a_function() -> None:
    members = tuple((UntrustedText(f"member{number}"), ATTRIBUTE) for number in range(9))
    body = BodyPlan("application/xml", {"a": 1}, "new_pet", xml=XmlLayout(UntrustedText("pet"), members=members))
    source = story(RequestPlan(CREATE_READER, body=body), statuses(201))
    assert "layout=new_pet_layout()" in source


def test_parameters_that_travel_in_their_own_way_say_so() -> None:
    reserved = (replace(parameter("q", "a/b", "form", explode=True), allow_reserved=True),)
    assert "allow_reserved=True" in story(RequestPlan(CREATE_READER, query=reserved), statuses(201))
    whole = (parameter("q", "x", "querystring"),)
    assert 'Parameter("q", "x", "querystring"' in story(RequestPlan(CREATE_READER, query=whole), statuses(201))
    assert 'Parameter("c", "x", "cookie"' in story(
        RequestPlan(CREATE_READER, cookies=(parameter("c", "x", "cookie"),)), statuses(201)
    )


def test_many_parameters_move_into_a_function() -> None:
    many = tuple(parameter(f"parameter{number}", f"value {number}", "form", explode=True) for number in range(20))
    assert "query=post_readers_query()" in story(RequestPlan(CREATE_READER, query=many), statuses(201))


def test_a_case_that_lacks_something_says_what() -> None:
    source = rendered(case("x", Family.CRUD, CREATE_READER, Step("a", "b", create_reader(), ()), skip_reason="give it an id"))
    assert '    api.skip("give it an id")\n' in source
    assert "api.send" not in source


@pytest.mark.parametrize(
    "reason", ["records of others are not removed " * 5, "x" * 40 + " is missing " * 12], ids=["pieces", "terms"]
)
def test_a_long_reason_stands_in_the_parentheses_of_its_call_alone(reason: str) -> None:
    source = rendered(case("x", Family.CRUD, CREATE_READER, Step("a", "b", create_reader(), ()), skip_reason=reason))
    assert "api.skip((" not in source
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    skipped = next(call for call in calls if ast.unparse(call.func) == "api.skip")
    assert eval(ast.unparse(skipped.args[0])) == reason


def test_a_module_holds_at_most_200_cases() -> None:
    base = validation_cases()[0]
    name = "test_create_reader__case_{}__is_rejected"
    many = [replace(base, id=f"id {number}", name=name.format(number)) for number in range(MODULE_LIMIT + 1)]
    suite = render_suite(library_plan(cases=many), templates=TEMPLATES)
    assert len(json.loads(suite.file("cases/test_readers_validation_create_reader.json").content)) == MODULE_LIMIT
    assert len(json.loads(suite.file("cases/test_readers_validation_create_reader_2.json").content)) == 1


def test_too_many_cases_are_split_by_operation() -> None:
    base = validation_cases()[0]
    many = [
        replace(base, id=f"{verb} {number}", name=f"test_{verb}_reader__case_{number}__is_rejected")
        for verb in ("create", "update")
        for number in range(MODULE_LIMIT - 10)
    ]
    files = {file.path for file in render_suite(library_plan(cases=many), templates=TEMPLATES).files}
    modules = {path for path in files if path.startswith("tests_library/test_readers")}
    assert modules == {f"tests_library/test_readers_validation_{verb}_reader.py" for verb in ("create", "update")}


def test_names_over_the_line_length_say_so_to_the_linter() -> None:
    source = rendered(replace(validation_cases()[0], name="test_" + "x_y" * 36))
    assert "(api: Api) -> None:  # noqa: E501\n" in source


def test_a_plan_that_contradicts_itself_is_refused() -> None:
    one, other = validation_cases()[:2]
    for cases, words in (
        ([one, replace(other, name=one.name)], "same name"),
        ([one, replace(other, id=one.id)], "same id"),
    ):
        with pytest.raises(GenerationError, match=words):
            render_suite(library_plan(cases=cases), templates=TEMPLATES)
    for slug in ("Library", "a/b", "", "a" * 61, "1a"):
        with pytest.raises(GenerationError, match="slug"):
            render_suite(library_plan(slug), templates=TEMPLATES)


def test_the_words_of_the_allow_list_are_the_ones_that_suites_carry() -> None:
    assert set(vocabulary.__all__) == VOCABULARY


def test_scheme_names_become_variables_with_a_hash_where_they_collide_or_vanish() -> None:
    def schemes(*names: str) -> tuple[SecurityScheme, ...]:
        return tuple(SecurityScheme(UntrustedText(name), SchemeKind.BEARER, "#") for name in names)

    slugs = credential_slugs(schemes("bearerAuth", "api key", "api-key", "\u4ee4\u724c", "Token\u4ee4"))
    assert slugs["bearerAuth"] == "BEARERAUTH"
    assert slugs["api key"] != slugs["api-key"]
    assert slugs["api key"].startswith("API_KEY_")
    assert slugs["\u4ee4\u724c"].startswith("SCHEME_")
    assert slugs["Token\u4ee4"] == "TOKEN"
    assert slugs == credential_slugs(schemes("Token\u4ee4", "\u4ee4\u724c", "api-key", "api key", "bearerAuth"))


def test_json_files_are_utf8_whatever_they_hold() -> None:
    text = json_document({"a": "\ud800\u4e66", "\udfff": 1})
    text.encode("utf-8")
    assert json.loads(text) == {"a": "\ud800\u4e66", "\udfff": 1}


def test_no_json_file_reorders_or_hides_what_it_holds() -> None:
    unseen = "\u202e\u2066\u200b\u2028\x85\x7f\ufeff\U000e0041"
    text = json_document({f"a{unseen}": [unseen]})
    assert json.loads(text) == {f"a{unseen}": [unseen]}
    assert text.isascii()
    assert "\\u202e" in text
    assert json_document("\u4e66\U0001f600 \xe9") == '"\u4e66\U0001f600 \xe9"\n'


def test_markdown_means_itself() -> None:
    assert markdown("a_b\n| c") == "a\\_b \\| c"
    assert markdown("<b>&") == "&lt;b&gt;&amp;"
