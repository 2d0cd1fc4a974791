"""Security schemes and requirements, reduced to what a client has to send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from specproof.openapi.finding_log import quoted
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.model import OAuthFlow, SecurityRequirement, SecurityScheme
from specproof.openapi.pointers import Tokens, fragment_tokens, pointer
from specproof.openapi.reading.document_reader import TOKEN, DocumentReader, text_of
from specproof.openapi.schema import JsonObject, JsonValue
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import ParameterLocation, SchemeKind, SpecVersion

_KEY_LOCATIONS = {"header": ParameterLocation.HEADER, "query": ParameterLocation.QUERY, "cookie": ParameterLocation.COOKIE}
_SCHEMES_AT: Tokens = ("components", "securitySchemes")
_FLOWS = {
    "implicit": "authorizationUrl",
    "password": "",
    "clientCredentials": "",
    "authorizationCode": "authorizationUrl",
    "deviceAuthorization": "deviceAuthorizationUrl",
}
"""Each flow, and where it has the address that people go to."""
_MOST_FLOWS = 20
_MOST_SCOPES = 500
_HTTP_KINDS = {"bearer": SchemeKind.BEARER, "basic": SchemeKind.BASIC}


def read_schemes(reader: DocumentReader, components: JsonObject) -> dict[str, SecurityScheme]:
    """The security schemes of ``components`` by name. Those that we cannot send are there too, as ``UNSUPPORTED``."""
    at = _SCHEMES_AT
    raw = components.get("securitySchemes")
    listed = raw if isinstance(raw, dict) else {}
    if raw is not None and not isinstance(raw, dict):
        reader.report(FindingCode.SECURITY_SCHEME_UNSUPPORTED, at, "security schemes must be an object", Severity.MAJOR)
    schemes: dict[str, SecurityScheme] = {}
    for name in sorted(listed):
        place = (*at, name)
        found = reader.object_at(listed[name], place, FindingCode.SECURITY_SCHEME_UNSUPPORTED, "a security scheme")
        node = found[0] if found else {}
        scheme = _read_scheme(reader, name, node, place)
        flows = tuple(_read_flows(reader, node, (*(found[1] if found else place), "flows")))
        schemes[name] = replace(scheme, declared=_declared(node), flows=flows)
    return schemes


def _read_scheme(reader: DocumentReader, name: str, raw: JsonObject, at: Tokens) -> SecurityScheme:
    kind = _kind_of(raw)
    place = pointer(at)
    if kind is SchemeKind.API_KEY:
        parameter = text_of(raw, "name")
        location = _KEY_LOCATIONS.get(text_of(raw, "in").raw())
        if location is not None and TOKEN.fullmatch(parameter.raw()):
            return SecurityScheme(UntrustedText(name), kind, place, parameter, location)
        if location is ParameterLocation.QUERY and parameter:
            return SecurityScheme(UntrustedText(name), kind, place, parameter, location)
        kind = SchemeKind.UNSUPPORTED
    if kind is SchemeKind.UNSUPPORTED:
        shown = quoted(text_of(raw, "type").raw(), 30)
        message = f"a security scheme of type {shown} with these settings cannot be sent; what needs it is not tested"
        reader.report(FindingCode.SECURITY_SCHEME_UNSUPPORTED, at, message)
    return SecurityScheme(UntrustedText(name), kind, place)


def _declared(raw: JsonObject) -> UntrustedText:
    """The document's own word: ``http digest``, ``mutualTLS``."""
    kind, scheme = text_of(raw, "type").raw(), text_of(raw, "scheme").raw().lower()
    return UntrustedText(f"{kind.lower()} {scheme}".strip() if kind.lower() == "http" else kind)


def _read_flows(reader: DocumentReader, raw: JsonObject, at: Tokens) -> Iterator[OAuthFlow]:
    if text_of(raw, "type").raw().lower() != "oauth2":
        return
    code = FindingCode.DOCUMENT_INVALID
    for kind, flow in reader.members(raw.get("flows"), at, code, "flows", _MOST_FLOWS):
        place = (*at, kind)
        if kind.startswith("x-"):
            continue
        if kind not in _FLOWS or not isinstance(flow, dict):
            reader.report(code, place, f"{quoted(kind)} is no flow of oauth2, or no object; it is left out")
            continue
        scopes = reader.members(flow.get("scopes"), (*place, "scopes"), code, "scopes", _MOST_SCOPES)
        yield OAuthFlow(
            kind=kind,
            authorization_url=text_of(flow, _FLOWS[kind]) if _FLOWS[kind] else UntrustedText(""),
            token_url=text_of(flow, "tokenUrl"),
            scopes=tuple(UntrustedText(name) for name, _ in scopes),
        )


def _kind_of(raw: JsonObject) -> SchemeKind:
    kind = text_of(raw, "type").raw().lower()
    if kind == "http":
        return _HTTP_KINDS.get(text_of(raw, "scheme").raw().lower(), SchemeKind.UNSUPPORTED)
    if kind == "apikey":
        return SchemeKind.API_KEY
    return SchemeKind.BEARER if kind in ("oauth2", "openidconnect") else SchemeKind.UNSUPPORTED


def read_requirements(
    reader: DocumentReader, raw: JsonValue, at: Tokens, schemes: Mapping[str, SecurityScheme]
) -> tuple[SecurityRequirement, ...] | None:
    """The alternatives of a ``security`` list; None where there is no usable list, so that the outer one counts.

    A scheme that is named and not defined stays in its alternative as ``UNSUPPORTED``: the operation must not look open.
    """
    if raw is None:
        return None
    if not isinstance(raw, list):
        reader.report(FindingCode.SECURITY_SCHEME_UNKNOWN, at, "security must be a list; it is left out")
        return None
    requirements: list[SecurityRequirement] = []
    for index, alternative in enumerate(raw):
        if not isinstance(alternative, dict):
            reader.report(FindingCode.SECURITY_SCHEME_UNKNOWN, (*at, str(index)), "a security requirement must be an object")
            continue
        place = (*at, str(index))
        together = tuple(_scheme_named(reader, name, (*place, name), schemes) for name in sorted(alternative))
        scopes = tuple(_scopes(reader, alternative[name], (*place, name)) for name in sorted(alternative))
        requirement = SecurityRequirement(together, scopes if any(scopes) else ())
        if requirement not in requirements:
            requirements.append(requirement)
    return tuple(requirements)


def _scheme_named(reader: DocumentReader, name: str, at: Tokens, schemes: Mapping[str, SecurityScheme]) -> SecurityScheme:
    known = schemes.get(name) or schemes.get(_name_in_address(reader, name))
    if known is not None:
        return known
    message = f"the security scheme {quoted(name)} is not defined; what needs it is asked without a credential"
    reader.report(FindingCode.SECURITY_SCHEME_UNKNOWN, at, message, Severity.MAJOR)
    return SecurityScheme(UntrustedText(name), SchemeKind.UNSUPPORTED, pointer(at), is_defined=False)


def _name_in_address(reader: DocumentReader, name: str) -> str:
    """The name of the component that a requirement of OpenAPI 3.2 gives by its address: ``#/components/securitySchemes/NAME``."""
    address, _, fragment = name.partition("#")
    if reader.dialect is not SpecVersion.OPENAPI_32 or address not in ("", reader.self_address):
        return ""
    tokens = fragment_tokens(fragment) or ()
    return tokens[-1] if tokens[:-1] == _SCHEMES_AT else ""


def _scopes(reader: DocumentReader, raw: JsonValue, at: Tokens) -> tuple[UntrustedText, ...]:
    """The scopes that a requirement names for one scheme, each once, in the document's order."""
    code = FindingCode.DOCUMENT_INVALID
    named: dict[UntrustedText, None] = {}
    for place, scope in reader.entries(raw, at, code, "scopes", _MOST_SCOPES):
        if isinstance(scope, str):
            named[UntrustedText(scope)] = None
        else:
            reader.report(code, place, "a scope must be a text; it is left out")
    return tuple(named)


def authorization_scheme(schemes: Mapping[str, SecurityScheme], at: Tokens) -> SecurityScheme:
    """The scheme that stands for an ``Authorization`` header written as a plain parameter.

    A defined scheme that already carries that header under the name ``Authorization`` is taken; else it is an API key in the header
    ``Authorization``: the user supplies the whole value, since nothing says whether ``Bearer`` belongs before it. ``at`` is the first
    parameter of the kind.
    """
    known = schemes.get("Authorization")
    if known is None:
        name = "Authorization"
    elif known.kind in (SchemeKind.BEARER, SchemeKind.BASIC) or known.parameter.raw().lower() == "authorization":
        return known
    else:
        name = "Authorization header"
    return SecurityScheme(
        UntrustedText(name), SchemeKind.API_KEY, pointer(at), UntrustedText("Authorization"), ParameterLocation.HEADER
    )
