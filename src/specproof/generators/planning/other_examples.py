"""Bodies that the document shows beside the first: each is sent, and what it alone holds is broken, too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specproof.domain.body_kinds import BodyKind
from specproof.domain.plans import Edit, EditKind, FromStep, PlanValue
from specproof.generators.naming import digest, slug
from specproof.generators.plan_values import leaves, same_plan, segments
from specproof.generators.planning.context import GenerationContext
from specproof.generators.planning.proven_edits import body_stays_valid
from specproof.generators.planning.requests import BodyBase
from specproof.generators.reading.addressing import names_records
from specproof.generators.reading.shapes import escape
from specproof.generators.test_data_factory.model import Boundary, Origin, ProvenValue, Violation

MOST_EXAMPLES = 4
_KINDS = frozenset({BodyKind.JSON, BodyKind.FORM, BodyKind.MULTIPART})


def other_examples(context: GenerationContext, base: BodyBase) -> Iterator[Boundary]:
    """The other documented examples of a body, as edits of its base. Those that name records are left out: there may be no such ones."""
    for value, pointer in _others(context, base):
        edits = _edits(base, value)
        if edits and not any(_names_records(edit) for edit in edits) and body_stays_valid(context, base, edits):
            words = slug(f"example {_name(pointer)}", 40)
            yield Boundary(words, "body as another example shows it", "examples", pointer, edits, value_class="another example")


def broken_others(
    context: GenerationContext, base: BodyBase, known: frozenset[str]
) -> Iterator[tuple[Violation, tuple[Edit, ...]]]:
    """The single faults of members that such an example holds and the base does not, with the edits that send them.

    ``known`` are the pointers of members that are broken already.
    """
    done = set(known)
    for value, _ in _others(context, base):
        new = {f"/{escape(name)}" for name in value if isinstance(base.value, dict) and name not in base.value} - done
        edits = _edits(base, value) if new else ()
        if not edits or not body_stays_valid(context, base, edits):
            continue
        for violation in context.values.violations(base.request, value):
            if violation.edit.pointer in new:
                same = violation.edit.pointer
                yield violation, (*(edit for edit in edits if edit.pointer != same), violation.edit)
        done |= new


def _others(context: GenerationContext, base: BodyBase) -> Iterator[tuple[dict[str, PlanValue], str]]:
    if base.kind not in _KINDS or not isinstance(base.value, dict) or base.own is not None:
        return
    for example in base.media.examples[1 : 1 + MOST_EXAMPLES]:
        key = f"{base.request.key} example {digest(example.pointer)}"
        proven = context.values.valid(replace(base.request, examples=(example,), key=key))
        if isinstance(proven, ProvenValue) and proven.origin is Origin.EXAMPLE and isinstance(proven.value, dict):
            yield proven.value, example.pointer


def _edits(base: BodyBase, value: dict[str, PlanValue]) -> tuple[Edit, ...]:
    """What makes the base the other example; ids of records that were made for it, and files, stay as they are."""
    before = base.value if isinstance(base.value, dict) else {}
    laid_out = {field.name.raw() for field in base.fields}
    kept = {name for name, member in before.items() if any(isinstance(leaf, FromStep) for _, leaf in leaves(member))} | laid_out
    gone = [Edit(EditKind.REMOVE, f"/{escape(name)}") for name in sorted(before) if name not in value and name not in kept]
    new = [
        Edit(EditKind.SET, f"/{escape(name)}", member)
        for name, member in sorted(value.items())
        if name not in kept and not (name in before and same_plan(before[name], member))
    ]
    return (*new, *gone)


def _names_records(edit: Edit) -> bool:
    pointers = [edit.pointer, *(f"{edit.pointer}{inner}" for inner, _ in leaves(edit.value))] if edit.kind is EditKind.SET else []
    return any(names_records(name) for pointer in pointers for name in segments(pointer))


def _name(pointer: str) -> str:
    """The name of an example, or its number among the examples: the last word of its pointer that says anything."""
    words = [word for word in pointer.split("/") if word not in {"value", "dataValue", "example", "examples"}]
    return f"{words[-1]} {digest(pointer, 4)}"
