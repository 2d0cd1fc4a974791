"""The page that walks through a generated suite shows the suite as it is."""

from __future__ import annotations

import re

import pytest
from tools.suite_tour import PAGE, suite_files, toured

EXCERPT = "<!-- excerpt: tests_a/test_b.py::test_c -->\n\n```python\nold\n```\n"


def test_the_page_shows_the_suite_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.count("<!-- excerpt: ") >= 5
    assert toured(page, suite_files()) == page, "run make docs"
    assert "```python\n```" not in page


def test_an_excerpt_is_the_whole_function_with_its_table() -> None:
    code = 'import pytest\n\n\n@pytest.mark.parametrize("x", [1])\ndef test_c(x):\n    assert x\n\n\ndef other():\n    pass\n'
    assert toured(EXCERPT, {"tests_a/test_b.py": code}) == EXCERPT.replace(
        "old\n", '@pytest.mark.parametrize("x", [1])\ndef test_c(x):\n    assert x\n'
    )


def test_a_function_that_is_gone_is_an_error() -> None:
    with pytest.raises(LookupError, match="test_c"):
        toured(EXCERPT, {"tests_a/test_b.py": ""})


def test_every_excerpt_of_the_page_is_found_by_the_pattern() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert len(re.findall(r"```python\n", page)) == page.count("<!-- excerpt: ")
