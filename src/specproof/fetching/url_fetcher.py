"""A document behind a URL."""

from __future__ import annotations

from specproof.domain.ports import FetchedDocument
from specproof.errors import FetchRefusedError, FetchUnavailableError, SpecProofError
from specproof.fetching.address_policy import AddressPolicy
from specproof.fetching.http_client import HttpAnswer, HttpCaller, shown_url

BUSY = frozenset({408, 425, 429})
ACCEPT = "application/openapi+json, application/openapi+yaml, application/json, application/yaml, text/yaml, */*;q=0.5"


async def fetch_url(url: str, addresses: AddressPolicy, caller: HttpCaller) -> FetchedDocument:
    """``GET url``, tried once. Raises ``FetchUnavailableError`` for 5xx and 429, ``FetchRefusedError`` for other refusals."""
    answer = await caller.call("GET", url, policy=addresses, headers={"accept": ACCEPT}, follow_redirects=True)
    return document_of(answer, url)


def document_of(answer: HttpAnswer, url: str) -> FetchedDocument:
    """The document in the answer from ``url``. Raises as :func:`fetch_url`."""
    if not 200 <= answer.status < 300:
        raise _failure(answer, shown_url(url))
    if not answer.body.strip():
        raise FetchRefusedError(f"the answer ({answer.status}) is empty", at=shown_url(url), hint="Check the address.")
    return FetchedDocument(answer.body, origin=shown_url(url), content_type=answer.content_type)


def _failure(answer: HttpAnswer, at: str) -> SpecProofError:
    if answer.status >= 500 or answer.status in BUSY:
        return FetchUnavailableError(f"it answered {answer.status}", at=at, retry_after_seconds=answer.retry_after_seconds)
    if 300 <= answer.status < 400:
        hint = (
            f"Name the final address{f' ({answer.location})' if answer.location else ''}, or set SPECPROOF_FETCH__MAX_REDIRECTS."
        )
        return FetchRefusedError(f"it answered with a redirect ({answer.status}), which is not followed", at=at, hint=hint)
    hint = "The document must be readable at that address" + (" without logging in." if answer.status in (401, 403) else ".")
    return FetchRefusedError(f"it answered {answer.status}", at=at, hint=hint)
