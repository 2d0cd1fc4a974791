"""Which operations answer with a business code (``{"code": 0, "msg": "...", "data": ...}``), and which values of it mean success.

One name alone proves nothing: a coupon has a ``code``, an order a ``status``. So an answer has to look like an envelope, and most answers
of the document have to; a document in which one operation of many does so is an ordinary one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from specproof.domain.business_codes import AUTO, OFF, BusinessCode, explicit_code
from specproof.generators.reading.answers import success_schema
from specproof.generators.reading.shapes import Shape, escape, shape_of
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.model import Operation, OperationKey
from specproof.openapi.schema import JsonObject, JsonValue, Schema, resolve_reference

USUAL_SUCCESS: tuple[int | str, ...] = (0, 200, "0", "200", "SUCCESS", "success", "OK", "ok", "00000")
"""What means success where the document does not say."""
# The first of these that an answer has is its code. Only those that nothing but an envelope has speak for themselves.
_DISTINCT = ("errcode", "retcode", "resultcode", "errorcode", "respcode", "returncode", "bizcode")
_COMMON = ("code", "ret", "status")
_MESSAGES = frozenset({"msg", "message", "errmsg", "error", "errormsg", "errormessage", "retmsg", "info", "desc"})
_CONTENTS = frozenset({"data", "result", "success", "body", "payload", "content", "rows", "list"})
_CEREMONY = frozenset(
    {"timestamp", "time", "requestid", "traceid", "total", "count", "page", "pagesize", "size", "ok", "path", "errors"}
    | {"wording", "echo", "stream", "status", "code", "ret", "version", "servertime", "sign", "meta", "pages", "current"}
)
_ASKED_TWICE = 2


@dataclass(frozen=True, slots=True)
class BusinessCodes:
    """The codes of a document: of each operation that has one. ``finding`` says what was recognised; None where nothing was."""

    by_operation: Mapping[OperationKey, BusinessCode]
    finding: Finding | None = None

    def of(self, operation: Operation) -> BusinessCode | None:
        """The code of an operation's answers, or None."""
        return self.by_operation.get(operation.key)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A property that may be the code of an operation's answers, and the values that the document shows for a success."""

    pointer: str
    certain: tuple[int | str, ...]
    """Said by ``const`` or ``enum``."""
    shown: tuple[int | str, ...]
    """Said by examples and defaults, which editors also invent."""


def business_codes(operations: Sequence[Operation], setting: str) -> BusinessCodes:
    """The codes as ``setting`` wants them: recognised, none, or the one that it spells out, then of every operation."""
    if setting.strip() == OFF:
        return BusinessCodes({})
    explicit = explicit_code(setting)
    if explicit is not None:
        return BusinessCodes({operation.key: explicit for operation in operations})
    return _recognised(operations)


def _recognised(operations: Sequence[Operation]) -> BusinessCodes:
    described = [one for one in operations if _says_something(shape_of(success_schema(one)))]
    found = {one.key: candidate for one in described if (candidate := _candidate(one)) is not None}
    if not found or 2 * len(found) <= len(described):
        return BusinessCodes({})
    by_pointer: dict[str, list[_Candidate]] = {}
    for key in sorted(found):
        by_pointer.setdefault(found[key].pointer, []).append(found[key])
    success = {pointer: _success(candidates) for pointer, candidates in by_pointer.items()}
    codes = {key: BusinessCode(candidate.pointer, success[candidate.pointer]) for key, candidate in found.items()}
    counts = Counter(codes.values())
    usual = max(counts, key=lambda code: (counts[code], code.pointer))
    # What is not described otherwise follows the others; a `code` that is no candidate is something else.
    alike = {one.key: usual for one in operations if one.key not in codes and not _has_property(one, usual)}
    return BusinessCodes({**codes, **alike}, _finding(usual, counts, len(described)))


def _has_property(operation: Operation, code: BusinessCode) -> bool:
    return code.pointer in {"/" + escape(name) for name in shape_of(success_schema(operation)).properties}


def _says_something(shape: Shape) -> bool:
    """Whether an answer is described: ``{"type": "object", "properties": {}}`` is what an editor writes by itself."""
    return shape.is_object or bool(shape.types - {"object"})


def _finding(usual: BusinessCode, counts: Counter[BusinessCode], described: int) -> Finding:
    values = ", ".join(str(value) for value in usual.success)
    others = counts.total() - counts[usual]
    message = (
        f"{counts[usual]} of {described} described answers carry a business code: `{usual.name}`, where {values} means success, "
        "and anything else in a 2xx counts as a refusal"
        + (f"; {others} more name it differently" if others else "")
        + f". Set SPECPROOF_GENERATION__BUSINESS_CODE to {OFF}, or to {usual.name}=VALUES, if that is wrong ({AUTO} is the default)"
    )
    return Finding(FindingCode.BUSINESS_CODE, "#/paths", message, Severity.INFO)


def _candidate(operation: Operation) -> _Candidate | None:
    schema = success_schema(operation)
    root = shape_of(schema)
    names = {_plain(name): name for name in sorted(root.properties, reverse=True)}
    for wanted in (*_DISTINCT, *_COMMON):
        name = names.get(wanted)
        if name is not None and schema is not None:
            member = root.properties[name]
            shape = shape_of(member)
            if shape.types and shape.types <= {"integer", "number", "string"}:
                candidate = _Candidate("/" + escape(name), tuple(_certain(shape)), tuple(_shown(operation, schema, member, name)))
                if _is_envelope(wanted, names, shape, candidate):
                    return candidate
    return None


def _is_envelope(wanted: str, names: Mapping[str, str], shape: Shape, candidate: _Candidate) -> bool:
    """Whether what stands beside the code makes it one."""
    beside = set(names) - {wanted}
    says, holds = bool(beside & _MESSAGES), bool(beside & _CONTENTS)
    is_known = bool(candidate.certain) or any(value in USUAL_SUCCESS for value in candidate.shown)
    if not (says or holds) or "id" in beside or (shape.enum and not is_known):
        return False
    if wanted in _DISTINCT:
        return True
    is_bare = beside <= _MESSAGES | _CONTENTS | _CEREMONY
    if wanted == "status":
        return says and holds and is_bare and is_known
    if "string" in shape.types and not is_known:
        return says and holds and is_bare
    return (says and holds) or is_bare


def _success(candidates: Sequence[_Candidate]) -> tuple[int | str, ...]:
    """What means success: what the document says of it, else what its examples agree on, else the usual values."""
    certain = [value for candidate in candidates for value in candidate.certain]
    shown = Counter(value for candidate in candidates for value in set(candidate.shown))
    usual = [value for value in shown if value in USUAL_SUCCESS]
    if certain or usual:
        return tuple(sorted({*certain, *usual}, key=lambda value: (isinstance(value, str), str(value))))
    # Examples of one strange value (``20000``), again and again, are no invention of an editor's.
    if len(shown) == 1 and shown.total() >= _ASKED_TWICE:
        return tuple(shown)
    return USUAL_SUCCESS


def _certain(shape: Shape) -> Iterator[int | str]:
    """What ``const`` and ``enum`` say of success."""
    members = [value for value in shape.enum if _is_code(value)]
    yield from members if len(members) == 1 else (value for value in members if value in USUAL_SUCCESS)


def _shown(operation: Operation, schema: Schema, member: Schema, name: str) -> Iterator[int | str]:
    """The values of the code in the examples and defaults of a success."""
    own = _resolved(member)
    listed = own.get("examples")
    values: list[JsonValue] = [own.get("default"), own.get("example"), *(listed if isinstance(listed, list) else [])]
    whole = _resolved(schema)
    wholes = whole.get("examples")
    bodies: list[JsonValue] = [whole.get("example"), *(wholes if isinstance(wholes, list) else [])]
    for response in operation.success_responses():
        bodies += [example.value for media in response.media_types if media.is_json for example in media.examples]
    values += [body.get(name) for body in bodies if isinstance(body, dict)]
    for value in values:
        if _is_code(value):
            yield value


def _resolved(schema: Schema) -> JsonObject:
    found = resolve_reference(schema.raw, schema.definitions) if isinstance(schema.raw, dict) else None
    return found if isinstance(found, dict) else {}


def _is_code(value: JsonValue) -> TypeGuard[int | str]:
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, str) and 0 < len(value) <= 20)


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
