"""How long answers take: one after the other, and many at once. Reported always; a failure only against a budget that somebody has set."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from .records import Answer
from .status_checks import no_server_error

WARM_UP = 5
AT_ONCE = 10
TIMING = "specproof_timing"


def response_time(answer: Answer, *, times: int = 30, p95_ms: float = 0) -> None:
    """The request of ``answer`` is sent ``times`` more after a warm-up, then as often by ten at once; no answer is a server error.

    With ``p95_ms`` nineteen in twenty of those that were sent one after the other are answered within so many milliseconds.
    """
    __tracebackhide__ = True
    no_server_error(answer)
    for _ in range(WARM_UP):
        _timed(answer)
    quiet = sorted(_timed(answer) for _ in range(times))
    text = f"{_described(quiet)} of {times} in a row"
    if answer.pause is time.sleep:  # a transport with a clock of its own is no network: it is asked one by one
        with ThreadPoolExecutor(AT_ONCE) as threads:
            busy = sorted(threads.map(lambda _: _timed(answer), range(times)))
        text += f"; {_described(busy)} by {AT_ONCE} at once"
    answer.case.properties.append((TIMING, f"{answer.operation}: {text}"))
    if p95_ms and quantile(quiet, 0.95) * 1000 > p95_ms:
        answer.fail("response_time", f"19 in 20 answers within {p95_ms:g} ms", text)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest of the ordered values that ``share`` of them do not exceed (nearest rank)."""
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)]


def _timed(answer: Answer) -> float:
    """Seconds until the same request was answered once more."""
    __tracebackhide__ = True
    begun = time.perf_counter()
    later = answer.again(query=answer.request.query)
    seconds = time.perf_counter() - begun
    no_server_error(later)
    return seconds


def _described(ordered: Sequence[float]) -> str:
    shown = (f"p{round(share * 100)} {quantile(ordered, share) * 1000:.1f} ms" for share in (0.5, 0.95, 0.99))
    return ", ".join(shown)
