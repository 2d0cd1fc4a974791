"""Cases of valid values by which an API tells how it keeps what it is sent: markup, signs of many scripts, cents, leap days.

Whether a text is accepted is not judged (an API may want its names plain): what it accepts, it has to keep. Values of a format that are
rarer than others, and texts of the full length, have to be accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Edit, EditKind, Family, Fresh, FromStep, PlanValue
from specproof.generators.naming import quoted, slug
from specproof.generators.plan_values import Missing, edited, leaves
from specproof.generators.planning.alternatives import another_value
from specproof.generators.planning.changes import Change
from specproof.generators.planning.comparing import STATE_WORDS, is_volatile
from specproof.generators.planning.context import Draft, GenerationContext
from specproof.generators.planning.crud_story import Story, answers_later
from specproof.generators.planning.proven_edits import accepts, body_stays_valid
from specproof.generators.planning.requests import BodyBase
from specproof.generators.planning.updates import is_unique_key
from specproof.generators.reading.answers import request_schema
from specproof.generators.reading.resources import Role
from specproof.generators.reading.shapes import Shape, escape, shape_of
from specproof.generators.test_data_factory.model import ValueRequest
from specproof.generators.words import tokens
from specproof.openapi.findings import Finding
from specproof.openapi.model import Operation
from specproof.openapi.schema import Schema

_TEXTS = ('Zoë said: <b>"it\'s  3 &amp; 4"</b> 東京 𝄞😀 ', "<i>&amp;\"' é𝄞 ", "<&𝄞 ")
"""The fullest that fits is sent: markup, quotes, two blanks, a letter with a mark of its own, ideographs, what needs 17 bits or more."""
_CENTS = (0.29, 0.57, 1.15, 4.35, 19.99, 64.35, 1019.99)
"""Numbers whose hundredfold is no whole number in binary fractions: who cuts it off loses a cent."""
_LEAP_DAY = "2000-02-29"
_LATEST_PAST = 2025
_IDEOGRAPH = "数"
_TAIL = ("abcdefghijklmnopqrstuvwxyz0123456789", 8)
_TAIL_SAMPLE = "k3v9x2m7"
_SHORTEST_LONG, _LONGEST = 20, 2_000
_MOST_FIELDS = 8
_DEPTH = 2
# What is written in one way only: an API may bring it into that form, or refuse what it does not know.
_NORMALISED = frozenset(
    """
    account address barcode code color colour country currency domain ean email extension fax file filename gtin handle hash host
    hostname iban id ip issn key lang language latitude link locale login longitude mail mime mobile nick nickname number
    password path phone pin plate postcode province ref region secret sku slug state symbol tax tel telephone timezone token uri
    url user username uuid vat version website zip zone
    """.split()  # noqa: SIM905 - as a list it has a line for each word
)


@dataclass(frozen=True, slots=True)
class _Field:
    """One scalar field of a body, its schema, and what the base request sends there."""

    pointer: str
    schema: Schema
    value: PlanValue

    @property
    def shape(self) -> Shape:
        return shape_of(self.schema)

    @property
    def words(self) -> set[str]:
        return set(tokens(self.pointer.rpartition("/")[2]))


@dataclass(frozen=True, slots=True)
class _Write:
    """A create or an update whose answer, or a later read, shows what was sent."""

    story: Story
    operation: Operation
    base: BodyBase

    @property
    def context(self) -> GenerationContext:
        return self.story.context


def telling_cases(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    """The cases of one create, or of the update that a resource has (a PATCH before a PUT)."""
    write = _write_of(context, operation)
    if write is None:
        return
    schema = shape_of(request_schema(operation))
    fields = [one for one in _fields(schema, write.base.value, "", _DEPTH) if not _is_passed_over(one)]
    yield from _kept(write, fields)
    yield from _several(write, schema)
    if operation is write.story.create:
        yield from _rare(write, fields)
        yield from _long(write, fields)


def _write_of(context: GenerationContext, operation: Operation) -> _Write | None:
    resource, base = context.resource(operation), context.parts.body(operation)
    update = resource.first(Role.PATCH) or resource.first(Role.REPLACE)
    if resource.create is None or operation not in (resource.create, update) or not resource.can_be_made:
        return None
    if not isinstance(base, BodyBase) or not base.media.is_json or answers_later(operation) or resource.record is None:
        return None
    return _Write(Story(context, resource, resource.create), operation, base)


def _fields(shape: Shape, value: PlanValue, prefix: str, depth: int) -> Iterator[_Field]:
    """The scalar fields of a body that the base request sends, and those of the objects in it."""
    members = value if isinstance(value, dict) else {}
    for name, schema in shape.properties.items():
        pointer, inner, current = f"{prefix}/{escape(name)}", shape_of(schema), members.get(name)
        if current is None or inner.is_read_only or inner.is_write_only:
            continue
        if inner.is_object and depth > 0:
            yield from _fields(inner, current, pointer, depth - 1)
        elif inner.is_scalar and not inner.enum and isinstance(current, (str, int, float, Fresh)):
            yield _Field(pointer, schema, current)


def _is_passed_over(field: _Field) -> bool:
    return is_volatile(field.pointer.rpartition("/")[2], field.shape) or bool(field.words & STATE_WORDS)


def _is_free_text(field: _Field) -> bool:
    shape = field.shape
    is_plain = "string" in shape.types and not shape.format and not shape.has_pattern and isinstance(field.value, (str, Fresh))
    return is_plain and not field.words & _NORMALISED and not is_unique_key(shape)


def _fresh(text: str) -> Fresh:
    return Fresh((text, _TAIL), text + _TAIL_SAMPLE)


def _proven(write: _Write, field: _Field, candidate: PlanValue) -> Edit | None:
    """The edit that sends ``candidate``, if the field's schema accepts it."""
    asked = ValueRequest(field.schema, f"{write.base.request.key} telling {field.pointer}")
    return Edit(EditKind.SET, field.pointer, candidate) if accepts(write.context, asked, candidate) else None


def _first(edits: Iterator[Edit | None]) -> Iterator[Edit]:
    found = next((edit for edit in edits if edit is not None), None)
    if found is not None:
        yield found


def _kept(write: _Write, fields: list[_Field]) -> Iterator[Case | Finding]:
    """Texts and numbers that are easily altered, all at once: what is accepted is shown, and read, as it was sent."""
    edits: list[Edit] = []
    for field in fields[:_MOST_FIELDS]:
        if _is_free_text(field):
            edits += _first(_proven(write, field, _fresh(text)) for text in _TEXTS)
        elif "number" in field.shape.types and isinstance(field.value, (int, float)):
            edits += _first(_proven(write, field, number) for number in _CENTS)
    if not edits or not body_stays_valid(write.context, write.base, tuple(edits)):
        return
    text = "What an API accepts it keeps: markup, signs of all scripts, and cents."
    draft = _draft(write, "values that are easily altered", "are kept", text, "type")
    yield _sent(write, tuple(edits), (), "Send values that are easily altered", draft)


def _several(write: _Write, schema: Shape) -> Iterator[Case | Finding]:
    """Lists of one item get a second one that differs wherever it can: what is accepted is shown, and read, with both."""
    edits: list[Edit] = []
    for name, current in sorted(write.base.value.items() if isinstance(write.base.value, dict) else ()):
        inner = shape_of(schema.properties.get(name))
        if not inner.is_array or inner.is_write_only or not isinstance(current, list) or len(current) != 1:
            continue
        pointer = f"/{escape(name)}"
        if any(isinstance(leaf, FromStep) for _, leaf in leaves(current)):
            continue
        second = _unlike(write, inner.items, current[0], pointer)
        edit = Edit(EditKind.SET, pointer, [*current, second])
        if repr(second) != repr(current[0]) and body_stays_valid(write.context, write.base, (edit,)):
            edits.append(edit)
    if edits and body_stays_valid(write.context, write.base, tuple(edits)):
        text = "What an API accepts it keeps: all items of a list."
        yield _sent(write, tuple(edits), (), "Send a second item", _draft(write, "second items", "are kept", text, "items"))


def _unlike(write: _Write, schema: Schema | None, item: PlanValue, key: str) -> PlanValue:
    """An item with another value in each of its fields that has one; texts that are new in each run differ by themselves."""
    values = write.context.values
    if schema is None or isinstance(item, list):
        return item
    if isinstance(item, dict):
        inner = shape_of(schema).properties
        return {name: _unlike(write, inner.get(name), value, f"{key}/{name}") for name, value in item.items()}
    other = another_value(values, schema, item, key=f"{write.base.request.key} {key} second", name=key.rpartition("/")[2])
    return item if isinstance(other, Missing) else other


def _rare(write: _Write, fields: list[_Field]) -> Iterator[Case | Finding]:
    """Values that their format allows as well as the usual ones."""
    moments = [field for field in fields if field.shape.format in {"date", "date-time"}]
    for field in fields:
        rare = _mail(field) if field.shape.format == "email" else _leap_day(field) if moments == [field] else None
        edit = _proven(write, field, rare[1]) if rare is not None else None
        if rare is None or edit is None or not body_stays_valid(write.context, write.base, (edit,)):
            continue
        name, phrase = field.pointer[1:], rare[0]
        text = f"{quoted(name)} may be {phrase}: its format says so."
        condition = f"{slug(name, 40) or 'field'} {phrase}"
        draft = _draft(write, condition, "is accepted", text, "format", field.schema.pointer)
        yield _sent(write, (edit,), write.context.success_checks(write.operation), f"Send {phrase}", draft)


def _mail(field: _Field) -> tuple[str, PlanValue] | None:
    usual = field.value.sample if isinstance(field.value, Fresh) else field.value
    if not isinstance(usual, str) or "@" not in usual:
        return None
    domain = usual.partition("@")[2]
    return "an address with a plus", Fresh(("first-last+", _TAIL, f"@{domain}"), f"first-last+{_TAIL_SAMPLE}@{domain}")


def _leap_day(field: _Field) -> tuple[str, PlanValue] | None:
    """29 February 2000, where the usual value is a day of the past, too, and no other moment has to fit it."""
    usual = field.value
    if field.shape.format != "date" or not isinstance(usual, str) or not usual[:4].isdecimal() or int(usual[:4]) > _LATEST_PAST:
        return None
    return "a leap day", _LEAP_DAY


def _long(write: _Write, fields: list[_Field]) -> Iterator[Case | Finding]:
    """Texts of the greatest length in ideographs, where shorter ones are accepted: characters are counted, not bytes."""
    short: list[Edit] = []
    full: list[Edit] = []
    for field in [one for one in fields if _is_free_text(one)][:_MOST_FIELDS]:
        longest = field.shape.max_length
        if longest is None or not _SHORTEST_LONG <= longest <= _LONGEST:
            continue
        pair = [_proven(write, field, _fresh(_IDEOGRAPH * count)) for count in (2, int(longest) - _TAIL[1])]
        if pair[0] is not None and pair[1] is not None:
            short.append(pair[0])
            full.append(pair[1])
    if (
        not full
        or not body_stays_valid(write.context, write.base, tuple(short))
        or not body_stays_valid(write.context, write.base, tuple(full))
    ):
        return
    text = "Lengths are counted in characters: a text of the greatest length may be one of ideographs."
    draft = _draft(write, "full length in ideographs", "is accepted", text, "maxLength")
    checks = write.context.success_checks(write.operation)
    yield _sent(write, tuple(full), checks, "Create one with as many as are allowed", draft, before=tuple(short))


def _draft(write: _Write, condition: str, expected: str, text: str, keyword: str, pointer: str = "") -> Draft:
    return Draft(
        family=Family.VALIDATION,
        operation=write.operation,
        condition=condition,
        expected=expected,
        title=f"{write.operation.key.label}: {text[0].lower()}{text[1:].rstrip('.')}",
        keyword=keyword,
        pointer=pointer or f"{write.operation.pointer}/requestBody",
        text=text,
        has_control=True,
        value_class=f"telling: {expected} {keyword}",
    )


def _sent(
    write: _Write, edits: tuple[Edit, ...], checks: tuple[Check, ...], purpose: str, draft: Draft, before: tuple[Edit, ...] = ()
) -> Case | Finding:
    """The create or update with ``edits`` (after a create with ``before``, which has to be accepted), and a read of what it wrote."""
    story, operation = write.story, write.operation
    scene, change = write.context.scene(), Change(edits=edits)
    step = story.step if operation is story.create else "updated"
    shown = (*checks, *story.update_checks(operation, edited(write.base.value, edits)))
    if before:
        scene.record(story.resource, story.other, before)
    if operation is story.create:
        scene.create(story.resource, name=step, purpose=purpose, checks=shown, change=change, is_setup=not shown)
    else:
        scene.record(story.resource)
        scene.send(operation, name=step, purpose=purpose, checks=shown, change=change, is_setup=not shown)
    if story.read is not None:
        check = story.shows_sent(CheckId.READ_BACK, story.read, step, operation)
        scene.send(story.read, name="read", purpose="Read it", checks=(check,))
    return write.context.finish(scene, draft)
