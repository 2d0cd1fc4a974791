"""Partial changes: merge patches (RFC 7396), JSON patches (RFC 6902), and plain JSON, which replaces the members that it names."""

from __future__ import annotations

from copy import deepcopy

from specproof.openapi.schema import JsonObject, JsonValue


class PatchError(Exception):
    """A patch that cannot be applied to this value. The text is for the caller."""


def merge_patched(target: JsonValue, patch: JsonValue) -> JsonValue:
    """RFC 7396: null removes, objects merge, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    merged: JsonObject = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patched(merged.get(name), value)
    return merged


def json_patched(target: JsonValue, patch: JsonValue) -> JsonValue:
    """RFC 6902: ``add``, ``remove``, ``replace``, ``move``, ``copy`` and ``test``. Raises :class:`PatchError`."""
    if not isinstance(patch, list):
        raise PatchError("a JSON patch is a list of operations")
    value = deepcopy(target)
    for step in patch:
        if not isinstance(step, dict) or not isinstance(step.get("path"), str):
            raise PatchError("an operation of a JSON patch has a path")
        value = _step(value, step)
    return value


def _step(value: JsonValue, step: JsonObject) -> JsonValue:
    kind, path = step.get("op"), _tokens(step["path"])
    if kind == "test":
        if _get(value, path) != step.get("value"):
            raise PatchError("a test of the patch does not hold")
        return value
    if kind == "remove":
        return _removed(value, path)
    if kind == "replace":
        _get(value, path)
        return _added(_removed(value, path), path, step.get("value")) if path else step.get("value")
    if kind == "add":
        return _added(value, path, step.get("value"))
    if kind in {"copy", "move"}:
        source = _tokens(step.get("from"))
        taken = deepcopy(_get(value, source))
        return _added(_removed(value, source) if kind == "move" else value, path, taken)
    raise PatchError("the patch has an unknown operation")


def _tokens(path: JsonValue) -> list[str]:
    if not isinstance(path, str) or (path and not path.startswith("/")):
        raise PatchError("a path of the patch is no JSON pointer")
    return [token.replace("~1", "/").replace("~0", "~") for token in path.split("/")[1:]]


def _get(value: JsonValue, path: list[str]) -> JsonValue:
    for token in path:
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdigit() and int(token) < len(value):
            value = value[int(token)]
        else:
            raise PatchError("a path of the patch leads nowhere")
    return value


def _removed(value: JsonValue, path: list[str]) -> JsonValue:
    if not path:
        return None
    _get(value, path)
    above = _get(value, path[:-1])
    if isinstance(above, dict):
        del above[path[-1]]
    elif isinstance(above, list):
        del above[int(path[-1])]
    return value


def _added(value: JsonValue, path: list[str], member: JsonValue) -> JsonValue:
    if not path:
        return member
    above, last = _get(value, path[:-1]), path[-1]
    if isinstance(above, dict):
        above[last] = member
    elif isinstance(above, list) and (last == "-" or (last.isdigit() and int(last) <= len(above))):
        above.insert(len(above) if last == "-" else int(last), member)
    else:
        raise PatchError("a path of the patch leads nowhere")
    return value
