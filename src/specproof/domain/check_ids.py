"""The checks that a case can make on a response. A test holds this list against the ``checks`` package."""

from __future__ import annotations

from enum import StrEnum


class CheckId(StrEnum):
    """One assertion on a response. The value is public: it stands in every outcome record and JUnit property."""

    NO_SERVER_ERROR = "no_server_error"
    NO_LEAK = "no_leak"
    """A refusal shows no stack trace, no error of a database, no key."""
    STATUS_DOCUMENTED = "status_documented"
    STATUS_EXPECTED = "status_expected"
    BUSINESS_CODE = "business_code"
    """The code inside of a successful answer (``{"code": 0, ...}``) means success."""
    MEDIA_TYPE = "media_type"
    BODY_SCHEMA = "body_schema"
    BODY_EMPTY = "body_empty"
    RESPONSE_HEADERS = "response_headers"
    REJECTED = "rejected"
    """A proven invalid request must get a 4xx."""
    UNAUTHENTICATED = "unauthenticated"
    """A request without a valid credential must get 401 (403 is accepted with a remark)."""
    UNKNOWN_ID = "unknown_id"
    """An id that does not exist must get 404 or 410."""
    ECHO = "echo"
    """What was sent comes back in the answer."""
    READ_BACK = "read_back"
    """What was created or updated is what a later read shows."""
    UNCHANGED = "unchanged"
    """A record that was not addressed, or a refused write, is as it was."""
    LISTED = "listed"
    NOT_LISTED = "not_listed"
    DISTINCT_IDS = "distinct_ids"
    DELETED = "deleted"
    PAGE_SIZE = "page_size"
    """A page holds no more items than were asked for."""
    FILTER = "filter"
    """Every item of a filtered list satisfies the filter."""
    SORT_ORDER = "sort_order"
    CONTROL = "control"
    """The case's control request (the same without the fault) was refused: one failure instead of many."""
