"""Who asks: the secrets that the reference accepts, and where a request carries them."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl

from specproof.openapi.model import ApiSpec, SecurityRequirement, SecurityScheme
from specproof.openapi.vocabulary import ParameterLocation, SchemeKind
from specproof.reference.messages import Request


@dataclass(frozen=True, slots=True)
class Principal:
    """One user, whatever schemes the credential is for. The name "" is nobody's."""

    name: str = ""

    @property
    def is_anonymous(self) -> bool:
        """Whether no credential was shown."""
        return not self.name


ANONYMOUS = Principal()
FIRST = Principal("first")
SECOND = Principal("second")
STRANGER = Principal("stranger")
"""Owns the records that were there before anybody came; has no credential."""
_USERS = (FIRST, SECOND)


def issued(spec: ApiSpec) -> dict[str, tuple[str, str]]:
    """For each security scheme by its raw name, the secret of the first and of the second user. For basic it is ``user:password``.

    Schemes that operations ask for and the document does not declare have secrets too.
    """
    asked = [scheme for operation in spec.operations for each in operation.security for scheme in each.schemes]
    schemes = {scheme.name.raw(): scheme for scheme in (*asked, *spec.security_schemes)}
    return {name: (_secret(scheme, FIRST), _secret(scheme, SECOND)) for name, scheme in sorted(schemes.items())}


def _secret(scheme: SecurityScheme, user: Principal) -> str:
    digest = hashlib.sha256(f"{scheme.name.raw()}\0{user.name}".encode("utf-8", errors="surrogatepass")).hexdigest()[:20]
    return f"{user.name}-user:{digest}" if scheme.kind is SchemeKind.BASIC else f"{user.name}-{digest}"


class Credentials:
    """The secrets of one document, and who showed which."""

    def __init__(self, spec: ApiSpec) -> None:
        self._users: Mapping[str, Mapping[str, Principal]] = {
            name: dict(zip(secrets, _USERS, strict=True)) for name, secrets in issued(spec).items()
        }

    def principal(self, request: Request, security: tuple[SecurityRequirement, ...]) -> Principal | None:
        """Who asks, by the first alternative that is satisfied; anonymous where one asks for nothing; None where none is satisfied."""
        if not security:
            return ANONYMOUS
        is_open = False
        for requirement in security:
            if not requirement.schemes:
                is_open = True
                continue
            users = [self.shown(request, scheme) for scheme in requirement.schemes]
            if users[0] is not None and all(user == users[0] for user in users):
                return users[0]
        return ANONYMOUS if is_open else None

    def shown(self, request: Request, scheme: SecurityScheme) -> Principal | None:
        """The user whose secret for that scheme the request shows."""
        if scheme.kind is SchemeKind.UNSUPPORTED:
            # Nothing in a request can satisfy it (a client certificate, a signature): whoever connects is trusted.
            return FIRST
        secret = carried(request, scheme)
        return self._users.get(scheme.name.raw(), {}).get(secret) if secret else None


def carried(request: Request, scheme: SecurityScheme) -> str:
    """What the request shows for a scheme, "" for nothing."""
    if scheme.kind in {SchemeKind.BEARER, SchemeKind.BASIC}:
        word, _, secret = (request.header("authorization") or "").partition(" ")
        if word.lower() != scheme.kind.value:
            return ""
        return secret.strip() if scheme.kind is SchemeKind.BEARER else _decoded_pair(secret.strip())
    name = scheme.parameter.raw()
    if scheme.location is ParameterLocation.QUERY:
        pairs = parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
        return next((value for key, value in pairs if key == name), "")
    if scheme.location is ParameterLocation.COOKIE:
        return _cookie(request.header("cookie") or "", name)
    return request.header(name.lower()) or ""


def _decoded_pair(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def _cookie(header: str, name: str) -> str:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        found = None
    if found is not None:
        return found.value
    pairs = (pair.strip().partition("=") for pair in header.split(";"))
    return next((value for key, _, value in pairs if key == name), "")
