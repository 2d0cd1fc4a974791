"""The words that the tests of a suite use. A suite carries this file as the ``__init__.py`` of its checks."""

from .client import Api
from .credentials import empty, misplaced, second, valid, wrong
from .expectation import expect
from .fresh import ALNUM, DIGITS, HEX, LETTERS, LOWER, UPPER, fresh
from .pointers import changed, removed
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
    "Field",
    "Parameter",
    "Xml",
    "changed",
    "empty",
    "expect",
    "fresh",
    "misplaced",
    "removed",
    "second",
    "valid",
    "wrong",
]
