"""Legal differences in how values are kept and written: dates, numbers, texts, sets, nulls, ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.behaviour import Behaviour, Call, Record, World
from specproof.reference.model import ReferenceModel
from specproof.reference.shapes import Shape, Shapes
from specproof.reference.variants.model import Difference, Variant
from specproof.reference.variants.records import Stored, shown_schemas, written_schemas

Rewrite = Callable[[JsonValue], JsonValue]
_BOUNDS: Final = ("pattern", "enum", "const", "maxLength")


@dataclass(frozen=True)
class _Respelt(Behaviour):
    """Writes values of some kind in answers otherwise; ``rewrite`` gives them in the other spelling."""

    shapes: Shapes
    is_meant: Callable[[Shape], bool]
    rewrite: Rewrite

    def shown(self, world: World, call: Call, record: Record) -> JsonObject:
        value = super().shown(world, call, record)
        shape = self.shapes.of_schema(call.resource.item_schema if call.resource else None)
        # An id stands in paths too, where another spelling would be another id.
        kept = {call.resource.id_property} if call.resource else set()
        return {
            name: each if name in kept or name not in shape.properties else self._respelt(each, self.shapes.member(shape, name))
            for name, each in value.items()
        }

    def _respelt(self, value: JsonValue, shape: Shape) -> JsonValue:
        if isinstance(value, list):
            items = self.shapes.of(shape.items)
            return [self._respelt(each, items) for each in value]
        if isinstance(value, dict):
            return {
                name: self._respelt(each, self.shapes.member(shape, name)) if name in shape.properties else each
                for name, each in value.items()
            }
        return self.rewrite(value) if self.is_meant(shape) else value


@dataclass(frozen=True)
class _SetsSorted(Stored):
    """Keeps lists of distinct items sorted: the document calls them sets."""

    shapes: Shapes

    def stored(self, call: Call, values: JsonObject) -> JsonObject:
        return {name: self._sorted(call, name, value) for name, value in values.items()}

    def _sorted(self, call: Call, name: str, value: JsonValue) -> JsonValue:
        shape = self.shapes.of_schema(call.resource.item_schema if call.resource else None)
        if not isinstance(value, list) or not _is_set(self.shapes.member(shape, name)):
            return value
        return sorted(value, key=str)


@dataclass(frozen=True)
class _TextsTrimmed(Stored):
    """Keeps texts without the blanks around them, where the document allows what is left."""

    shapes: Shapes

    def stored(self, call: Call, values: JsonObject) -> JsonObject:
        return {name: self._trimmed(call, name, value) for name, value in values.items()}

    def _trimmed(self, call: Call, name: str, value: JsonValue) -> JsonValue:
        shape = self.shapes.of_schema(call.resource.item_schema if call.resource else None)
        member = self.shapes.member(shape, name)
        is_id = call.resource is not None and name == call.resource.id_property
        if is_id or not isinstance(value, str) or not _is_plain_text(member):
            return value
        least = member.flags.get("minLength")
        text = value.strip()
        return text if not isinstance(least, (int, float)) or len(text) >= least else value


@dataclass(frozen=True)
class _NullsOmitted(Behaviour):
    """Leaves members out that are null and need not be there."""

    shapes: Shapes

    def shown(self, world: World, call: Call, record: Record) -> JsonObject:
        value = super().shown(world, call, record)
        shape = self.shapes.of_schema(call.resource.item_schema if call.resource else None)
        return {name: each for name, each in value.items() if each is not None or name in shape.required}


@dataclass(frozen=True)
class _NullsExplicit(Behaviour):
    """Shows members that nothing is known of as null, where they may be."""

    shapes: Shapes

    def shown(self, world: World, call: Call, record: Record) -> JsonObject:
        value = super().shown(world, call, record)
        shape = self.shapes.of_schema(call.resource.item_schema if call.resource else None)
        missing = [name for name in shape.properties if name not in value]
        nulls: JsonObject = {name: None for name in missing if _may_be_null(self.shapes.member(shape, name))}
        return {**value, **nulls}


@dataclass(frozen=True)
class _NumberIds(Behaviour):
    """Gives new records numbers as ids, where the document allows numbers as well as texts."""

    shapes: Shapes

    def created(self, world: World, call: Call, values: JsonObject) -> Record:
        record = super().created(world, call, values)
        resource = call.resource
        if resource is None or resource.chooses_id or not isinstance(record.values.get(resource.id_property), str):
            return record
        if not _is_text_or_number(self.shapes.member(self.shapes.of_schema(resource.item_schema), resource.id_property)):
            return record
        numbered = record.copied()
        number = world.store.next_number(f"{resource.name} by number")
        numbered.key, numbered.values[resource.id_property] = str(number), number
        world.store.remove(record)
        world.store.add(numbered)
        return numbered


def date_times_in_utc(model: ReferenceModel) -> Iterator[Variant]:
    """Another spelling of the same moment: ``+00:00`` for ``Z``, with a fraction."""
    if _shows(model, _is_date_time):
        sentence = "date-times are shown with a fraction and +00:00"
        yield Variant("date_times_in_utc", sentence, _Respelt(model.shapes, _is_date_time, _with_fraction))


def date_times_in_another_zone(model: ReferenceModel) -> Iterator[Variant]:
    """Another spelling of the same moment: in the server's time zone."""
    if _shows(model, _is_date_time):
        sentence = "date-times are shown in the server's time zone"
        yield Variant("date_times_in_another_zone", sentence, _Respelt(model.shapes, _is_date_time, _in_another_zone))


def whole_numbers_respelt(model: ReferenceModel) -> Iterator[Variant]:
    """20 for 20.0, and 20.0 for 20, where the document says ``number``."""
    if _shows(model, _is_number):
        sentence = "whole numbers are written 20.0 instead of 20, and the other way round"
        yield Variant("whole_numbers_respelt", sentence, _Respelt(model.shapes, _is_number, _other_number))


def sets_sorted(model: ReferenceModel) -> Iterator[Variant]:
    """Only where ``uniqueItems`` says that a list is a set: other lists promise their order."""
    if _writes(model, _is_set):
        yield Variant("sets_sorted", "lists of distinct items come back sorted", _SetsSorted(model.shapes))


def texts_trimmed(model: ReferenceModel) -> Iterator[Variant]:
    """Texts without the blanks around them."""
    if _writes(model, _is_plain_text):
        yield Variant("texts_trimmed", "blanks around texts are not kept", _TextsTrimmed(model.shapes))


def nulls_omitted(model: ReferenceModel) -> Iterator[Variant]:
    """Optional members that are null are not shown."""
    if _has_optional_null(model):
        yield Variant("nulls_omitted", "optional members that are null are left out", _NullsOmitted(model.shapes))


def nulls_explicit(model: ReferenceModel) -> Iterator[Variant]:
    """Optional members that nothing is known of are shown as null."""
    if _has_optional_null(model):
        yield Variant("nulls_explicit", "optional members without a value are shown as null", _NullsExplicit(model.shapes))


def ids_as_numbers(model: ReferenceModel) -> Iterator[Variant]:
    """Numbers, where texts and numbers are both allowed: the reference gives texts."""
    shapes = model.shapes
    for resource in model.resources:
        shape = shapes.of_schema(resource.item_schema)
        if resource.id_property in shape.properties and _is_text_or_number(shapes.member(shape, resource.id_property)):
            yield Variant("ids_as_numbers", "ids are numbers instead of texts", _NumberIds(shapes))
            return


def _shows(model: ReferenceModel, is_meant: Callable[[Shape], bool]) -> bool:
    """Whether a record is shown with a member of that kind, at whatever depth."""
    shapes = model.shapes
    return any(_reaches(shapes, shapes.of_schema(schema), is_meant, 0) for schema in shown_schemas(model))


def _reaches(shapes: Shapes, shape: Shape, is_meant: Callable[[Shape], bool], depth: int) -> bool:
    if depth > 6:
        return False
    if depth and is_meant(shape):
        return True
    inner = [shapes.member(shape, name) for name in shape.properties]
    items = [shapes.of(shape.items)] if isinstance(shape.items, dict) else []
    return any(_reaches(shapes, each, is_meant, depth + 1) for each in (*inner, *items))


def _writes(model: ReferenceModel, is_meant: Callable[[Shape], bool]) -> bool:
    """Whether clients write a member of that kind at the top of a record that is shown to them."""
    shapes = model.shapes
    for sent, shown in written_schemas(model):
        here, there = shapes.of_schema(sent), shapes.of_schema(shown)
        common = [name for name in here.properties if name in there.properties]
        if any(is_meant(shapes.member(here, name)) and is_meant(shapes.member(there, name)) for name in common):
            return True
    return False


def _has_optional_null(model: ReferenceModel) -> bool:
    shapes = model.shapes
    for schema in shown_schemas(model):
        shape = shapes.of_schema(schema)
        if any(name not in shape.required and _may_be_null(shapes.member(shape, name)) for name in shape.properties):
            return True
    return False


def _may_be_null(shape: Shape) -> bool:
    return shape.is_nullable and not shape.is_write_only


def _is_date_time(shape: Shape) -> bool:
    return shape.format == "date-time" and not any(keyword in shape.flags for keyword in _BOUNDS)


def _is_number(shape: Shape) -> bool:
    return "number" in shape.kinds


def _is_set(shape: Shape) -> bool:
    return shape.is_list and shape.flags.get("uniqueItems") is True and "prefixItems" not in shape.flags


def _is_plain_text(shape: Shape) -> bool:
    return "string" in shape.kinds and not shape.format and not any(keyword in shape.flags for keyword in _BOUNDS[:3])


def _is_text_or_number(shape: Shape) -> bool:
    if shape.enum or shape.format or "pattern" in shape.flags:
        return False
    return not shape.kinds or ("string" in shape.kinds and bool(shape.kinds & {"integer", "number"}))


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _with_fraction(value: JsonValue) -> JsonValue:
    moment = _moment(value) if isinstance(value, str) else None
    try:
        return value if moment is None else moment.astimezone(UTC).isoformat(timespec="milliseconds")
    except OverflowError:
        return value


def _in_another_zone(value: JsonValue) -> JsonValue:
    moment = _moment(value) if isinstance(value, str) else None
    try:
        return value if moment is None else moment.astimezone(timezone(timedelta(hours=8))).isoformat()
    except OverflowError:
        return value


def _other_number(value: JsonValue) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return float(value) if abs(value) < 2**53 else value


VALUES: Final[tuple[Difference, ...]] = (
    date_times_in_utc,
    date_times_in_another_zone,
    whole_numbers_respelt,
    sets_sorted,
    texts_trimmed,
    nulls_omitted,
    nulls_explicit,
    ids_as_numbers,
)
