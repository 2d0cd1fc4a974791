"""Each parameter of an operation with the way in which it is read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from specproof.openapi.model import Operation, Parameter
from specproof.openapi.vocabulary import ParameterLocation, ParameterStyle
from specproof.reference.decoding import media_types
from specproof.reference.decoding.decoded import MalformedError
from specproof.reference.decoding.escapes import sound, unescaped, unescaped_query
from specproof.reference.decoding.forms import FormReader
from specproof.reference.decoding.json_text import parsed_json
from specproof.reference.decoding.layouts import Found, deep, delimited, exploded, header_value, path_value
from specproof.reference.decoding.pairs import Pairs, query_pairs
from specproof.reference.decoding.value_reader import ValueReader
from specproof.reference.messages import Request

_NOT_PARAMETERS: Final = frozenset({"accept", "content-type", "authorization"})
"""Headers whose description as a parameter OpenAPI tells everybody to ignore."""


def counted_parameters(operation: Operation) -> tuple[Parameter, ...]:
    """The parameters that count: without the headers that OpenAPI describes elsewhere."""
    return tuple(
        parameter
        for parameter in operation.parameters
        if parameter.location is not ParameterLocation.HEADER or parameter.name.raw().lower() not in _NOT_PARAMETERS
    )


class Sources:
    """The parts of one request that hold parameters; each is cut into pairs at most once."""

    # By hand: a cached_property takes a lock in Python 3.11, which costs more than all the rest of a small request.
    __slots__ = ("_cookies", "_plain_cookies", "_query", "path_values", "request")

    def __init__(self, request: Request, path_values: Mapping[str, str]) -> None:
        self.request = request
        self.path_values = path_values
        self._query: Pairs | None = None
        self._cookies: Pairs | None = None
        self._plain_cookies: Pairs | None = None

    @property
    def query_text(self) -> str:
        """What stands behind ``?``, as it came."""
        target = self.request.target
        if "#" in target:
            target = target.partition("#")[0]
        return target.partition("?")[2]

    @property
    def query(self) -> Pairs:
        """The pairs of the query."""
        if self._query is None:
            self._query = query_pairs(self.query_text)
        return self._query

    @property
    def cookies(self) -> Pairs:
        """The cookies, percent-encoded as they came."""
        if self._cookies is None:
            self._cookies = self._cookie_pairs(unescaped)
        return self._cookies

    @property
    def plain_cookies(self) -> Pairs:
        """The cookies of style ``cookie``, in which nothing is encoded."""
        if self._plain_cookies is None:
            self._plain_cookies = self._cookie_pairs(sound)
        return self._plain_cookies

    def header(self, name: str) -> str | None:
        """All lines of a header (name in lower case) as one."""
        lines = [value for known, value in self.request.headers if known == name]
        return ",".join(lines) if lines else None

    def _cookie_pairs(self, unescape: Callable[[str], str]) -> Pairs:
        pairs = Pairs(unescape)
        for known, value in self.request.headers:
            for part in value.split(";") if known == "cookie" else ():
                name, mark, text = part.partition("=")
                if mark or name.strip():
                    pairs.add(unescape(name.strip()), text.strip())
        return pairs


@dataclass(frozen=True, slots=True)
class ParameterReader(ABC):
    """Finds one parameter in a request. ``key`` is its location and name, ``own`` the name that it is looked for."""

    key: tuple[str, str]
    own: str
    reader: ValueReader
    style: ParameterStyle
    explode: bool

    @abstractmethod
    def found(self, sources: Sources) -> Found:
        """The value in a tuple, or None where it was not sent."""


class _PathReader(ParameterReader):
    __slots__ = ()

    def found(self, sources: Sources) -> Found:
        raw = sources.path_values.get(self.own)
        if raw is None:
            return None
        if self.style is ParameterStyle.SIMPLE and not self.reader.is_structured:
            return (self.reader.scalar(unescaped(raw)),)
        return path_value(self.reader, self.own, self.style, raw, explode=self.explode)


@dataclass(frozen=True, slots=True)
class _PairReader(ParameterReader):
    taken: frozenset[str]

    def pairs(self, sources: Sources) -> Pairs:
        return sources.query

    def found(self, sources: Sources) -> Found:
        pairs = self.pairs(sources)
        if self.own not in pairs.by_name and not self.reader.is_structured and self.style is not ParameterStyle.DEEP_OBJECT:
            return None
        if self.style is ParameterStyle.DEEP_OBJECT:
            return deep(self.reader, self.own, pairs)
        if self.explode:
            return exploded(self.reader, self.own, pairs, self.taken)
        return delimited(self.reader, self.own, self.style, pairs)


class _CookieReader(_PairReader):
    __slots__ = ()

    def pairs(self, sources: Sources) -> Pairs:
        return sources.plain_cookies if self.style is ParameterStyle.COOKIE else sources.cookies


class _HeaderReader(ParameterReader):
    __slots__ = ()

    def found(self, sources: Sources) -> Found:
        raw = sources.header(self.own)
        return None if raw is None else (header_value(self.reader, raw, explode=self.explode),)


@dataclass(frozen=True, slots=True)
class _ContentReader(ParameterReader):
    """A parameter described by ``content``: its text is a document of its own."""

    is_json: bool
    form: FormReader | None

    def found(self, sources: Sources) -> Found:
        text = self._text(sources)
        if text is None:
            return None
        if self.form is not None:
            return (self.form.value(text),)
        if not self.is_json:
            return (self.reader.scalar(text),)
        try:
            return (parsed_json(text),)
        except MalformedError as error:
            # Left as text it breaks the schema, which tells more; but not where the schema takes any text.
            if self.reader.is_any or "string" in self.reader.kinds:
                raise MalformedError(f"the parameter is {error}") from None
            return (text,)

    def _text(self, sources: Sources) -> str | None:
        location = self.key[0]
        if location == ParameterLocation.PATH.value:
            raw = sources.path_values.get(self.own)
            return None if raw is None else unescaped(raw)
        if location == ParameterLocation.HEADER.value:
            line = sources.header(self.own)
            return None if line is None else sound(line)
        if location == ParameterLocation.QUERYSTRING.value:
            whole = sources.query_text
            return (whole if self.form is not None else unescaped_query(whole)) or None
        texts = (sources.cookies if location == ParameterLocation.COOKIE.value else sources.query).texts(self.own)
        return texts[-1] if texts else None


def parameter_readers(operation: Operation) -> tuple[ParameterReader, ...]:
    """How each parameter that counts is read."""
    parameters = counted_parameters(operation)
    return tuple(_parameter_reader(parameter, parameters) for parameter in parameters)


def _parameter_reader(parameter: Parameter, siblings: Iterable[Parameter]) -> ParameterReader:
    location, name = parameter.location, parameter.name.raw()
    key = (location.value, name)
    reader = ValueReader(parameter.schema.raw, parameter.schema.definitions)
    style, explode = parameter.style, parameter.explode
    if parameter.content_type:
        own = name.lower() if location is ParameterLocation.HEADER else name
        form = FormReader(reader, parameter.encodings) if media_types.bare(parameter.content_type) == media_types.FORM else None
        return _ContentReader(key, own, reader, style, explode, media_types.is_json(parameter.content_type), form)
    if location is ParameterLocation.PATH:
        return _PathReader(key, name, reader, style, explode)
    if location is ParameterLocation.HEADER:
        return _HeaderReader(key, name.lower(), reader, style, explode)
    taken = frozenset(each.name.raw() for each in siblings if each.location is location and each is not parameter)
    kind = _CookieReader if location is ParameterLocation.COOKIE else _PairReader
    return kind(key, name, reader, style, explode, taken)
