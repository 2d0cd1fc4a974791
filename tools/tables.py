"""Tables of the documentation, made from the code: ``python -m tools.tables --write`` (or ``--check``).

A table stands between ``<!-- table: NAME -->`` and ``<!-- end of table -->``. In the tables of ``docs/findings.md`` the last column alone is made:
what to do about a finding is said once, beside its code.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from specproof import errors
from specproof.checks.expectation import CHECKS
from specproof.checks.strictness import FAILS_FROM, Strictness
from specproof.cli.exit_codes import EXIT_CODES
from specproof.openapi.diff.rule_table import RULES
from specproof.openapi.diff.rules import ChangeRule
from specproof.openapi.findings import FIX_HINTS
from specproof.settings.loading import FOUNDING_ALIASES, PREFIX
from specproof.settings.sections import ProjectSettings, Section, Settings
from specproof.web.error_handlers import HTTP_STATUSES

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "docs/errors.md", "docs/diff.md", "docs/findings.md", "docs/strictness.md")
TABLE = re.compile(r"(<!-- table: (?P<name>[a-z-]+) -->\n).*?(<!-- end of table -->)", re.DOTALL)
FINDING_ROW = re.compile(r"^(\| `(?P<code>[a-z]+\.[a-z_]+)` \| .* \| ).* \|$", re.MULTILINE)
HINTS = {code.value: hint for code, hint in FIX_HINTS.items()}


def settings_table() -> Iterator[str]:
    """Every setting with its default and meaning."""
    aliases = {name: alias for alias, name in FOUNDING_ALIASES.items()}
    yield "| variable | default | meaning |"
    yield "|---|---|---|"
    for section_name, section in Settings.model_fields.items():
        kind = section.annotation
        if not (isinstance(kind, type) and issubclass(kind, Section)):
            yield f"| `{PREFIX}{section_name.upper()}` | `{{}}` | {section.description} |"
            continue
        for field_name, field in kind.model_fields.items():
            name = f"{PREFIX}{section_name}__{field_name}".upper()
            also = f" (also `{aliases[name]}`)" if name in aliases else ""
            yield f"| `{name}`{also} | {shown(field.default)} | {field.description} |"


def project_table() -> Iterator[str]:
    """Every field of a project."""
    yield "| field | default | meaning |"
    yield "|---|---|---|"
    for name, field in ProjectSettings.model_fields.items():
        default = {} if field.default is PydanticUndefined else field.default
        yield f"| `{name}` | {shown(default)} | {field.description} |"


def shown(value: object) -> str:
    """A default as a table shows it."""
    if value is None or value in ("", ()) or isinstance(value, SecretStr):
        return "-"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return "all but `performance`" if "functional" in value else f"`{list(value)}`"
    return f"`{value}`"


def error_table() -> Iterator[str]:
    """Every error code with its HTTP status, exit code and hint."""
    yield "| code | HTTP | exit | meaning | what to do |"
    yield "|---|---|---|---|---|"
    for error in sorted(tree(errors.SpecProofError), key=lambda kind: kind.code):
        meaning = (error.__doc__ or "").splitlines()[0]
        yield f"| `{error.code}` | {int(HTTP_STATUSES[error])} | {int(EXIT_CODES[error])} | {meaning} | {error.default_hint or '-'} |"


def tree(root: type[errors.SpecProofError]) -> Iterator[type[errors.SpecProofError]]:
    """``root`` and every class below it that is ours."""
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child)


def change_table() -> Iterator[str]:
    """Every rule of the comparison of two documents."""
    yield "| rule | severity | why |"
    yield "|---|---|---|"
    for rule in ChangeRule:
        yield f"| `{rule.value}` | {RULES[rule].severity.value} | {RULES[rule].why} |"


def strictness_table() -> Iterator[str]:
    """Every check with what becomes of its failure under each strictness."""
    yield f"| check | what it asks | {' | '.join(Strictness)} |"
    yield f"|---|---|{'---|' * len(Strictness)}"
    for check, least in FAILS_FROM.items():
        asks = " ".join((CHECKS[check].__doc__ or "").split("\n\n")[0].split()).replace("``", "`")
        verdicts = ["fails" if one.rank >= least.rank else "remark" for one in Strictness]
        yield f"| `{check}` | {asks} | {' | '.join(verdicts)} |"


TABLES: dict[str, Callable[[], Iterator[str]]] = {
    "settings": settings_table,
    "project": project_table,
    "errors": error_table,
    "changes": change_table,
    "strictness": strictness_table,
}


def with_tables(page: str) -> str:
    """``page`` with each of its tables made anew."""
    return TABLE.sub(lambda match: match[1] + "\n".join(TABLES[match["name"]]()) + "\n" + match[3], page)


def with_hints(page: str) -> str:
    """``page`` with the last column of each row about a finding made anew."""
    return FINDING_ROW.sub(lambda match: f"{match[1]}{HINTS[match['code']]} |" if match["code"] in HINTS else match[0], page)


def main() -> int:
    """Write the tables, or say which page is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    wants_writing = parser.parse_args().write
    stale = []
    for name in PAGES:
        path = ROOT / name
        page = path.read_text(encoding="utf-8")
        renewed = with_hints(page) if name == "docs/findings.md" else with_tables(page)
        if renewed != page:
            stale.append(name)
            if wants_writing:
                path.write_text(renewed, encoding="utf-8")
    if stale and not wants_writing:
        print(f"out of date: {', '.join(stale)}: run make docs", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
