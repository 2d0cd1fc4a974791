"""One module of a suite, finished: everything that its template only has to arrange."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from specproof.domain.plans import Case, Family, Step
from specproof.generators.naming import path_name
from specproof.generators.rendering.code_text import PythonCode, argument_literal, docstring, identifier, plain_text
from specproof.generators.rendering.holes import PURPOSES, Hole
from specproof.generators.rendering.step_code import LINE_WIDTH, Builder, Builders, StepWriter
from specproof.generators.rendering.tables import ANNOTATIONS, ARGUMENTS, Draft, RowCode, Table, arranged, row_code, used_words
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import Method

VOCABULARY = frozenset(
    {"ALNUM", "DIGITS", "HEX", "LETTERS", "LOWER", "UPPER", "Answer", "Api", "Auth", "Change", "Edit", "Field", "Fresh"}
    | {"Parameter", "Parameters", "Remove", "Xml"}
    | {"changed", "edited", "expect", "fresh", "fresh_number", "removed"}
    | {"empty", "misplaced", "second", "undefined", "valid", "wrong"}
)
"""What the carried checks package offers to tests; a test holds it against ``checks/vocabulary.py``."""

FAMILY_TITLES = {
    Family.FUNCTIONAL: "valid requests are accepted and answered as documented",
    Family.CRUD: "what is created can be read, listed, changed and deleted",
    Family.VALIDATION: "requests that break one rule each must be rejected",
    Family.ERROR: "wrong requests get the right kind of error",
    Family.PERFORMANCE: "reads stay quick, one by one and many at once",
    Family.AUTH: "nobody gets in without a valid credential",
}
LONGEST_NAME = 105
STORY_HEIGHT = 22
POINTER_LIMIT = 90
IMPORT_WIDTH = 88


@dataclass(frozen=True, slots=True)
class BuilderCode:
    """A function that builds what requests carry."""

    name: PythonCode
    arguments: PythonCode
    docstring: PythonCode
    expression: PythonCode


@dataclass(frozen=True, slots=True)
class RequestCode:
    """A function that sends one request: a set-up, or a step of a long story."""

    name: PythonCode
    arguments: PythonCode
    docstring: PythonCode
    statements: tuple[PythonCode, ...]


@dataclass(frozen=True, slots=True)
class CaseCode:
    """A test function. ``title``, ``id``, ``keyword`` and ``pointer`` are raw, for templates that want to say more: filter them.

    One with ``rows`` is a table: it takes one of them at a time as ``argument`` (``edit``), which ``parameter`` declares (``edit: Edit``).
    """

    name: PythonCode
    docstring: tuple[PythonCode, ...]
    statements: tuple[PythonCode, ...]
    is_long: bool
    title: UntrustedText
    id: UntrustedText
    keyword: UntrustedText
    pointer: UntrustedText
    rows: tuple[RowCode, ...] = ()
    argument: PythonCode = PythonCode("")  # noqa: RUF009 - it cannot be changed
    parameter: PythonCode = PythonCode("")  # noqa: RUF009


@dataclass(frozen=True, slots=True)
class ModuleCode:
    """A whole module: what a template is given as ``module``."""

    docstring: PythonCode
    checks_package: PythonCode
    imports: PythonCode
    builders: tuple[BuilderCode, ...]
    requests: tuple[RequestCode, ...]
    tests: tuple[CaseCode, ...]
    has_tables: bool
    nodes: Mapping[str, str]
    """What pytest calls each case, by its id: a function, or a row of one."""


@dataclass(slots=True)
class Requests:
    """The functions of a module that send requests (set-ups, and the steps of long stories); equal ones are shared."""

    builders: Builders
    by_code: dict[tuple[str, ...], str] = field(default_factory=dict)
    functions: list[RequestCode] = field(default_factory=list)

    def call(self, wanted: str, arguments: Sequence[str], statements: Sequence[str], purpose: PythonCode) -> str:
        """A call of the function with these statements, made under a name like ``wanted`` if it is not there yet."""
        key = (*arguments, *statements)
        if key not in self.by_code:
            name = self.builders.unused(wanted)
            self.by_code[key] = name
            taken = "".join(f", {argument}: Answer" for argument in arguments)
            code = tuple(PythonCode(statement) for statement in statements)
            self.functions.append(RequestCode(PythonCode(name), PythonCode(f"api: Api{taken}"), purpose, code))
        return f"{self.by_code[key]}({', '.join(['api', *arguments])})"


@dataclass(frozen=True, slots=True)
class Block:
    """One step of a story: a comment, the call that sends it, and what follows."""

    remark: str
    step: str
    call: str
    following: tuple[str, ...]

    def height(self) -> int:
        """About how many lines the step takes."""
        return 1 + sum(_height(text) for text in (f"{self.step} = {self.call}", *self.following))


class ModuleWriter:
    """Writes the cases of one resource and family. ``schemes`` maps a security scheme's raw name to its slug."""

    def __init__(self, slug: str, cases: Sequence[Case], schemes: dict[str, str]) -> None:
        self._slug = slug
        self._cases = cases
        self._steps = frozenset(identifier(step.name) for case in cases for step in case.steps)
        tests = {identifier(case.name) for case in cases}
        self._builders = Builders(taken={"api", "pytest", *ARGUMENTS, *VOCABULARY, *self._steps, *tests})
        self._writer = StepWriter(schemes, self._builders, self._steps)
        self._requests = Requests(self._builders)
        self._used: set[str] = {"Api"}

    def written(self) -> ModuleCode:
        """The finished module."""
        parts = tuple(arranged(self._cases, self._draft))
        tests = tuple(self._table(part) if isinstance(part, Table) else self._test(part) for part in parts)
        tables = [part for part in parts if isinstance(part, Table)]
        self._used |= used_words(tables)
        if self._requests.functions or any(builder.steps for builder in self._builders.functions):
            self._used.add("Answer")
        first = self._cases[0]
        title = f"{first.resource.replace('_', ' ').capitalize()}: {FAMILY_TITLES[first.family]}"
        return ModuleCode(
            docstring=docstring(title),
            checks_package=PythonCode(f"checks_{self._slug}"),
            imports=_imports(f"checks_{self._slug}", sorted(self._used & VOCABULARY, key=_import_order)),
            builders=tuple(_builder_code(builder) for builder in self._builders.functions),
            requests=tuple(self._requests.functions),
            tests=tests,
            has_tables=bool(tables),
            nodes={case.id: identifier(case.name, "test") for case in self._cases}
            | {case.id: table.node(case) for table in tables for case in table.cases},
        )

    def _draft(self, case: Case, hole: Hole) -> Draft | None:
        """The case with a variable where others like it differ; None where it would not stand in its test as a whole."""
        if ARGUMENTS & self._steps:
            return None  # a step of that name hides the variable
        before, self._used = self._used, set()
        stem = identifier(case.name, "test").removeprefix("test_").partition("__")[0]
        blocks = [self._block(case, number, stem, hole=hole) for number in range(len(case.steps))]
        used, self._used = frozenset(self._used), before
        return Draft(hole, _joined(blocks), used) if _fits(blocks) else None

    def _table(self, table: Table) -> CaseCode:
        hole = table.draft.hole
        self._writer.names = set()
        rows = tuple(row_code(case, hole, self._writer.row(case.steps[hole.number].request, hole.name)) for case in table.cases)
        self._used |= self._writer.names
        nobody = UntrustedText("")
        return CaseCode(
            name=PythonCode(table.name),
            docstring=(table.sentence(),),
            statements=tuple(PythonCode(statement) for statement in table.draft.statements),
            is_long=len(table.name) > LONGEST_NAME,
            title=nobody,
            id=nobody,
            keyword=nobody,
            pointer=nobody,
            rows=rows,
            argument=PythonCode(hole.name),
            parameter=PythonCode(f"{hole.name}: {ANNOTATIONS[hole.name]}"),
        )

    def _test(self, case: Case) -> CaseCode:
        name = identifier(case.name, "test")
        if case.skip_reason:
            statements = [f"api.skip({argument_literal(case.skip_reason, 2)})"]
        else:
            statements = self._story(case, name.removeprefix("test_").partition("__")[0])
        return CaseCode(
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
        """The statements of a case: a numbered comment for each step, its request, its clean-up, its checks.

        The requests of a story that would not fit into 25 lines stand in functions of their own.
        """
        blocks = [self._block(case, number, stem) for number in range(len(case.steps))]
        if not _fits(blocks):
            blocks = [self._block(case, number, stem, is_long=True) for number in range(len(case.steps))]
        return [*_joined(blocks)]

    def _block(self, case: Case, number: int, stem: str, *, is_long: bool = False, hole: Hole | None = None) -> Block:
        step = case.steps[number]
        variable = hole.name if hole is not None and hole.number == number else ""
        self._writer.names = set()
        following: list[str] = []
        if step.is_setup:
            call = self._setup_call(step)
        else:
            call = self._writer.send(
                step.request, stem if step is case.steps[-1] else f"{stem}_{identifier(step.name)}", variable
            )
            if step.cleanup:
                following.append(self._writer.cleanup(step.cleanup, f"{stem}_cleanup"))
            if is_long and (following or _height(f"{step.name} = {call}") > 1):
                call, following = self._request_call(step, path_name(step.request.operation), ""), []
            following += self._writer.checks(step, case.steps[:number])
        self._used |= self._writer.names
        purpose = PURPOSES[variable] if variable else plain_text(step.purpose)
        return Block(f"# {number + 1}. {purpose}", identifier(step.name), call, tuple(following))

    def _setup_call(self, step: Step) -> str:
        """A call of the function that prepares something; a short request that leaves nothing behind stands in the test itself."""
        send = f"{self._writer.send(step.request, identifier(step.name))}.or_skip()"
        is_post = step.request.operation.method is Method.POST
        if step.cleanup is None and not is_post and _height(f"{identifier(step.name)} = {send}") == 1:
            return send
        wanted = f"make_{identifier(step.name)}" if is_post else path_name(step.request.operation)
        return self._request_call(step, wanted, ".or_skip()")

    def _request_call(self, step: Step, wanted: str, ending: str) -> str:
        """A call of a function that sends ``step`` and notes its clean-up."""
        name = identifier(step.name)
        before, self._writer.names = self._writer.names, set()
        send = self._writer.send(step.request, name)
        statements = [f"return {send}{ending}"]
        if step.cleanup is not None:
            statements = [f"{name} = {send}", self._writer.cleanup(step.cleanup, f"{name}_cleanup"), f"return {name}{ending}"]
        arguments = sorted((self._writer.names & self._steps) - {name})
        self._writer.names |= before
        words = plain_text(step.purpose).removeprefix("Prepare: ").capitalize()
        purpose = docstring(words if step.is_setup else step.request.operation.label)
        return self._requests.call(wanted, arguments, statements, purpose)


def _fits(blocks: Sequence[Block]) -> bool:
    """Whether a story stays within 25 lines."""
    return sum(block.height() for block in blocks) <= STORY_HEIGHT


def _joined(blocks: Sequence[Block]) -> tuple[str, ...]:
    """The statements of a story."""
    statements: list[str] = []
    for index, block in enumerate(blocks):
        if len(blocks) > 1:
            statements.append(block.remark)
        later = [*block.following, *(text for other in blocks[index + 1 :] for text in (other.call, *other.following))]
        is_used = any(_mentioned(block.step, text) for text in later)
        statements.append(f"{block.step} = {block.call}" if is_used else block.call)
        statements += block.following
    return tuple(statements)


def _height(statement: str) -> int:
    """About how many lines ruff will give to ``statement``."""
    if len(statement) <= LINE_WIDTH:
        return 1
    return 3 if len(statement) <= LINE_WIDTH + 12 else 3 + statement.count("=")


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


def _imports(package: str, words: Sequence[str]) -> PythonCode:
    """The words of an import: each on a line of its own where one line would be too long for the width that most linters ask for."""
    line = ", ".join(words)
    whole = len(f"from {package} import {line}") <= IMPORT_WIDTH
    return PythonCode(line if whole else "(\n" + "".join(f"    {word},\n" for word in words) + ")")


def _import_order(name: str) -> tuple[int, str]:
    """As isort orders the members of an import: constants, classes, functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)
