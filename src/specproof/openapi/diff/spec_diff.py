"""What changed between two revisions of a document, operation by operation, for people and for regeneration.

Operations are matched by Apifox's endpoint id, which survives renames, then by method and path. A change of a shared schema counts
for every operation that reaches it. Prose (summary, description, tags, examples) is no change of the contract.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from specproof.openapi.diff.schema_diff import SchemaComparison
from specproof.openapi.finding_log import shortened
from specproof.openapi.model import ApiSpec, MediaType, Operation, OperationKey, Parameter, Response, SecurityRequirement
from specproof.openapi.schema import JsonObject, Schema

_MAX_DETAILS_PER_OPERATION = 20
_MAX_DETAILS = 200
"""From here on, an operation only counts."""


@dataclass(frozen=True, slots=True)
class SpecDifference:
    """Printable labels (``POST /pets``) of operations that came, went or changed, and sentences that say how."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    details: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no operation differs."""
        return not (self.added or self.removed or self.changed)


def diff_specs(old: ApiSpec, new: ApiSpec) -> SpecDifference:
    """Compare two revisions. Labels are sorted; ``details`` follow the order of ``changed``; where there are too many, the last counts the rest."""
    if old.digest == new.digest:
        return SpecDifference()
    pairs = _matched(old, new)
    comparison = SchemaComparison(old.definitions, new.definitions)
    changed: list[str] = []
    details: list[str] = []
    left_out = 0
    for before, after in sorted(pairs, key=lambda pair: pair[1].key):
        sentences = _OperationComparison(before, after, comparison).sentences()
        first = next(sentences, None)
        if first is None:
            continue
        label = _label(after.key)
        changed.append(label)
        if len(details) >= _MAX_DETAILS:
            left_out += 1
        else:
            told = [first, *itertools.islice(sentences, _MAX_DETAILS_PER_OPERATION - 1)]
            details.extend(f"{label}: {sentence}" for sentence in told)
    if left_out:
        details.append(f"and changes of {left_out} more operations")
    old_matched = {before.key for before, _ in pairs}
    new_matched = {after.key for _, after in pairs}
    return SpecDifference(
        added=tuple(_label(operation.key) for operation in new.operations if operation.key not in new_matched),
        removed=tuple(_label(operation.key) for operation in old.operations if operation.key not in old_matched),
        changed=tuple(changed),
        details=tuple(details),
    )


def _label(key: OperationKey) -> str:
    return shortened(key.label, 200)


def _matched(old: ApiSpec, new: ApiSpec) -> list[tuple[Operation, Operation]]:
    """Pairs of the same operation. An id counts only where it is unique in its document."""
    old_by_id, new_by_id = _by_unique_id(old), _by_unique_id(new)
    pairs = [(old_by_id[number], new_by_id[number]) for number in old_by_id.keys() & new_by_id.keys()]
    taken_old = {before.key for before, _ in pairs}
    taken_new = {after.key for _, after in pairs}
    remaining = {operation.key: operation for operation in old.operations if operation.key not in taken_old}
    for after in new.operations:
        before = remaining.get(after.key)
        if before is not None and after.key not in taken_new:
            pairs.append((before, after))
    return pairs


def _by_unique_id(spec: ApiSpec) -> dict[str, Operation]:
    found: dict[str, list[Operation]] = {}
    for operation in spec.operations:
        if operation.apifox_id:
            found.setdefault(operation.apifox_id, []).append(operation)
    return {number: operations[0] for number, operations in found.items() if len(operations) == 1}


class _OperationComparison:
    """The sentences about one operation."""

    def __init__(self, before: Operation, after: Operation, schemas: SchemaComparison) -> None:
        self._before = before
        self._after = after
        self._schemas = schemas

    def sentences(self) -> Iterator[str]:
        before, after = self._before, self._after
        if before.key != after.key:
            yield f"was {_label(before.key)}"
        if before.deprecated != after.deprecated:
            yield "is now deprecated" if after.deprecated else "is no longer deprecated"
        if before.apifox_status != after.apifox_status:
            yield f"status {before.apifox_status or 'none'} -> {after.apifox_status or 'none'}"
        if _security(before.security) != _security(after.security):
            yield f"security {_shown_security(before.security)} -> {_shown_security(after.security)}"
        yield from self._parameters()
        yield from self._body()
        yield from self._responses()

    def _parameters(self) -> Iterator[str]:
        before = {(item.location.value, item.name): item for item in self._before.parameters}
        after = {(item.location.value, item.name): item for item in self._after.parameters}
        for identity in sorted(before.keys() | after.keys()):
            location, name = identity
            subject = f'{location} parameter "{shortened(name.raw())}"'
            old, new = before.get(identity), after.get(identity)
            if old is None and new is not None:
                yield f"{subject} added{' (required)' if new.required else ''}"
            elif new is None:
                yield f"{subject} removed"
            elif old is not None:
                yield from self._parameter(subject, old, new)

    def _parameter(self, subject: str, old: Parameter, new: Parameter) -> Iterator[str]:
        if old.required != new.required:
            yield f"{subject} is {'now' if new.required else 'no longer'} required"
        if (old.style, old.explode, old.content_type) != (new.style, new.explode, new.content_type):
            yield f"{subject}: its layout on the wire changed"
        yield from self._schemas.sentences(subject, old.schema.raw, new.schema.raw)

    def _body(self) -> Iterator[str]:
        old, new = self._before.request_body, self._after.request_body
        if old is None and new is None:
            return
        if old is None or new is None:
            yield "request body added" if old is None else "request body removed"
            return
        if old.required != new.required:
            yield f"request body is {'now' if new.required else 'no longer'} required"
        yield from self._media_types("request", old.media_types, new.media_types)

    def _media_types(self, subject: str, old: tuple[MediaType, ...], new: tuple[MediaType, ...]) -> Iterator[str]:
        before, after = ({item.name: item for item in items} for items in (old, new))
        for name in sorted(before.keys() | after.keys()):
            if name not in before:
                yield f"{subject} media type {name} added"
            elif name not in after:
                yield f"{subject} media type {name} removed"
            else:
                yield from self._schemas.sentences(subject, _raw(before[name].schema), _raw(after[name].schema))

    def _responses(self) -> Iterator[str]:
        before = {item.status: item for item in self._before.responses}
        after = {item.status: item for item in self._after.responses}
        for status in sorted(before.keys() | after.keys()):
            if status not in before:
                yield f"response {status} added"
            elif status not in after:
                yield f"response {status} removed"
            else:
                yield from self._response(f"response {status}", before[status], after[status])

    def _response(self, subject: str, old: Response, new: Response) -> Iterator[str]:
        yield from self._media_types(subject, old.media_types, new.media_types)
        before, after = ({item.name: item for item in items} for items in (old.headers, new.headers))
        for name in sorted(before.keys() | after.keys()):
            title = f'{subject} header "{name}"'
            if name not in before or name not in after:
                yield f"{title} {'added' if name in after else 'removed'}"
                continue
            if before[name].required != after[name].required:
                yield f"{title} is {'now' if after[name].required else 'no longer'} required"
            yield from self._schemas.sentences(title, _raw(before[name].schema), _raw(after[name].schema))


def _raw(schema: Schema | None) -> JsonObject | bool:
    return True if schema is None else schema.raw


def _security(alternatives: tuple[SecurityRequirement, ...]) -> frozenset[frozenset[tuple[object, ...]]]:
    return frozenset(
        frozenset((scheme.name, scheme.kind, scheme.parameter, scheme.location) for scheme in alternative.schemes)
        for alternative in alternatives
    )


def _shown_security(alternatives: tuple[SecurityRequirement, ...]) -> str:
    if not alternatives:
        return "none"
    shown = (" + ".join(scheme.name.printable(40) for scheme in item.schemes) or "anonymous" for item in alternatives)
    return " or ".join(shown)
