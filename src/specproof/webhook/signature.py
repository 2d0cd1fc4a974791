"""Who sent a delivery? Everything here works on bytes and compares in constant time.

:func:`verify_apifox` and :func:`verify_plain` never raise, whatever the headers hold. An unknown project goes the same way as a known
one, with :func:`stranger` in its place, so that neither the answer nor the work tells them apart.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from specproof.web.services import ProjectReception

RawHeaders = Sequence[tuple[bytes, bytes]]

PLAIN_SIGNATURE_HEADER = b"x-specproof-signature"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a delivery is trusted. ``reason`` is for log and metric only; ``header`` names the header that carried the signature."""

    is_trusted: bool
    reason: str
    header: str = ""


def stranger(name: str, unguessable: bytes) -> ProjectReception:
    """The stand-in for a project that does not exist: a secret that nobody knows in each place, so that nothing verifies."""
    return ProjectReception(name=name, secrets=(unguessable,), bearer_tokens=(unguessable,), url_tokens=(unguessable,))


def verify_apifox(project: ProjectReception, headers: RawHeaders, url_token: bytes, body: bytes) -> Verdict:
    """Apifox documents the value (``sha1=`` + hexadecimal HMAC-SHA1 of the body) but not the header: any header may carry it.

    That is safe, because the value needs the secret. Also accepted: ``Authorization: Bearer`` (the Jenkins channel) and a token in the URL.
    """
    expected = [b"sha1=" + hmac.new(secret, body, hashlib.sha1).hexdigest().encode() for secret in _real(project.secrets)]
    header = _header_with(headers, expected, pinned=project.pinned_header.lower().encode("latin-1", "replace"))
    bearer = _matches(_bearer(headers), project.bearer_tokens)
    token = _matches(url_token, project.url_tokens)
    if header is not None:
        return Verdict(True, "signature", header)
    if bearer or token:
        return Verdict(True, "bearer token" if bearer else "url token")
    return _unproven(project, has_proof=bool(url_token) or _bearer(headers) != b"")


def verify_plain(project: ProjectReception, headers: RawHeaders, body: bytes) -> Verdict:
    """A plain delivery: ``X-SpecProof-Signature: sha256=`` + hexadecimal HMAC-SHA256 of the body, or ``Authorization: Bearer`` + a token."""
    expected = [b"sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest().encode() for secret in _real(project.secrets)]
    header = _header_with(headers, expected, pinned=PLAIN_SIGNATURE_HEADER)
    bearer = _matches(_bearer(headers), project.bearer_tokens)
    if header is not None:
        return Verdict(True, "signature", header)
    if bearer:
        return Verdict(True, "bearer token")
    return _unproven(project, has_proof=_bearer(headers) != b"")


def bearer_text(headers: RawHeaders) -> str:
    """The bearer token as text, for API keys; "" if there is none or it is not ASCII."""
    token = _bearer(headers)
    return token.decode("ascii") if token.isascii() else ""


def claims_signature(headers: RawHeaders) -> bool:
    """Whether a plain delivery carries a signature, right or wrong."""
    return any(name.lower() == PLAIN_SIGNATURE_HEADER for name, _ in headers)


def _unproven(project: ProjectReception, *, has_proof: bool) -> Verdict:
    if project.allow_unsigned:
        return Verdict(True, "unsigned, as the project allows")
    if not any(_real((*project.secrets, *project.bearer_tokens, *project.url_tokens))):
        return Verdict(False, "the project has no secret and does not allow unsigned deliveries")
    return Verdict(False, "wrong token" if has_proof else "no valid signature")


def _real(secrets: Sequence[bytes]) -> list[bytes]:
    """The secrets that are any: with an empty one, everybody can sign."""
    return [secret for secret in secrets if secret.strip()]


def _header_with(headers: RawHeaders, expected: Sequence[bytes], *, pinned: bytes) -> str | None:
    """The first header whose value is one of ``expected``; every value is compared, found or not."""
    found: str | None = None
    for name, value in headers:
        if pinned and name.lower() != pinned:
            continue
        if _matches(value.strip().lower(), expected) and found is None:
            found = name.decode("latin-1")
    return found


def _bearer(headers: RawHeaders) -> bytes:
    for name, value in headers:
        if name.lower() == b"authorization":
            scheme, _, token = value.strip().partition(b" ")
            return token.strip() if scheme.lower() == b"bearer" else b""
    return b""


def _matches(given: bytes, accepted: Iterable[bytes]) -> bool:
    """Whether ``given`` is one of ``accepted``; an empty value never is. No early end: the time tells nothing of which one matched."""
    is_match = False
    for candidate in accepted:
        is_match |= bool(candidate) and hmac.compare_digest(given, candidate)
    return is_match
