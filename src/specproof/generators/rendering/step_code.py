"""Steps as statements: the call that sends a request, and the checks on its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from specproof.domain.body_kinds import JSON_TYPES, USUAL_NAMES, BodyKind, body_kind
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import (
    BodyPlan,
    Check,
    CredentialUse,
    Edit,
    EditKind,
    Fresh,
    FromStep,
    ParameterValue,
    PlanValue,
    RequestPlan,
    Step,
)
from specproof.generators.rendering.code_text import ValueWriter, identifier, text_literal
from specproof.generators.rendering.layout_code import fields_code, parameter_code, uses_xml, xml_code
from specproof.generators.rendering.sent_values import SentValues, edited_value
from specproof.openapi.model import SecurityScheme

LINE_WIDTH = 106
USUAL_LAYOUT = {"path": ("simple", False), "query": ("form", True), "headers": ("simple", False), "cookies": ("form", True)}
OWN_STYLES = frozenset({"label", "matrix", "deepObject", "cookie", "querystring"})
_RELATIONS_WITH_EXPECTED = frozenset({CheckId.READ_BACK, CheckId.UNCHANGED})
_RELATIONS_WITH_VALUE = frozenset(
    {
        CheckId.LISTED,
        CheckId.NOT_LISTED,
        CheckId.FILTER,
        CheckId.CLEARED,
        CheckId.NOT_TAKEN,
        CheckId.LOCATION,
        CheckId.NOT_MODIFIED,
        CheckId.TAG_CHANGED,
    }
)
_RELATIONS_WITH_VALUES = frozenset({CheckId.DISTINCT_IDS, CheckId.PAGING})
_NAMED = (
    "at",
    "header",
    "template",
    "ignore",
    "items",
    "key",
    "descending",
    "least",
    "ranked",
    "alone",
    "unmade",
    "declared",
    "times",
    "p95_ms",
)


@dataclass(slots=True)
class Builders:
    """The functions at the top of a module that build what its requests carry; equal ones are shared.

    ``taken`` holds every name that the module uses for something else.
    """

    taken: set[str]
    by_code: dict[tuple[str, str], str] = field(default_factory=dict)
    functions: list[Builder] = field(default_factory=list)

    def call(self, wanted: str, expression: str, steps: Sequence[str], purpose: str) -> str:
        """A call of the function that returns ``expression``, made under a name like ``wanted`` if it is not there yet."""
        name = self.by_code.get((wanted, expression))
        if name is None:
            name = self.unused(identifier(wanted))
            self.by_code[wanted, expression] = name
            self.functions.append(Builder(name, tuple(steps), purpose, expression))
        return f"{name}({', '.join(steps)})"

    def unused(self, wanted: str) -> str:
        """``wanted``, or ``wanted_2`` and so on if the module has that name already; never a name that pytest takes for a test's."""
        wanted = f"a_{wanted}" if wanted.startswith("test") else wanted
        name, number = wanted, 1
        while name in self.taken:
            number += 1
            name = f"{wanted}_{number}"
        self.taken.add(name)
        return name


@dataclass(frozen=True, slots=True)
class Builder:
    """One such function: ``steps`` are the answers that it takes as arguments."""

    name: str
    steps: tuple[str, ...]
    purpose: str
    expression: str


@dataclass(slots=True)
class StepWriter:
    """Writes the steps of one module. ``schemes`` maps a security scheme's raw name to its slug."""

    schemes: Mapping[str, str]
    builders: Builders
    step_names: frozenset[str]
    """The names of the steps of the module: what may be an argument of a builder."""
    names: set[str] = field(default_factory=set)
    """Everything that the statements so far use: words of the checks package, and steps."""
    _bases: dict[int, tuple[PlanValue, str, frozenset[str]]] = field(default_factory=dict, repr=False)
    """Base bodies as code, with the names that they use. Dozens of cases edit one base, and the plan holds it once."""

    def send(self, request: RequestPlan, stem: str, hole: str = "") -> str:
        """``api.send(...)``. ``stem`` names the builders of what is too long to stand in the call.

        ``hole`` names the argument for which a variable of that name stands (``holes.Hole``); "" for none.
        """
        return f"api.send({', '.join(self._call(request, stem, hole, is_lenient=False))})"

    def row(self, request: RequestPlan, hole: str) -> str:
        """What the request has where the hole is, as an expression that any module can evaluate: a row of a table."""
        if hole == "auth":
            return self._credential(request)
        if hole == "edit" and request.body is not None:
            return self._edit(request.body.edits[0])
        parameters = request.query if hole == "query" else request.headers
        return self._parameters(hole, parameters, "", is_lenient=False, is_inline=True)

    def cleanup(self, request: RequestPlan, stem: str) -> str:
        """``api.cleanup(...)``: nothing is sent where a value is absent."""
        return f"api.cleanup({', '.join(self._call(request, stem, '', is_lenient=True))})"

    def checks(self, step: Step, earlier: Sequence[Step]) -> list[str]:
        """``expect(answer).one().another()``: the checks of a step, several in a line where they fit."""
        statements: list[str] = []
        opening = f"expect({identifier(step.name)})"
        chain = opening
        for check in step.checks:
            self.names.add("expect")
            call = f".{check.id.value}({self._arguments(check, step, earlier)})"
            is_simple = not check.arguments or check.id is CheckId.STATUS_EXPECTED
            if chain != opening and (not is_simple or len(chain) + len(call) > LINE_WIDTH):
                statements.append(chain)
                chain = opening
            chain += call
            if not is_simple:
                statements.append(chain)
                chain = opening
        return statements if chain == opening else [*statements, chain]

    def _call(self, request: RequestPlan, stem: str, hole: str, *, is_lenient: bool) -> list[str]:
        arguments = [text_literal(request.operation.method.value), text_literal(request.operation.path, 2)]
        places = {"path": request.path_parameters, "query": request.query, "headers": request.headers, "cookies": request.cookies}
        for place, parameters in places.items():
            if place == hole:
                arguments.append(f"{place}={hole}")
            elif parameters:
                arguments.append(f"{place}={self._parameters(place, parameters, stem, is_lenient=is_lenient)}")
        if request.body is not None:
            arguments += self._body(request.body, stem, is_edited=hole == "edit")
        if request.security or request.credential is CredentialUse.UNDEFINED:
            arguments.append(f"auth={'auth' if hole == 'auth' else self._credential(request)}")
        return arguments

    def _credential(self, request: RequestPlan) -> str:
        if request.credential is CredentialUse.NONE:
            return "None"
        if request.credential is CredentialUse.UNDEFINED:
            self.names.add("undefined")
            return "undefined()"
        return self._auth(request.credential, request.alternatives or (request.security,))

    def _parameters(
        self, place: str, parameters: Sequence[ParameterValue], stem: str, *, is_lenient: bool, is_inline: bool = False
    ) -> str:
        """A mapping of names to values where the layout is the usual one, else a list of ``Parameter``s."""
        writer = ValueWriter(is_lenient=is_lenient)
        style, explode = USUAL_LAYOUT[place]
        names = [parameter.name.raw() for parameter in parameters]
        is_usual = len(set(names)) == len(names) and all(
            not p.json_content and ((p.style, p.explode) == (style, explode) or not isinstance(p.value, (list, dict, FromStep)))
            for p in parameters
        )
        # A style that changes even plain values (label, matrix) is never the usual one.
        if is_usual and not any(p.style in OWN_STYLES or p.allow_reserved for p in parameters):
            expression = writer.expression({parameter.name.raw(): parameter.value for parameter in parameters}, 2)
        else:
            writer.names.add("Parameter")
            expression = "[" + ", ".join(parameter_code(parameter, writer) for parameter in parameters) + "]"
        limit = len(expression) if is_inline else 240
        return self._built(f"{stem}_{place}", expression, writer.names, f"The {place} parameters of {stem}", limit=limit)

    def _body(self, body: BodyPlan, stem: str, *, is_edited: bool = False) -> list[str]:
        media_type = text_literal(body.media_type)
        if body.raw is not None:
            return [f"content={text_literal(body.raw, 2)}", f"media_type={media_type}"]
        kind = self._kind_of(body)
        arguments = [f"{kind.value}={self._edited(body, stem, is_row=is_edited)}"]
        is_usual = body.media_type == USUAL_NAMES.get(kind) or (kind is BodyKind.JSON and body.media_type in JSON_TYPES)
        arguments += [] if is_usual else [f"media_type={media_type}"]
        if body.fields:
            used = {"Field", "Xml"} if uses_xml(body.fields) else {"Field"}
            expression = fields_code(body.fields)
            purpose = f"How the fields of {body.base_name or stem} are sent"
            arguments.append(f"fields={self._built(f'{body.base_name or stem}_fields', expression, used, purpose, limit=100)}")
        if body.xml is not None and kind is BodyKind.XML:
            purpose = f"How {body.base_name or stem} is written as XML"
            name = f"{body.base_name or stem}_layout"
            arguments.append(f"layout={self._built(name, xml_code(body.xml), {'Xml'}, purpose, limit=100)}")
        return arguments

    def _kind_of(self, body: BodyPlan) -> BodyKind:
        """How the body is written. What is no form or no text is sent as JSON, whatever its media type says."""
        kind, value = body_kind(body.media_type), edited_value(body)
        if kind is BodyKind.OCTETS and body.is_base64:
            return kind
        is_form = kind in {BodyKind.FORM, BodyKind.MULTIPART} and isinstance(body.value, dict)
        is_xml = kind is BodyKind.XML and body.xml is not None
        if is_form or is_xml or kind in {BodyKind.JSON, BodyKind.LINES}:
            return kind
        return BodyKind.TEXT if isinstance(value, (str, Fresh, FromStep)) else BodyKind.JSON

    def _edited(self, body: BodyPlan, stem: str, *, is_row: bool) -> str:
        """The base body with each edit around it: ``changed(new_pet(owner), "/title", "x")``; or ``edited(new_pet(owner), edit)`` where
        the edit comes out of a row."""
        if not is_row and any(edit.pointer == "" and edit.kind is EditKind.SET for edit in body.edits):
            # The whole body is replaced: what stood before does not matter.
            writer = ValueWriter()
            expression = writer.expression(edited_value(body), 2)
            return self._built(f"{stem}_body", expression, writer.names, f"A body for {stem}", limit=160)
        expression, names = self._base(body.value)
        if body.base_name and isinstance(body.value, dict) and body.value:
            expression = f"{expression[:-1]},}}"  # one member a line: another one changes no line of theirs
        limit = 0 if body.base_name else 160
        purpose = f"A valid body ({body.media_type})" if body.base_name else f"A body for {stem}"
        text = self._built(body.base_name or f"{stem}_body", expression, names, purpose, limit=limit)
        if is_row:
            self.names.add("edited")
            return f"edited({text}, edit)"
        if not body.edits:
            return text
        if all(edit.kind is EditKind.REMOVE for edit in body.edits):
            self.names.add("removed")
            return f"removed({text}, {', '.join(text_literal(edit.pointer, 3) for edit in body.edits)})"
        if len(body.edits) > 1:
            self.names.add("edited")
            return f"edited({text}, {', '.join(self._edit(edit) for edit in body.edits)})"
        writer = ValueWriter()
        value = writer.expression(body.edits[0].value, 3)
        self.names |= {"changed"} | writer.names
        return f"changed({text}, {text_literal(body.edits[0].pointer, 3)}, {value})"

    def _edit(self, edit: Edit) -> str:
        """One edit by itself: ``Change("/title", "x")``. New strings in it are drawn when it is applied."""
        pointer = text_literal(edit.pointer, 3)
        if edit.kind is EditKind.REMOVE:
            self.names.add("Remove")
            return f"Remove({pointer})"
        writer = ValueWriter(is_row=True)
        value = writer.expression(edit.value, 3)
        self.names |= {"Change"} | writer.names
        return f"Change({pointer}, {value})"

    def _base(self, value: PlanValue) -> tuple[str, frozenset[str]]:
        """A base body as code, and the names that it uses."""
        known = self._bases.get(id(value))
        if known is None:
            writer = ValueWriter()
            # The value is kept beside its code: its id stays taken for as long as it is a key.
            known = (value, writer.expression(value, 2), frozenset(writer.names))
            self._bases[id(value)] = known
        return known[1], known[2]

    def _built(self, wanted: str, expression: str, names: Set[str], purpose: str, *, limit: int) -> str:
        """``expression`` as it is, or a call of a function that returns it if it is longer than ``limit``."""
        if len(expression) <= limit:
            self.names |= names
            return expression
        steps = sorted(name for name in names if name in self.step_names)
        self.names |= names
        return self.builders.call(wanted, expression, steps, purpose)

    def _auth(self, use: CredentialUse, alternatives: Sequence[Sequence[SecurityScheme]]) -> str:
        """``valid("OAUTH") | valid("KEY")``: one call for each alternative."""
        call = use.value
        self.names.add(call)
        slugs = [[text_literal(self.schemes[scheme.name.raw()]) for scheme in together] for together in alternatives]
        return " | ".join(f"{call}({', '.join(together)})" for together in slugs)

    def _arguments(self, check: Check, step: Step, earlier: Sequence[Step]) -> str:
        """The arguments of a check as its method takes them."""
        given = check.arguments
        sources = SentValues((*earlier, step))
        writer = ValueWriter()

        def written(value: PlanValue) -> str:
            return writer.expression(sources.referred(value), 2)

        positional: list[str] = []
        if check.id is CheckId.STATUS_EXPECTED:
            statuses = given.get("statuses")
            positional = [written(status) for status in (statuses if isinstance(statuses, list) else [])]
        elif check.id is CheckId.ECHO:
            positional = self._echoed(given.get("sent"), step, sources, writer)
        elif check.id in _RELATIONS_WITH_EXPECTED:
            positional = [sources.expression(given["expected"], writer)]
        elif check.id in _RELATIONS_WITH_VALUE:
            positional = [written(given["value"])]
        elif check.id in _RELATIONS_WITH_VALUES:
            values = given["values"]
            positional = [written(value) for value in (values if isinstance(values, list) else [])]
        elif check.id is CheckId.PAGE_SIZE:
            positional = [written(given["limit"])]
        elif check.id is CheckId.HIDDEN:
            listing = identifier(str(given["listing"]))
            writer.names.add(listing)
            positional = [listing, written(given["value"])]
        named = [
            f"{name}={writer.expression(given[name], 2)}"
            for name in _NAMED
            if name in given and (name in {"items", "key"} or given[name] not in ("", [], False))
        ]
        self.names |= writer.names
        return ", ".join([*positional, *named])

    def _echoed(self, sent: PlanValue, step: Step, sources: SentValues, writer: ValueWriter) -> list[str]:
        """Nothing where the step's whole body is expected back, else the part of it."""
        body = step.request.body
        if body is not None and body.raw is None and repr(edited_value(body)) == repr(sent):
            return []
        return [sources.expression(sent, writer)]
