"""Exchanges understood: which operation, which values, with which credentials, and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specproof.openapi.model import MediaType, Operation, Response
from specproof.openapi.schema import JsonValue


@dataclass(frozen=True, slots=True)
class Observation:
    """One exchange as the document reads it.

    ``parameters`` maps (location, name) to the typed value; ``answer`` counts with ``has_answer``: a JSON body that could be read.
    ``credentials`` are the names of the schemes whose place in the request holds something.
    """

    case_id: str
    operation: Operation
    parameters: Mapping[tuple[str, str], JsonValue]
    body: JsonValue
    has_body: bool
    media_type: str
    status: int
    answer: JsonValue = None
    has_answer: bool = False
    answer_type: str = ""
    credentials: frozenset[str] = frozenset()

    @property
    def is_accepted(self) -> bool:
        """Whether the answer was a success."""
        return 200 <= self.status < 300

    @property
    def is_refused(self) -> bool:
        """Whether the request was refused for what it says, not for who sent it."""
        return 400 <= self.status < 500 and self.status not in (401, 403, 429)

    @property
    def request_media_type(self) -> MediaType | None:
        """The documented media type of the body that was sent."""
        documented = self.operation.request_body.media_types if self.operation.request_body else ()
        return nearest_media_type(documented, self.media_type) if self.has_body else None

    @property
    def response(self) -> Response | None:
        """The documented response that the status leads to."""
        return documented_response(self.operation, self.status)


def documented_response(operation: Operation, status: int) -> Response | None:
    """The response for a status: its own, that of its range, or ``default``."""
    by_status = {response.status.upper(): response for response in operation.responses}
    return by_status.get(str(status)) or by_status.get(f"{status // 100}XX") or by_status.get("DEFAULT")


def nearest_media_type(documented: tuple[MediaType, ...], name: str) -> MediaType | None:
    """The media type of that name, or the range that covers it."""
    main = name.partition("/")[0]
    wanted = (name, f"{main}/*", "*/*")
    return next((each for want in wanted for each in documented if each.name == want), None)
