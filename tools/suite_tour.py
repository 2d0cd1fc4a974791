"""The excerpts of ``docs/generated-suite.md``: ``python -m tools.suite_tour --write`` takes them out of the sample API's suite as it is now.

An excerpt stands after a line ``<!-- excerpt: FILE::FUNCTION -->``; a test holds the page against the suite.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from specproof.bootstrap.generation import GenerationPolicy, generate_suite

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "generated-suite.md"
DOCUMENT = ROOT / "examples" / "bookshop" / "openapi.json"
_EXCERPT = re.compile(r"(<!-- excerpt: (?P<file>[\w/.]+)::(?P<function>\w+) -->\n\n```python\n)[^`]*(```\n)")


def suite_files() -> Mapping[str, str]:
    """The tests of the sample API's suite, by path."""
    made = generate_suite(GenerationPolicy(), DOCUMENT.read_bytes(), "bookshop", None)
    return {file.path: file.content for file in made.suite.files if file.is_code}


def toured(page: str, files: Mapping[str, str]) -> str:
    """The page with every excerpt as it is in ``files``. Raises LookupError for a function that is not there."""
    return _EXCERPT.sub(lambda found: found[1] + _function(files[found["file"]], found["function"]) + found[4], page)


def _function(code: str, name: str) -> str:
    for node in ast.parse(code).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            return "\n".join(code.splitlines()[first - 1 : node.end_lineno]) + "\n"
    raise LookupError(f"the suite has no function {name}")


def main() -> int:
    """Write the page anew, or say whether it is as the suite is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    wants_writing = parser.parse_args().write
    page = PAGE.read_text(encoding="utf-8")
    renewed = toured(page, suite_files())
    if wants_writing:
        PAGE.write_text(renewed, encoding="utf-8")
        return 0
    if renewed != page:
        print("out of date: docs/generated-suite.md: run make docs", file=sys.stderr)
    return int(renewed != page)


if __name__ == "__main__":
    sys.exit(main())
