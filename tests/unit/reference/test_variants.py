"""Legal differences: each shows where the document leaves room for it, and breaks nothing that the document says."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from pets_conversation import transcript
from pets_reference import DOCUMENT, FIRST_PET, Client, Json, model_of, pets_model
from specproof.openapi.model import OperationKey
from specproof.reference.model import ReferenceModel
from specproof.reference.variants import Variant, variants_of

MODEL = pets_model()
VARIANTS = {variant.id: variant for variant in variants_of(MODEL)}
NO_BODY: dict[str, Json] = {"200": {"description": "done"}}


def client(identity: str, model: ReferenceModel = MODEL) -> Client:
    variant = {variant.id: variant for variant in variants_of(model)}[identity]
    return Client(model, variant.behaviour, variant.records)


def ids_of(document: Json) -> set[str]:
    return {variant.id for variant in variants_of(model_of(document))}


def changed(**paths: Json) -> Json:
    """The pets' document with other paths: ``shops={"get": {...}}`` replaces ``/shops``."""
    document = deepcopy(DOCUMENT)
    document["paths"] = {f"/{name}": deepcopy(item) for name, item in paths.items()}
    return document


@cache
def validator(key: OperationKey, status: int) -> Any:
    """What the document says of a JSON answer; None where it says nothing."""
    operation = MODEL.spec.operation(key)
    assert operation is not None
    response = next((response for response in operation.responses if response.status == str(status)), None)
    schema = response.media_types[0].schema if response and response.media_types else None
    return jsonschema_rs.validator_for(schema.bundle(), validate_formats=True) if schema else None


def test_the_document_has_room_for_most_differences() -> None:
    assert list(VARIANTS) == [
        "auth_after_validation",
        "forbidden_without_credential",
        "bad_path_is_404",
        "other_refusal",
        "other_unsupported",
        "undeclared_method_is_404",
        "head_is_405",
        "delete_twice_is_204",
        "deleted_is_410",
        "foreign_is_403",
        "nothing_shown",
        "own_values_added",
        "names_unique",
        "newest_first",
        "date_times_in_utc",
        "date_times_in_another_zone",
        "whole_numbers_respelt",
        "sets_sorted",
        "texts_trimmed",
        "nulls_omitted",
        "nulls_explicit",
        "ids_as_numbers",
        "absolute_location",
        "extra_headers",
        "weak_etags",
        "charset",
        "members_reversed",
        "extra_members",
        "populated_by_5",
        "populated_by_25",
        "too_many_requests",
        "slow_answers",
        "eventual_lists",
    ]


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_every_answer_of_every_difference_is_one_that_the_document_allows(variant: Variant) -> None:
    for step in transcript(MODEL, variant.behaviour):
        assert step.status < 500
        judge = validator(step.key, step.status)
        if judge is not None:
            judge.validate(step.body)


def test_a_document_without_operations_leaves_no_room() -> None:
    assert ids_of(changed()) == set()


def test_a_document_of_plain_calls_leaves_little_room() -> None:
    found = ids_of(changed(convert={"post": {"responses": NO_BODY, "security": []}}))

    assert found == {"undeclared_method_is_404", "extra_headers", "too_many_requests", "slow_answers"}


def test_an_invalid_request_is_refused_before_its_credential_is_looked_at() -> None:
    talk = client("auth_after_validation")

    assert talk.send("POST", "/pets", {"name": ""}, user="nobody").status == 422
    assert talk.send("POST", "/pets", FIRST_PET, user="nobody").status == 401
    assert talk.send("GET", "/pets").body["total"] == 0
    assert Client(MODEL).send("POST", "/pets", {"name": ""}, user="nobody").status == 401


def test_a_missing_credential_is_answered_by_a_documented_403() -> None:
    talk = client("forbidden_without_credential")

    assert talk.send("GET", "/pets/1", user="nobody").status == 403
    assert talk.send("GET", "/pets", user="nobody").status == 401


def test_a_bad_id_is_one_that_nothing_has() -> None:
    assert client("bad_path_is_404").send("GET", "/pets/x").status == 404
    assert Client(MODEL).send("PUT", "/pets/x", FIRST_PET).status == 400


def test_the_other_one_of_two_documented_refusals_is_given() -> None:
    assert client("other_refusal").send("POST", "/pets", {"name": ""}).status == 400
    assert client("other_refusal").send("PUT", "/pets/1", {"name": ""}).status == 400
    assert Client(MODEL).send("POST", "/pets", {"name": ""}).status == 422


def test_an_undocumented_media_type_is_refused_by_another_status() -> None:
    headers = [("content-type", "text/plain")]

    assert client("other_unsupported").send("POST", "/pets", b"x", headers=headers).status == 415
    assert Client(MODEL).send("POST", "/pets", b"x", headers=headers).status == 400


def test_an_undeclared_method_is_unknown() -> None:
    assert client("undeclared_method_is_404").send("TRACE", "/pets").status == 404
    assert Client(MODEL).send("TRACE", "/pets").status == 405


def test_head_is_not_allowed_beside_get() -> None:
    answer = client("head_is_405").send("HEAD", "/pets")

    assert (answer.status, answer.body) == (405, "")
    assert "GET" in answer.headers["allow"]
    assert Client(MODEL).send("HEAD", "/pets").status == 200


def test_delete_may_be_repeated_by_who_may_see_the_record() -> None:
    talk = client("delete_twice_is_204")
    made = talk.made("/pets", FIRST_PET)

    assert [talk.send("DELETE", f"/pets/{made['id']}").status for _ in range(2)] == [204, 204]
    assert talk.send("DELETE", f"/pets/{made['id']}", user="second").status == 404
    assert talk.send("DELETE", "/pets/77").status == 404
    assert talk.send("GET", f"/pets/{made['id']}").status == 404


def test_what_was_deleted_is_gone_and_what_never_was_is_unknown() -> None:
    talk = client("deleted_is_410")
    made = talk.made("/pets", FIRST_PET)
    talk.send("DELETE", f"/pets/{made['id']}")

    assert talk.send("GET", f"/pets/{made['id']}").status == 410
    assert talk.send("GET", f"/pets/{made['id']}", user="second").status == 404
    assert talk.send("GET", "/pets/77").status == 404


def test_the_record_of_another_user_is_forbidden_where_403_is_documented() -> None:
    talk = client("foreign_is_403")
    made = talk.made("/pets", FIRST_PET)

    assert talk.send("GET", f"/pets/{made['id']}", user="second").status == 403
    assert talk.send("DELETE", f"/pets/{made['id']}", user="second").status == 404
    assert talk.send("GET", "/pets/77", user="second").status == 404


def test_the_record_of_another_user_is_unknown_where_403_alone_is_documented() -> None:
    document = deepcopy(DOCUMENT)
    for method in ("get", "put", "patch", "delete"):
        responses = document["paths"]["/pets/{petId}"][method]["responses"]
        responses["403"] = responses.pop("404")
    model = model_of(document)
    talk, reference = client("foreign_is_404", model), Client(model)
    made = [each.made("/pets", FIRST_PET) for each in (talk, reference)]

    assert talk.send("GET", f"/pets/{made[0]['id']}", user="second").status == 404
    assert reference.send("GET", f"/pets/{made[1]['id']}", user="second").status == 403
    assert "foreign_is_403" not in ids_of(document)


def test_a_write_shows_nothing_where_that_is_documented() -> None:
    talk = client("nothing_shown")
    made = talk.made("/shops", {"title": "One"})
    answer = talk.send("DELETE", f"/shops/{made['id']}")

    assert (answer.status, answer.body) == (204, "")
    assert talk.send("GET", f"/shops/{made['id']}").status == 404


def test_optional_members_get_values_of_the_servers_own() -> None:
    talk = client("own_values_added")
    made = talk.made("/pets", {"name": "Rex", "code": "c"})

    assert set(made) >= {"status", "price", "tags"}
    assert talk.send("GET", f"/pets/{made['id']}").body == made
    assert talk.made("/pets", {**FIRST_PET, "code": "d"})["price"] == 20.5


def test_names_are_unique_without_a_word_in_the_document() -> None:
    talk = client("names_unique")
    talk.made("/pets", FIRST_PET)

    assert talk.send("POST", "/pets", {**FIRST_PET, "code": "other"}).status == 409
    assert talk.send("POST", "/pets", {**FIRST_PET, "code": "other", "name": "Tom"}).status == 201
    assert talk.send("PUT", "/pets/1", {**FIRST_PET, "price": 1.5}).status == 200


def test_names_without_room_for_a_mark_are_never_unique() -> None:
    document = deepcopy(DOCUMENT)
    document["components"]["schemas"]["Pet"]["properties"]["name"]["maxLength"] = 8
    document["components"]["schemas"]["Shop"]["properties"]["title"]["maxLength"] = 8

    assert "names_unique" not in ids_of(document)


def test_the_newest_record_comes_first_where_no_order_is_asked_for() -> None:
    talk = client("newest_first")
    for number, price in enumerate((2.5, 1.5, 3.5)):
        talk.made("/pets", {**FIRST_PET, "code": str(number), "price": price})

    assert [pet["code"] for pet in talk.send("GET", "/pets").body["items"]] == ["2", "1", "0"]
    assert [pet["code"] for pet in talk.send("GET", "/pets?sort=price").body["items"]] == ["1", "0", "2"]


@pytest.mark.parametrize(
    ("identity", "sent", "member", "shown"),
    [
        ("date_times_in_utc", {}, "seen", "2024-05-06T07:08:09.000+00:00"),
        ("date_times_in_another_zone", {}, "seen", "2024-05-06T15:08:09+08:00"),
        ("whole_numbers_respelt", {"price": 20}, "price", "20.0"),
        ("whole_numbers_respelt", {"price": 20.0}, "price", "20"),
        ("whole_numbers_respelt", {"price": 20.5}, "price", "20.5"),
        ("sets_sorted", {}, "tags", "['brown', 'small']"),
        ("sets_sorted", {"toys": ["b", "a"]}, "toys", "['b', 'a']"),
        ("texts_trimmed", {"name": " Rex "}, "name", "Rex"),
        ("texts_trimmed", {"name": " "}, "name", " "),
    ],
)
def test_a_value_is_kept_or_written_in_another_form(identity: str, sent: Json, member: str, shown: str) -> None:
    talk = client(identity)
    made = talk.made("/pets", {**FIRST_PET, **sent})

    assert str(made[member]) == shown
    assert str(talk.send("GET", f"/pets/{made['id']}").body[member]) == shown
    assert str(talk.send("GET", "/pets").body["items"][0][member]) == shown


def test_nulls_are_left_out_or_shown() -> None:
    omits, shows = client("nulls_omitted"), client("nulls_explicit")
    sent = {**FIRST_PET, "nickname": None}

    assert "nickname" not in omits.made("/pets", sent)
    assert "nickname" in Client(MODEL).made("/pets", sent)
    assert shows.made("/pets", {"name": "Rex", "code": "c"})["nickname"] is None
    assert "price" not in shows.send("GET", "/pets/1").body


def test_ids_are_numbers_where_texts_and_numbers_are_allowed() -> None:
    talk = client("ids_as_numbers")
    made = [talk.made("/shops", {"title": title}) for title in ("One", "Two")]

    assert [shop["id"] for shop in made] == [1, 2]
    assert talk.send("GET", "/shops/2").body["title"] == "Two"
    assert isinstance(Client(MODEL).made("/shops", {"title": "One"})["id"], str)


def test_location_is_a_whole_url() -> None:
    talk = client("absolute_location")
    answer = talk.send("POST", "/pets", FIRST_PET)

    assert answer.headers["location"] == f"http://pets.example/pets/{answer.body['id']}"
    assert Client(MODEL).send("POST", "/pets", FIRST_PET).headers["location"] == f"/pets/{answer.body['id']}"


def test_entity_tags_are_weak_and_headers_are_more() -> None:
    for identity, name, expected in (
        ("weak_etags", "etag", 'W/"'),
        ("extra_headers", "x-request-id", "3"),
        ("charset", "content-type", "application/json; charset=utf-8"),
    ):
        talk = client(identity)
        made = talk.made("/pets", FIRST_PET)

        assert talk.send("GET", f"/pets/{made['id']}").headers[name].startswith(expected)
        assert not Client(MODEL).send("GET", "/pets").headers.get(name, "").startswith(expected)


def test_members_come_in_another_order_with_the_same_values() -> None:
    made = client("members_reversed").made("/pets", FIRST_PET)
    expected = Client(MODEL).made("/pets", FIRST_PET)

    assert made == expected
    assert list(made) == list(expected)[::-1]


def test_members_are_added_only_where_the_schema_allows_them() -> None:
    talk = client("extra_members")
    made = talk.made("/pets", FIRST_PET)
    visit = talk.made(f"/pets/{made['id']}/visits", {"reason": "sick"})

    assert made["_links"]
    assert set(visit) == {"id", "reason"}


@pytest.mark.parametrize("records", [5, 25])
def test_collections_hold_records_of_a_stranger(records: int) -> None:
    talk = client(f"populated_by_{records}")

    assert len(talk.send("GET", "/shops").body) == records


def test_every_seventeenth_request_is_one_too_many_and_the_next_is_not() -> None:
    talk = client("too_many_requests")
    answers = [talk.send("GET", "/shops") for _ in range(36)]

    assert [number for number, answer in enumerate(answers, 1) if answer.status == 429] == [17, 34]
    assert answers[16].headers["retry-after"] == "1"


def test_answers_take_two_seconds_and_nobody_waits_for_them() -> None:
    assert client("slow_answers").send("GET", "/shops").seconds == 2.0


def test_a_new_record_is_listed_two_seconds_after_it_was_made_and_read_at_once() -> None:
    talk = client("eventual_lists")
    made = talk.made("/pets", FIRST_PET)

    assert talk.send("GET", "/pets").body["total"] == 0
    assert talk.send("GET", "/pets").body["total"] == 1
    assert talk.send("GET", f"/pets/{made['id']}").status == 200


def test_a_weak_entity_tag_is_known_again_where_it_is_sent_back() -> None:
    document = deepcopy(DOCUMENT)
    document["paths"]["/pets/{petId}"]["put"]["responses"]["412"] = {"description": "changed meanwhile"}
    talk = client("weak_etags", model_of(document))
    talk.made("/pets", FIRST_PET)
    tag = talk.send("GET", "/pets/1").headers["etag"]

    assert talk.send("PUT", "/pets/1", FIRST_PET, headers=[("If-Match", tag)]).status == 200
    assert talk.send("PUT", "/pets/1", FIRST_PET, headers=[("If-Match", tag)]).status == 412


def test_ids_that_clients_choose_are_kept_as_they_are() -> None:
    document = changed(**{name.removeprefix("/"): item for name, item in DOCUMENT["paths"].items() if name.startswith("/shops")})
    document["components"]["schemas"]["Shop"]["properties"]["id"] = {"type": "string"}
    model = model_of(document)
    made = client("texts_trimmed", model).made("/shops", {"id": " a ", "title": " b "})

    assert (made["id"], made["title"]) == (" a ", "b")


def test_a_body_of_any_media_type_is_never_unsupported() -> None:
    document = changed(shops=DOCUMENT["paths"]["/shops"])
    content = document["paths"]["/shops"]["post"]["requestBody"]["content"]
    assert "other_unsupported" in ids_of(document)

    content["*/*"] = {}
    assert "other_unsupported" not in ids_of(document)


def test_ids_of_the_wrong_form_are_no_difference_where_404_alone_is_documented() -> None:
    document = changed(**{"pets/{petId}": DOCUMENT["paths"]["/pets/{petId}"]})
    assert "bad_path_is_404" in ids_of(document)

    for method in ("get", "put", "patch", "delete"):
        document["paths"]["/pets/{petId}"][method]["responses"].pop("400", None)
    assert "bad_path_is_404" not in ids_of(document)
