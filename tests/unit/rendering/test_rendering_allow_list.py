"""The last gate: an allow-list over the syntax of every rendered module."""

from __future__ import annotations

import pytest

from specproof.domain.suites import SuiteFile
from specproof.errors import UnsafeCodeError
from specproof.generators.rendering.rendered_code import check_code

GOOD = '''"""Books."""

import pytest
from checks_shop import Api, Answer, expect, fresh, valid


def new_book(author: Answer):
    """A body."""
    return {"a": [1, -2.5, None, True], "b": "x" * 40 + "y", "c": fresh("T", ("ab", 3)), "d": float("nan"), "e": author.at("/id")}


@pytest.mark.skip(reason="later")
def test_it(api: Api) -> None:
    """Reason."""
    book = api.send("POST", "/books", json=new_book(api), auth=valid("A"))
    api.cleanup("DELETE", "/books/{id}", path={"id": book.find("/id", sent=True)})
    expect(book).status_expected(201).body_schema()
    expect(book).echo(book.sent, ignore=["/a"])
    assert_nothing = book.body["id"]
    pass
'''

BAD = {
    "import os": "import of something else",
    "import pytest as p": "import of something else",
    "import pytest, os": "import of something else",
    "from os import path": "import from os",
    "from . import x": "import from",
    "from checks_shop import client": "which the checks do not offer",
    "from checks_shop import fresh as f": "which the checks do not offer",
    "from checks_shop import *": "which the checks do not offer",
    "from checks_other import fresh": "import from checks_other",
    "from pytest import os": "import from pytest",
    "x = open('/etc/passwd')": "'open'",
    "x = eval('1')": "'eval'",
    "exec('1')": "'exec'",
    "x = __import__('os')": "'__import__'",
    "x = __builtins__": "'__builtins__'",
    "x = getattr(1, 'a')": "'getattr'",
    "x = globals()": "'globals'",
    "x = compile('1', '', 'eval')": "'compile'",
    "x = ''.__class__": "'__class__'",
    "x = ''.format": "'format'",
    "x = ().__class__.__bases__": "'__",
    "def f(api):\n    return api._connection": "'_connection'",
    "def f(api):\n    api.case = 1": "something else than a name",
    "def f(api):\n    api[0] = 1": "something else than a name",
    "x = y = [1]; a, b = x": "something else than a name",
    # pytest evaluates a condition that is a text, and imports what a module's pytest_plugins names.
    "@pytest.mark.skipif(\"__import__('os')\", reason='')\ndef test_a(): pass": "a condition of skipif",
    "@pytest.mark.xfail(condition='1')\ndef test_a(): pass": "a condition of xfail",
    "@pytest.mark.xfail(True, 'a' + 'b')\ndef test_a(): pass": "a condition of xfail",
    "pytestmark = pytest.mark.skipif('1')": "a condition of skipif",
    "m = pytest.mark.skipif\n@m('1')\ndef test_a(): pass": "skipif that is no decorator",
    "m = pytest.mark.xfail(True)\n@m('1')\ndef test_a(): pass": "xfail that is no decorator",
    "pytest_plugins = ['os']": "the name 'pytest_plugins'",
    "def pytest_generate_tests(metafunc): pass": "a function called pytest_generate_tests",
    "x = lambda: 1": "Lambda",
    "x = [i for i in ()]": "ListComp",
    "x = (i for i in ())": "GeneratorExp",
    "x = f'{1}'": "JoinedStr",
    "class A:\n    pass": "ClassDef",
    "while True:\n    pass": "While",
    "for i in ():\n    pass": "For",
    "try:\n    pass\nfinally:\n    pass": "Try",
    "with x:\n    pass": "With",
    "async def f():\n    pass": "AsyncFunctionDef",
    "def f():\n    global x": "Global",
    "def f():\n    yield 1": "Yield",
    "del x": "Delete",
    "assert 1": "Assert",
    "raise x": "Raise",
    "x = 1 if True else 2": "IfExp",
    "x = 1 // 2": "FloorDiv",
    "x = 2 ** 9": "Pow",
    "x = (y := 1)": "NamedExpr",
    "x = 1; x += 1": "AugAssign",
    "x: int = 1": "AnnAssign",
    "def f(*a):\n    pass": "plain arguments",
    "def f(**a):\n    pass": "plain arguments",
    "def f(a=1):\n    pass": "plain arguments",
    "def f(*, a):\n    pass": "",
    "def __getattr__(name):\n    return 1": "__getattr__",
    "def fresh():\n    return 1": "function called fresh",
    "def f(a):\n    return f(**a)": "** arguments",
    "def f(a):\n    return f(*a)": "Starred",
    "def f(a):\n    return f(a)(a)": "a call of something else",
    "def f(a):\n    return [f][0](a)": "a call of something else",
    "x = float(pytest)": "float",
    "x = undefined": "'undefined'",
    "x = '\u4e66'": "not pure ASCII",
    "x = (": "does not parse",
    "x = '\x00'": "does not parse",
}


def file(code: str) -> SuiteFile:
    return SuiteFile("tests_shop/test_books.py", code, is_code=True)


def test_what_our_tests_need_passes() -> None:
    check_code(file(GOOD), "shop")


@pytest.mark.parametrize("code", [code for code, reason in BAD.items() if reason])
def test_everything_else_is_refused_with_file_and_line(code: str) -> None:
    with pytest.raises(UnsafeCodeError) as refused:
        check_code(file(f"import pytest\n{code}\n"), "shop")
    assert BAD[code] in refused.value.message
    path, _, line = refused.value.at.partition(":")
    assert path == "tests_shop/test_books.py"
    assert int(line) >= 2 or "parse" in refused.value.message


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(UnsafeCodeError):
        check_code(file("x = " + "[" * 5000 + "]" * 5000), "shop")


@pytest.mark.parametrize(
    "content",
    [
        "# coding: unicode_escape\n#\\nimport os\n",
        "# -*- coding: utf-7 -*-\n# +AAo-import os\n",
        "\n# vim: set fileencoding=rot13 :\nx = 1\n",
        "#\r# coding: utf_7\rx = 1\n",
        "# coding: none\n",
    ],
)
def test_a_module_that_python_would_read_in_another_encoding_is_refused(content: str) -> None:
    with pytest.raises(UnsafeCodeError, match="not encoded in UTF-8"):
        check_code(SuiteFile("tests_shop/test_a.py", content, is_code=True), "shop")


def test_marks_with_a_plain_condition_may_stand() -> None:
    code = "import pytest\n\n\n@pytest.mark.xfail\n@pytest.mark.skipif(True, reason='later')\ndef test_a():\n    pass\n"
    check_code(SuiteFile("tests_shop/test_a.py", code, is_code=True), "shop")
