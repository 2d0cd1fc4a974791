"""Answers: records as they are shown, what stands around them, headers, bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

import orjson

from specproof.openapi.model import MediaType
from specproof.openapi.schema import JsonObject, JsonValue, Schema
from specproof.reference.calls import Call, Decisions, Page, World
from specproof.reference.decoding import encode_answer
from specproof.reference.forms import Form, concrete
from specproof.reference.hierarchy import PARAMETER, canon_of
from specproof.reference.list_answers import beside
from specproof.reference.messages import Answer, Headers, Reply
from specproof.reference.routing import path_of, segments_of
from specproof.reference.store import Record
from specproof.reference.values import Filler, Impossible

_JSON: Final = "application/json"
_BODILESS: Final = frozenset({204, 205, 304})


def shown(call: Call, record: Record) -> JsonObject:
    """A record as the answer shows it. What had to be made up is kept with the record, so that every later answer says the same."""
    filler = filler_for(call)
    if filler is None:
        return dict(record.values)
    filled = filler.fill(record.values, f"{record.collection} {record.key}")
    if isinstance(filled, Impossible) or not isinstance(filled, dict):
        return dict(record.values)
    if not filled.keys() <= record.values.keys():
        for name, member in filled.items():  # in this order: the order of members must not depend on hashes
            record.values.setdefault(name, member)
    return filled


def filler_for(call: Call) -> Filler | None:
    """What completes the records of the call's answer."""
    if call.compiled.filler is not None:
        return call.compiled.filler
    return call.compiled.records.filler if call.compiled.records is not None else None


def record_answer(decisions: Decisions, world: World, call: Call, form: Form, record: Record) -> Answer:
    """The answer that shows one record, or what the document has in its place."""
    call.record = record
    media = form.media(call.request.header("accept"))
    if media is None:
        return Answer(form.status, response=form.response)
    if not call.reading.shows_record:
        return valued(form, media, form.made_up(media))
    value: JsonValue = decisions.shown(world, call, record)
    if call.reading.shows_list:
        value = [value]
    return valued(form, media, _wrapped(call, media, value))


def list_answer(decisions: Decisions, world: World, call: Call, page: Page) -> Answer:
    """The answer that shows a page of records."""
    form = call.compiled.forms.success
    media = form.media(call.request.header("accept"))
    headers = _total_headers(call, page)
    if media is None:
        return Answer(form.status, headers=headers, response=form.response)
    if not call.reading.shows_list:
        return valued(form, media, form.made_up(media), headers)
    items: list[JsonValue] = [decisions.shown(world, call, record) for record in page.items]
    wrapper = call.compiled.wrapper(media.schema)
    body = wrapper.around(items, beside(call, page)) if wrapper is not None else items
    return valued(form, media, body, headers)


def _wrapped(call: Call, media: MediaType, value: JsonValue) -> JsonValue:
    wrapper = call.compiled.wrapper(media.schema)
    return value if wrapper is None else wrapper.around(value)


def valued(form: Form, media: MediaType, value: JsonValue, headers: Headers = ()) -> Answer:
    """An answer with a body."""
    return Answer(form.status, value, True, concrete(media.name), headers, form.response)


def _total_headers(call: Call, page: Page) -> Headers:
    name = call.reading.listing.total_header
    return ((name, str(page.total)),) if name else ()


def etag(record: Record) -> str:
    """The record's ``ETag``: another one for each version."""
    text = f"{record.collection}\0{'/'.join(record.parents)}\0{record.key}\0{record.version}"
    return f'"{hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()[:16]}"'


def finished(world: World, call: Call, answer: Answer) -> Answer:
    """The answer with its headers: those that are documented, and ``Location`` of whatever was made."""
    response = answer.response
    is_created = answer.status == 201 and call.record is not None
    if not is_created and (response is None or not response.headers):
        return answer
    present = dict(answer.headers)
    if is_created and call.record is not None and "location" not in present:
        present["location"] = location(call, call.record)
    if response is not None and response.headers:
        known: dict[str, tuple[str, ...]] = {name: (value,) for name, value in present.items()}
        known.update(_known(world, call, answer, present))
        documented = dict(call.compiled.headers.headers(response, known))
        present = {**present, **documented}
    return replaced_headers(answer, tuple(present.items()))


def replaced_headers(answer: Answer, headers: Headers) -> Answer:
    """The same answer with other headers."""
    return Answer(answer.status, answer.value, answer.has_body, answer.media_type, headers, answer.response, answer.seconds)


def _known(world: World, call: Call, answer: Answer, present: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Candidates for headers that say something of the answer: the first that is valid is taken."""
    known: dict[str, tuple[str, ...]] = {}
    for header in answer.response.headers if answer.response is not None else ():
        name = header.name
        if name in {"date", "last-modified"}:
            known[name] = (world.now().strftime("%a, %d %b %Y %H:%M:%S GMT"),)
        elif name == "location" and name in present:
            host = call.request.header("host") or "localhost"
            known[name] = (present[name], f"http://{host}{present[name]}")
        elif name == "etag" and answer.status < 400:
            tag = etag(call.record) if call.record is not None else _body_etag(answer)
            known[name] = (tag, tag.strip('"'))
    return known


def _body_etag(answer: Answer) -> str:
    return f'"{hashlib.sha256(_json(answer.value)).hexdigest()[:16]}"'


def location(call: Call, record: Record) -> str:
    """The path of a record, below the same base as the request's."""
    path = path_of(call.request.target)
    key = quote(record.key, safe="")
    if call.reading.key_parameter:
        return path
    resource = call.resource
    home = resource.item_paths[0] if resource is not None and resource.item_paths else ""
    canon, names = canon_of(home)
    own = canon_of(call.reading.operation.key.path)[0]
    if not home or canon == (*own, PARAMETER):
        return f"{path.rstrip('/')}/{key}"
    base = path[: len(path) - len(_filled(call.reading.operation.key.path, call.path_values))]
    values = {name: call.path_values.get(name, "") for name in names[:-1]}
    return base + _filled(home, {**values, names[-1]: key} if names else {})


def _filled(template: str, values: Mapping[str, str]) -> str:
    texts = []
    for segment in segments_of(template):
        text = segment.text
        for name in segment.names:
            text = text.replace(f"{{{name}}}", values.get(name, ""))
        texts.append(text)
    return "/" + "/".join(texts)


def reply_of(answer: Answer, *, is_head: bool = False) -> Reply:
    """The answer as bytes."""
    headers = answer.headers
    if not answer.has_body or answer.status in _BODILESS:
        return Reply(answer.status, headers, b"", answer.seconds)
    if answer.media_type == _JSON or answer.media_type.endswith("+json"):
        body = _json(answer.value)
    else:
        body = encode_answer(answer.value, answer.media_type, _answered_schema(answer))
    if answer.media_type:
        headers = (("content-type", answer.media_type), *headers)
    return Reply(answer.status, headers, b"" if is_head else body, answer.seconds)


def _answered_schema(answer: Answer) -> Schema | None:
    documented = answer.response.media_types if answer.response is not None else ()
    return next((media.schema for media in documented if concrete(media.name) == answer.media_type), None)


def _json(value: JsonValue) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:
        # Integers beyond 64 bits and lone surrogates, which orjson refuses.
        return json.dumps(value, allow_nan=False).encode("utf-8", errors="surrogatepass")
