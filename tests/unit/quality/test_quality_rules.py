"""The static rules, one by one."""

from __future__ import annotations

import hashlib
import json

import pytest

from specproof.domain.suites import SuiteFile
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.quality.quality_checker import MAX_FILES, WEIGHTS, check_suite, validate_files
from specproof.quality.suite_code import MAX_FILE_LENGTH

CHECKS = SuiteFile("checks_shop/__init__.py", "import os\nVALUE = os.environ\n", is_carried=True)
CONFTEST = SuiteFile("conftest.py", "import sys\n", is_carried=True)
GOOD = '''"""Books."""

import pytest
from checks_shop import Api, expect


def test_create_book__title_missing__is_rejected(api: Api) -> None:
    """`title` is required (#/components/schemas/NewBook/required)."""
    expect(api.send("POST", "/books", json={})).rejected()
'''


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def lock(*files: SuiteFile) -> SuiteFile:
    return SuiteFile("specproof.lock.json", json.dumps({"files": {file.path: sha256(file.content) for file in files}}))


def suite(code: str = GOOD, path: str = "tests_shop/test_books.py") -> list[SuiteFile]:
    """A whole suite whose one test module is ``code``."""
    return [
        CHECKS,
        CONFTEST,
        lock(CHECKS, CONFTEST),
        SuiteFile("tests_shop/__init__.py", ""),
        SuiteFile(path, code, is_code=True),
    ]


def findings(code: str) -> list[Finding]:
    return [finding for finding in validate_files(suite(code)) if finding.at != "suite"]


def with_body(*lines: str, name: str = "test_a__b__c") -> str:
    """A module with one documented test of these statements."""
    body = "\n".join(f"    {line}" for line in lines)
    return f'import pytest\nfrom checks_shop import expect, fresh, verify_order\n\n\ndef {name}(api):\n    """Says why it is there."""\n{body}\n'


def test_a_good_suite_has_full_marks() -> None:
    report = check_suite(suite(), operations_total=4, operations_covered=4)
    assert (report.score, report.grade, report.findings, report.case_count) == (100.0, "A", (), 1)
    assert report.rules == dict(WEIGHTS)
    assert sum(WEIGHTS.values()) == 100


def test_uncovered_operations_cost_their_share() -> None:
    report = check_suite(suite(), operations_total=4, operations_covered=1)
    assert report.rules["coverage"] == 2.5
    assert (report.score, report.grade) == (92.5, "A")
    assert [finding.code for finding in report.findings] == [FindingCode.SUITE_COVERAGE]
    assert (report.operations_total, report.operations_covered) == (4, 1)


def test_a_suite_without_tests_is_worth_little() -> None:
    report = check_suite([])
    assert report.grade == "F"
    assert [finding.code for finding in report.findings] == [FindingCode.SUITE_NO_ASSERTION]


# -- syntax ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "def broken(:\n", "x = '\x00'\n", "-" * 100_000 + "1", "not " * 5_000 + "1", "(" * 5_000, "a" + ".b" * 50_000, "1" + "+1" * 50_000,
        "lambda:" * 50_000 + "1", "f" + "()" * 50_000, "if 1:\n pass\n" + "elif 1:\n pass\n" * 5_000, "x = " + "9" * 5_000, "x = '\ud800'\n",
        "#" * (MAX_FILE_LENGTH + 1), "x = '" + "a" * 10_000_000 + "'\n",
    ],
    ids=lambda code: f"{code[:8]!r}-{len(code)}",
)  # fmt: skip
def test_files_that_cannot_be_read_are_findings_and_no_crash(code: str) -> None:
    report = check_suite(suite(code))
    assert FindingCode.SUITE_SYNTAX in {finding.code for finding in report.findings}
    assert report.grade == "F"


def test_syntax_finding_names_file_and_line() -> None:
    (finding,) = findings("x = 1\ndef broken(:\n")
    assert (finding.code, finding.at, finding.severity) == (
        FindingCode.SUITE_SYNTAX,
        "tests_shop/test_books.py:2",
        Severity.MAJOR,
    )


def test_strange_escapes_warn_nobody() -> None:
    assert findings(with_body(r"assert api.body != '\d'")) == []


def test_a_very_wide_expression_is_judged() -> None:
    assert findings(with_body("assert 1" + "<1" * 10_000)) == []


# -- imports --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "import os.path as p",
        "from subprocess import run",
        "import checks_other",
        "from .. import x",
        "from requests import get",
    ],
)
def test_foreign_imports_are_major(line: str) -> None:
    for code in (f"{line}\n{GOOD}", with_body(line, "assert api")):
        found = [finding for finding in findings(code) if finding.code is FindingCode.SUITE_IMPORT]
        assert [finding.severity for finding in found] == [Severity.MAJOR]
    assert check_suite(suite(f"{line}\n{GOOD}")).grade == "F"


@pytest.mark.parametrize(
    "line",
    [
        "import pytest",
        "from __future__ import annotations",
        "from typing import Any",
        "import tests_shop.more",
        "from . import more",
    ],
)
def test_own_imports_are_fine(line: str) -> None:
    assert findings(f"{line}\n{GOOD}") == []


# -- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["test_it", "test_a__b", "test_A__b__c", "test__b__c", "test_a__b__c__d", "test_a___b__c", "test_é__b__c", "testing"]
)
def test_names_outside_of_the_grammar_are_findings(name: str) -> None:
    assert FindingCode.SUITE_NAME in {finding.code for finding in findings(with_body("assert api", name=name))}


def test_other_functions_may_have_any_name() -> None:
    assert findings(GOOD + "\n\ndef NewBook():\n    return {}\n") == []


def test_a_test_that_another_one_replaces_is_a_finding() -> None:
    found = findings(GOOD + GOOD.partition("expect\n")[2])
    assert [(finding.code, finding.at) for finding in found] == [(FindingCode.SUITE_DUPLICATE_NAME, "tests_shop/test_books.py:7")]


def test_classes_have_names_of_their_own() -> None:
    method = 'class Test{}:\n    def test_a__b__c(self, api):\n        """Says why it is there."""\n        assert api\n'
    assert findings(method.format("One") + method.format("Two")) == []
    assert check_suite(suite(method.format("One"))).case_count == 1


# -- assertions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        ("assert api.status == 200",),
        ("with pytest.raises(ValueError):", "    api.send()"),
        ("pytest.fail('no')",),
        ("expect(api.send('GET', '/')).rejected()",),
        ("answer = expect(api.send('GET', '/')).no_server_error().status_expected(200)",),
        ("verify_order(api)",),
        ("import checks_shop as c", "c.expect(api).rejected()"),
        ("import checks_shop", "checks_shop.verify_order(api)"),
        ("pytest.skip('no credential')",),
        ("api.skip('no credential')",),
        ("for item in api:", "    assert item"),
        ("assert 0, 'never'",),
    ],
)
def test_assertions_are_recognised(lines: tuple[str, ...]) -> None:
    assert findings(with_body(*lines)) == []


@pytest.mark.parametrize(
    "lines",
    [
        ("api.send('GET', '/')",),
        ("expect(api.send('GET', '/'))",),
        ("fresh('x')",),
        ("assert True",),
        ("assert 'text'",),
        ("assert (api.status == 200, 'message')",),
        ("assert api.status == api.status",),
        ("unknown(api).rejected()",),
        ("api.send('GET', '/')", "pytest.skip('too late')"),
        ("pass",),
    ],
)
def test_tests_that_cannot_fail_are_findings(lines: tuple[str, ...]) -> None:
    assert [(finding.code, finding.severity) for finding in findings(with_body(*lines))] == [
        (FindingCode.SUITE_NO_ASSERTION, Severity.MAJOR)
    ]


def test_a_function_that_asserts_for_others_counts_through_any_number_of_calls() -> None:
    functions = "\n".join(f"def step{n}(api):\n    step{n + 1}(api)\n" for n in range(300))
    code = with_body("step0(api)") + "\n" + functions
    assert findings(code + "\ndef step300(api):\n    assert api\n") == []
    assert [finding.code for finding in findings(code + "\ndef step300(api):\n    step0(api)\n")] == [
        FindingCode.SUITE_NO_ASSERTION
    ]


def test_a_skip_mark_excuses_from_asserting() -> None:
    body = "\n".join(with_body("pass").split("\n")[4:])
    for mark in ("@pytest.mark.skip", "@pytest.mark.skip(reason='x')"):
        assert findings(f"import pytest\n\n\n{mark}\n{body}") == []
    assert [finding.code for finding in findings(f"import pytest\n\n\n@pytest.mark.slow\n{body}")] == [
        FindingCode.SUITE_NO_ASSERTION
    ]


# -- docstrings and length ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("docstring", ["", '"""Short."""', '"""Test a b c."""', "f'''{1} long enough to be one'''"])
def test_a_docstring_says_why(docstring: str) -> None:
    found = findings(f"def test_a__b__c(api):\n    {docstring}\n    assert api\n")
    assert [finding.code for finding in found] == [FindingCode.SUITE_DOCSTRING]


def test_docstring_that_repeats_the_name_is_a_finding() -> None:
    found = findings(
        'def test_create_book__title_missing__is_rejected(api):\n    """Test create book: title missing is rejected."""\n    assert api\n'
    )
    assert [finding.code for finding in found] == [FindingCode.SUITE_DOCSTRING]


def test_length_counts_lines_of_code() -> None:
    lines = [line for n in range(25) for line in (f"assert api.a{n}", "", "# why")]
    assert findings(with_body(*lines)) == []
    (finding,) = findings(with_body(*lines, "assert api.last"))
    assert (finding.code, finding.severity) == (FindingCode.SUITE_FUNCTION_LENGTH, Severity.INFO)
    assert "26 lines" in finding.message


def test_a_test_of_nothing_but_its_docstring_has_no_length() -> None:
    assert FindingCode.SUITE_FUNCTION_LENGTH not in {finding.code for finding in findings(with_body())}


# -- smells ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "eval('1')", "exec('x')", "open('/etc/passwd')", "__import__('os')", "getattr(api, 'x')", "api.__class__.__bases__", "x = __builtins__",
        "os.system('x')", "subprocess.run([])", "api.send('GET', 'https://example.com/x')", "api.get('HTTP://example.com')", "api.go(url='http://x')",
    ],
)  # fmt: skip
def test_harmful_code_is_major(line: str) -> None:
    found = [finding for finding in findings(with_body(line, "assert api")) if finding.code is FindingCode.SUITE_SMELL]
    assert found
    assert all(finding.severity is Severity.MAJOR for finding in found)


@pytest.mark.parametrize(
    "lines",
    [
        ("time.sleep(1)",),
        ("now = datetime.datetime.now()",),
        ("now = datetime.now()",),
        ("x = random.choice([1])",),
        ("x = uuid.uuid4()",),
        ("assert api.price == 1.5",),
        ("assert api.price != -0.25",),
        ("try:", "    api()", "except:", "    pass"),
        ("try:", "    api()", "except Exception:", "    pass"),
        ("while True:", "    break"),
        ("global shared",),
    ],
)
def test_unreliable_code_is_minor(lines: tuple[str, ...]) -> None:
    found = findings(with_body(*lines, "assert api"))
    assert [(finding.code, finding.severity) for finding in found] == [(FindingCode.SUITE_SMELL, Severity.MINOR)]
    assert check_suite(suite(with_body(*lines, "assert api"))).rules["smells"] == 0.0


@pytest.mark.parametrize(
    "line",
    [
        "assert api.send('POST', '/books', json={'website': 'https://example.com'})", "assert api.price == 1.0",
        "assert api.price == pytest.approx(1.5)",
        "assert __name__", "try_again = api.sleepless()",
    ],
)  # fmt: skip
def test_ordinary_code_has_no_smell(line: str) -> None:
    assert findings(with_body(line, "assert api")) == []


def test_hidden_characters_are_major_and_other_letters_a_remark() -> None:
    hidden = findings(with_body("assert api  # \u202e hidden"))
    assert [finding.severity for finding in hidden] == [Severity.MAJOR]
    plain = findings(with_body("assert api  # 书", "assert api  # 书"))
    assert [(finding.severity, finding.at) for finding in plain] == [(Severity.INFO, "tests_shop/test_books.py:7")]


# -- carried files and layout ---------------------------------------------------------------------------------------


def tampered(files: list[SuiteFile], expected: dict[str, str] | None = None) -> list[tuple[str, Severity]]:
    report = check_suite(files, expected_carried=expected)
    return [(finding.at, finding.severity) for finding in report.findings if finding.code is FindingCode.SUITE_FILE_TAMPERED]


def test_carried_files_are_not_judged_as_tests() -> None:
    assert tampered(suite()) == []
    assert findings(GOOD) == []


def test_a_changed_carried_file_is_found_by_the_lock_and_by_what_was_shipped() -> None:
    changed = [SuiteFile(file.path, file.content + "# x\n") if file is CHECKS else file for file in suite()]
    assert tampered(changed) == [("checks_shop/__init__.py", Severity.MAJOR)]
    shipped = {file.path: sha256(file.content) for file in (CHECKS, CONFTEST)}
    relocked = [lock(*changed[:2]) if file.path == "specproof.lock.json" else file for file in changed]
    assert tampered(relocked) == []
    assert tampered(relocked, shipped) == [("checks_shop/__init__.py", Severity.MAJOR)]
    assert check_suite(relocked, expected_carried=shipped).grade == "F"


def test_missing_and_foreign_carried_files_are_found() -> None:
    missing = [file for file in suite() if file is not CONFTEST]
    assert tampered(missing) == [("conftest.py", Severity.MAJOR)]
    foreign = [*suite(), SuiteFile("checks_shop/extra.py", "")]
    assert tampered(foreign) == [("checks_shop/extra.py", Severity.MAJOR)]


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"files": 5}', "{not json", "\ud800"])
def test_without_a_lock_file_nothing_can_be_compared(content: str | None) -> None:
    files = [file for file in suite() if file.path != "specproof.lock.json"]
    if content is not None:
        files.append(SuiteFile("specproof.lock.json", content))
    assert tampered(files) == [("specproof.lock.json", Severity.MINOR)]


def test_tests_alone_need_no_lock() -> None:
    assert tampered([SuiteFile("tests_shop/test_books.py", GOOD)]) == []


@pytest.mark.parametrize(
    "path", ["../x.py", "/tests_shop/test_a.py", "a\\b.py", "evil.py", "tests_shop/sub/test_a.py", "tests_shop/\x1b[31m.py"]
)
def test_paths_outside_of_the_layout_are_findings(path: str) -> None:
    found = tampered([*suite(), SuiteFile(path, "")])
    assert [severity for _, severity in found] == [Severity.MAJOR]
    assert all(at.isprintable() for at, _ in found)


def test_a_path_given_twice_is_a_finding() -> None:
    assert tampered([*suite(), SuiteFile("tests_shop/test_books.py", "")]) == [("tests_shop/test_books.py", Severity.MAJOR)]


def test_number_of_files_is_limited() -> None:
    files = suite() + [SuiteFile(f"tests_shop/test_{n}.py", "x = (") for n in range(MAX_FILES)]
    found = validate_files(files)
    assert any(f"only {MAX_FILES}" in finding.message for finding in found)
    assert len(found) < 1000


def test_score_falls_with_the_share_of_offenders() -> None:
    bad = with_body("api.send('GET', '/')", name="test_get__b__c").replace('    """Says why it is there."""\n', "")
    half = suite(GOOD)
    half.append(SuiteFile("tests_shop/test_more.py", bad))
    report = check_suite(half)
    assert (report.rules["assertions"], report.rules["docstrings"], report.case_count) == (12.5, 2.5, 2)
    assert (report.score, report.grade) == (85.0, "B")
    worse = check_suite([*half, SuiteFile("tests_shop/test_worse.py", bad.replace("test_get__b__c", "test_get"))])
    assert worse.score < report.score
    assert worse.grade in ("C", "D")
