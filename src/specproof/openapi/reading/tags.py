"""The tags that a document describes."""

from __future__ import annotations

from dataclasses import replace

from specproof.openapi.finding_log import quoted
from specproof.openapi.findings import FindingCode
from specproof.openapi.model import Tag
from specproof.openapi.pointers import Tokens, pointer
from specproof.openapi.reading.document_reader import DocumentReader, text_of
from specproof.openapi.schema import JsonValue
from specproof.openapi.text import UntrustedText

_MOST_TAGS = 1_000
_CODE = FindingCode.DOCUMENT_INVALID


def read_tags(reader: DocumentReader, raw: JsonValue, at: Tokens) -> tuple[Tag, ...]:
    """The tags in the document's order, each name once. A parent that is unknown, or below its own child, is left out with a finding."""
    tags: dict[UntrustedText, Tag] = {}
    for place, entry in reader.entries(raw, at, _CODE, "tags", _MOST_TAGS):
        name = text_of(entry, "name") if isinstance(entry, dict) else UntrustedText("")
        if not isinstance(entry, dict) or not name:
            reader.report(_CODE, place, "a tag must be an object with a name; it is left out")
        elif name in tags:
            reader.report(_CODE, place, f"the tag {quoted(name.raw())} is described twice; the first counts")
        else:
            parent = entry.get("parent")
            if parent is not None and not isinstance(parent, str):
                reader.report(_CODE, (*place, "parent"), "the parent of a tag must be the name of a tag; it is left out")
            tags[name] = Tag(name, pointer(place), UntrustedText(parent if isinstance(parent, str) else ""))
    return tuple(_with_sound_parent(reader, tag, tags) for tag in tags.values())


def _with_sound_parent(reader: DocumentReader, tag: Tag, tags: dict[UntrustedText, Tag]) -> Tag:
    if not tag.parent:
        return tag
    if tag.parent not in tags:
        message = f"no tag is named {quoted(tag.parent.raw())}; the parent is left out"
    elif _is_above_itself(tag, tags):
        message = f"the parents of the tag {quoted(tag.name.raw())} lead back to it; the parent is left out"
    else:
        return tag
    reader.log.add(_CODE, f"{tag.pointer}/parent", message)
    return replace(tag, parent=UntrustedText(""))


def _is_above_itself(tag: Tag, tags: dict[UntrustedText, Tag]) -> bool:
    seen: set[UntrustedText] = set()
    current: Tag | None = tag
    while current is not None and current.parent and current.parent not in seen:
        if current.parent == tag.name:
            return True
        seen.add(current.parent)
        current = tags.get(current.parent)
    return False
