"""Free strings: formats, names, lengths, and what differs from run to run."""

from __future__ import annotations

from typing import Any

import pytest

from specproof.domain.plans import Fresh
from specproof.generators.test_data_factory import fresh
from specproof.generators.test_data_factory.factory import ValueFactory
from specproof.generators.test_data_factory.places import Node, Shape
from specproof.generators.test_data_factory.proving import Prover
from specproof.generators.test_data_factory.seeds import Seed
from specproof.generators.test_data_factory.semantics import Realism, tokens
from specproof.generators.test_data_factory.strings import StringMaker, Wish
from specproof.generators.test_data_factory.views import View
from unit.values.valuekit import fresh_parts, is_valid, parameter, proven, refusal, value_of

FORMATS = [
    *(
        "date",
        "date-time",
        "time",
        "duration",
        "email",
        "idn-email",
        "uuid",
        "uri",
        "url",
        "iri",
        "uri-reference",
        "iri-reference",
    ),
    *("hostname", "idn-hostname", "ipv4", "ipv6", "byte", "binary", "password", "regex", "json-pointer", "relative-json-pointer"),
    *("uri-template", "phone", "int64", "double", "no-such-format"),
]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gets_a_string_that_is_of_it(name: str) -> None:
    raw = {"type": "string", "format": name}
    assert is_valid(raw, value_of(raw))


@pytest.mark.parametrize("name", ["date", "date-time", "ipv4", "byte", "time"])
def test_dates_and_addresses_stay_constant(name: str) -> None:
    assert isinstance(proven({"type": "string", "format": name}).value, str)


def test_a_uuid_is_drawn_as_version_4() -> None:
    assert "-4" in fresh_parts(proven({"type": "string", "format": "uuid"}).value)


def test_an_email_is_drawn_before_its_domain() -> None:
    assert fresh_parts(proven({"type": "string", "format": "email"}).value)[-1] == "@example.com"


def test_a_free_string_is_its_name_and_eight_drawn_characters() -> None:
    assert fresh_parts(proven({"type": "string"}, name="title").value) == ("Title-", (fresh.TAIL, 8))


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (0, 5), (3, 3), (0, 6), (0, 8), (0, 9), (0, 12), (20, 30), (50, None), (1, 100)]
)
def test_lengths_are_kept_and_every_draw_keeps_them(low: int, high: int | None) -> None:
    raw: dict[str, Any] = {"type": "string", "minLength": low, **({"maxLength": high} if high is not None else {})}
    value = proven(raw, name="description").value
    texts = [value] if isinstance(value, str) else [fresh.sample(value.parts, Seed(str(i))) for i in range(20)]  # type: ignore[union-attr]
    assert all(isinstance(text, str) and is_valid(raw, text) for text in texts)


def test_a_short_string_is_drawn_whole_where_that_is_enough() -> None:
    assert fresh_parts(proven({"type": "string", "maxLength": 5}).value) == ((fresh.LETTERS, 5),)


def test_a_very_short_string_is_constant() -> None:
    assert isinstance(proven({"type": "string", "maxLength": 2}).value, str)


def test_nothing_fits_maxlength_0_but_the_empty_string() -> None:
    assert value_of({"type": "string", "maxLength": 0}) == ""


def test_a_huge_minlength_is_not_fulfilled_but_said() -> None:
    assert "minLength 20000" in refusal({"type": "string", "minLength": 20_000}).message


def test_bounds_that_exclude_each_other_are_said() -> None:
    assert refusal({"type": "string", "minLength": 5, "maxLength": 3}).code.value == "plan.no_valid_value"


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("email", "reader."),
        ("contactEmail", "reader."),
        ("currency", "EUR"),
        ("country_code", "DE"),
        ("phone_number", "+1555"),
        ("imageUrl", "https://example.com/"),
        ("webhookId", "Webhook id-"),
        ("created_at", "2024-05-17T"),
        ("page", "1"),
        ("password", "Passw0rd!"),
        ("名称", "Text-"),
        ("", "Text-"),
    ],
)
def test_names_say_how_a_string_reads(name: str, start: str) -> None:
    assert value_of({"type": "string"}, name=name).startswith(start)


@pytest.mark.parametrize("name", ["currency", "country", "language", "status", "type", "sort", "city", "timezone"])
def test_words_with_a_meaning_stay_constant(name: str) -> None:
    assert isinstance(proven({"type": "string"}, name=name).value, str)


@pytest.mark.parametrize("name", ["first_name", "lastName", "company", "street", "city"])
def test_people_and_places_are_printable_ascii(name: str) -> None:
    text = value_of({"type": "string"}, name=name)
    assert text.isascii()
    assert text.isprintable()


def test_a_name_that_does_not_fit_its_format_is_ignored() -> None:
    assert is_valid({"type": "string", "format": "uuid"}, value_of({"type": "string", "format": "uuid"}, name="email"))


def test_files_are_recognised_by_their_content_keywords() -> None:
    assert value_of({"type": "string", "contentMediaType": "image/png"}) == "A small file of a test."
    assert value_of({"type": "string", "contentEncoding": "base64"}) == "c3BlY3Byb29m"


class _NoFaker(Realism):
    def text(self, provider: str, seed: Seed) -> str:
        raise AssertionError(f"asked Faker for {provider}")


@pytest.mark.parametrize("name", ["title", "email", "sku", "price", "password"])
def test_faker_is_left_alone_until_a_person_or_place_is_wanted(name: str) -> None:
    strings = StringMaker(Prover(View({}, is_response=False)), _NoFaker())
    shape = Shape((Node({"type": "string"}, "#"),), {})
    assert strings.make(shape, Wish(name, Seed("s"), wants_fresh=True)) is not None
    with pytest.raises(AssertionError, match="asked Faker for first_name"):
        strings.make(shape, Wish("first_name", Seed("s"), wants_fresh=True))


def test_constants_are_wanted_where_fresh_strings_are_not() -> None:
    assert isinstance(proven({"type": "string"}, fresh_strings=False).value, str)


@pytest.mark.parametrize("location", ["path", "query", "header", "cookie"])
def test_parameters_are_constants(location: str) -> None:
    assert isinstance(proven({"type": "string"}, **parameter(location)).value, str)


@pytest.mark.parametrize(
    ("example", "kept"),
    [
        ("Rex", False),
        ("A longer text.", False),
        ("沈从文", False),
        ("rex@example.com", False),
        ("doggie", False),
        ("USD", True),
        ("ACTIVE", True),
        ("en-US", True),
        ("2024-05-17", True),
        ("3fa85f64-5717-4562-b3fc-2c963f66afa6", True),
        ("https://example.com/rex", True),
        ("/var/log", True),
        ("12345", True),
        ("+49 30 1234", True),
        ("user_17", True),
        ("eyJhbGciOiJIUzI1NiIsInR5cCI6", True),
        ("x" * 201, True),
    ],
)
def test_an_example_is_made_fresh_unless_that_would_change_what_it_means(example: str, kept: bool) -> None:
    value = proven({"type": "string", "examples": [example]}, name="label").value
    assert isinstance(value, str) is kept
    if isinstance(value, Fresh):
        assert value.sample.startswith(example.split("@", maxsplit=1)[0])


def test_an_example_of_a_unique_thing_is_drawn_anew() -> None:
    assert fresh_parts(proven({"type": "string", "examples": ["AB-1234"]}, name="sku").value)[0] == "SKU-"


def test_an_example_with_a_pattern_is_drawn_from_the_pattern() -> None:
    raw = {"type": "string", "pattern": r"^97[89]\d{10}$", "examples": ["9787020042494"]}
    assert fresh_parts(proven(raw, name="number").value)[0] == "97"


def test_an_example_that_has_no_room_stays() -> None:
    assert proven({"type": "string", "maxLength": 5, "examples": ["Rex"]}, name="label").value == "Rex"


def test_fresh_in_the_likeness_of_a_sample() -> None:
    factory = ValueFactory(seed="s")
    assert factory.fresh("Rex").parts == ("Rex-", (fresh.TAIL, 8))
    assert factory.fresh("user_17").parts == ("user_17-", (fresh.TAIL, 8))
    assert factory.fresh("").parts == ((fresh.TAIL, 8),)
    assert factory.fresh("a@b.org").sample.endswith("@b.org")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("firstName", ("first", "name")),
        ("first_name", ("first", "name")),
        ("HTTPStatus", ("http", "status")),
        ("a1", ("a", "1")),
        ("名", ()),
    ],
)
def test_names_are_split_into_words(name: str, words: tuple[str, ...]) -> None:
    assert tokens(name) == words
