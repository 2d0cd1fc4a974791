"""Mock rules of Apifox (``x-mock``): Mock.js placeholders (``@cname``, ``@integer(1,100)``) and dynamic values (``{{$person.fullName}}``).

A rule only chooses the kind of value; every value is proven afterwards, and a rule that we do not know is no rule. Nothing is evaluated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from specproof.generators.test_data_factory import semantics
from specproof.generators.test_data_factory.fresh import LETTERS, TAIL, TAIL_LENGTH, UUID_PARTS, Parts, merged
from specproof.generators.test_data_factory.seeds import Seed
from specproof.generators.test_data_factory.semantics import Wording
from specproof.openapi.schema import JsonValue

MOCK = "x-mock"
_LONGEST = 500
_WIDEST = 10**6
_DRAWN: tuple[str, int] = (TAIL, TAIL_LENGTH)
_DIGITS = "0123456789"
_TOKEN = re.compile(
    r"@(?P<mock>[A-Za-z]+)(?:\((?P<arguments>[^()]*)\)|(?![A-Za-z(]))"
    r"|\{\{\$(?P<dynamic>[A-Za-z]+(?:\.[A-Za-z]+)*)(?:\((?P<options>[^(){}]*)\))?\}\}"
)
_INTEGER_RANGE = re.compile(r"(?:min\s*[=:]\s*)?(-?\d{1,15})\s*,\s*(?:max\s*[=:]\s*)?(-?\d{1,15})\s*(?:,.*)?")

_TEXTS: dict[str, Wording] = {
    "cname": Wording(("\u738b\u5c0f\u660e", _DRAWN)),
    "cfirst": Wording(("\u738b",), is_fixed=True),
    "clast": Wording(("\u5c0f\u660e",), is_fixed=True),
    "name": Wording(provider="name", tail=("-", (LETTERS, TAIL_LENGTH))),
    "first": Wording(provider="first_name", tail=("-", (LETTERS, TAIL_LENGTH))),
    "last": Wording(provider="last_name", tail=("-", (LETTERS, TAIL_LENGTH))),
    "username": Wording(("user", _DRAWN)),
    "email": Wording(("reader.", _DRAWN, "@example.com")),
    "url": Wording(("https://example.com/", _DRAWN)),
    "image": Wording(("https://example.com/", _DRAWN, ".png")),
    "domain": Wording(("example.com",), is_fixed=True),
    "ip": Wording(("192.0.2.10",), is_fixed=True),
    "guid": Wording(UUID_PARTS),
    "id": Wording(("1101011990", (_DIGITS, 8))),
    "phone": Wording(("138", (_DIGITS, 8))),
    "region": Wording(("\u534e\u4e1c",), is_fixed=True),
    "province": Wording(("\u6d59\u6c5f\u7701",), is_fixed=True),
    "city": Wording(("\u676d\u5dde\u5e02",), is_fixed=True),
    "county": Wording(("\u897f\u6e56\u533a",), is_fixed=True),
    "zip": Wording(("310000",), is_fixed=True),
    "color": Wording(("#336699",), is_fixed=True),
    "title": Wording(("Title of a test ", _DRAWN)),
    "ctitle": Wording(("\u6d4b\u8bd5\u6807\u9898", _DRAWN)),
    "sentence": Wording(("A sentence of a test ", _DRAWN)),
    "csentence": Wording(("\u4e00\u53e5\u6d4b\u8bd5\u7684\u8bdd", _DRAWN)),
    "word": Wording(((LETTERS, TAIL_LENGTH),)),
    "boolean": Wording(("true",), is_fixed=True),
}
_TIMES = {"date": "yyyy-MM-dd", "time": "HH:mm:ss", "datetime": "yyyy-MM-dd HH:mm:ss", "now": "yyyy-MM-dd HH:mm:ss"}
_MOMENT = (("yyyy", "2024"), ("yy", "24"), ("MM", "05"), ("dd", "17"), ("HH", "09"), ("mm", "30"), ("ss", "00"), ("SS", "000"))
_NUMBERS = frozenset({"integer", "natural", "float", "increment"})
# Apifox's dynamic values, and further names of Mock.js, by the names above.
_ALIKE = {
    "uuid": "guid",
    "string": "word",
    "cword": "csentence",
    "paragraph": "sentence",
    "cparagraph": "csentence",
    "int": "natural",
    "mobile": "phone",
    "mobilephone": "phone",
    "person.fullname": "name",
    "person.name": "name",
    "person.firstname": "first",
    "person.lastname": "last",
    "person.jobtitle": "title",
    "internet.email": "email",
    "internet.username": "username",
    "internet.url": "url",
    "internet.ip": "ip",
    "internet.ipv": "ip",
    "internet.domainname": "domain",
    "image.url": "image",
    "image.avatar": "image",
    "string.uuid": "guid",
    "datatype.uuid": "guid",
    "datatype.boolean": "boolean",
    "string.alpha": "word",
    "string.alphanumeric": "word",
    "number.int": "natural",
    "number.float": "float",
    "date.now": "datetime",
    "date.recent": "datetime",
    "date.past": "datetime",
    "date.future": "datetime",
    "location.city": "city",
    "location.state": "province",
    "location.county": "county",
    "location.zipcode": "zip",
    "phone.number": "phone",
    "phone.phonenumber": "phone",
    "color.rgb": "color",
    "commerce.productname": "title",
    "lorem.word": "word",
    "lorem.sentence": "sentence",
    "lorem.paragraph": "sentence",
    "helpers.arrayelement": "pick",
}


def mocked(rules: Sequence[str], seed: Seed) -> Iterator[Wording]:
    """How a string with these rules reads, likeliest first; nothing for rules that we do not know."""
    for rule in rules:
        if len(rule) > _LONGEST:
            continue
        tokens = list(_TOKEN.finditer(rule))
        if len(tokens) == 1 and tokens[0][0] == rule.strip():
            yield from _of_token(tokens[0], seed)
        elif tokens:
            yield from _composed(rule, tokens, seed)


def number_wish(rules: Sequence[str], name: str, seed: Seed) -> int | float | None:
    """A natural number for a place: what its rules say, else what its name says, else None."""
    for rule in rules:
        token = _TOKEN.fullmatch(rule.strip()) if len(rule) <= _LONGEST else None
        kind = _kind(token) if token else ""
        if token and kind == "pick":
            numbers = [value for value in _members(token) if isinstance(value, (int, float)) and not isinstance(value, bool)]
            if numbers:
                return numbers[0]
        number = _number(token, seed) if token and kind in _NUMBERS else None
        if number is not None:
            return number
    return semantics.number_wish(name)


def _of_token(token: re.Match[str], seed: Seed) -> Iterator[Wording]:
    kind = _kind(token)
    if kind == "pick":
        yield from (Wording((value,), is_fixed=True) for value in _members(token) if isinstance(value, str))
    elif kind in _NUMBERS:
        number = _number(token, seed)
        yield Wording((str(7 if number is None else number),), is_fixed=True)
    elif kind in _TIMES:
        yield Wording((_moment(token, kind),), is_fixed=True)
    elif kind in _TEXTS:
        wording = _TEXTS[kind]
        yield wording
        if len(wording.parts) > 1 and wording.parts[1:] == (_DRAWN,):
            yield Wording(wording.parts[:1], is_fixed=True)  # a name of two to four characters, say


def _composed(rule: str, tokens: Sequence[re.Match[str]], seed: Seed) -> Iterator[Wording]:
    """``user-@guid``: literals and placeholders in a row, if all of them are known."""
    parts: list[str | tuple[str, int]] = []
    end = 0
    for token in tokens:
        found: Parts = next((wording.parts for wording in _of_token(token, seed)), ())
        if not found:
            return
        parts += [rule[end : token.start()], *found]
        end = token.end()
    yield Wording(merged([*parts, rule[end:]]))


def _kind(token: re.Match[str]) -> str:
    name = (token["mock"] or token["dynamic"]).lower()
    return _ALIKE.get(name, name)


def _arguments(token: re.Match[str]) -> str:
    return (token["arguments"] or token["options"] or "").strip()


def _members(token: re.Match[str]) -> list[JsonValue]:
    """What ``@pick`` chooses from; nothing if that is not written as JSON."""
    try:
        listed = json.loads(f"[{_arguments(token)}]".replace("'", '"'))
    except (ValueError, RecursionError):
        return []
    return listed[0] if len(listed) == 1 and isinstance(listed[0], list) else listed


def _number(token: re.Match[str], seed: Seed) -> int | None:
    """A number of the range that a rule gives; None if it gives none."""
    found = _INTEGER_RANGE.fullmatch(_arguments(token))
    if not found:
        return None
    low, high = sorted((int(found[1]), int(found[2])))
    return low + seed.at(MOCK).number(min(high - low + 1, _WIDEST))


def _moment(token: re.Match[str], kind: str) -> str:
    """The one moment of all tests in the layout that the rule asks for."""
    text = _arguments(token).strip("\"'") if token["mock"] else ""
    layout = text if "yy" in text or "HH" in text or "MM" in text else _TIMES[kind]
    for letters, value in _MOMENT:
        layout = layout.replace(letters, value)
    return layout
