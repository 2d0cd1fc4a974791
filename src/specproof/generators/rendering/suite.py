"""Plan -> files: a whole suite in memory. Python decides, templates arrange, and the gate of ``rendered_code`` looks at the result."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from specproof import __version__
from specproof.domain.plans import Case, Family, Plan
from specproof.domain.suites import RenderedSuite, SuiteFile
from specproof.errors import GenerationError
from specproof.generators.rendering.carried import carried_files
from specproof.generators.rendering.code_text import identifier, plain_text, py
from specproof.generators.rendering.credential_names import credential_slugs
from specproof.generators.rendering.lock_file import lock_file
from specproof.generators.rendering.module_code import ModuleWriter
from specproof.generators.rendering.rendered_code import check_code
from specproof.generators.rendering.suite_documents import cases_file, readme, schema_files
from specproof.generators.rendering.tables import parts_of
from specproof.generators.rendering.templating import TemplateSet

__all__ = ["TemplateSet", "render_suite"]

TEMPLATES = {
    Family.FUNCTIONAL: "pytest_template.py.j2",
    Family.CRUD: "crud_template.py.j2",
    Family.VALIDATION: "validation_template.py.j2",
    Family.ERROR: "error_scenarios_template.py.j2",
    Family.AUTH: "auth_template.py.j2",
    Family.PERFORMANCE: "performance_template.py.j2",
}
MODULE_LIMIT = 200
"""Cases in one file: more are split by operation, ``test_pets_validation_create_pet.py``."""
_SLUG = re.compile(r"[a-z][a-z0-9_]{0,59}")
_PATH = re.compile(
    r"[a-z0-9_]+(/[a-z0-9_]+)*(\.py|\.json)|schemas/document\.(yaml|base64)|README\.md|conftest\.py|specproof\.lock\.json"
)


def render_suite(plan: Plan, *, templates: TemplateSet, source: SuiteFile | None = None) -> RenderedSuite:
    """The files of ``plan``, not yet formatted (``formatting.ruff_formatter``). The same plan gives the same bytes.

    ``source`` is the file that carries the document itself (``domain.source_documents``), if the suite is to carry it.

    Raises :class:`~specproof.errors.TemplateError`, :class:`~specproof.errors.UnsafeCodeError`, or
    :class:`~specproof.errors.GenerationError` if the plan's slug is no identifier or two cases have one name.
    """
    if not _SLUG.fullmatch(plan.slug):
        raise GenerationError("the suite's slug is not a lower-case ASCII identifier", at=plain_text(plan.slug))
    schemes = dict(credential_slugs(plan.security_schemes))
    places: dict[str, str] = {}
    files = list(carried_files(plan.slug))
    package = f"tests_{plan.slug}"
    files.append(SuiteFile(f"{package}/__init__.py", '"""The tests of this suite."""\n', is_code=True))
    for module, cases in _modules(plan.cases):
        code = ModuleWriter(plan.slug, cases, schemes).written()
        content = templates.render(TEMPLATES[cases[0].family], {"module": code})
        files.append(SuiteFile(f"{package}/{module}.py", content, is_code=True))
        for case in cases:
            places[_once(case.id, places)] = f"{package}/{module}.py::{code.nodes[case.id]}"
        files.append(cases_file(module, cases, code.nodes))
    files += schema_files(plan, schemes)
    files += [source] if source is not None else []
    files.append(readme(plan, schemes, source.path if source is not None else ""))
    for file in files:
        _check_path(file.path)
        if file.is_code:
            check_code(file, plan.slug)
    files.sort(key=lambda file: file.path)
    files.append(lock_file(_facts(plan, places), files))
    return RenderedSuite(plan.slug, tuple(files), len(plan.cases), len(plan.operations()))


def _modules(cases: Sequence[Case]) -> Iterator[tuple[str, tuple[Case, ...]]]:
    """Module names with their cases, in the plan's order within each; the modules sorted by resource and family."""
    order = {family: number for number, family in enumerate(Family)}
    ordered = sorted(cases, key=lambda case: (case.resource, order[case.family]))
    for (resource, family), grouped in groupby(ordered, key=lambda case: (case.resource, case.family)):
        group = tuple(grouped)
        _refuse_equal_names(group)
        stem = f"test_{_module_slug(resource)}_{family.value}"
        if len(group) <= MODULE_LIMIT:
            yield stem, group
        else:
            yield from _by_operation(stem, group)


def _by_operation(stem: str, cases: Sequence[Case]) -> Iterator[tuple[str, tuple[Case, ...]]]:
    """A module for each operation: cases that are added later move no others to another file, unless one operation has too many."""
    modules: dict[str, list[Case]] = {}
    for case in cases:
        modules.setdefault(f"{stem}_{_module_slug(parts_of(case.name)[0].removeprefix('test_'))}", []).append(case)
    for module, group in modules.items():
        for start in range(0, len(group), MODULE_LIMIT):
            part = start // MODULE_LIMIT + 1
            yield module if part == 1 else f"{module}_{part}", tuple(group[start : start + MODULE_LIMIT])


def _refuse_equal_names(cases: Sequence[Case]) -> None:
    seen: set[str] = set()
    for case in cases:
        name = identifier(case.name, "test")
        if name in seen:
            raise GenerationError("two cases of one module have the same name", at=name)
        seen.add(name)


def _module_slug(resource: str) -> str:
    """The resource's slug as part of a file's name."""
    slug = identifier(resource).lower()
    if len(slug) > 60:
        slug = f"{slug[:50]}_{hashlib.sha256(resource.encode()).hexdigest()[:8]}"
    return slug


def _once(case_id: str, places: Mapping[str, str]) -> str:
    if case_id in places:
        raise GenerationError("two cases have the same id", at=plain_text(case_id))
    return case_id


def _check_path(path: str) -> None:
    """Every path is made of our own slugs; nothing that a document says can lead out of the suite."""
    if not _PATH.fullmatch(path):
        raise GenerationError("a file's path is not made of plain slugs", at=str(py(path)))


def _facts(plan: Plan, places: Mapping[str, str]) -> dict[str, object]:
    return {
        "generator": f"specproof {__version__}",
        "slug": plan.slug,
        "spec_digest": plan.digest,
        "seed": plan.seed,
        "cases": dict(places),
    }
