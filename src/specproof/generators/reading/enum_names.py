"""The names that a document gives to the members of an enum (``x-enum-names``, a list beside ``enum``)."""

from __future__ import annotations

import json

from specproof.domain.plans import PlanValue
from specproof.openapi.schema import JsonObject, JsonValue, Schema, resolve_reference
from specproof.openapi.text import UntrustedText

NAMES = "x-enum-names"


def named_member(schema: Schema, value: PlanValue) -> UntrustedText:
    """``\u5f85\u4ed8\u6b3e (pending)``: the name of an enum's member and the member; empty where it has no name."""
    holder = _enum_of(schema)
    members, names = holder.get("enum"), holder.get(NAMES)
    if not isinstance(members, list) or not isinstance(names, list):
        return UntrustedText("")
    for member, name in zip(members, names, strict=False):
        if isinstance(name, str) and name.strip() and _is_same(member, value):
            shown = member if isinstance(member, str) else json.dumps(member)
            return UntrustedText(name.strip() if name.strip() == shown else f"{name.strip()} ({shown})")
    return UntrustedText("")


def _is_same(member: JsonValue, value: PlanValue) -> bool:
    return type(member) is type(value) and member == value


def _enum_of(schema: Schema) -> JsonObject:
    """What the schema itself says, references followed."""
    found = resolve_reference(schema.raw, schema.definitions) if isinstance(schema.raw, dict) else {}
    return found if isinstance(found, dict) else {}
