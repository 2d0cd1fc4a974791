"""The words that the tests of a suite use. A suite carries this file as the ``__init__.py`` of its checks."""

from .client import Api
from .credentials import Auth, empty, misplaced, second, undefined, valid, wrong
from .expectation import expect
from .fresh import ALNUM, DIGITS, HEX, LETTERS, LOWER, UPPER, Fresh, fresh, fresh_number
from .message import Parameters
from .pointers import Change, Edit, Remove, changed, edited, removed
from .records import Answer
from .wire import Parameter
from .wire_bodies import Field
from .wire_xml import Xml

__all__ = [
    "ALNUM",
    "DIGITS",
    "HEX",
    "LETTERS",
    "LOWER",
    "UPPER",
    "Answer",
    "Api",
    "Auth",
    "Change",
    "Edit",
    "Field",
    "Fresh",
    "Parameter",
    "Parameters",
    "Remove",
    "Xml",
    "changed",
    "edited",
    "empty",
    "expect",
    "fresh",
    "fresh_number",
    "misplaced",
    "removed",
    "second",
    "undefined",
    "valid",
    "wrong",
]
