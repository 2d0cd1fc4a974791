"""How a suite talks to the API: one connection pool for the run, and an :class:`Api` for each case."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NoReturn

import httpx2
import pytest

from .contracts import Contracts
from .credentials import Auth, Credentials, MissingCredentialError
from .message import (
    Body,
    Message,
    Parameters,
    Request,
    header_bytes,
    laid_out,
    parameters,
    request_body,
)
from .network import (
    MOST_BYTES,
    LargeAnswerError,
    LateAnswerError,
    Network,
    NoAnswerError,
    OversizeError,
    Received,
    UnfinishedError,
    is_there,
)
from .outcome import CaseNotes, CheckFailure, skip
from .pointers import ABSENT, Absent
from .records import Answer
from .reproduction import reproduction
from .wire import NotSendableError
from .wire_bodies import Field
from .wire_xml import PLAIN, Xml

TIME_BUDGET_SECONDS = 30.0
LIVENESS_SECONDS = 5.0
# After so many silent requests in a row, with no answer ever in between, the API may be down, or it may hang on what these had in common:
# the next ones find out, without waiting as long, and fail nothing. When all of them were in vain the rest of the run is not worth it.
PATIENCE = 3
PROBES = 10
PROBE_SECONDS = 2.0
# One that has crashed may be on its way back.
PROBE_PAUSE_SECONDS = 0.5
CREDENTIAL_ASKED_FOR = (401, 403)
# Where a case asks for nothing else.
ACCEPT = ("Accept", "application/json, */*;q=0.8")


def make_transport() -> httpx2.BaseTransport | None:
    """The transport of the run's client; None is the network. Replace this function to run a suite against something else.

    A transport with a method ``pause(seconds)`` has a clock of its own: what waits for the API to catch up waits by it.
    """
    return None


class Connection:
    """The run's client: no proxies or credentials out of the environment, no redirects followed, limits on time and on size."""

    def __init__(
        self,
        api_url: str,
        *,
        transport: httpx2.BaseTransport | None = None,
        timeout: float = TIME_BUDGET_SECONDS,
        most_bytes: int = MOST_BYTES,
        remembers: bool = True,
    ) -> None:
        self.api_url = api_url
        self.remembers = remembers
        self._timeout = timeout
        self._silent = 0
        chosen = transport or make_transport()
        # What has a clock of its own is a program in our own process: it is there.
        self.is_network = not hasattr(chosen, "pause")
        self.pause: Callable[[float], None] = getattr(chosen, "pause", time.sleep)
        self._network = Network(most_bytes) if chosen is None else None
        self._client = httpx2.Client(transport=chosen or self._network, trust_env=False, follow_redirects=False, timeout=timeout)

    def close(self) -> None:
        """Close the pool."""
        self._client.close()

    def exchange(self, message: Message) -> httpx2.Response | Received:
        """Send ``message``. Raises :class:`NoAnswerError`, and :class:`~.wire.NotSendableError` for what HTTP cannot carry; skips the
        case where there was no answer several times in a row."""
        __tracebackhide__ = True
        is_probe = self._silent >= PATIENCE
        gone = f"the API at {self.api_url} did not answer the last {PATIENCE} requests"
        if self._silent >= PATIENCE + PROBES:
            skip(gone)
        if is_probe:
            self.pause(PROBE_PAUSE_SECONDS)
        asks = any(name.lower() == "accept" for name, _ in message.headers)
        pairs = message.headers if asks else (*message.headers, ACCEPT)
        headers = header_bytes(pairs)
        self._silent += 1
        try:
            response = self._response(message, headers, min(self._timeout, PROBE_SECONDS) if is_probe else self._timeout)
        except (LargeAnswerError, NotSendableError):
            self._silent = 0
            raise
        except NoAnswerError:
            if is_probe:
                skip(gone)
            raise
        # Cookies of one case must not reach the next.
        self._client.cookies.clear()
        self._silent = 0
        return response

    def _response(self, message: Message, headers: list[tuple[bytes, bytes]], seconds: float) -> httpx2.Response | Received:
        try:
            return self._sent(message, headers, seconds)
        except OversizeError as error:
            raise LargeAnswerError(f"{error}: read no further. If it has to be so large, raise --answer-limit") from error
        except (httpx2.InvalidURL, httpx2.LocalProtocolError) as error:
            raise NotSendableError(f"HTTP cannot carry it: {error}") from error
        except httpx2.TimeoutException as error:
            begun = f" ({error})" if isinstance(error, UnfinishedError) else ""
            raise LateAnswerError(f"no answer within {seconds:g} seconds{begun}{self._afterwards()}") from error
        except httpx2.ConnectError as error:
            raise NoAnswerError(f"the API at {self.api_url} did not answer: {error}") from error
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            raise NoAnswerError(f"no readable answer: {type(error).__name__}: {error}{self._afterwards()}") from error

    def _sent(self, message: Message, headers: list[tuple[bytes, bytes]], seconds: float) -> httpx2.Response | Received:
        content = message.content or None
        if self._network is None:
            return self._client.request(message.method, message.url, headers=headers, content=content, timeout=seconds)
        request = self._client.build_request(message.method, message.url, headers=headers, content=content, timeout=seconds)
        return self._network.exchange(self._client, request, seconds)

    def _afterwards(self) -> str:
        """Whether the API still answers somebody else: a request that hangs or is dropped may have stopped it."""
        if not self.is_network:
            return ""
        if not is_there(self._client, self.api_url, min(self._timeout, LIVENESS_SECONDS)):
            return "; a plain GET of the base address is not answered afterwards either"
        return "; a plain GET of the base address is answered afterwards"


class Api:
    """The API as one case sees it: sends requests, remembers the answers, cleans up afterwards."""

    def __init__(self, connection: Connection, contracts: Contracts, credentials: Credentials, case: CaseNotes) -> None:
        self.case = case
        self.answers: list[Answer] = []
        self._requests: list[Request] = []
        self._connection = connection
        self._contracts = contracts
        self._credentials = credentials
        self._cleanups: list[dict[str, object]] = []

    def send(
        self,
        method: str,
        template: str,
        *,
        path: Parameters = (),
        query: Parameters = (),
        headers: Parameters = (),
        cookies: Parameters = (),
        json: object = ABSENT,
        form: object = ABSENT,
        multipart: object = ABSENT,
        xml: object = ABSENT,
        lines: object = ABSENT,
        octets: object = ABSENT,
        content: object = ABSENT,
        media_type: str = "",
        fields: Iterable[Field] = (),
        layout: Xml = PLAIN,
        auth: Auth | None = None,
    ) -> Answer:
        """Send one request and return its answer.

        ``path``, ``query``, ``headers`` and ``cookies`` map names to values, or list ``Parameter``s where the layout is not the usual
        one. At most one of ``json``, ``form``, ``multipart``, ``xml``, ``lines`` (a list, each member a line of JSON), ``octets`` (base64)
        and ``content`` (text as it is) is the body; ``fields`` say what is unusual in a form, ``layout`` in XML. A missing credential
        skips the case, and so does a value that cannot be sent where it belongs.
        """
        __tracebackhide__ = True
        try:
            placed = self._credentials.placed(auth)
        except MissingCredentialError as error:
            skip(str(error))
        request = Request(
            self._connection.api_url,
            method,
            template,
            path=parameters(path, "simple", explode=False),
            query=parameters(query, "form", explode=True),
            headers=parameters(headers, "simple", explode=False),
            cookies=parameters(cookies, "form", explode=True),
            body=request_body(
                {
                    "json": json,
                    "form": form,
                    "multipart": multipart,
                    "xml": xml,
                    "lines": lines,
                    "octets": octets,
                    "content": content,
                },
                media_type,
                fields,
                layout,
            ),
            placed=tuple(placed),
        )
        self._requests.append(request)
        return _conclusive(self._answered(request, tuple(self._requests)), auth)

    def _answered(self, request: Request, steps: tuple[Request, ...]) -> Answer:
        """Send ``request``; ``steps`` are what reproduces its answer. No answer fails ``no_server_error``: the request may be the cause."""
        __tracebackhide__ = True
        try:
            message = laid_out(request)
            response = self._connection.exchange(message)
        except NotSendableError as error:
            # Nothing that comes later was caused by what was never sent.
            self._requests[:] = [sent for sent in self._requests if sent is not request]
            skip(f"{request.operation} cannot be sent: {error}")
        except NoAnswerError as error:
            raise CheckFailure(
                check="no_server_error",
                operation=request.operation,
                expected=error.expected,
                actual=self._credentials.redacted(str(error)),
                curl=reproduction(steps, self._credentials.secrets),
                answered=error.answered,
                case=self.case,
            ) from None

        def again(*, query: Parameters) -> Answer:
            __tracebackhide__ = True
            moved = replace(request, query=parameters(query, "form", explode=True), body=Body())
            return self._answered(moved, (*steps[:-1], moved))

        answer = Answer(
            request=request,
            steps=steps,
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            content=response.content,
            case=self.case,
            contracts=self._contracts,
            credentials=self._credentials,
            again=again,
            pause=self._connection.pause,
            remembers=self._connection.remembers,
        )
        self.answers.append(answer)
        return answer

    def cleanup(self, method: str, template: str, *, path: Parameters = (), query: Parameters = (), headers: Parameters = (),
                auth: Auth | None = None) -> None:  # fmt: skip
        """Send this after the case, last one first, whatever it is answered. Nothing is sent where a value of ``path`` is absent, empty or no
        single value: ``DELETE /things/`` may mean all of them."""
        values = path.values() if hasattr(path, "values") else [parameter.value for parameter in path]
        if not any(isinstance(value, (Absent, list, dict)) or value in (None, "") for value in values):
            self._cleanups.append(
                {"method": method, "template": template, "path": path, "query": query, "headers": headers, "auth": auth}
            )

    def clean_up(self) -> None:
        """Send what :meth:`cleanup` noted."""
        while self._cleanups:
            try:
                self.send(**self._cleanups.pop())  # type: ignore[arg-type]
            except CheckFailure as failure:
                self.case.remark(f"could not clean up: {failure.operation}: {failure.actual}")
            except pytest.skip.Exception as skipped:
                # What cannot be sent for one record keeps nobody from removing the others.
                self.case.remark(f"could not clean up: {skipped}")

    def skip(self, reason: str) -> NoReturn:
        """End the case as skipped."""
        __tracebackhide__ = True
        skip(reason)


def _conclusive(answer: Answer, auth: Auth | None) -> Answer:
    """The answer; inconclusive where it asks for a credential that the document names and does not define."""
    __tracebackhide__ = True
    if auth is not None and auth.use == "undefined" and answer.status in CREDENTIAL_ASKED_FOR:
        answer.inconclusive(f"the document does not define the credential that it asks for: {answer.described()}")
    return answer
