"""API keys: ``sp_<8 id>_<32 random bytes>``. The id finds the row, the SHA-256 of the secret part proves it (256 random bits need no slow hash)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from specproof.domain.repositories import ApiKeyView, UnitOfWorkFactory
from specproof.errors import ForbiddenError, RequestError, UnauthenticatedError

_KEY = re.compile(r"sp_([a-z2-7]{8})_([A-Za-z0-9_-]{43})")
_TOUCH_AFTER = timedelta(minutes=1)
_NO_SECRET = hashlib.sha256(b"").hexdigest()


class Scope(StrEnum):
    """What a key may do. ``admin`` includes the others."""

    READ = "read"
    RUN = "run"
    ADMIN = "admin"
    DELIVER = "deliver"


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key just made: ``token`` is shown once and stored nowhere."""

    view: ApiKeyView
    token: str
    secret_sha256: str

    def __repr__(self) -> str:
        return f"NewApiKey({self.view.key_id!r})"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a key, its scopes, and the project that it is confined to ("" for all)."""

    key_id: str
    name: str
    scopes: frozenset[Scope]
    project: str

    def require(self, scope: Scope) -> None:
        """:class:`~specproof.errors.ForbiddenError` without that scope."""
        if scope not in self.scopes and Scope.ADMIN not in self.scopes:
            raise ForbiddenError(
                f"this key lacks the scope {scope.value}", hint=f"Use a key with it: specproof keys create --scope {scope.value}"
            )

    def may_see(self, project: str) -> bool:
        """Whether things of that project exist for this caller."""
        return self.project in ("", project)

    @property
    def actor(self) -> str:
        """The caller as audit rows name it."""
        return f"key:{self.key_id}"


def create_api_key(
    name: str,
    scopes: Sequence[str],
    *,
    now: datetime,
    random_bytes: Callable[[int], bytes],
    project: str = "",
    expires_at: datetime | None = None,
) -> NewApiKey:
    """A new key, not yet stored. ``random_bytes`` must be cryptographic. Raises ``RequestError`` for unknown or no scopes."""
    known = {scope.value for scope in Scope}
    unknown = [scope for scope in scopes if scope not in known]
    if unknown or not scopes:
        raise RequestError(
            f"unknown scope {unknown[0]!r}" if unknown else "a key needs a scope",
            at="scope",
            hint=f"Choose of {', '.join(sorted(known))}.",
        )
    key_id = base64.b32encode(random_bytes(5)).decode().lower()
    secret = base64.urlsafe_b64encode(random_bytes(32)).decode().rstrip("=")
    view = ApiKeyView(
        key_id=key_id,
        name=name,
        scopes=tuple(dict.fromkeys(scopes)),
        project=project,
        created_at=now,
        expires_at=expires_at,
        last_used_at=None,
        is_revoked=False,
    )
    return NewApiKey(view=view, token=f"sp_{key_id}_{secret}", secret_sha256=_sha256(secret))


def looks_like_api_key(token: str) -> bool:
    """Whether ``token`` has the shape of a key of ours (says nothing of its validity)."""
    return _KEY.fullmatch(token) is not None


async def authenticate(token: str, work: UnitOfWorkFactory, now: datetime) -> Caller:
    """Who holds ``token``. Raises ``UnauthenticatedError`` for any defect, without saying which.

    The time of last use is written at most once a minute, so that reading does not become writing.
    """
    match = _KEY.fullmatch(token)
    if match is None:
        raise UnauthenticatedError("no API key")
    key_id, secret = match.groups()
    async with work() as uow:
        found = await uow.api_keys.find(key_id)
        expected = found[1] if found else _NO_SECRET
        is_proven = hmac.compare_digest(_sha256(secret).encode(), expected.lower().encode())
        if found is None or not is_proven or not _is_valid(found[0], now):
            raise UnauthenticatedError("the API key is unknown, wrong, expired or revoked")
        key = found[0]
        if key.last_used_at is None or now - key.last_used_at >= _TOUCH_AFTER:
            await uow.api_keys.touch(key_id)
            await uow.commit()
    known = {scope.value for scope in Scope}
    scopes = frozenset(Scope(scope) for scope in key.scopes if scope in known)
    return Caller(key_id=key.key_id, name=key.name, scopes=scopes, project=key.project)


def _is_valid(key: ApiKeyView, now: datetime) -> bool:
    return not key.is_revoked and (key.expires_at is None or now < key.expires_at)


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
