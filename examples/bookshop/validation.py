"""Reading query parameters and bodies by hand: every constraint of the document stands here or at its caller."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from examples.bookshop.wire import Json, Request, bad_request, unprocessable

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_INTEGER = re.compile(r"-?[0-9]{1,4000}")


def is_date(text: str) -> bool:
    """Whether ``text`` is a full date of RFC 3339."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_date_as_few_know_it(text: str) -> bool:
    """A full date by somebody who knows that no century has a leap day, but not that every fourth one has."""
    return is_date(text) and not text.endswith("00-02-29")


def is_email_as_few_write_it(text: str) -> bool:
    """A mail address by somebody who never met a ``+`` in one."""
    return is_email(text) and "+" not in text


def utf8_length(text: str) -> int:
    """The length of ``text`` in bytes, lone surrogates included."""
    return len(text.encode("utf-8", "surrogatepass"))


def is_email(text: str) -> bool:
    """Whether ``text`` is a plain mail address."""
    return _EMAIL.fullmatch(text) is not None


def is_uri(text: str) -> bool:
    """Whether ``text`` is an absolute URI."""
    return _URI.fullmatch(text) is not None


class Query:
    """The query of one request. Each method reads one parameter and answers 400 when it breaks its schema."""

    def __init__(self, request: Request) -> None:
        self._given: dict[str, list[str]] = {}
        for name, value in request.query:
            self._given.setdefault(name, []).append(value)

    def _single(self, name: str) -> str | None:
        values = self._given.get(name, [])
        if len(values) > 1:
            raise bad_request(f"{name} is given more than once")
        return values[0] if values else None

    def integer(self, name: str, *, default: int | None = None, least: int | None = None, most: int | None = None) -> int | None:
        """A whole number within its bounds, or ``default``."""
        text = self._single(name)
        if text is None:
            return default
        if not _INTEGER.fullmatch(text):
            raise bad_request(f"{name} must be a whole number")
        number = int(text)
        if (least is not None and number < least) or (most is not None and number > most):
            raise bad_request(f"{name} is out of bounds")
        return number

    def one_of(self, name: str, allowed: tuple[str, ...], *, ignore_case: bool = False) -> str | None:
        """One of the listed words, or None. ``allowed`` is in lower case where the case is to be ignored."""
        text = self._single(name)
        if text is not None and ignore_case:
            text = text.lower()
        if text is not None and text not in allowed:
            raise bad_request(f"{name} must be one of the documented values")
        return text

    def matching(self, name: str, pattern: str) -> str | None:
        """A text that matches ``pattern`` wholly, or None."""
        text = self._single(name)
        if text is not None and not re.fullmatch(pattern, text):
            raise bad_request(f"{name} does not match its pattern")
        return text

    def boolean(self, name: str, *, by_truthiness: bool = False) -> bool | None:
        """``true`` or ``false``, or None. By truthiness both are true, as any text is that is not empty."""
        text = self.one_of(name, ("true", "false"))
        if text is not None and by_truthiness:
            return bool(text)
        return None if text is None else text == "true"


_ABSENT: Any = object()


class Fields:
    """The fields of one JSON object. Problems are collected, so that one answer names them all.

    ``partial`` is a PATCH: nothing is required, and what is absent gets no default.
    """

    def __init__(self, content: Json, *, partial: bool = False, path: str = "") -> None:
        self._content = content
        self._partial = partial
        self._path = path
        self._known: set[str] = set()
        self.values: dict[str, Any] = {}
        self.problems: list[tuple[str, str]] = []

    def _complain(self, name: str, message: str) -> None:
        self.problems.append((self._path + name, message))

    def _take(self, name: str, *, required: bool, nullable: bool, default: object) -> Any:
        """The field's value if there is one to check; ``_ABSENT`` if it is settled already."""
        self._known.add(name)
        value = self._content.get(name, _ABSENT)
        if value is _ABSENT:
            if required and not self._partial:
                self._complain(name, "is required")
            elif not self._partial:
                self.values[name] = default
            return _ABSENT
        if value is None and nullable:
            self.values[name] = None
            return _ABSENT
        return value

    def text(
        self,
        name: str,
        *,
        required: bool = False,
        nullable: bool = False,
        default: str | None = None,
        least: int = 0,
        most: int | None = None,
        pattern: str | None = None,
        style: Callable[[str], bool] | None = None,
        length: Callable[[str], int] = len,
        trim: bool = False,
    ) -> None:
        """A string: ``length`` in code points unless told otherwise, pattern matched wholly, ``style`` a format's test."""
        value = self._take(name, required=required, nullable=nullable, default=default)
        if value is _ABSENT:
            return
        if trim and isinstance(value, str):
            value = value.strip()
        if not isinstance(value, str):
            self._complain(name, "must be a string")
        elif length(value) < least:
            self._complain(name, f"must have at least {least} characters")
        elif most is not None and length(value) > most:
            self._complain(name, f"must have at most {most} characters")
        elif pattern is not None and not re.fullmatch(pattern, value):
            self._complain(name, "does not match its pattern")
        elif style is not None and not style(value):
            self._complain(name, "does not have its format")
        else:
            self.values[name] = value

    def choice(
        self,
        name: str,
        allowed: tuple[str, ...] | None,
        *,
        required: bool = False,
        nullable: bool = False,
        default: str | None = None,
    ) -> None:
        """One of the listed strings; any string where ``allowed`` is None."""
        value = self._take(name, required=required, nullable=nullable, default=default)
        if value is _ABSENT:
            return
        if not isinstance(value, str) or (allowed is not None and value not in allowed):
            self._complain(name, "must be one of the documented values")
        else:
            self.values[name] = value

    def integer(
        self,
        name: str,
        *,
        required: bool = False,
        nullable: bool = False,
        default: int | None = None,
        least: int | None = None,
        most: int | None = None,
    ) -> None:
        """A whole number within its bounds; ``3.0`` is one, as JSON Schema says, and ``true`` is none."""
        value = self._take(name, required=required, nullable=nullable, default=default)
        if value is _ABSENT:
            return
        if isinstance(value, bool) or not (isinstance(value, int) or (isinstance(value, float) and value.is_integer())):
            self._complain(name, "must be a whole number")
        elif (least is not None and value < least) or (most is not None and value > most):
            self._complain(name, "is out of bounds")
        else:
            self.values[name] = int(value)

    def number(
        self,
        name: str,
        *,
        required: bool = False,
        above: float | None = None,
        most: float | None = None,
        from_boolean: bool = False,
    ) -> None:
        """A number; ``above`` is an exclusive bound, ``most`` an inclusive one. ``from_boolean`` takes ``true`` for 1."""
        value = self._take(name, required=required, nullable=False, default=None)
        if value is _ABSENT:
            return
        if from_boolean and isinstance(value, bool):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or value in (math.inf, -math.inf):
            self._complain(name, "must be a number")
        elif (above is not None and value <= above) or (most is not None and value > most):
            self._complain(name, "is out of bounds")
        else:
            self.values[name] = value

    def texts(self, name: str, *, most_items: int, least: int, most: int, unique: bool) -> None:
        """An optional array of strings; absent means empty."""
        value = self._take(name, required=False, nullable=False, default=())
        if value is _ABSENT:
            return
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._complain(name, "must be an array of strings")
        elif len(value) > most_items:
            self._complain(name, f"must have at most {most_items} items")
        elif any(not least <= len(item) <= most for item in value):
            self._complain(name, f"items must have {least} to {most} characters")
        elif unique and len(set(value)) != len(value):
            self._complain(name, "items must be unique")
        else:
            self.values[name] = tuple(value)

    def nested(self, name: str, read: Callable[[Fields], None], build: Callable[..., object], *, partial: bool = False) -> None:
        """A required object: ``read`` reads its fields, ``build`` makes the value of them. ``partial`` requires none of them."""
        value = self._take(name, required=True, nullable=False, default=None)
        if value is _ABSENT:
            return
        if (built := self._built(name, value, read, build, partial=partial)) is not None:
            self.values[name] = built

    def nested_list(
        self,
        name: str,
        read: Callable[[Fields], None],
        build: Callable[..., object],
        *,
        least_items: int,
        most_items: int,
        cut: bool = False,
    ) -> None:
        """A required array of objects. ``cut`` drops the items that are too many."""
        value = self._take(name, required=True, nullable=False, default=None)
        if value is _ABSENT:
            return
        if cut and isinstance(value, list):
            value = value[:most_items]
        if not isinstance(value, list) or not least_items <= len(value) <= most_items:
            self._complain(name, f"must be an array of {least_items} to {most_items} items")
            return
        built = [self._built(f"{name}.{index}", item, read, build) for index, item in enumerate(value)]
        if all(item is not None for item in built):
            self.values[name] = tuple(built)

    def _built(
        self, name: str, value: object, read: Callable[[Fields], None], build: Callable[..., object], *, partial: bool = False
    ) -> object | None:
        if not isinstance(value, dict):
            self._complain(name, "must be an object")
            return None
        inner = Fields(value, partial=partial, path=f"{self._path}{name}.")
        read(inner)
        inner.refuse_unknown()
        self.problems += inner.problems
        return None if inner.problems else build(**inner.values)

    def refuse_unknown(self) -> None:
        """Complain of every field that was not read (``additionalProperties: false``)."""
        for name in self._content:
            if name not in self._known:
                self._complain(name, "is not a documented property")

    def finish(self, *, refuse_unknown: bool = True, refuse_empty: bool = True) -> dict[str, Any]:
        """The values; 422 with every problem if there is one."""
        if refuse_unknown:
            self.refuse_unknown()
        if refuse_empty and self._partial and not self._content:
            self._complain("", "must have at least one property")
        if self.problems:
            raise unprocessable(*self.problems)
        return self.values
