"""Every error of the tree: a unique code, a name, a docstring, a line in the drawing, an HTTP row, an exit code and an entry in the docs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from specproof import errors
from specproof.cli.exit_codes import EXIT_CODES
from specproof.openapi.findings import FIX_HINTS, FindingCode
from specproof.web.error_handlers import HTTP_STATUSES

ROOT = Path(__file__).parents[2]


def tree(root: type[errors.SpecProofError] = errors.SpecProofError) -> Iterator[type[errors.SpecProofError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child)


@pytest.mark.parametrize("error", list(tree()), ids=lambda error: error.__name__)
def test_an_error_is_complete(error: type[errors.SpecProofError]) -> None:
    assert error.__name__.endswith("Error")
    assert error.__doc__
    assert "code" in vars(error)
    assert error in HTTP_STATUSES
    assert error in EXIT_CODES
    assert error.__name__ in (errors.__doc__ or "")
    assert f"`{error.code}`" in (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")


def test_codes_are_unique() -> None:
    codes = [error.code for error in tree()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("code", FindingCode, ids=lambda code: code.value)
def test_a_finding_code_is_explained(code: FindingCode) -> None:
    assert f"`{code.value}`" in (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")


def test_an_error_says_where_and_what_to_do() -> None:
    error = errors.SettingsError("no such setting", at="SPECPROOF_X")
    assert str(error) == "no such setting (at SPECPROOF_X)"
    assert error.hint


def test_every_finding_code_says_what_to_do_and_the_page_says_the_same() -> None:
    page = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z]+\.[a-z_]+)` \| .* \| (.*) \|$", page, re.MULTILINE))
    assert rows == {code.value: FIX_HINTS[code] for code in FindingCode}
    assert [hint for hint in rows.values() if not hint.endswith(".") or "|" in hint] == []
