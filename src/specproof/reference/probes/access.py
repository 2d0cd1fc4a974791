"""Credentials as requests carry them: good ones, and every odd one that a server has to refuse."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from specproof.openapi.model import ApiSpec, Operation, SecurityScheme
from specproof.openapi.vocabulary import ParameterLocation, SchemeKind
from specproof.reference.credentials import issued
from specproof.reference.probes.steps import Caller


@dataclass(frozen=True, slots=True)
class Shown:
    """What a request carries to say who asks."""

    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()

    def beside(self, other: Shown) -> Shown:
        """Both together."""
        return Shown(self.headers + other.headers, self.query + other.query, self.cookies + other.cookies)


class Access:
    """The credentials of one document."""

    def __init__(self, spec: ApiSpec) -> None:
        self._secrets = issued(spec)

    def shown(self, operation: Operation, caller: Caller) -> Shown:
        """The caller's credential for the operation: that of its first alternative that asks for something we can send."""
        if caller is Caller.NOBODY:
            return Shown()
        whole = Shown()
        for scheme in _schemes(operation):
            whole = whole.beside(_carried(scheme, self._secret(scheme, caller)))
        return whole

    def odd(self, operation: Operation) -> Iterator[Shown]:
        """Credentials that are none: missing, empty, wrong, cut, of another scheme. The first is nothing at all."""
        schemes = _schemes(operation)
        if not schemes:
            return
        yield Shown()
        for index, scheme in enumerate(schemes):
            others = Shown()
            for other in schemes[:index] + schemes[index + 1 :]:
                others = others.beside(_carried(other, self._secret(other, Caller.FIRST)))
            for wrong in _odd(scheme, self._secret(scheme, Caller.FIRST)):
                yield others.beside(wrong)
            if others != Shown():
                yield others

    def _secret(self, scheme: SecurityScheme, caller: Caller) -> str:
        first, second = self._secrets.get(scheme.name.raw(), ("", ""))
        return second if caller is Caller.SECOND else first


def _schemes(operation: Operation) -> tuple[SecurityScheme, ...]:
    for requirement in operation.security:
        if requirement.schemes and all(scheme.kind is not SchemeKind.UNSUPPORTED for scheme in requirement.schemes):
            return requirement.schemes
    return ()


def _carried(scheme: SecurityScheme, secret: str) -> Shown:
    match scheme.kind:
        case SchemeKind.BEARER:
            return Shown((("authorization", f"Bearer {secret}"),))
        case SchemeKind.BASIC:
            return Shown((("authorization", f"Basic {_encoded(secret)}"),))
        case _:
            return _key(scheme, secret)


def _key(scheme: SecurityScheme, secret: str) -> Shown:
    name = scheme.parameter.raw()
    if scheme.location is ParameterLocation.QUERY:
        return Shown(query=(f"{quote(name, safe='')}={quote(secret, safe='')}",))
    if scheme.location is ParameterLocation.COOKIE:
        return Shown(cookies=(f"{name}={secret}",))
    return Shown(((name.lower(), secret),))


def _odd(scheme: SecurityScheme, secret: str) -> Iterator[Shown]:
    if scheme.kind is SchemeKind.API_KEY:
        yield from (_key(scheme, text) for text in ("wrong", "", secret[:-1], secret.upper(), f"{secret}x"))
        yield Shown((("authorization", f"Bearer {secret}"),))
        return
    encoded = _encoded(secret)
    texts: tuple[str, ...] = (
        "Bearer wrong",
        "Bearer ",
        "Bearer",
        f"Basic {secret}",
        f"Bearer {secret}x",
        f"Bearer {secret[:-1]}",
        f"Digest {secret}",
        secret,
    )
    if scheme.kind is SchemeKind.BASIC:
        user = secret.partition(":")[0]
        texts = (
            f"Basic {_encoded(f'{user}:wrong')}",
            "Basic ",
            "Basic",
            f"Bearer {encoded}",
            f"Bearer {secret}",
            f"Basic {_encoded(user)}",
            f"Basic {_encoded(f'{user}:')}",
            f"Digest {encoded}",
            "Basic not-base64!",
        )
    for text in (*texts, f"Basic {_encoded('a:b')}", "Negotiate abc", "???", "", "Bearer a b c", f"Basic {encoded}, Bearer x"):
        yield Shown((("authorization", text),))


def _encoded(secret: str) -> str:
    return base64.b64encode(secret.encode()).decode()
