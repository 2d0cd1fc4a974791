"""Properties that came, went, or are required or visible in another way."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.openapi.diff.rules import ChangeRule
from specproof.openapi.diff.schema_views import ANYTHING, Flattener, Part, Parts, SchemaView, below
from specproof.openapi.diff.value_rules import Difference
from specproof.openapi.finding_log import shortened

Pair = tuple[str, Parts, Parts, bool]
"""Path, both sides, and whether the property does not travel in this direction."""


def property_differences(
    direction: str, old: SchemaView, new: SchemaView, *, views: tuple[Flattener, Flattener]
) -> tuple[list[Difference], list[Pair]]:
    """The differences of the properties themselves, and the pairs of those that are on both sides. ``direction``: request or response."""
    found: list[Difference] = []
    pairs: list[Pair] = []
    required = old.required.keys() ^ new.required.keys()
    for name in sorted(old.properties.keys() | new.properties.keys() | required):
        one = _Property(direction, name, old, new, views)
        found.extend(one.differences())
        pairs.extend(one.pairs())
    return found, pairs


class _Property:
    def __init__(self, direction: str, name: str, old: SchemaView, new: SchemaView, views: tuple[Flattener, Flattener]) -> None:
        self._direction = direction
        self._name = name
        self._path = shortened(name)
        self._old = old
        self._new = new
        self._before = old.properties.get(name)
        self._after = new.properties.get(name)
        self._was_hidden = self._is_hidden(self._before, views[0])
        self._is_hidden_now = self._is_hidden(self._after, views[1])
        self._was_required = name in old.required
        self._is_required = name in new.required

    def _is_hidden(self, parts: Parts | None, flattener: Flattener) -> bool:
        """Whether the property does not travel: read-only ones are not sent, write-only ones do not come back."""
        if parts is None:
            return False
        view = flattener.view(flattener.resolved(parts))
        return view.is_read_only if self._direction == "request" else view.is_write_only

    def _place(self, view: SchemaView, *, of_required: bool = False) -> str:
        if of_required and self._name in view.required:
            return view.required[self._name]
        parts = view.properties.get(self._name)
        return parts[0].pointer if parts else view.place("properties")

    def _found(self, what: str, text: str, *, is_demoted: bool = False, of_required: bool = False) -> Difference:
        before, after = (self._place(view, of_required=of_required) for view in (self._old, self._new))
        rule = ChangeRule(f"{self._direction}.property.{what}")
        return Difference(rule, self._path, before, after, f" {text}", is_demoted)

    def differences(self) -> Iterator[Difference]:
        """What to say of the property itself."""
        if self._after is not None and self._before is None:
            suffix = "required" if self._is_required else "optional"
            text = "added (required)" if self._is_required else "added"
            yield self._found(f"added_{suffix}", text, is_demoted=self._is_hidden_now)
        elif self._before is not None and self._after is None:
            what = "removed"
            if self._direction == "response":
                what = "removed_required" if self._was_required else "removed_optional"
            yield self._found(what, "removed", is_demoted=self._was_hidden)
        elif self._was_hidden != self._is_hidden_now:
            yield self._changed_sight()
        elif self._was_required != self._is_required:
            what, word = ("became_required", "now") if self._is_required else ("became_optional", "no longer")
            yield self._found(what, f"is {word} required", is_demoted=self._is_hidden_now, of_required=True)

    def _changed_sight(self) -> Difference:
        if self._direction == "response":
            if self._is_hidden_now:
                return self._found("became_write_only", "is now write-only")
            return self._found("became_readable", "is no longer write-only")
        if self._is_hidden_now:
            return self._found("became_read_only", "is now read-only")
        if self._is_required:
            return self._found("became_writable_required", "is no longer read-only and has to be sent")
        return self._found("became_writable", "is no longer read-only")

    def pairs(self) -> Iterator[Pair]:
        """Both sides, where the property is on both."""
        if (self._before is None) != (self._after is None) or self._was_hidden != self._is_hidden_now:
            return
        before = self._before or (Part(ANYTHING, below(self._old.pointer, "properties")),)
        after = self._after or (Part(ANYTHING, below(self._new.pointer, "properties")),)
        yield self._path, before, after, self._is_hidden_now
