"""How a suite talks to the API: one connection pool for the run, and an :class:`Api` for each case."""

from __future__ import annotations

from typing import NoReturn

import httpx2

from .contracts import Contracts
from .credentials import Auth, Credentials, MissingCredentialError
from .message import Message, Parameters, compose, parameters, request_body
from .outcome import CaseNotes, CheckFailure, shortened, skip
from .pointers import ABSENT, Absent
from .records import Answer

TIME_BUDGET_SECONDS = 30.0
# After so many silent requests in a row, with no answer ever in between, the rest of the run is not worth waiting for.
PATIENCE = 3


def make_transport() -> httpx2.BaseTransport | None:
    """The transport of the run's client; None is the network. Replace this function to run a suite against something else."""
    return None


class Connection:
    """The run's client: no proxies or credentials out of the environment, no redirects followed, a limit on time."""

    def __init__(
        self, api_url: str, *, transport: httpx2.BaseTransport | None = None, timeout: float = TIME_BUDGET_SECONDS
    ) -> None:
        self.api_url = api_url
        self._timeout = timeout
        self._silent = 0
        self._client = httpx2.Client(
            transport=transport or make_transport(), trust_env=False, follow_redirects=False, timeout=timeout
        )

    def close(self) -> None:
        """Close the pool."""
        self._client.close()

    def exchange(self, message: Message) -> httpx2.Response:
        """Send ``message``. No answer is a failure of the check ``no_server_error``, since the request may have caused it."""
        __tracebackhide__ = True
        if self._silent >= PATIENCE:
            skip(f"the API at {self.api_url} did not answer the last {PATIENCE} requests")
        headers = [(name.encode("latin-1", "replace"), value.encode("utf-8")) for name, value in message.headers]
        try:
            response = self._client.request(message.method, message.url, headers=headers, content=message.body.content or None)
        except httpx2.TimeoutException:
            self._no_answer(message, f"no answer within {self._timeout:g} seconds")
        except httpx2.ConnectError as error:
            self._no_answer(message, f"the API at {self.api_url} did not answer: {error}")
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            self._no_answer(message, f"no readable answer: {type(error).__name__}: {error}")
        # Cookies of one case must not reach the next.
        self._client.cookies.clear()
        self._silent = 0
        return response

    def _no_answer(self, message: Message, actual: str) -> NoReturn:
        __tracebackhide__ = True
        self._silent += 1
        raise CheckFailure(
            check="no_server_error", operation=message.label, expected="an answer", actual=shortened(actual), curl=message.curl
        )


class Api:
    """The API as one case sees it: sends requests, remembers the answers, cleans up afterwards."""

    def __init__(self, connection: Connection, contracts: Contracts, credentials: Credentials, case: CaseNotes) -> None:
        self.case = case
        self.answers: list[Answer] = []
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
        content: str | None = None,
        media_type: str = "",
        auth: Auth | None = None,
    ) -> Answer:
        """Send one request and return its answer.

        ``path``, ``query``, ``headers`` and ``cookies`` map names to values, or list ``Parameter``s where the layout is not the usual
        one. At most one of ``json``, ``form``, ``multipart`` and ``content`` (text as it is) is the body. A missing credential skips the case.
        """
        __tracebackhide__ = True
        given = parameters(query, "form", explode=True)
        try:
            placed = self._credentials.placed(auth)
        except MissingCredentialError as error:
            skip(str(error))
        message = compose(
            self._connection.api_url,
            method,
            template,
            path=parameters(path, "simple", explode=False),
            query=given,
            headers=parameters(headers, "simple", explode=False),
            cookies=parameters(cookies, "form", explode=True),
            body=request_body(json=json, form=form, multipart=multipart, content=content, media_type=media_type),
            placed=placed,
        )
        response = self._connection.exchange(message)

        def again(*, query: Parameters) -> Answer:
            __tracebackhide__ = True
            return self.send(method, template, path=path, query=query, headers=headers, cookies=cookies, auth=auth)

        answer = Answer(
            message=message,
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            content=response.content,
            case=self.case,
            contracts=self._contracts,
            credentials=self._credentials,
            again=again,
            query=tuple(given),
        )
        self.answers.append(answer)
        return answer

    def cleanup(self, method: str, template: str, *, path: Parameters = (), query: Parameters = (), headers: Parameters = (),
                auth: Auth | None = None) -> None:  # fmt: skip
        """Send this after the case, last one first, whatever it is answered. Nothing is sent where a value of ``path`` is absent."""
        values = path.values() if hasattr(path, "values") else [parameter.value for parameter in path]
        if not any(isinstance(value, Absent) for value in values):
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

    def skip(self, reason: str) -> NoReturn:
        """End the case as skipped."""
        __tracebackhide__ = True
        skip(reason)
