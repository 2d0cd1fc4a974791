"""POSTs under the address policy, as a plain callable for rooms that know nothing of HTTP clients."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from specproof.fetching.address_policy import AddressPolicy
from specproof.fetching.http_client import HttpCaller


def post_sender(caller: HttpCaller, addresses: AddressPolicy) -> Callable[[str, bytes, Mapping[str, str]], Awaitable[int]]:
    """``send(url, body, headers)``: one POST, redirects not followed; the status. Raises as :meth:`HttpCaller.call` does."""

    async def send(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        answer = await caller.call("POST", url, policy=addresses, headers=headers, body=body)
        return answer.status

    return send
