"""The web layer's policy, by value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from specproof.errors import SettingsError

_ORIGIN = re.compile(r"https?://[^\s/?#@*]+")


@dataclass(frozen=True, slots=True)
class BodyPolicy:
    """Limits on request bodies, in bytes and seconds.

    ``document_bytes`` holds for the paths in ``document_paths``, ``default_bytes`` for all others. A body that brings nothing for
    ``timeout_seconds``, or less than ``min_bytes_per_second`` on the whole, is refused. ``linger_seconds``: how long the rest of a refused
    body is read and thrown away, so that the sender sees the answer instead of a reset connection.
    """

    default_bytes: int = 1_048_576
    document_bytes: int = 52_428_800
    document_paths: tuple[str, ...] = ("/api/v1/webhooks/openapi", "/api/v1/webhooks/validate-tests")
    timeout_seconds: float = 5.0
    min_bytes_per_second: int = 1024
    linger_seconds: float = 1.0

    def limit_for(self, path: str) -> int:
        """The largest body that ``path`` takes."""
        is_document = any(path == prefix or path.startswith(prefix + "/") for prefix in self.document_paths)
        return self.document_bytes if is_document else self.default_bytes


@dataclass(frozen=True, slots=True)
class CorsPolicy:
    """Which web pages of other origins may call us; none by default."""

    origins: tuple[str, ...] = ()
    allow_credentials: bool = False

    def checked(self) -> CorsPolicy:
        """This policy; :class:`~specproof.errors.SettingsError` where it would let every origin in with credentials, or means nothing."""
        if "*" in self.origins and self.allow_credentials:
            raise SettingsError(
                "CORS origin * together with credentials would let every web page act for a logged-in user",
                at="SPECPROOF_CORS__ORIGINS",
                hint="Name exact origins, or turn SPECPROOF_CORS__ALLOW_CREDENTIALS off.",
            )
        for origin in self.origins:
            if origin != "*" and not _ORIGIN.fullmatch(origin):
                raise SettingsError(
                    f"{origin!r} is not an origin",
                    at="SPECPROOF_CORS__ORIGINS",
                    hint="Write scheme://host[:port] without a path.",
                )
        return self


@dataclass(frozen=True, slots=True)
class WebPolicy:
    """All of it. ``serve_docs``: whether /docs and /openapi.json are served."""

    body: BodyPolicy = field(default_factory=BodyPolicy)
    cors: CorsPolicy = field(default_factory=CorsPolicy)
    serve_docs: bool = True
