"""One module of a suite, finished: everything that its template only has to arrange."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from specproof.domain.plans import Case, Family, Step
from specproof.generators.code_text import PythonCode, docstring, identifier, plain_text, text_literal
from specproof.generators.step_code import Builder, Builders, StepWriter
from specproof.openapi.text import UntrustedText

VOCABULARY = frozenset(
    {"ALNUM", "DIGITS", "HEX", "LETTERS", "LOWER", "UPPER", "Answer", "Api", "Parameter", "changed", "expect", "fresh", "removed"}
    | {"second", "valid", "wrong"}
)
"""What the carried checks package offers to tests; a test holds it against ``checks/vocabulary.py``."""

FAMILY_TITLES = {
    Family.FUNCTIONAL: "valid requests are accepted and answered as documented",
    Family.CRUD: "what is created can be read, listed, changed and deleted",
    Family.VALIDATION: "requests that break one rule each must be rejected",
    Family.ERROR: "wrong requests get the right kind of error",
    Family.AUTH: "nobody gets in without a valid credential",
}
LONGEST_NAME = 105
POINTER_LIMIT = 90


@dataclass(frozen=True, slots=True)
class BuilderCode:
    """A function that builds what requests carry."""

    name: PythonCode
    arguments: PythonCode
    docstring: PythonCode
    expression: PythonCode


@dataclass(frozen=True, slots=True)
class SetupCode:
    """A function that makes what several cases need."""

    name: PythonCode
    arguments: PythonCode
    docstring: PythonCode
    statements: tuple[PythonCode, ...]


@dataclass(frozen=True, slots=True)
class TestCode:
    """A test function. ``title``, ``id``, ``keyword`` and ``pointer`` are raw, for templates that want to say more: filter them."""

    __test__ = False

    name: PythonCode
    docstring: tuple[PythonCode, ...]
    statements: tuple[PythonCode, ...]
    is_long: bool
    title: UntrustedText
    id: UntrustedText
    keyword: UntrustedText
    pointer: UntrustedText


@dataclass(frozen=True, slots=True)
class ModuleCode:
    """A whole module: what a template is given as ``module``."""

    docstring: PythonCode
    checks_package: PythonCode
    imports: tuple[PythonCode, ...]
    builders: tuple[BuilderCode, ...]
    setups: tuple[SetupCode, ...]
    tests: tuple[TestCode, ...]


@dataclass(slots=True)
class Setups:
    """The set-up functions of a module; equal ones are shared."""

    builders: Builders
    by_code: dict[tuple[str, ...], str] = field(default_factory=dict)
    functions: list[SetupCode] = field(default_factory=list)

    def name(self, step: Step, arguments: Sequence[str], statements: Sequence[str], purpose: PythonCode) -> str:
        """The function with these statements, made if it is not there yet."""
        key = (*arguments, *statements)
        if key not in self.by_code:
            name = self.builders.unused(f"make_{identifier(step.name)}")
            self.by_code[key] = name
            taken = "".join(f", {argument}: Answer" for argument in arguments)
            code = tuple(PythonCode(statement) for statement in statements)
            self.functions.append(SetupCode(PythonCode(name), PythonCode(f"api: Api{taken}"), purpose, code))
        return self.by_code[key]


class ModuleWriter:
    """Writes the cases of one resource and family. ``schemes`` maps a security scheme's raw name to its slug."""

    def __init__(self, slug: str, cases: Sequence[Case], schemes: dict[str, str]) -> None:
        self._slug = slug
        self._cases = cases
        self._steps = frozenset(identifier(step.name) for case in cases for step in case.steps)
        tests = {identifier(case.name) for case in cases}
        self._builders = Builders(taken={"api", *VOCABULARY, *self._steps, *tests})
        self._writer = StepWriter(schemes, self._builders, self._steps)
        self._setups = Setups(self._builders)
        self._used: set[str] = {"Api"}

    def written(self) -> ModuleCode:
        """The finished module."""
        tests = tuple(self._test(case) for case in self._cases)
        if self._setups.functions or any(builder.steps for builder in self._builders.functions):
            self._used.add("Answer")
        first = self._cases[0]
        title = f"{first.resource.replace('_', ' ').capitalize()}: {FAMILY_TITLES[first.family]}"
        return ModuleCode(
            docstring=docstring(title),
            checks_package=PythonCode(f"checks_{self._slug}"),
            imports=tuple(PythonCode(name) for name in sorted(self._used & VOCABULARY, key=_import_order)),
            builders=tuple(_builder_code(builder) for builder in self._builders.functions),
            setups=tuple(self._setups.functions),
            tests=tests,
        )

    def _test(self, case: Case) -> TestCode:
        name = identifier(case.name, "test")
        if case.skip_reason:
            statements = [f"api.skip({text_literal(case.skip_reason, 2)})"]
        else:
            statements = self._story(case, name.removeprefix("test_").partition("__")[0])
        return TestCode(
            name=PythonCode(name),
            docstring=_docstring_lines(case),
            statements=tuple(PythonCode(statement) for statement in statements or ["pass"]),
            is_long=len(name) > LONGEST_NAME,
            title=case.title,
            id=UntrustedText(case.id),
            keyword=UntrustedText(case.rationale.keyword),
            pointer=UntrustedText(case.rationale.pointer),
        )

    def _story(self, case: Case, stem: str) -> list[str]:
        """The statements of a case: a numbered comment for each step, its request, its clean-up, its checks."""
        blocks: list[tuple[str, str, str, list[str]]] = []
        for number, step in enumerate(case.steps):
            self._writer.names = set()
            if step.is_setup:
                call, following = self._setup_call(step), []
            else:
                call = self._writer.send(step.request, stem if step is case.steps[-1] else f"{stem}_{identifier(step.name)}")
                following = [self._writer.cleanup(step.cleanup, f"{stem}_cleanup")] if step.cleanup else []
                following += self._writer.checks(step, case.steps[:number])
            self._used |= self._writer.names
            blocks.append((f"# {number + 1}. {plain_text(step.purpose)}", identifier(step.name), call, following))
        used_later = [self._mentions(blocks[index:]) for index in range(len(blocks))]
        statements: list[str] = []
        for index, (remark, name, call, following) in enumerate(blocks):
            if len(blocks) > 1:
                statements.append(remark)
            statements.append(f"{name} = {call}" if name in used_later[index] else call)
            statements += following
        return statements

    def _mentions(self, blocks: list[tuple[str, str, str, list[str]]]) -> set[str]:
        """The steps whose answers are used after the first of ``blocks`` was sent."""
        _, _, _, following = blocks[0]
        texts = [*following, *(text for _, _, call, rest in blocks[1:] for text in (call, *rest))]
        return {name for name in self._steps if any(_mentioned(name, text) for text in texts)}

    def _setup_call(self, step: Step) -> str:
        name = identifier(step.name)
        send = self._writer.send(step.request, name)
        arguments = sorted(name for name in self._writer.names if name in self._steps)
        if step.cleanup is None:
            statements = [f"return {send}.or_skip()"]
        else:
            cleanup = self._writer.cleanup(step.cleanup, f"{name}_cleanup")
            arguments = sorted({other for other in self._writer.names if other in self._steps} - {name})
            statements = [f"{name} = {send}", cleanup, f"return {name}.or_skip()"]
        purpose = docstring(plain_text(step.purpose).removeprefix("Prepare: ").capitalize())
        function = self._setups.name(step, arguments, statements, purpose)
        return f"{function}({', '.join(['api', *arguments])})"


def _mentioned(name: str, text: str) -> bool:
    """Whether ``text`` uses the answer ``name``: as a receiver or as an argument."""
    return any(f"{before}{name}{after}" in text for before in ("(", " ", "=", "[") for after in (".", ")", ","))


def _builder_code(builder: Builder) -> BuilderCode:
    return BuilderCode(
        name=PythonCode(builder.name),
        arguments=PythonCode(", ".join(f"{step}: Answer" for step in builder.steps)),
        docstring=docstring(builder.purpose),
        expression=PythonCode(builder.expression),
    )


def _docstring_lines(case: Case) -> tuple[PythonCode, ...]:
    """The case's reason and the place in the document that it comes from: one line, or a line and a paragraph."""
    text = docstring(case.rationale.text or case.title)
    pointer = plain_text(case.rationale.pointer, POINTER_LIMIT)
    if not pointer:
        return (text,)
    short = str(text).rstrip(".")
    if len(short) + len(pointer) < POINTER_LIMIT:
        return (PythonCode(f"{short} ({pointer})."),)
    return (text, PythonCode(""), PythonCode(f"See {pointer}"))


def _import_order(name: str) -> tuple[int, str]:
    """As isort orders the members of an import: constants, classes, functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)
