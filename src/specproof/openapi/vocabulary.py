"""The closed lists of OpenAPI: dialects, methods, where and how parameters travel, kinds of security schemes."""

from __future__ import annotations

import re
from enum import StrEnum


class SpecVersion(StrEnum):
    """The dialect that a document was written in."""

    SWAGGER_20 = "2.0"
    OPENAPI_30 = "3.0"
    OPENAPI_31 = "3.1"
    OPENAPI_32 = "3.2"


_METHOD = re.compile(r"[A-Z][A-Z0-9-]{0,29}")


class Method(StrEnum):
    """HTTP methods. Those of ``additionalOperations`` (OpenAPI 3.2: ``COPY``, ``PURGE``) become members when they are first named.

    A method is an upper-case token of at most 30 characters, so it is safe wherever a member's name is.
    """

    GET = "GET"
    HEAD = "HEAD"
    OPTIONS = "OPTIONS"
    QUERY = "QUERY"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"
    TRACE = "TRACE"

    @classmethod
    def _missing_(cls, value: object) -> Method | None:
        if not isinstance(value, str) or not _METHOD.fullmatch(value):
            return None
        made = str.__new__(cls, value)
        made._name_ = made._value_ = value
        # As enum.Flag does for its combinations: the same value is the same member from now on.
        return cls._value2member_map_.setdefault(value, made)  # type: ignore[return-value]


class ParameterLocation(StrEnum):
    """Where a parameter travels."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    QUERYSTRING = "querystring"
    """OpenAPI 3.2: one parameter whose media type lays out the whole query."""


class ParameterStyle(StrEnum):
    """How a parameter's value is laid out on the wire (OpenAPI ``style``)."""

    SIMPLE = "simple"
    FORM = "form"
    SPACE_DELIMITED = "spaceDelimited"
    PIPE_DELIMITED = "pipeDelimited"
    DEEP_OBJECT = "deepObject"
    LABEL = "label"
    MATRIX = "matrix"
    COOKIE = "cookie"
    """OpenAPI 3.2: cookies joined by ``; `` and not percent-encoded."""


class SchemeKind(StrEnum):
    """How a security scheme carries its secret, reduced to what a client has to send."""

    BEARER = "bearer"
    """``Authorization: Bearer SECRET``: http bearer, oauth2 and openIdConnect."""
    BASIC = "basic"
    """``Authorization: Basic`` of ``user:password``."""
    API_KEY = "apiKey"
    """The secret as it is, in a header, query parameter or cookie."""
    UNSUPPORTED = "unsupported"
    """mutualTLS, http digest and whatever else we cannot send."""
