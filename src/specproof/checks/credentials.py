"""Credentials: which secret goes where, and how it stays out of every text that is shown."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .spellings import SHORTEST_SECRET, spellings

VALID = "SPECPROOF_CREDENTIAL_"
SECOND = "SPECPROOF_SECOND_CREDENTIAL_"
FILE = "SPECPROOF_CREDENTIALS_FILE"

# Well-formed, and never issued by anybody.
WRONG_SECRET = "specproof-wrong-credential-0000"  # noqa: S105 - it opens nothing
WRONG_PAIR = "specproof-nobody:specproof-wrong-password"


@dataclass(frozen=True, slots=True)
class Auth:
    """What a request shows: ``use`` is ``valid``, ``second``, ``wrong``, ``empty``, ``misplaced`` or ``undefined``.

    ``schemes`` names all that go together.

    ``others`` are what may be shown instead: ``valid("TOKEN") | valid("KEY")`` is the first whose credentials are all given.
    """

    use: str
    schemes: tuple[str, ...]
    others: tuple[tuple[str, ...], ...] = ()

    @property
    def alternatives(self) -> tuple[tuple[str, ...], ...]:
        """Everything that may be shown, in the order of preference."""
        return (self.schemes, *self.others)

    def __or__(self, other: Auth) -> Auth:
        return Auth(self.use, self.schemes, (*self.others, *other.alternatives))


def valid(*schemes: str) -> Auth:
    """The credential out of ``SPECPROOF_CREDENTIAL_<SCHEME>``, for each of ``schemes``."""
    return Auth("valid", schemes)


def second(*schemes: str) -> Auth:
    """Another user's credential, out of ``SPECPROOF_SECOND_CREDENTIAL_<SCHEME>``."""
    return Auth("second", schemes)


def wrong(*schemes: str) -> Auth:
    """A well-formed credential that was never issued."""
    return Auth("wrong", schemes)


def empty(*schemes: str) -> Auth:
    """The place of a credential with nothing in it (``Authorization: Bearer``)."""
    return Auth("empty", schemes)


def misplaced(*schemes: str) -> Auth:
    """The valid secret under another scheme: ``Authorization: Basic`` where ``Bearer`` is asked for, and the other way round."""
    return Auth("misplaced", schemes)


def undefined() -> Auth:
    """No credential: the document asks for one that it does not define. A 401 or 403 then proves nothing, and the case is inconclusive."""
    return Auth("undefined", ())


class MissingCredentialError(Exception):
    """A credential that a request needs was not given. The text names the variable."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A security scheme: ``kind`` is ``bearer``, ``basic`` or ``apiKey``; the other fields are for API keys."""

    kind: str
    parameter: str = ""
    location: str = "header"


@dataclass(frozen=True, slots=True)
class Placed:
    """One secret and where it goes: a header, a query parameter or a cookie. ``variable`` is "" for what is no secret."""

    kind: str
    location: str
    name: str
    value: str
    variable: str


class Credentials:
    """The suite's security schemes and the secrets that were given for them."""

    def __init__(self, schemes: Mapping[str, Scheme], secrets: Mapping[str, str]) -> None:
        self._schemes = schemes
        self._secrets = secrets
        self._spelt: list[tuple[str, str]] | None = None

    @classmethod
    def load(cls, schemas: Path) -> Credentials:
        """Schemes out of ``security.json`` in ``schemas``, secrets out of the environment or of the credentials file, which wins."""
        described: dict[str, dict[str, str]] = json.loads((schemas / "security.json").read_text(encoding="utf-8"))
        schemes = {
            slug: Scheme(entry["kind"], entry.get("parameter", ""), entry.get("location", "header"))
            for slug, entry in described.items()
        }
        secrets = {name: value for name, value in os.environ.items() if name.startswith((VALID, SECOND)) and value}
        if os.environ.get(FILE):
            secrets |= json.loads(Path(os.environ[FILE]).read_text(encoding="utf-8"))
        return cls(schemes, secrets)

    def placed(self, auth: Auth | None) -> list[Placed]:
        """Everything that a request with ``auth`` carries. Raises :class:`MissingCredentialError`."""
        return [self._placed(auth.use, slug) for slug in self._chosen(auth)] if auth else []

    @property
    def secrets(self) -> dict[str, str]:
        """Variable -> secret, without those that are too short to be told from ordinary text."""
        return {name: secret for name, secret in self._secrets.items() if len(secret) >= SHORTEST_SECRET}

    def redacted(self, text: str) -> str:
        """``text`` with every known secret replaced by ``$`` and the name of its variable."""
        if self._spelt is None:
            spelt = [(form, name) for name, secret in self._secrets.items() for form in spellings(secret)]
            self._spelt = sorted(spelt, key=lambda pair: -len(pair[0]))
        for form, name in self._spelt:
            text = text.replace(form, f"${name}")
        return text

    def _chosen(self, auth: Auth) -> tuple[str, ...]:
        """The first alternative whose credentials are all given.

        A wrong credential is for the alternative that a valid one would be for, or for the first: it needs none that is given.
        """
        prefix = SECOND if auth.use == "second" else VALID
        missing = {
            schemes: [f"{prefix}{slug}" for slug in schemes if not self._secrets.get(f"{prefix}{slug}")]
            for schemes in auth.alternatives
        }
        complete = [schemes for schemes, variables in missing.items() if not variables]
        if complete or auth.use in {"wrong", "empty"}:
            return complete[0] if complete else auth.schemes
        wanted = " or ".join(" and ".join(variables) for variables in missing.values())
        raise MissingCredentialError(f"needs a credential: set {wanted} (see the suite's README.md)")

    def _placed(self, use: str, slug: str) -> Placed:
        scheme = self._schemes[slug]
        if use == "empty":
            return _empty(scheme)
        variable = "" if use == "wrong" else f"{SECOND if use == 'second' else VALID}{slug}"
        secret = self._secrets[variable] if variable else WRONG_PAIR if scheme.kind == "basic" else WRONG_SECRET
        if scheme.kind == "bearer" and use == "misplaced":
            return Placed("misplaced", "header", "Authorization", f"Basic {secret}", variable)
        if scheme.kind == "bearer":
            return Placed("bearer", "header", "Authorization", f"Bearer {secret}", variable)
        if scheme.kind == "basic" and use == "misplaced":
            return Placed("bearer", "header", "Authorization", f"Bearer {_basic(secret)}", variable)
        if scheme.kind == "basic":
            return Placed("basic", "header", "Authorization", f"Basic {_basic(secret)}", variable)
        return Placed("apiKey", scheme.location, scheme.parameter, secret, variable)


def _empty(scheme: Scheme) -> Placed:
    """The scheme's place, with nothing where the secret belongs."""
    if scheme.kind == "apiKey":
        return Placed("apiKey", scheme.location, scheme.parameter, "", "")
    blank = "Bearer" if scheme.kind == "bearer" else f"Basic {_basic(':')}"
    return Placed(scheme.kind, "header", "Authorization", blank, "")


def _basic(secret: str) -> str:
    return base64.b64encode(secret.encode()).decode("ascii")
