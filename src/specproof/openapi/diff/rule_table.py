"""What each rule means for clients: its severity, and why.

Reasoned from HTTP and JSON Schema: a request that was right has to stay right, and a response must not hold what a client was not told
of. So narrowing breaks in requests and does no harm in responses; widening is the reverse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from specproof.openapi.diff.changes import ChangeSeverity
from specproof.openapi.diff.rules import ChangeRule

_BREAKING, _WARNING, _INFO = ChangeSeverity


@dataclass(frozen=True, slots=True)
class RuleMeaning:
    """A rule's severity and the sentence that explains it."""

    severity: ChangeSeverity
    why: str


_NARROWS = {
    "type_narrowed": "values of a type that is no longer listed",
    "became_not_nullable": "null",
    "enum_added": "values outside of the new list",
    "enum_value_removed": "the value that went",
    "minimum_raised": "numbers below the new bound",
    "maximum_lowered": "numbers above the new bound",
    "min_length_raised": "texts shorter than the new bound",
    "max_length_lowered": "texts longer than the new bound",
    "min_items_raised": "lists shorter than the new bound",
    "max_items_lowered": "lists longer than the new bound",
    "min_properties_raised": "objects with fewer properties than the new bound",
    "max_properties_lowered": "objects with more properties than the new bound",
    "multiple_of_added": "numbers that are no multiple",
    "pattern_added": "texts that do not match",
    "unique_items_added": "lists that repeat an item",
    "additional_properties_closed": "properties that are not listed",
    "union_added": "values that fit none of the alternatives",
    "alternative_removed": "values of the alternative that went",
    "discriminator_value_removed": "the discriminator's value that went",
    "format_added": "texts that do not have the format",
}
"""Facet -> what was allowed before and is not any more."""
_WIDENS = {
    "type_widened": "values of another type",
    "became_nullable": "null",
    "enum_removed": "values outside of the earlier list",
    "enum_value_added": "a value that clients do not know",
    "minimum_lowered": "numbers below the earlier bound",
    "maximum_raised": "numbers above the earlier bound",
    "min_length_lowered": "texts shorter than before",
    "max_length_raised": "texts longer than before",
    "min_items_lowered": "lists shorter than before",
    "max_items_raised": "lists longer than before",
    "min_properties_lowered": "objects with fewer properties than before",
    "max_properties_raised": "objects with more properties than before",
    "multiple_of_removed": "numbers that are no multiple",
    "pattern_removed": "texts that do not match the earlier pattern",
    "unique_items_removed": "lists that repeat an item",
    "additional_properties_opened": "properties that are not listed",
    "union_removed": "values that fit none of the earlier alternatives",
    "alternative_added": "values of an alternative that clients do not know",
    "discriminator_value_added": "a discriminator's value that clients do not know",
    "format_removed": "texts that do not have the format",
}
"""Facet -> what was not allowed before and is now."""
_DIFFERS = {
    "type_changed": (_BREAKING, "A value of the one type is not a value of the other."),
    "format_changed": (_BREAKING, "A text of the one format is rarely one of the other."),
    "multiple_of_changed": (_BREAKING, "Most multiples of the one number are not multiples of the other."),
    "pattern_changed": (_WARNING, "Which texts match is different; whether fewer or more is not decided here."),
    "discriminator_changed": (_BREAKING, "Another property says which alternative a value is."),
    "content_encoding_changed": (_BREAKING, "The text has to be decoded in another way."),
    "condition_changed": (
        _WARNING,
        "A condition between parts of the value changed; whether it is stricter is not decided here.",
    ),
    "schema_changed": (_WARNING, "The schema is too large or too entangled to be compared in detail, and it is not the same."),
}
"""Facet -> the same in both directions."""
_SOFT_IN_REQUESTS = {"format_added"}
"""Narrowing that servers often do not enforce: ``format`` is an annotation unless a server chooses to check it."""
_HARD_IN_RESPONSES = {"type_widened", "became_nullable"}
"""Widening that typed clients cannot read."""


def _value_rules() -> Iterator[tuple[ChangeRule, RuleMeaning]]:
    for place in ("parameter", "request", "response"):
        is_sent = place != "response"
        for facet, what in _NARROWS.items():
            severity = (_WARNING if facet in _SOFT_IN_REQUESTS else _BREAKING) if is_sent else _INFO
            why = (
                f"Clients that send {what} {'may be' if facet in _SOFT_IN_REQUESTS else 'are'} refused."
                if is_sent
                else f"Clients no longer get {what}: what still comes was allowed before."
            )
            yield ChangeRule(f"{place}.value.{facet}"), RuleMeaning(severity, why)
        for facet, what in _WIDENS.items():
            severity = _INFO if is_sent else _BREAKING if facet in _HARD_IN_RESPONSES else _WARNING
            why = (
                f"The server takes {what} too: what clients send today stays right."
                if is_sent
                else f"Clients may get {what}{', and typed clients cannot read it.' if severity is _BREAKING else '.'}"
            )
            yield ChangeRule(f"{place}.value.{facet}"), RuleMeaning(severity, why)
        for facet, (severity, why) in _DIFFERS.items():
            yield ChangeRule(f"{place}.value.{facet}"), RuleMeaning(severity, why)


_RULES: Final[Mapping[ChangeRule, tuple[ChangeSeverity, str]]] = {
    ChangeRule.OPERATION_ADDED: (_INFO, "Nobody calls it yet."),
    ChangeRule.OPERATION_REMOVED: (_BREAKING, "Clients that call it get an error."),
    ChangeRule.OPERATION_REMOVED_DEPRECATED: (_WARNING, "It was announced as deprecated; clients that did not follow get an error."),
    ChangeRule.OPERATION_MOVED: (_BREAKING, "Clients that call the earlier method or path get an error."),
    ChangeRule.OPERATION_PATH_PARAMETER_RENAMED: (_INFO, "The name stands in the template only and never travels."),
    ChangeRule.OPERATION_DEPRECATED: (_INFO, "It works as before; clients should look for another way."),
    ChangeRule.OPERATION_REACTIVATED: (_INFO, "The announcement that it will go was taken back."),
    ChangeRule.OPERATION_SUNSET_ANNOUNCED: (_INFO, "It works until that day."),
    ChangeRule.OPERATION_SUNSET_EARLIER: (_BREAKING, "Clients were promised more time."),
    ChangeRule.OPERATION_SUNSET_LATER: (_INFO, "Clients have more time than they were promised."),
    ChangeRule.OPERATION_SUNSET_WITHDRAWN: (_INFO, "No day is named any more at which it goes."),
    ChangeRule.OPERATION_STATUS_CHANGED: (_INFO, "The team's own note on how far the operation has come (`x-apifox-status`)."),
    ChangeRule.SERVERS_ADDED: (_INFO, "One address more."),
    ChangeRule.SERVERS_REMOVED: (_INFO, "Which addresses answer is the operator's business; clients are configured with theirs."),
    ChangeRule.SERVERS_CHANGED: (_INFO, "The API is said to lie at another address; clients are configured with theirs."),
    ChangeRule.SERVERS_BASE_PATH_CHANGED: (_INFO, "The path before all paths is another one; clients are configured with theirs."),
    ChangeRule.SECURITY_BECAME_REQUIRED: (_BREAKING, "Calls without a credential are refused."),
    ChangeRule.SECURITY_NO_LONGER_REQUIRED: (_INFO, "Calls with a credential stay right."),
    ChangeRule.SECURITY_ALTERNATIVE_ADDED: (_INFO, "The credentials of today stay right."),
    ChangeRule.SECURITY_ALTERNATIVE_REMOVED: (_BREAKING, "Clients that hold only this credential are refused."),
    ChangeRule.SECURITY_SCHEME_CHANGED: (_BREAKING, "The credential travels in another way or place."),
    ChangeRule.SECURITY_SCOPE_ADDED: (_BREAKING, "Tokens without the scope are refused."),
    ChangeRule.SECURITY_SCOPE_REMOVED: (_INFO, "Tokens with the scope stay right."),
    ChangeRule.PARAMETER_ADDED_REQUIRED: (_BREAKING, "Requests without it are refused, and no client sends it yet."),
    ChangeRule.PARAMETER_ADDED_OPTIONAL: (_INFO, "Requests without it stay right."),
    ChangeRule.PARAMETER_REMOVED: (_WARNING, "What clients still send is ignored, or refused by a strict server."),
    ChangeRule.PARAMETER_REMOVED_DEPRECATED: (_INFO, "It was announced as deprecated."),
    ChangeRule.PARAMETER_BECAME_REQUIRED: (_BREAKING, "Requests without it are refused."),
    ChangeRule.PARAMETER_BECAME_OPTIONAL: (_INFO, "Requests with it stay right."),
    ChangeRule.PARAMETER_MOVED: (_BREAKING, "The server looks for it in another part of the request."),
    ChangeRule.PARAMETER_STYLE_CHANGED: (_BREAKING, "The value is written in another way, and the earlier one is not understood."),
    ChangeRule.PARAMETER_EXPLODE_CHANGED: (_BREAKING, "Lists and objects are written in another way, and the earlier one is not understood."),
    ChangeRule.PARAMETER_CONTENT_CHANGED: (_BREAKING, "The value is written in another media type."),
    ChangeRule.PARAMETER_ALLOW_RESERVED_CHANGED: (_INFO, "Servers decode both spellings to the same value."),
    ChangeRule.PARAMETER_DEPRECATED: (_INFO, "It works as before; clients should stop to send it."),
    ChangeRule.PARAMETER_REACTIVATED: (_INFO, "The announcement that it will go was taken back."),
    ChangeRule.PARAMETER_DEFAULT_ADDED: (_INFO, "The document says now what happens without it."),
    ChangeRule.PARAMETER_DEFAULT_CHANGED: (_WARNING, "Requests without it are answered, and mean something else."),
    ChangeRule.PARAMETER_DEFAULT_REMOVED: (_WARNING, "What requests without it mean is no longer said."),
    ChangeRule.REQUEST_BODY_ADDED_REQUIRED: (_BREAKING, "Requests without a body are refused, and no client sends one yet."),
    ChangeRule.REQUEST_BODY_ADDED_OPTIONAL: (_INFO, "Requests without a body stay right."),
    ChangeRule.REQUEST_BODY_REMOVED: (_WARNING, "What clients still send is ignored, or refused by a strict server."),
    ChangeRule.REQUEST_BODY_BECAME_REQUIRED: (_BREAKING, "Requests without a body are refused."),
    ChangeRule.REQUEST_BODY_BECAME_OPTIONAL: (_INFO, "Requests with a body stay right."),
    ChangeRule.REQUEST_BODY_ENCODING_CHANGED: (_WARNING, "A part of the form travels in another media type or layout; many servers take both."),
    ChangeRule.REQUEST_MEDIA_TYPE_ADDED: (_INFO, "The media types of today stay right."),
    ChangeRule.REQUEST_MEDIA_TYPE_REMOVED: (_BREAKING, "Clients that send it are refused with 415."),
    ChangeRule.REQUEST_PROPERTY_ADDED_REQUIRED: (_BREAKING, "Bodies without it are refused, and no client sends it yet."),
    ChangeRule.REQUEST_PROPERTY_ADDED_OPTIONAL: (_INFO, "Bodies without it stay right."),
    ChangeRule.REQUEST_PROPERTY_REMOVED: (_WARNING, "What clients still send is ignored, or refused by a strict server."),
    ChangeRule.REQUEST_PROPERTY_BECAME_REQUIRED: (_BREAKING, "Bodies without it are refused."),
    ChangeRule.REQUEST_PROPERTY_BECAME_OPTIONAL: (_INFO, "Bodies with it stay right."),
    ChangeRule.REQUEST_PROPERTY_BECAME_READ_ONLY: (_WARNING, "What clients still send is ignored, or refused by a strict server."),
    ChangeRule.REQUEST_PROPERTY_BECAME_WRITABLE: (_INFO, "Clients may send it now; bodies without it stay right."),
    ChangeRule.REQUEST_PROPERTY_BECAME_WRITABLE_REQUIRED: (_BREAKING, "A read-only property is not sent; this one now has to be."),
    ChangeRule.RESPONSE_STATUS_SUCCESS_ADDED: (_INFO, "One more way to succeed; clients take all of 2xx for success."),
    ChangeRule.RESPONSE_STATUS_SUCCESS_REMOVED: (_BREAKING, "Clients that wait for this answer do not get it."),
    ChangeRule.RESPONSE_STATUS_OTHER_ADDED: (_INFO, "HTTP clients have to expect any status, documented or not."),
    ChangeRule.RESPONSE_STATUS_OTHER_REMOVED: (_INFO, "What clients have for this case is not used any more."),
    ChangeRule.RESPONSE_MEDIA_TYPE_ADDED: (_INFO, "Clients say what they accept."),
    ChangeRule.RESPONSE_MEDIA_TYPE_REMOVED: (_BREAKING, "Clients that accept only this one get 406, or what they cannot read."),
    ChangeRule.RESPONSE_HEADER_ADDED: (_INFO, "Clients ignore headers that they do not know."),
    ChangeRule.RESPONSE_HEADER_REMOVED_REQUIRED: (_BREAKING, "Clients were told that it is always there."),
    ChangeRule.RESPONSE_HEADER_REMOVED_OPTIONAL: (_WARNING, "Clients that use it where it is have to do without."),
    ChangeRule.RESPONSE_HEADER_BECAME_REQUIRED: (_INFO, "It is always there now."),
    ChangeRule.RESPONSE_HEADER_BECAME_OPTIONAL: (_BREAKING, "Clients were told that it is always there."),
    ChangeRule.RESPONSE_PROPERTY_ADDED_REQUIRED: (_INFO, "Clients ignore properties that they do not know."),
    ChangeRule.RESPONSE_PROPERTY_ADDED_OPTIONAL: (_INFO, "Clients ignore properties that they do not know."),
    ChangeRule.RESPONSE_PROPERTY_REMOVED_REQUIRED: (_BREAKING, "Clients were told that it is always there."),
    ChangeRule.RESPONSE_PROPERTY_REMOVED_OPTIONAL: (_WARNING, "Clients that use it where it is have to do without."),
    ChangeRule.RESPONSE_PROPERTY_BECAME_REQUIRED: (_INFO, "It is always there now."),
    ChangeRule.RESPONSE_PROPERTY_BECAME_OPTIONAL: (_BREAKING, "Clients were told that it is always there."),
    ChangeRule.RESPONSE_PROPERTY_BECAME_WRITE_ONLY: (_BREAKING, "A write-only property does not come back any more."),
    ChangeRule.RESPONSE_PROPERTY_BECAME_READABLE: (_INFO, "It comes back now; clients ignore properties that they do not know."),
}  # fmt: skip

RULES: Final[Mapping[ChangeRule, RuleMeaning]] = {
    **{rule: RuleMeaning(severity, why) for rule, (severity, why) in _RULES.items()},
    **dict(_value_rules()),
}
"""Every rule's meaning."""
