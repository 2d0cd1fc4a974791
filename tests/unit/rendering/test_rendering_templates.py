"""The template environment fails closed, and a folder overrides single templates."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from planbuilders import library_plan
from specproof.errors import TemplateError, UnsafeCodeError
from specproof.generators.rendering.code_text import PythonCode
from specproof.generators.rendering.suite import TEMPLATES, TemplateSet, render_suite
from specproof.openapi.text import UntrustedText

HOSTILE = UntrustedText('"""\n__import__("os").system("boom")\n"""')
CARELESS = [
    "{{ title }}",
    "{{ text }}",
    "x = {{ title ~ '' }}",
    "{{ 'a' ~ text }}",
    "{{ title.raw() }}",
    "{{ '%s' | format(text) }}",
    "{{ title | string }}",
    "{{ text | upper }}",
    "{{ [text] | join }}",
    "{{ text | safe }}",
    "{{ [title] }}",
    "{{ {'a': text} }}",
    "{{ 1.5 }}",
    "{% set x %}{{ text }}{% endset %}{{ x }}",
    "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(text) }}",
    "{% macro m() %}fine{% endmacro %}{{ m() }}",
    "{% filter replace('a', text) %}a{% endfilter %}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{% endcall %}",
    "{{ missing }}",
    "{{ title.missing }}",
    "{{ title.__class__ }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ code.__init__.__globals__ }}",
    "{{ code._source }}",
    "{{ range(3) }}",
    "{{ 1 / 0 }}",
    "{% set x = 'a' * 99999999999999 %}",
    "{% include 'nowhere.py.j2' %}",
    "{% include '../../../../etc/passwd' %}",
    "{% for %}",
]


def overriding(folder: Path, source: str, name: str = "pytest_template.py.j2") -> TemplateSet:
    (folder / name).write_text(source, encoding="utf-8")
    return TemplateSet(str(folder))


@pytest.mark.parametrize("source", CARELESS)
def test_a_careless_template_is_refused_with_its_name_and_line(tmp_path: Path, source: str) -> None:
    templates = overriding(tmp_path, f"{{# one line above #}}\n{source}\n")
    with pytest.raises(TemplateError) as refused:
        templates.render("pytest_template.py.j2", {"title": HOSTILE, "text": str(HOSTILE.raw()), "code": PythonCode("x")})
    assert refused.value.at.partition(":")[0] in {"pytest_template.py.j2", "nowhere.py.j2"}
    assert "boom" not in refused.value.message


@pytest.mark.parametrize("source", ["{% include text %}", "{% from text import x %}", "{{ text % 1 }}", "{{ [] | first(text) }}"])
def test_trouble_with_a_text_of_a_document_is_told_in_one_plain_line(tmp_path: Path, source: str) -> None:
    templates = overriding(tmp_path, source)
    with pytest.raises(TemplateError) as refused:
        templates.render("pytest_template.py.j2", {"text": "a\x1b[31m\n\u202eb"})
    assert refused.value.message.isprintable()
    assert refused.value.message.isascii()


def test_the_line_of_the_trouble_is_named(tmp_path: Path) -> None:
    templates = overriding(tmp_path, "a\nb\n{{ title }}\n")
    with pytest.raises(TemplateError) as refused:
        templates.render("pytest_template.py.j2", {"title": HOSTILE})
    assert refused.value.at == "pytest_template.py.j2:3"
    assert "pass it through |py" in refused.value.message


def test_the_exits_let_values_out(tmp_path: Path) -> None:
    source = "{{ title | py }} {{ title | ident }} # {{ title | comment }} {{ title | docstring }} {{ n }} {{ yes }} {{ none }} {{ code }}\n"
    values = {"title": UntrustedText("a b"), "n": 3, "yes": True, "none": None, "code": PythonCode("x.y()")}
    text = overriding(tmp_path, source).render("pytest_template.py.j2", values)
    assert text == '"a b" a_b_c8687a08 # a b a b. 3 True None x.y()\n'


def test_a_folder_overrides_one_template_and_leaves_the_others(tmp_path: Path) -> None:
    source = (
        '{% include "_opening.py.j2" %}\n# {{ module.tests | length }} checks of QA: {{ module.tests[0].title | comment }}\n'
        '{% for test in module.tests %}\n{% include "_case.py.j2" %}\n{% endfor %}\n'
    )
    plan = library_plan()
    ours = render_suite(plan, templates=TemplateSet())
    theirs = render_suite(plan, templates=overriding(tmp_path, source, "validation_template.py.j2"))
    differing = {file.path for file in theirs.files if file.content != ours.file(file.path).content}
    assert differing == {"tests_library/test_readers_validation.py", "specproof.lock.json"}
    assert "# 4 checks of QA: ... : name_missing" in theirs.file("tests_library/test_readers_validation.py").content


@pytest.mark.parametrize(
    "code", ["import os", "def test_x(api):\n    open('/etc/passwd')", "def test_x(api):\n    return api.__class__"]
)
def test_an_overriding_template_stays_inside_the_allow_list(tmp_path: Path, code: str) -> None:
    with pytest.raises(UnsafeCodeError) as refused:
        render_suite(library_plan(), templates=overriding(tmp_path, code, "crud_template.py.j2"))
    assert refused.value.at.startswith("tests_library/test_readers_crud.py:")


def test_a_folder_that_is_not_there_is_an_error() -> None:
    with pytest.raises(TemplateError, match="does not exist"):
        TemplateSet("/no/such/folder")


def test_every_family_has_its_template() -> None:
    templates = TemplateSet()
    empty = SimpleNamespace(
        docstring=PythonCode("x"),
        checks_package=PythonCode("c"),
        imports=PythonCode("Api"),
        builders=(),
        requests=(),
        tests=(),
        has_tables=False,
    )
    for name in TEMPLATES.values():
        assert "from c import Api" in templates.render(name, {"module": empty})


def test_our_templates_let_out_only_finished_code() -> None:
    # No template of ours calls a method, compares, or reaches for raw text: Python decides.
    for path in (Path(__file__).parents[3] / "src" / "specproof" / "templates").glob("*.j2"):
        source = path.read_text(encoding="utf-8")
        assert ".raw" not in source
        assert "==" not in source
        assert len(source.splitlines()) < 40, path.name
