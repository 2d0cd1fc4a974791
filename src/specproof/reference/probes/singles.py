"""Probes of one operation: valid requests, requests on every edge, and requests with one thing wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from specproof.openapi.model import Parameter
from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.probes.baseline import (
    Baseline,
    Handle,
    Scene,
    body_schema_of,
    media_of,
    member_of,
    pointer_to,
    with_member,
)
from specproof.reference.probes.layout import body_bytes
from specproof.reference.probes.steps import NOTHING, Caller, Conversation, Piece, Step
from specproof.reference.readings import Reading
from specproof.reference.resources import Resource
from specproof.reference.roles import Role
from specproof.reference.values import View
from specproof.reference.values.violations import boundaries, violations

CHUNK: Final = 24
"""How many requests of a kind stand in one conversation."""
_LONG: Final = 9_000
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE")
_ONCE: Final = frozenset({Role.DELETE, Role.ACTION})
"""Roles after which a record may not be what it was."""
_REFUSED: Final = frozenset({"credential", "unknown", "method", "body violation", "parameter violation"})
"""Kinds of requests that leave every record as it was."""


class SingleProbes:
    """Makes the probes of one operation. Each of its requests stands alone after the records that it needs."""

    def __init__(self, baseline: Baseline, reading: Reading, values_cap: int) -> None:
        self._baseline = baseline
        self._reading = reading
        self._operation = reading.operation
        self._cap = values_cap

    def conversations(self) -> Iterator[Conversation]:
        """All of them, the most telling first."""
        yield from self._chunks("valid", self._valid())
        yield from self._chunks("body violation", self._body_violations())
        yield from self._chunks("parameter violation", self._parameter_violations())
        yield from self._chunks("body edge", self._body_edges())
        yield from self._chunks("parameter edge", self._parameter_edges())
        yield from self._chunks("body", self._odd_bodies())
        yield from self._chunks("credential", self._credentials())
        yield from self._chunks("unknown", self._unknown_records())
        yield from self._chunks("method", self._methods())
        yield from self._chunks("header", self._odd_headers())
        yield from self._chunks("query", self._odd_queries())

    def _chunks(self, kind: str, changes: Iterator[Change]) -> Iterator[Conversation]:
        """Conversations that first make the records, then send each changed request, then look at what there is."""
        waiting = list(changes)
        size = CHUNK // 2 if self._reading.role in _ONCE else CHUNK
        for number, start in enumerate(range(0, len(waiting), size), 1):
            scene = Scene(self._baseline)
            parents, handle = self._records(scene)
            scene.ready()
            uses_up = self._reading.role in _ONCE and kind not in _REFUSED
            for index, change in enumerate(waiting[start : start + size]):
                if index and handle is not None and uses_up:
                    handle = scene.record(handle.resource, f"record {start + index}", parents)
                scene.send(change(scene.bound(self._reading, handle, parents)))
            self._looks(scene, parents, handle)
            yield scene.conversation(self._operation.key.label, kind, number, is_loose=True)

    def _records(self, scene: Scene) -> tuple[tuple[Handle, ...], Handle | None]:
        resource = self._reading.resource
        if resource is None:
            return (), None
        parents = scene.parents(resource)
        return parents, scene.record(resource, "one", parents) if self._needs_record(resource) else None

    def _needs_record(self, resource: Resource) -> bool:
        role = self._reading.role
        return role.takes_record or (role is Role.LIST and resource.operation(Role.CREATE) is not None)

    def _looks(self, scene: Scene, parents: tuple[Handle, ...], handle: Handle | None) -> None:
        """After writes, read and list: refused ones must have changed nothing."""
        resource = self._reading.resource
        if resource is None or not self._reading.role.is_write:
            return
        read, listed = resource.operation(Role.READ), resource.operation(Role.LIST)
        single = resource.operation(Role.SINGLETON_READ)
        if read is not None and handle is not None:
            scene.send(scene.at_record(read, handle))
        for operation in (listed, single):
            if operation is not None:
                scene.send(scene.in_collection(operation, parents))

    # What is changed, kind by kind.

    def _valid(self) -> Iterator[Change]:
        full = self._baseline.step(self._reading, is_full=True)
        yield lambda step: step
        yield lambda step: step.but(values={**full.values, **step.values})
        for key in ("other", "third"):
            fresh = self._baseline.step(self._reading, key, is_full=True)
            yield lambda step, fresh=fresh: step.but(  # type: ignore[misc]
                values={**fresh.values, **step.values}, body=fresh.body if step.body is not NOTHING else NOTHING
            )
        lean = self._baseline.body(self._operation, "lean", is_full=False)
        if lean is not NOTHING:
            yield lambda step: step.but(body=lean)
        if self._operation.request_body is not None:
            yield lambda step: step.but(body=NOTHING)

    def _body_edges(self) -> Iterator[Change]:
        for index, (schema, base) in enumerate(self._described_body()):
            for number, edge in enumerate(boundaries(schema, base, self._cap)):
                key = f"edge {index} {number}"
                yield lambda step, edge=edge, key=key: self._sending(step, edge.value, edge.pointer, key)  # type: ignore[misc]

    def _body_violations(self) -> Iterator[Change]:
        for index, (schema, base) in enumerate(self._described_body()):
            for number, broken in enumerate(violations(schema, base, self._cap)):
                key = f"broken {index} {number}"
                yield lambda step, broken=broken, key=key: self._sending(  # type: ignore[misc]
                    step, broken.value, broken.pointer, key
                )

    def _described_body(self) -> Iterator[tuple[JsonObject, JsonValue]]:
        media = media_of(self._operation)
        schema = body_schema_of(media)
        base = self._baseline.body(self._operation, "base")
        if schema is not None and base is not NOTHING:
            yield self._baseline.instances.bundled(schema, View.REQUEST), base

    def _sending(self, step: Step, value: JsonValue, pointer: str, key: str) -> Step:
        """The request with that body; a key that its own body has to hold is kept."""
        body: Piece = self._told_apart(value, pointer, key)
        name, container = self._reading.key_in_body, self._reading.body_container
        if name and isinstance(member_of(body, container), dict) and not pointer.startswith(pointer_to(*container, name)):
            body = with_member(body, (*container, name), member_of(step.body, (*container, name)))
        return step.but(body=body)

    def _told_apart(self, value: JsonValue, pointer: str, key: str) -> JsonValue:
        """The body with unique keys of its own, so that the request is not refused for a record before it."""
        resource = self._reading.resource
        if resource is None or self._reading.role is not Role.CREATE or not isinstance(value, dict):
            return value
        container = self._reading.body_container
        fresh = self._baseline.body(self._operation, key)
        for name in resource.unique_keys:
            place = pointer_to(*container, name)
            inner, other = member_of(value, container), member_of(fresh, container)
            if (
                not pointer.startswith(place)
                and isinstance(inner, dict)
                and name in inner
                and isinstance(other, dict)
                and name in other
            ):
                value = with_member(value, (*container, name), other[name])
        return value

    def _parameter_edges(self) -> Iterator[Change]:
        for parameter, schema, base in self._described_parameters():
            for edge in boundaries(schema, base, self._cap // 4):
                yield self._set(parameter, edge.value)

    def _parameter_violations(self) -> Iterator[Change]:
        for parameter in self._operation.parameters:
            if parameter.required and parameter.location.value != "path":
                yield lambda step, parameter=parameter: step.without_value(parameter.location.value, parameter.name.raw())  # type: ignore[misc]
        for parameter, schema, base in self._described_parameters():
            for broken in violations(schema, base, self._cap // 4):
                yield self._set(parameter, broken.value)

    def _described_parameters(self) -> Iterator[tuple[Parameter, JsonObject, JsonValue]]:
        for parameter in self._operation.parameters:
            for value in self._baseline.value(parameter):
                yield parameter, self._baseline.instances.bundled(parameter.schema, View.REQUEST), value

    def _set(self, parameter: Parameter, value: JsonValue) -> Change:
        return lambda step: step.with_value(parameter.location.value, parameter.name.raw(), value)

    def _odd_bodies(self) -> Iterator[Change]:
        if self._operation.request_body is None:
            yield lambda step: step.but(raw=b'{"unexpected": 1}', content_type="application/json")
            return
        media = media_of(self._operation)
        kind = media.name if media is not None else "application/json"
        raws = (
            b"",
            b"{",
            b"{]",
            b'{"a": ',
            b"null",
            b"[]",
            b"{}",
            b"7",
            b'"text"',
            b"true",
            b"not json",
            b"\xff\xfe",
            b"[" * 600,
            b" ",
            b"{'a': 1}",
            b"<a/>",
        )
        for raw in raws:
            yield lambda step, raw=raw: step.but(raw=raw, content_type=kind.replace("*/*", "application/json"))  # type: ignore[misc]
        yield lambda step: step.but(raw=_cut(step), content_type=kind.replace("*/*", "application/json"))
        for name in (
            "text/plain",
            "application/xml",
            "",
            "text/html",
            "application/x-www-form-urlencoded",
            "nonsense",
            f"{kind}; charset=utf-8",
        ):
            yield lambda step, name=name: step.but(content_type=name)  # type: ignore[misc]
        yield lambda step: step.but(body={"long": "x" * 70_000} if kind.endswith("json") else step.body)

    def _credentials(self) -> Iterator[Change]:
        for shown in self._baseline.access.odd(self._operation):
            cookies = (("cookie", "; ".join(shown.cookies)),) if shown.cookies else ()
            yield lambda step, shown=shown, cookies=cookies: step.but(  # type: ignore[misc]
                caller=Caller.NOBODY, headers=(*step.headers, *shown.headers, *cookies), query="&".join((*shown.query,))
            )
        yield lambda step: step.but(caller=Caller.SECOND)
        if not self._operation.security:
            yield lambda step: step.but(headers=(("authorization", "Bearer wrong"),))

    def _unknown_records(self) -> Iterator[Change]:
        names = [name for name in (self._reading.key_parameter, *self._reading.parent_parameters) if name]
        known = {p.name.raw(): p for p in self._operation.parameters if p.location.value == "path"}
        for name in names or list(known):
            parameter = known.get(name)
            values = [
                each for key in ("unknown", "nobody") for each in (self._baseline.value(parameter, key) if parameter else [])
            ]
            for value in (
                *values,
                999_999,
                "0",
                "-1",
                "abc",
                "1.5",
                "00000000-0000-4000-8000-000000000000",
                "x" * 300,
                "%00",
                "a b",
                "\u00e9",
                "null",
                2**63,
            ):
                yield lambda step, name=name, value=value: step.with_value("path", name, value)  # type: ignore[misc]

    def _methods(self) -> Iterator[Change]:
        for method in _METHODS:
            if method != self._operation.key.method.value:
                yield lambda step, method=method: step.but(method=method)  # type: ignore[misc]
        yield lambda step: step.but(method="PURGE")

    def _odd_headers(self) -> Iterator[Change]:
        for accept in (
            "application/json",
            "*/*",
            "text/html",
            "application/xml",
            "image/png;q=0.1",
            "nonsense",
            "",
            "application/json;q=0, text/csv",
        ):
            yield lambda step, accept=accept: step.but(headers=(*step.headers, ("accept", accept)))  # type: ignore[misc]
        yield lambda step: step.but(headers=(*step.headers, ("x-unexpected", "value")))
        yield lambda step: step.but(headers=(*step.headers, ("if-match", '"nothing"')))
        yield lambda step: step.but(headers=(*step.headers, ("if-none-match", "*")))

    def _odd_queries(self) -> Iterator[Change]:
        long = f"unexpected={'x' * _LONG}"
        for query in (
            "unexpected=1",
            long,
            "%",
            "=&&=",
            "unexpected[]=1&unexpected[]=2",
            "%C3%A9=%F0%9F%98%80",
            "&".join(["n=1"] * 1_200),
        ):
            yield lambda step, query=query: step.but(query=query)  # type: ignore[misc]
        for parameter in self._operation.parameters:
            if parameter.location.value == "query":
                name = parameter.name.raw()
                for text in ("", "x" * _LONG, "\u00e9\u4e2d\U0001f600", "null", "1e999", "-1", "true", "a,b"):
                    yield self._set(parameter, text)
                if parameter.name.raw().isidentifier():
                    yield lambda step, name=name: step.but(query=f"{name}=1&{name}=2")  # type: ignore[misc]


Change = Callable[[Step], Step]


def _cut(step: Step) -> bytes:
    plain = step.body if step.body is not NOTHING else {}
    return body_bytes(plain, step.media_type or "application/json")[0][:-1]
