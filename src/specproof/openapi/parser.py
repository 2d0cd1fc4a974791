"""Bytes to :class:`~specproof.openapi.model.ApiSpec`: the one way into the typed model.

Swagger 2.0, OpenAPI 3.0, 3.1 and 3.2. A document is never validated as a whole: what can be understood is read, and what cannot is a finding.
"""

from __future__ import annotations

import re
from dataclasses import replace

from specproof.errors import SpecUnsupportedError
from specproof.openapi.dialects.definitions import Definitions
from specproof.openapi.documents.bundle import Bundle, open_bundle
from specproof.openapi.documents.files import NO_FILES, Files
from specproof.openapi.documents.loader import SpecLimits
from specproof.openapi.documents.references import ReferenceResolver
from specproof.openapi.finding_log import FindingLog, quoted
from specproof.openapi.findings import FindingCode
from specproof.openapi.model import ApiSpec, SecurityScheme
from specproof.openapi.reading.document_reader import DocumentReader, text_of
from specproof.openapi.reading.operations import OperationReader
from specproof.openapi.reading.security import read_requirements, read_schemes
from specproof.openapi.reading.servers import read_servers, report_other_servers
from specproof.openapi.reading.tags import read_tags
from specproof.openapi.schema import JsonObject
from specproof.openapi.swagger2.relocation import relocated
from specproof.openapi.swagger2.translation import DEFINITIONS_AT, as_openapi_30
from specproof.openapi.vocabulary import SpecVersion

_SWAGGER_VERSION = re.compile(r"2(?:\.0){0,2}")
_VERSION = re.compile(r"3\.([012])(?:\.[0-9A-Za-z.-]*)?")
_WEBHOOKS = {SpecVersion.OPENAPI_30: "x-webhooks", SpecVersion.OPENAPI_31: "webhooks", SpecVersion.OPENAPI_32: "webhooks"}
"""Where each dialect has its webhooks; Swagger 2.0 has none."""
_OTHER_FORMATS = {
    "asyncapi": "AsyncAPI",
    "openrpc": "OpenRPC",
    "raml": "RAML",
    "$schema": "a JSON Schema",
    "item": "a Postman collection",
}


def parse_spec(
    content: bytes,
    *,
    limits: SpecLimits = SpecLimits(),  # noqa: B008 - frozen
    files: Files = NO_FILES,
    name: str = "",
) -> ApiSpec:
    """Read an OpenAPI or Swagger document, JSON or YAML, UTF-8; or a zip, tar or tar.gz archive of such a document and its files.

    References into other files are followed within ``files``, where the document itself is called ``name``; nothing else is opened.

    Raises :class:`~specproof.errors.SpecUnreadableError`, :class:`~specproof.errors.SpecUnsupportedError` (the message names the
    version that was found) and :class:`~specproof.errors.SpecLimitError`. Everything else that is wrong is in ``findings``.
    """
    return parse_bundle(open_bundle(content, limits=limits, files=files, name=name))


def parse_bundle(bundle: Bundle) -> ApiSpec:
    """Read an opened specification; see :func:`parse_spec`."""
    # Only now is it known which files the digest is of.
    return replace(_parsed(bundle), digest=bundle.digest())


def _parsed(bundle: Bundle) -> ApiSpec:
    document, limits, log = bundle.loaded, bundle.limits, bundle.log
    dialect = _dialect(document.root)
    if dialect is SpecVersion.SWAGGER_20:
        translated = as_openapi_30(document.root, bundle)
        place = translated.relocations.place
        # Its schemas were left where they are, and so were the references in them.
        definitions = Definitions(
            ReferenceResolver(document.root, log, bundle=bundle, origin_of=place),
            log,
            is_openapi_30=True,
            is_swagger_20=True,
            schemas_at=DEFINITIONS_AT,
            max_nodes=limits.max_nodes,
        )
        resolver = ReferenceResolver(translated.root, log, bundle=bundle, origin_of=place)
        spec = _spec(DocumentReader(resolver, definitions, log, dialect), translated.root, dialect, limits)
        return relocated(spec, translated.relocations, (*document.findings, *translated.findings))
    log.extend(document.findings)
    resolver = ReferenceResolver(document.root, log, bundle=bundle)
    is_openapi_30 = dialect is SpecVersion.OPENAPI_30
    definitions = Definitions(resolver, log, is_openapi_30=is_openapi_30, max_nodes=limits.max_nodes)
    reader = DocumentReader(resolver, definitions, log, dialect, _self_address(document.root, log))
    return _spec(reader, document.root, dialect, limits)


def _spec(reader: DocumentReader, root: JsonObject, dialect: SpecVersion, limits: SpecLimits) -> ApiSpec:
    """The typed model of the OpenAPI 3 tree ``root``."""
    schemes = read_schemes(reader, _components(reader, root))
    default_security = read_requirements(reader, root.get("security"), ("security",), schemes) or ()
    operation_reader = OperationReader(
        reader, schemes=schemes, default_security=default_security, max_operations=limits.max_operations
    )
    operations = operation_reader.read(root.get("paths", {}))
    webhooks_at = _WEBHOOKS.get(dialect)
    webhooks = operation_reader.read_webhooks(root.get(webhooks_at), (webhooks_at,)) if webhooks_at else ()
    servers = read_servers(reader, root.get("servers"), ("servers",))
    report_other_servers(reader, operations, servers)
    tags = read_tags(reader, root.get("tags"), ("tags",))
    reader.definitions.complete()
    title = root.get("info")
    return ApiSpec(
        title=text_of(title, "title") if isinstance(title, dict) else text_of({}, "title"),
        version=text_of(title, "version") if isinstance(title, dict) else text_of({}, "version"),
        dialect=dialect,
        operations=operations,
        security_schemes=_sorted_schemes((*schemes.values(), *operation_reader.synthetic_schemes)),
        findings=reader.log.collected(),
        digest="",
        definitions=reader.definitions,
        servers=servers,
        webhooks=webhooks,
        tags=tags,
    )


def _self_address(root: JsonObject, log: FindingLog) -> str:
    """The document's own address, without a fragment; "" where it names none."""
    address = root.get("$self")
    if address is None:
        return ""
    if not isinstance(address, str) or "#" in address:
        log.add(FindingCode.DOCUMENT_INVALID, "#/$self", "$self must be an address without a fragment; it is left out")
        return ""
    return address


def _dialect(root: JsonObject) -> SpecVersion:
    """The dialect of the document. ``openapi: 3.1`` is a number in YAML, and counts; beside ``swagger``, ``openapi`` wins."""
    declared = root.get("openapi")
    if isinstance(declared, (str, float)) and (match := _VERSION.fullmatch(str(declared).strip())):
        return SpecVersion(f"3.{match.group(1)}")
    if declared is not None:
        raise SpecUnsupportedError(f"OpenAPI {quoted(str(declared), 20)} is not read", at="#/openapi")
    if "swagger" in root:
        if _SWAGGER_VERSION.fullmatch(str(root["swagger"]).strip()):
            return SpecVersion.SWAGGER_20
        raise SpecUnsupportedError(f"Swagger {quoted(str(root['swagger']), 20)} is not read", at="#/swagger")
    for key, name in _OTHER_FORMATS.items():
        if key in root:
            raise SpecUnsupportedError(f"the document is {name}, not OpenAPI", at=f"#/{key}")
    raise SpecUnsupportedError('the document has no "openapi" key, so it is not an OpenAPI document')


def _components(reader: DocumentReader, root: JsonObject) -> JsonObject:
    components = root.get("components")
    if components is not None and not isinstance(components, dict):
        reader.report(FindingCode.DOCUMENT_INVALID, ("components",), "components must be an object; they are left out")
    if not isinstance(components, dict):
        return {}
    schemas = components.get("schemas")
    if schemas is not None and not isinstance(schemas, dict):
        reader.report(FindingCode.DOCUMENT_INVALID, ("components", "schemas"), "schemas must be an object; they are left out")
    return components


def _sorted_schemes(schemes: tuple[SecurityScheme, ...]) -> tuple[SecurityScheme, ...]:
    return tuple(sorted(schemes, key=lambda scheme: scheme.name))
