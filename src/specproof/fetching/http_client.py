"""One HTTP exchange under an address policy, with limits on time, size and redirects.

Every call out of the service goes through :class:`HttpCaller`: specifications and, as a plain callable, notices.
"""

from __future__ import annotations

import asyncio
import email.utils
import re
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpcore2
import httpx2

from specproof.errors import FetchRefusedError, FetchUnavailableError, SpecLimitError
from specproof.fetching.address_policy import AddressPolicy
from specproof.fetching.guarded_backend import GuardedBackend, Resolver, resolve

HOST = re.compile(rb"[A-Za-z0-9._:-]+")
"""Names (international ones in their ASCII form) and addresses; a scope like ``%eth0`` has no meaning for a remote document."""

USER_AGENT = "specproof"
CODINGS = frozenset({"gzip", "deflate"})
"""What is decompressed, though only gzip is asked for."""

ERROR_BODY_BYTES = 64 * 1024
"""How much of an error's body is read: enough for an envelope."""

CORE_ERRORS: tuple[tuple[type[Exception], type[httpx2.TransportError]], ...] = (
    (httpcore2.ConnectTimeout, httpx2.ConnectTimeout),
    (httpcore2.ReadTimeout, httpx2.ReadTimeout),
    (httpcore2.WriteTimeout, httpx2.WriteTimeout),
    (httpcore2.PoolTimeout, httpx2.PoolTimeout),
    (httpcore2.ConnectError, httpx2.ConnectError),
    (httpcore2.ReadError, httpx2.ReadError),
    (httpcore2.WriteError, httpx2.WriteError),
    (httpcore2.RemoteProtocolError, httpx2.RemoteProtocolError),
    (httpcore2.LocalProtocolError, httpx2.LocalProtocolError),
    (httpcore2.UnsupportedProtocol, httpx2.UnsupportedProtocol),
)


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one fetch may cost: seconds in all, bytes after decompression, redirects followed (each is checked anew)."""

    timeout_seconds: float = 30.0
    max_bytes: int = 52_428_800
    max_redirects: int = 0


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back: ``body`` is decompressed and within the limit; ``retry_after_seconds`` as the sender asked, if it did."""

    status: int
    content_type: str
    body: bytes
    location: str = ""
    retry_after_seconds: float | None = None


class GuardedTransport(httpx2.AsyncBaseTransport):
    """httpx2's transport over a pool whose network backend checks every address that it dials."""

    def __init__(self, backend: httpcore2.AsyncNetworkBackend, ssl_context: ssl.SSLContext | None) -> None:
        self._pool = httpcore2.AsyncConnectionPool(ssl_context=ssl_context, network_backend=backend, max_connections=4)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """One exchange; the body streams."""
        url = request.url
        core_request = httpcore2.Request(
            method=request.method,
            url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _as_httpx_errors():
            response = await self._pool.handle_async_request(core_request)
        stream = _Stream(response.stream)
        return httpx2.Response(response.status, headers=response.headers, stream=stream, extensions=response.extensions)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Stream(httpx2.AsyncByteStream):
    def __init__(self, parts: object) -> None:
        self._parts = parts

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if isinstance(self._parts, AsyncIterable):
            with _as_httpx_errors():
                async for part in self._parts:
                    yield part

    async def aclose(self) -> None:
        closing = getattr(self._parts, "aclose", None)
        if closing is not None:
            await closing()


@contextmanager
def _as_httpx_errors() -> Iterator[None]:
    try:
        yield
    except tuple(core for core, _ in CORE_ERRORS) as error:
        outer = next(outer for core, outer in CORE_ERRORS if isinstance(error, core))
        raise outer(str(error)) from error


class HttpCaller:
    """Makes exchanges; holds nothing but the trust store, so it may be shared.

    ``connector`` and ``resolver`` are the seams of tests: what dials, and what turns names into addresses. ``now`` gives the wall
    clock for ``Retry-After`` dates.
    """

    def __init__(
        self,
        *,
        limits: FetchLimits | None = None,
        connector: httpcore2.AsyncNetworkBackend | None = None,
        resolver: Resolver = resolve,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._limits = limits or FetchLimits()
        self._connector = connector
        self._resolver = resolver
        self._now = now
        self._ssl_context = ssl_context

    async def call(
        self,
        method: str,
        url: str,
        *,
        policy: AddressPolicy,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        follow_redirects: bool = False,
    ) -> HttpAnswer:
        """One exchange, whatever its status.

        Raises ``FetchUnavailableError`` (no answer in time, broken connection), ``FetchRefusedError`` (not an http address, a bad
        redirect), ``AddressBlockedError`` and ``SpecLimitError``.
        """
        where = shown_url(url)
        try:
            async with asyncio.timeout(self._limits.timeout_seconds):
                return await self._exchange(method, url, policy, headers or {}, body, self._redirects(follow_redirects))
        except TimeoutError as error:
            raise FetchUnavailableError(f"no whole answer within {self._limits.timeout_seconds:g} s", at=where) from error
        except httpx2.DecodingError as error:
            raise FetchRefusedError("the answer's Content-Encoding is broken", at=where, hint="Send it plain or gzip.") from error
        except (httpx2.LocalProtocolError, httpx2.UnsupportedProtocol, httpx2.InvalidURL, UnicodeError, ValueError) as error:
            # The exception's own text may quote a header, and so a token: it stays out.
            raise FetchRefusedError("no request can be made to that address", at=where, hint="Check its spelling.") from error
        except httpx2.TransportError as error:
            raise FetchUnavailableError(f"no answer: {_short_reason(error)}", at=where) from error

    def _trust_store(self) -> ssl.SSLContext:
        """Made when first needed: reading all authorities takes some 40 ms."""
        if self._ssl_context is None:
            # SSL_CERT_FILE is honoured: private deployments have their own authorities. Proxies of the environment are not.
            self._ssl_context = httpx2.create_ssl_context(trust_env=True)
        return self._ssl_context

    def _redirects(self, follow: bool) -> int:
        return self._limits.max_redirects if follow else 0

    async def _exchange(
        self, method: str, url: str, policy: AddressPolicy, headers: Mapping[str, str], body: bytes | None, redirects: int
    ) -> HttpAnswer:
        backend = GuardedBackend(policy, connector=self._connector, resolver=self._resolver)
        transport = GuardedTransport(backend, self._trust_store() if url.lower().startswith("https:") or redirects else None)
        sent = {"user-agent": USER_AGENT, "accept-encoding": "gzip", **headers}
        async with httpx2.AsyncClient(transport=transport, trust_env=False, follow_redirects=False, timeout=None) as client:
            request = client.build_request(method, checked_url(url), headers=sent, content=body)
            for _ in range(redirects + 1):
                response = await client.send(request, stream=True)
                try:
                    if response.next_request is None or redirects == 0:
                        return await self._answer(response)
                    request = _checked_redirect(request, response.next_request)
                finally:
                    await response.aclose()
        raise FetchRefusedError(f"more than {redirects} redirects", at=shown_url(url), hint="Name the final address.")

    async def _answer(self, response: httpx2.Response) -> HttpAnswer:
        is_wanted = 200 <= response.status_code < 300
        limit = self._limits.max_bytes if is_wanted else ERROR_BODY_BYTES
        return HttpAnswer(
            status=response.status_code,
            content_type=response.headers.get("content-type", "")[:200],
            body=await _read(response, limit, is_wanted=is_wanted) if _is_readable(response, is_wanted=is_wanted) else b"",
            location=shown_url(response.headers.get("location", "")),
            retry_after_seconds=parse_retry_after(response.headers.get("retry-after", ""), self._now()),
        )


def _is_readable(response: httpx2.Response, *, is_wanted: bool) -> bool:
    """Whether the body may be decompressed. Raises ``FetchRefusedError`` for a wanted one that may not.

    One coding at most: of several, a kilobyte unpacks to gigabytes of nothing (empty blocks), which no limit on size notices and no
    timeout interrupts. Codings that nobody here can undo would come through as noise.
    """
    named = response.headers.get("content-encoding", "").lower().split(",")
    codings = [coding.strip() for coding in named if coding.strip() not in ("", "identity")]
    if not codings or (len(codings) == 1 and codings[0] in CODINGS):
        return True
    if is_wanted:
        raise FetchRefusedError(
            "the answer's Content-Encoding is not one that is read",
            at=shown_url(str(response.request.url)),
            hint="Send it plain or gzip.",
        )
    return False


async def _read(response: httpx2.Response, limit: int, *, is_wanted: bool) -> bytes:
    declared = response.headers.get("content-length", "")
    is_too_long = declared.isascii() and declared.isdigit() and len(declared) < 19 and int(declared) > limit
    parts: list[bytes] = []
    size = 0
    if not is_too_long or not is_wanted:
        async for part in response.aiter_bytes():
            size += len(part)
            parts.append(part)
            if size > limit:
                is_too_long = True
                break
    if is_too_long and is_wanted:
        raise SpecLimitError(
            f"the answer is longer than {limit} bytes",
            at=shown_url(str(response.request.url)),
            hint="Export a smaller part, or raise SPECPROOF_FETCH__MAX_BYTES.",
        )
    return b"".join(parts)[:limit]


def checked_url(url: str) -> httpx2.URL:
    """``url`` parsed. Raises ``FetchRefusedError`` unless it is an absolute http or https address."""
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, ValueError, TypeError) as error:
        raise FetchRefusedError("that is no address", at=shown_url(url), hint="Write http://HOST/PATH.") from error
    port = 80 if parsed.port is None else parsed.port
    if parsed.scheme not in ("http", "https") or not HOST.fullmatch(parsed.raw_host) or not 0 < port < 65536:
        raise FetchRefusedError("that is no http or https address", at=shown_url(url), hint="Write http://HOST/PATH.")
    return parsed


def breaker_name(url: str) -> str:
    """The breaker of the place that ``url`` names: ``fetch:host:port``."""
    parsed = checked_url(url)
    return f"fetch:{parsed.host.rstrip('.')}:{parsed.port or (443 if parsed.scheme == 'https' else 80)}"


def shown_url(url: str) -> str:
    """``url`` for logs and messages: without user, password, query and fragment, which may hold secrets; at most 300 characters."""
    bare = url.split("#", 1)[0].split("?", 1)[0]
    scheme, separator, rest = bare.partition("://")
    authority, slash, path = rest.partition("/")
    shown = f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path}"
    return "".join(char if char.isprintable() else "?" for char in shown)[:300]


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` header asks for, at least 0; None if there is none or it cannot be read."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), 86_400))
    try:
        when = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return min(max((when - now).total_seconds(), 0.0), 86_400.0)


def _checked_redirect(before: httpx2.Request, after: httpx2.Request) -> httpx2.Request:
    checked_url(str(after.url))
    if before.url.scheme == "https" and after.url.scheme != "https":
        raise FetchRefusedError("it redirects from https to http", at=shown_url(str(after.url)), hint="Name an https address.")
    return after


def _short_reason(error: httpx2.TransportError) -> str:
    text = "".join(char if char.isprintable() else " " for char in str(error))[:200]
    return text or type(error).__name__
