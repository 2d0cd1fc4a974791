"""Schemas of Swagger 2.0: the few keywords that OpenAPI 3.0 writes in another way, and schemas written out in their owner."""

from __future__ import annotations

from specproof.openapi.schema import JsonObject

_SCHEMA_KEYWORDS = frozenset(
    {
        "type", "format", "items", "default", "enum", "multipleOf", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum",
        "minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "x-nullable", "nullable",
    }
)  # fmt: skip


def as_openapi_30_schema(raw: JsonObject) -> JsonObject:
    """``raw`` in the words of OpenAPI 3.0; this level only, so that it can be done when the schema is needed.

    ``x-nullable`` becomes ``nullable``, a discriminator that is a text names a property, and ``type: file`` is a binary text.
    """
    changes: JsonObject = {}
    if raw.get("x-nullable") is True:
        changes["nullable"] = True
    if isinstance(raw.get("discriminator"), str):
        changes["discriminator"] = {"propertyName": raw["discriminator"]}
    if raw.get("type") == "file":
        changes |= {"type": "string", "format": "binary"}
    return {**raw, **changes} if changes else raw


def inline_schema(owner: JsonObject) -> JsonObject:
    """The schema that a parameter or header writes out in itself; empty where it says nothing."""
    return {key: value for key, value in owner.items() if key in _SCHEMA_KEYWORDS}
