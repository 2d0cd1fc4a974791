"""Requests of one operation: parameters and body together."""

from __future__ import annotations

from collections.abc import Mapping

from specproof.openapi.model import Operation
from specproof.openapi.schema import JsonValue
from specproof.reference.decoding.bodies import BodyReader
from specproof.reference.decoding.decoded import Decoded, Malformed, MalformedError
from specproof.reference.decoding.parameters import ParameterReader, Sources, parameter_readers
from specproof.reference.messages import Request


class RequestDecoder:
    """Reads requests of one operation. What it needs of the document is looked up once."""

    __slots__ = ("_body", "_parameters")

    def __init__(self, parameters: tuple[ParameterReader, ...], body: BodyReader | None) -> None:
        self._parameters = parameters
        self._body = body

    @classmethod
    def of(cls, operation: Operation) -> RequestDecoder:
        """The decoder of that operation."""
        body = BodyReader(operation.request_body) if operation.request_body is not None else None
        return cls(parameter_readers(operation), body if body is not None and body.names else None)

    def takes(self, media_type: str) -> bool:
        """Whether a body of that Content-Type is documented, by a range too; always where no body is documented.

        "" stands for a missing Content-Type: that is taken for JSON.
        """
        return self._body is None or self._body.match(media_type) is not None

    def decode(self, request: Request, path_values: Mapping[str, str]) -> Decoded | Malformed:
        """The values of a request; ``path_values`` are raw segments by the parameters' names.

        A body of an undocumented type is read as the first that is documented, JSON before others: to refuse it is the caller's part.
        A body where none is documented is not read.
        """
        values: dict[tuple[str, str], JsonValue] = {}
        try:
            if self._parameters:
                sources = Sources(request, path_values)
                for parameter in self._parameters:
                    found = parameter.found(sources)
                    if found is not None:
                        values[parameter.key] = found[0]
            if self._body is None:
                return Decoded(values, None, False, "")
            body, has_body, media_type = self._body.read(request)
        except MalformedError as error:
            return Malformed(str(error))
        return Decoded(values, body, has_body, media_type)
