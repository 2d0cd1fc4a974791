"""The reference of every document of the corpus: it is built, and answers each operation without falling over."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from specproof.openapi.model import ApiSpec, Operation, Parameter
from specproof.openapi.parser import parse_spec
from specproof.openapi.schema import Schema
from specproof.openapi.vocabulary import ParameterLocation, SchemeKind
from specproof.reference.credentials import issued
from specproof.reference.messages import Request
from specproof.reference.model import ReferenceModel
from specproof.reference.server import ReferenceServer
from specproof.reference.values import Impossible, View

pytestmark = pytest.mark.needs_shared

LARGEST = 300_000
MOST_OPERATIONS = 60


def documents(folder: Path) -> Iterator[Path]:
    """The documents of one file that are not too large for a quick test."""
    for path in sorted((folder / "corpus" / "dev").iterdir()):
        if path.suffix in {".json", ".yaml", ".yml"} and path.stat().st_size <= LARGEST:
            yield path


def text_of(model: ReferenceModel, schema: Schema) -> str:
    made = model.instances.instance(schema, key="plain", view=View.REQUEST)
    return made if isinstance(made, str) else "1" if isinstance(made, Impossible) else json.dumps(made)


def credentials(spec: ApiSpec, operation: Operation) -> Iterator[tuple[ParameterLocation, str, str]]:
    secrets = issued(spec)
    for scheme in operation.security[0].schemes if operation.security else ():
        secret = secrets[scheme.name.raw()][0]
        if scheme.kind is SchemeKind.API_KEY:
            yield scheme.location, scheme.parameter.raw(), secret
        elif scheme.kind is SchemeKind.BASIC:
            yield ParameterLocation.HEADER, "authorization", f"Basic {base64.b64encode(secret.encode()).decode()}"
        else:
            yield ParameterLocation.HEADER, "authorization", f"Bearer {secret}"


def plain_request(model: ReferenceModel, operation: Operation) -> Request:
    """One request with what is required, laid out as simply as can be."""

    def sent(parameter: Parameter) -> bool:
        return parameter.required or parameter.location is ParameterLocation.PATH

    values = [(p.location, p.name.raw(), text_of(model, p.schema)) for p in operation.parameters if sent(p)]
    values += credentials(model.spec, operation)
    path = operation.key.path
    headers = []
    pairs = []
    for location, name, text in values:
        if location is ParameterLocation.PATH:
            path = path.replace(f"{{{name}}}", quote(text, safe="") or "1")
        elif location is ParameterLocation.QUERY:
            pairs.append(f"{quote(name)}={quote(text)}")
        elif location is ParameterLocation.HEADER:
            headers.append((name.lower(), text))
    body = b""
    media = operation.request_body.media_types[0] if operation.request_body and operation.request_body.media_types else None
    if media is not None and media.schema is not None:
        body = text_of(model, media.schema).encode()
        headers.append(("content-type", "application/json" if "*" in media.name else media.name))
    return Request(operation.key.method.value, path + ("?" + "&".join(pairs) if pairs else ""), tuple(headers), body)


def test_every_operation_of_every_document_is_answered(shared: Path) -> None:
    answered = 0
    for path in documents(shared):
        model = ReferenceModel(parse_spec(path.read_bytes()))
        server = ReferenceServer(model)
        for operation in model.spec.operations[:MOST_OPERATIONS]:
            reply = server.answer(plain_request(model, operation))
            documented = {response.status for response in operation.responses}
            assert reply.status < 500 or str(reply.status) in documented, (path.name, operation.key.label, reply.status)
            answered += 1
    assert answered > 400
