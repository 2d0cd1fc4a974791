"""The business code: ``{"code": 40001, "msg": "..."}`` inside of a 2xx, by which many APIs refuse.

Where the document does not show the convention there is no code, and nothing here has anything to say.
"""

from __future__ import annotations

from collections.abc import Collection

from .outcome import shown
from .pointers import ABSENT, lookup
from .records import Answer

# A positive request may be refused for the state of the API, a quota or a role: that says nothing about the request.
STATE_OR_QUOTA = frozenset({402, 403, 409, 412, 423, 429})
_MESSAGES = ("msg", "message", "errmsg", "errorMsg", "errorMessage", "error", "info", "desc")
_CONTENTS = ("data", "result", "body", "payload", "content")
_LONGEST_MESSAGE = 80


def business_code(answer: Answer) -> None:
    """A 2xx holds a code that means success. An answer without a code is the business of its schema."""
    __tracebackhide__ = True
    rule = answer.contracts.business_code(answer.operation)
    if rule is None or not answer.is_refused_inside:
        return
    name = rule.pointer.removeprefix("/").replace("/", ".")
    actual = f"{answer.status} with {name} {answer.shown(answer.business_code)}{_message(answer, rule.pointer)}"
    if is_about_something_else(answer, STATE_OR_QUOTA):
        answer.inconclusive(f"refused for the API's state, a quota or a role: {actual}")
    values = " or ".join(answer.shown(value) for value in rule.success)
    answer.fail("business_code", f"`{name}` to be {values}, which means success", actual)


def is_about_something_else(answer: Answer, statuses: Collection[int]) -> bool:
    """Whether the code of a refusal repeats one of these HTTP statuses."""
    return answer.is_refused_inside and str(answer.business_code) in {str(status) for status in statuses}


def is_empty_success(answer: Answer) -> bool:
    """Whether the code says success and the answer holds nothing: how such APIs often say that there is no such record."""
    rule = answer.contracts.business_code(answer.operation)
    if rule is None or answer.business_code is ABSENT or answer.is_refused_inside:
        return False
    beside = lookup(answer.body, rule.pointer.rpartition("/")[0])
    held = [beside[name] for name in _CONTENTS if name in beside] if isinstance(beside, dict) else []
    return bool(held) and all(value in (None, "", [], {}) for value in held)


def other_code(answer: Answer) -> str:
    """`` or a `code` other than 0``, for what is expected of a refusal; "" where the operation has no code."""
    rule = answer.contracts.business_code(answer.operation)
    if rule is None:
        return ""
    name = rule.pointer.removeprefix("/").replace("/", ".")
    return f" or a `{name}` other than {' or '.join(answer.shown(value) for value in rule.success)}"


def _message(answer: Answer, pointer: str) -> str:
    """What the answer says beside its code, quoted short; "" if it says nothing."""
    beside = lookup(answer.body, pointer.rpartition("/")[0])
    held = [beside.get(name) for name in _MESSAGES] if isinstance(beside, dict) else []
    texts = [text for text in held if isinstance(text, str) and text.strip()]
    return f" {shown(texts[0], _LONGEST_MESSAGE, answer.credentials.redacted)}" if texts else ""
