"""The Jinja2 environment that code is rendered in: sandboxed, strict, and closed to raw text."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from specproof.errors import TemplateError
from specproof.generators.rendering.code_text import PythonCode, comment, docstring, ident, plain_text, py

TEMPLATES = "specproof.templates"
SUFFIX = ".py.j2"
PLAIN_FILTERS = (
    "length",
    "count",
    "first",
    "last",
    "sort",
    "list",
    "reverse",
    "batch",
    "select",
    "reject",
    "selectattr",
    "rejectattr",
)
"""Jinja's own filters that only arrange."""


def closed(value: object) -> object:
    """What ``finalize`` lets out: code of ours, ``bool``, ``int`` and ``None``. Everything else raises TypeError."""
    if value is None or isinstance(value, (PythonCode, bool)) or type(value) is int:
        return value
    raise TypeError(f"{{{{ ... }}}} of a {type(value).__name__}: pass it through |py, |ident, |comment or |docstring")


class TemplateSet:
    """The templates of a suite. A template of the same name in ``override_dir`` takes the place of ours.

    Raises :class:`~specproof.errors.TemplateError` if ``override_dir`` is no folder.
    """

    def __init__(self, override_dir: str | None = None) -> None:
        if override_dir and not Path(override_dir).is_dir():
            raise TemplateError("the folder of overriding templates does not exist", at=override_dir, hint="Check its spelling.")
        self._environment = _environment(_Loader(Path(override_dir) if override_dir else None))

    def render(self, name: str, values: Mapping[str, object]) -> str:
        """The text of template ``name``. Raises :class:`~specproof.errors.TemplateError` with the template's name and line."""
        try:
            return self._environment.get_template(name).render(**values)
        except jinja2.TemplateSyntaxError as error:
            raise TemplateError(
                f"the template is not valid: {error.message}", at=f"{error.name or name}:{error.lineno}"
            ) from error
        except jinja2.TemplateNotFound as error:
            raise TemplateError(f"there is no template {plain_text(str(error.name))}", at=name) from error
        except (
            jinja2.TemplateError,
            TypeError,
            ValueError,
            LookupError,
            AttributeError,
            ArithmeticError,
            RecursionError,
            MemoryError,
        ) as error:
            raise TemplateError(f"the template failed: {plain_text(str(error))}", at=_place(error, name)) from error


class _Loader(jinja2.BaseLoader):
    """Templates out of the overriding folder, else out of our package; none from anywhere else."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The source, the name as it shows in tracebacks, and whether it is still current (it always is)."""
        # A bare name: no way out of the folder.
        if not template.endswith(SUFFIX) or "/" in template or "\\" in template or template.startswith("."):
            raise jinja2.TemplateNotFound(template)
        try:
            source = self._read(template)
        except OSError as error:
            raise jinja2.TemplateNotFound(template) from error
        _refuse_raw_blocks(environment, source, template)
        return source, template, lambda: True

    def _read(self, template: str) -> str:
        if self._folder and (self._folder / template).is_file():
            return (self._folder / template).read_text(encoding="utf-8")
        return (resources.files(TEMPLATES) / template).read_text(encoding="utf-8")


def _environment(loader: jinja2.BaseLoader) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=loader,
        undefined=jinja2.StrictUndefined,
        finalize=closed,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters: dict[str, Callable[..., Any]] = {name: environment.filters[name] for name in PLAIN_FILTERS}
    environment.filters = filters | {"py": py, "ident": ident, "comment": comment, "docstring": docstring}
    environment.globals = {}
    return environment


def _refuse_raw_blocks(environment: jinja2.Environment, source: str, name: str) -> None:
    """``{% filter %}`` and ``{% call %}`` write without passing ``finalize``: they are not part of our templates' language."""
    for node in environment.parse(source, name).find_all((nodes.FilterBlock, nodes.CallBlock)):
        raise jinja2.TemplateSyntaxError("filter and call blocks are not allowed here", node.lineno, name)


def _place(error: BaseException, name: str) -> str:
    """Template and line in which ``error`` arose."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(SUFFIX)]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else name
