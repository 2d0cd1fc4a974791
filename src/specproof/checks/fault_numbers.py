"""The number of each check in the catalogue of fault categories of Web Fuzzing Commons (WFC), which other tools report too.

The numbers are those of its versions up to 0.7; 900 and above are its experimental ones. None: WFC has no number for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SERVER_ERROR: Final = 100
WRONG_ANSWER: Final = 101
INVALID_ACCEPTED: Final = 102
NOT_DELETED: Final = 103
REFUSED_CREATE_LEAVES: Final = 104
MASS_ASSIGNMENT: Final = 203
MISSED_AUTHORISATION: Final = 206
ANONYMOUS_IGNORED: Final = 207
LEAKED_INSIDE: Final = 209
HIDDEN_OPERATION: Final = 210
REFUSED_UPDATE_LEAVES: Final = 901
PARTIAL_REPLACEMENT: Final = 904
BAD_LOCATION: Final = 907
TIMEOUT: Final = 909

NO_ANSWER: Final = "no answer"
NO_ANSWER_IN_TIME: Final = "no answer in time"
TOO_LARGE: Final = "an answer too large to read"

FAULT_NUMBERS: Final[Mapping[str, int | None]] = MappingProxyType(
    {
        "no_server_error": SERVER_ERROR,
        "no_leak": LEAKED_INSIDE,
        "status_documented": WRONG_ANSWER,
        "status_expected": None,
        "business_code": None,
        "media_type": WRONG_ANSWER,
        "body_schema": WRONG_ANSWER,
        "body_empty": WRONG_ANSWER,
        "response_headers": WRONG_ANSWER,
        "rejected": INVALID_ACCEPTED,
        "unauthenticated": ANONYMOUS_IGNORED,
        "unknown_id": None,
        "echo": None,
        "read_back": None,
        "unchanged": None,
        "listed": None,
        "not_listed": NOT_DELETED,
        "distinct_ids": None,
        "deleted": NOT_DELETED,
        "page_size": None,
        "filter": None,
        "sort_order": None,
        "total": None,
        "paging": None,
        "refused": None,
        "response_time": None,
        "cleared": PARTIAL_REPLACEMENT,
        "not_taken": MASS_ASSIGNMENT,
        "location": BAD_LOCATION,
        "hidden": MISSED_AUTHORISATION,
        "method_refused": HIDDEN_OPERATION,
        "not_modified": None,
        "tag_changed": None,
        "condition_failed": None,
        "control": None,
    }
)
# The same check tells another fault where the case is about what a refused request leaves behind.
_AFTER_A_REFUSAL: Final[Mapping[tuple[str, str], int]] = MappingProxyType(
    {
        ("not_listed", "_makes_nothing"): REFUSED_CREATE_LEAVES,
        ("unchanged", "_changes_nothing"): REFUSED_UPDATE_LEAVES,
    }
)


def fault_number(check: str, case_id: str = "", cause: str = "") -> int | None:
    """The WFC number of a failed ``check``, given the case and the cause of the failure; None where WFC has none."""
    if check == "no_server_error" and cause.startswith((NO_ANSWER, TOO_LARGE)):
        return TIMEOUT if cause.startswith(NO_ANSWER_IN_TIME) else None
    for (name, ending), number in _AFTER_A_REFUSAL.items():
        if name == check and case_id.endswith(ending):
            return number
    return FAULT_NUMBERS.get(check)
