from __future__ import annotations

from collections import Counter

import pytest

from planned import case_of, cases_of, check_of, checks_of, fixture_spec, json_answer, json_body, plan_of_spec, spec_of
from specproof.domain.check_ids import CheckId
from specproof.domain.plan_json import case_to_json
from specproof.domain.plans import Case, CredentialUse, EditKind, Family, Fresh, FromStep, Plan
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.model import ApiSpec


@pytest.fixture(scope="module")
def spec() -> ApiSpec:
    return fixture_spec("kennels.yaml")


@pytest.fixture(scope="module")
def plan(spec: ApiSpec) -> Plan:
    return plan_of_spec(spec)


def steps(case: Case) -> list[str]:
    return [("+" if step.is_setup else "") + step.name for step in case.steps]


def query(case: Case) -> dict[str, object]:
    return {one.name.raw(): one.value for one in case.steps[-1].request.query}


def test_every_operation_has_a_success_case_or_is_named(spec: ApiSpec, plan: Plan) -> None:
    missing = {operation.key for operation in spec.operations} - set(plan.operations())
    assert [key.label for key in missing] == ["POST /upload"]
    named = [finding for finding in plan.findings if finding.code is FindingCode.MEDIA_TYPE_UNSUPPORTED]
    assert [finding.at for finding in named] == ["#/paths/~1upload/post"]


def test_a_success_case_makes_parents_first_and_cleans_up(plan: Plan) -> None:
    case = case_of(plan, "POST /dogs :: success")
    assert case.name == "test_create_dog__valid_request__succeeds"
    assert steps(case) == ["+owner", "dog"]
    assert [step.cleanup.operation.label for step in case.steps if step.cleanup] == [
        "DELETE /owners/{ownerId}",
        "DELETE /dogs/{dogId}",
    ]
    body = case.steps[1].request.body
    assert body is not None
    assert isinstance(body.value, dict)
    assert body.base_name == "new_dog"
    assert body.value["owner_id"] == FromStep("owner", "/id")
    assert "mother_id" not in body.value
    assert "sire_dog_id" not in body.value
    assert [scheme.name.raw() for scheme in case.steps[1].request.security] == ["Leash"]
    assert [check.id for _, check in checks_of(case)] == [
        CheckId.NO_SERVER_ERROR,
        CheckId.STATUS_EXPECTED,
        CheckId.MEDIA_TYPE,
        CheckId.BODY_SCHEMA,
    ]
    assert check_of(case, CheckId.STATUS_EXPECTED).arguments == {"statuses": [201]}


def test_documented_headers_and_empty_answers_are_checked(plan: Plan) -> None:
    assert check_of(case_of(plan, "POST /owners :: success"), CheckId.RESPONSE_HEADERS)
    assert check_of(case_of(plan, "DELETE /dogs/{dogId} :: success"), CheckId.BODY_EMPTY)
    assert check_of(case_of(plan, "HEAD /ping :: success"), CheckId.BODY_EMPTY)


def test_lists_are_proven_on_data_that_is_there(plan: Plan) -> None:
    assert steps(case_of(plan, "GET /dogs :: success")) == ["+owner", "+dog", "listing"]
    below = case_of(plan, "GET /owners/{ownerId}/dogs :: success")
    assert steps(below) == ["+owner", "+dog", "listing"]
    assert below.steps[-1].request.path_parameters[0].value == FromStep("owner", "/id")


def test_page_size_is_asked_of_two_records(plan: Plan) -> None:
    case = case_of(plan, "GET /dogs :: limit_1_limits_the_page")
    assert steps(case) == ["+owner", "+dog", "+other_dog", "listing"]
    assert query(case) == {"limit": 1}
    assert check_of(case, CheckId.PAGE_SIZE).arguments == {"items": "/results", "limit": 1}


def test_pages_are_told_apart_in_a_list_that_is_ours_alone(plan: Plan) -> None:
    case = case_of(plan, "GET /dogs :: next_offset_holds_other_items")
    assert query(case) == {"limit": 1, "offset": 1, "owner_id": FromStep("owner", "/id")}
    pages = [FromStep("listing", "/results/0/id"), FromStep("following", "/results/0/id")]
    assert check_of(case, CheckId.DISTINCT_IDS).arguments == {"values": pages}


def test_a_filter_is_judged_beside_a_record_that_it_must_leave_out(plan: Plan) -> None:
    by_size = case_of(plan, "GET /dogs :: filtered_by_size_holds_only_these")
    edits = by_size.steps[2].request.body.edits  # type: ignore[union-attr]
    first = by_size.steps[1].request.body.value  # type: ignore[union-attr]
    assert [edit.pointer for edit in edits] == ["/size"]
    assert isinstance(first, dict)
    assert {edits[0].value, first["size"]} == {"small", "large"}
    assert check_of(by_size, CheckId.FILTER).arguments == {"items": "/results", "key": "/size", "value": FromStep("dog", "/size")}
    by_owner = case_of(plan, "GET /dogs :: filtered_by_owner_id_holds_only_these")
    assert steps(by_owner) == ["+owner", "+dog", "+other_owner", "+other_dog", "listing"]
    assert check_of(by_owner, CheckId.LISTED).arguments["value"] == FromStep("dog", "/id")


def test_sorting_is_asked_in_both_directions(plan: Plan) -> None:
    cases = [case for case in cases_of(plan, "GET /dogs", Family.FUNCTIONAL) if case.name.endswith("is_in_order")]
    assert [(query(case)["sort"], check_of(case, CheckId.SORT_ORDER).arguments["descending"]) for case in cases] == [
        ("weight", False),
        ("-weight", True),
    ]


def test_sorting_reads_suffixes_and_order_parameters_and_leaves_unknown_words_alone() -> None:
    rows = {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "integer"}, "size": {"type": "integer"}}}}

    def listing(*parameters: dict[str, object]) -> dict[str, object]:
        found = [{"in": "query", **parameter} for parameter in parameters]
        return {"get": {"parameters": found, "responses": json_answer(rows)}}

    def enum(name: str, *members: str) -> dict[str, object]:
        return {"name": name, "schema": {"type": "string", "enum": list(members)}}

    plan = plan_of_spec(
        spec_of(
            {
                "/as": listing(enum("ordering", "size:asc", "size:desc")),
                "/bs": listing(enum("sort_by", "size"), enum("order", "ASC", "DESC")),
                "/cs": listing(enum("sort", "newest", "size")),
            }
        )
    )
    asked = {case.id: query(case) for case in plan.cases if "sorted" in case.id}
    assert asked == {
        "GET /as :: sorted_by_size_ascending_is_in_order": {"ordering": "size:asc"},
        "GET /as :: sorted_by_size_descending_is_in_order": {"ordering": "size:desc"},
        "GET /bs :: sorted_by_size_ascending_is_in_order": {"sort_by": "size", "order": "ASC"},
        "GET /bs :: sorted_by_size_descending_is_in_order": {"sort_by": "size", "order": "DESC"},
    }


def test_the_life_of_a_record_is_told_in_focused_cases(plan: Plan) -> None:
    told = [case.id for case in plan.cases if case.resource == "dogs" and case.family is Family.CRUD]
    assert told == [
        "POST /dogs :: after_a_delete_has_its_own_id",
        "POST /dogs :: created_echoes_what_was_sent",
        "POST /dogs :: created_twice_has_its_own_id",
        "POST /dogs :: of_an_unknown_record_makes_nothing",
        "POST /dogs :: refused_makes_nothing",
        "POST /dogs :: same_key_twice_is_refused",
        "POST /dogs :: with_only_what_is_required_is_kept",
        "POST /dogs :: with_state_assigns_nothing",
        "POST /dogs :: without_a_credential_makes_nothing",
        "GET /dogs :: after_create_lists_the_record",
        "GET /dogs/{dogId} :: after_create_shows_the_record",
        "PUT /dogs/{dogId} :: of_one_record_leaves_others_alone",
        "PUT /dogs/{dogId} :: refused_changes_nothing",
        "PUT /dogs/{dogId} :: sent_twice_changes_nothing",
        "PUT /dogs/{dogId} :: then_read_is_persisted",
        "PUT /dogs/{dogId} :: without_a_credential_changes_nothing",
        "PUT /dogs/{dogId} :: without_an_optional_field_clears_it",
        "PATCH /dogs/{dogId} :: one_field_leaves_the_rest",
        "PATCH /dogs/{dogId} :: one_field_after_another_keeps_both",
        "PATCH /dogs/{dogId} :: refused_changes_nothing",
        "PATCH /dogs/{dogId} :: then_read_is_persisted",
        "PATCH /dogs/{dogId} :: with_state_assigns_nothing",
        "PATCH /dogs/{dogId} :: without_a_credential_changes_nothing",
        "DELETE /dogs/{dogId} :: of_one_record_leaves_others_alone",
        "DELETE /dogs/{dogId} :: then_read_is_gone",
        "DELETE /dogs/{dogId} :: without_a_credential_changes_nothing",
        "POST /dogs/{dogId}/groom :: then_read_is_persisted",
    ]


def test_the_record_is_looked_for_in_the_widest_page(plan: Plan) -> None:
    case = case_of(plan, "GET /dogs :: after_create_lists_the_record")
    assert query(case) == {"limit": 50, "offset": 0}
    assert check_of(case, CheckId.LISTED).arguments == {"items": "/results", "key": "/id", "value": FromStep("dog", "/id")}


def test_an_update_differs_from_what_was_created_and_is_read_back_as_it_was_sent(plan: Plan) -> None:
    case = case_of(plan, "PUT /dogs/{dogId} :: then_read_is_persisted")
    assert steps(case) == ["+owner", "+dog", "+replaced", "read"]
    created, replaced = (case.steps[index].request.body.value for index in (1, 2))  # type: ignore[union-attr]
    assert isinstance(created, dict)
    assert isinstance(replaced, dict)
    assert replaced["owner_id"] == created["owner_id"] == FromStep("owner", "/id")
    assert all(replaced[name] != created[name] for name in ("size", "weight", "indoors"))
    assert isinstance(replaced["name"], Fresh)
    assert check_of(case, CheckId.READ_BACK).arguments["expected"] == FromStep("replaced", "", sent=True)


def test_a_patch_sends_one_field_and_compares_two_reads(plan: Plan) -> None:
    case = case_of(plan, "PATCH /dogs/{dogId} :: one_field_leaves_the_rest")
    assert steps(case) == ["+owner", "+dog", "+before", "patched", "read"]
    body = case.steps[3].request.body
    assert body is not None
    assert isinstance(body.value, dict)
    assert list(body.value) == ["name"]
    arguments = check_of(case, CheckId.UNCHANGED).arguments
    assert arguments["expected"] == FromStep("before", "")
    assert arguments["ignore"] == ["/name", "/state", "/version"]


def test_an_action_is_held_against_a_later_read_with_what_only_it_sets(plan: Plan) -> None:
    arguments = check_of(case_of(plan, "POST /dogs/{dogId}/groom :: then_read_is_persisted"), CheckId.READ_BACK).arguments
    assert arguments == {"expected": FromStep("acted", ""), "at": "", "ignore": ["/version"]}


def test_a_conflict_that_the_document_names_is_provoked_by_the_first_records_values(plan: Plan) -> None:
    case = case_of(plan, "POST /dogs :: same_key_twice_is_refused")
    edits = case.steps[-1].request.body.edits  # type: ignore[union-attr]
    assert [(edit.pointer, edit.value) for edit in edits] == [
        ("/chip", FromStep("dog", "/chip")),
        ("/name", FromStep("dog", "/name")),
    ]
    assert check_of(case, CheckId.STATUS_EXPECTED).arguments == {"statuses": [400, 409, 422]}
    assert not [one for one in plan.cases if one.id == "POST /owners :: same_key_twice_is_refused"]


def test_a_wrapped_record_is_compared_inside_its_envelope(plan: Plan) -> None:
    case = case_of(plan, "GET /walks/{walk_id} :: after_create_shows_the_record")
    arguments = check_of(case, CheckId.READ_BACK).arguments
    assert (arguments["expected"], arguments["at"]) == (FromStep("walk", "/data"), "/data")
    assert case.steps[-1].request.path_parameters[0].value == FromStep("walk", "/data/walk_id")


def test_slots_inside_arrays_are_filled(plan: Plan) -> None:
    body = case_of(plan, "POST /walks :: success").steps[-1].request.body
    assert body is not None
    assert isinstance(body.value, dict)
    assert body.value["dog_ids"] == [FromStep("dog", "/id")]
    assert body.value["stops"][0]["owner_id"] == FromStep("owner", "/id")  # type: ignore[index,call-overload]
    assert "keeper_id" not in body.value


def test_each_fault_is_one_change_of_the_base_body_with_a_control(plan: Plan) -> None:
    case = case_of(plan, "POST /dogs :: size_missing")
    body = case.steps[-1].request.body
    assert body is not None
    assert [(edit.kind, edit.pointer) for edit in body.edits] == [(EditKind.REMOVE, "/size")]
    assert body.base_name == "new_dog"
    assert case.control == "POST /dogs :: success"
    assert steps(case) == ["+owner", "refused"]
    assert [check.id for _, check in checks_of(case)] == [CheckId.NO_SERVER_ERROR, CheckId.REJECTED]
    assert case_of(plan, "POST /dogs :: body_missing").steps[-1].request.body is None


def test_query_parameters_are_violated_one_at_a_time(plan: Plan) -> None:
    cases = [case for case in cases_of(plan, "GET /dogs", Family.VALIDATION) if not case.name.endswith("__is_answered")]
    assert cases
    assert all(len(query(case)) == 1 for case in cases)
    assert {name for case in cases for name in query(case)} >= {"limit", "offset", "size"}
    assert not cases_of(plan, "GET /dogs/{dogId}", Family.VALIDATION)


def test_a_required_parameter_is_left_out() -> None:
    parameters = [
        {"name": "day", "in": "query", "required": True, "schema": {"type": "string", "format": "date"}},
        {"name": "Accept", "in": "header", "required": True, "schema": {"type": "string"}},
        {"name": "X-Tenant", "in": "header", "required": True, "schema": {"type": "string", "enum": ["a", "b"]}},
    ]
    plan = plan_of_spec(spec_of({"/diary": {"get": {"parameters": parameters, "responses": {"200": {"description": "d"}}}}}))
    success = case_of(plan, "GET /diary :: success").steps[-1].request
    assert [one.name.raw() for one in (*success.query, *success.headers)] == ["day", "X-Tenant"]
    assert case_of(plan, "GET /diary :: day_missing").steps[-1].request.query == ()
    assert case_of(plan, "GET /diary :: x_tenant_missing").steps[-1].request.headers == ()


def test_forms_are_violated_only_where_no_reading_of_a_text_heals_it() -> None:
    schema = {
        "type": "object",
        "required": ["n"],
        "properties": {"n": {"type": "integer"}, "kind": {"type": "string", "enum": ["a"]}},
    }
    body = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}
    plan = plan_of_spec(spec_of({"/forms": {"post": {"requestBody": body, "responses": {"200": {"description": "d"}}}}}))
    keywords = {case.rationale.keyword for case in plan.cases if case.family is Family.VALIDATION}
    assert keywords == {"required", "enum", "type"}
    assert [case.id for case in plan.cases if case.family is Family.ERROR] == ["POST /forms :: patch_is_undeclared_is_refused"]


def test_a_method_that_a_variable_path_has_too_is_not_called_undeclared() -> None:
    answers = {"responses": {"200": {"description": "d"}}}
    given = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    for variable, tried in (("/cards/{id}", "put"), ("/cards/{id}/pin", "patch")):
        plan = plan_of_spec(
            spec_of({"/cards/reveal": {"post": answers}, variable: {"patch": {**answers, "parameters": [given]}}})
        )
        ids = [case.id for case in plan.cases if case.subject.path == "/cards/reveal" and "undeclared" in case.id]
        assert ids == [f"POST /cards/reveal :: {tried}_is_undeclared_is_refused"]


def test_refusals_that_may_come_as_200_are_no_failures() -> None:
    envelope = {"type": "object", "properties": {"code": {"type": "integer"}, "data": {"type": "object"}}}
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
    paths = {"/rpc": {"post": {"requestBody": json_body(schema), "responses": json_answer(envelope)}}}
    plan = plan_of_spec(spec_of(paths), business_code="off")
    negative = [case for case in plan.cases if any(check.id is CheckId.REJECTED for step in case.steps for check in step.checks)]
    assert len(negative) > 3
    assert {case.severity for case in negative} == {Severity.MINOR}


def test_a_cap_keeps_a_fault_of_every_field_and_says_what_it_left_out(spec: ApiSpec) -> None:
    plan = plan_of_spec(spec, max_violations_per_operation=7)
    cases = [case for case in cases_of(plan, "POST /dogs", Family.VALIDATION) if "is_rejected" in case.name]
    assert len(cases) == 7
    bodies = [case.steps[-1].request.body for case in cases]
    assert len({body.edits[0].pointer if body else "" for body in bodies}) == 7
    assert [finding for finding in plan.findings if finding.code is FindingCode.CAPPED and finding.at == "#/paths/~1dogs/post"]


def test_unknown_ids_are_well_formed_and_absent(plan: Plan) -> None:
    def value(label: str) -> object:
        return case_of(plan, f"{label} :: unknown_id_is_not_found").steps[-1].request.path_parameters[-1].value

    number, uuid, text = value("GET /dogs/{dogId}"), value("GET /owners/{ownerId}"), value("GET /dogs/chip/{chip}")
    assert isinstance(number, int)
    assert 2_147_482_000 <= number < 2_147_483_648
    assert isinstance(uuid, str)
    assert [len(part) for part in uuid.split("-")] == [8, 4, 4, 4, 12]
    assert isinstance(text, Fresh)
    assert text.sample.isupper()
    assert value("DELETE /dogs/{dogId}") != number


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "enum": ["a", "b"]},
        {"type": "integer", "maximum": 12},
        {"type": "boolean"},
        {"type": "string", "format": "date"},
    ],
)
def test_ids_that_may_all_be_taken_are_not_guessed(schema: dict[str, object]) -> None:
    parameter = {"name": "key", "in": "path", "required": True, "schema": schema}
    plan = plan_of_spec(
        spec_of({"/things/{key}": {"get": {"parameters": [parameter], "responses": {"200": {"description": "d"}}}}})
    )
    expected = {case.name.rpartition("__")[2] for case in plan.cases if case.family is Family.ERROR}
    assert expected <= {"does_not_crash", "are_answered"}


def test_secured_operations_are_called_without_and_with_a_wrong_credential(plan: Plan) -> None:
    cases = cases_of(plan, "POST /dogs", Family.AUTH)
    used = [case.steps[-1].request.credential for case in cases]
    assert used == [CredentialUse.EMPTY, CredentialUse.MISPLACED, CredentialUse.NONE, CredentialUse.WRONG]
    assert all(step.request.credential is CredentialUse.VALID for case in cases for step in case.steps[:-1])
    assert all(check_of(case, CheckId.UNAUTHENTICATED) for case in cases)
    assert not cases_of(plan, "GET /dogs", Family.AUTH)


def secured(*alternatives: dict[str, list[str]]) -> ApiSpec:
    answer = {"200": {"description": "d"}}
    schemes = {
        "mtls": {"type": "mutualTLS"},
        "key": {"type": "apiKey", "in": "query", "name": "k"},
        "token": {"type": "http", "scheme": "bearer"},
        "pair": {"type": "http", "scheme": "basic"},
    }
    return spec_of({"/x": {"get": {"security": list(alternatives), "responses": answer}}}, securitySchemes=schemes)


@pytest.mark.parametrize(
    ("alternatives", "is_planned"),
    [(({"token": []},), True), (({"pair": []},), True), (({"key": []},), False), (({"token": []}, {"pair": []}), False)],
)
def test_a_secret_is_tried_under_the_other_scheme_where_one_alone_is_asked_for(
    alternatives: tuple[dict[str, list[str]], ...], is_planned: bool
) -> None:
    used = {case.steps[-1].request.credential for case in plan_of_spec(secured(*alternatives)).cases}
    assert (CredentialUse.MISPLACED in used) is is_planned


def test_the_first_alternative_that_can_be_sent_is_used_and_anonymous_access_wins() -> None:
    both = plan_of_spec(secured({"mtls": []}, {"key": [], "token": []}))
    request = case_of(both, "GET /x :: success").steps[-1].request
    assert [scheme.name.raw() for scheme in request.security] == ["key", "token"]
    open_to_all = plan_of_spec(secured({"token": []}, {}))
    assert case_of(open_to_all, "GET /x :: success").steps[-1].request.security == ()
    assert not [case for case in open_to_all.cases if case.family is Family.AUTH]


def test_all_alternatives_that_can_be_sent_stay_a_choice_for_the_run() -> None:
    plan = plan_of_spec(secured({"token": []}, {"mtls": []}, {"key": []}))
    for case in plan.cases:
        request = case.steps[-1].request
        assert [[scheme.name.raw() for scheme in together] for together in request.alternatives] == [["token"], ["key"]]
        assert request.security == request.alternatives[0]
    written = case_to_json(plan.cases[0])
    assert written["steps"][-1]["request"]["alternatives"] == [["token"], ["key"]]  # type: ignore[index, call-overload]
    alone = case_to_json(plan_of_spec(secured({"token": []})).cases[0])
    assert "alternatives" not in alone["steps"][-1]["request"]  # type: ignore[index, operator, call-overload]


def test_a_credential_that_cannot_be_sent_skips_the_operation() -> None:
    plan = plan_of_spec(secured({"mtls": []}))
    assert [(case.id, case.skip_reason) for case in plan.cases] == [
        ("GET /x :: success", "the credential that is asked for cannot be sent: `mtls`")
    ]


def test_what_asks_for_undefined_schemes_alone_is_asked_without_a_credential() -> None:
    plan = plan_of_spec(secured({"ghost": [], "spectre": []}, {"mtls": []}))
    assert not any(case.skip_reason or case.family is Family.AUTH for case in plan.cases)
    for case in plan.cases:
        request = case.steps[-1].request
        assert (request.credential, request.security, request.alternatives) == (CredentialUse.UNDEFINED, (), ())


def test_an_undefined_scheme_is_not_asked_for_where_another_can_be_sent_or_goes_with_one_that_cannot() -> None:
    other = case_of(plan_of_spec(secured({"ghost": []}, {"key": []})), "GET /x :: success").steps[-1].request
    assert (other.credential, [scheme.name.raw() for scheme in other.security]) == (CredentialUse.VALID, ["key"])
    together = plan_of_spec(secured({"ghost": [], "mtls": []}))
    assert [case.skip_reason for case in together.cases] == [
        "the credential that is asked for cannot be sent: `ghost`, `mtls`",
    ]


def test_ids_that_nobody_makes_are_taken_from_examples_or_asked_for(plan: Plan) -> None:
    asked = case_of(plan, "GET /breeds/{breedCode} :: success")
    assert "`breedCode`" in asked.skip_reason
    documented = case_of(plan, "GET /vets/{vetCode} :: success")
    assert (documented.skip_reason, documented.steps[-1].request.path_parameters[0].value) == ("", "VET-1")
    named = {finding.at for finding in plan.findings if finding.code is FindingCode.NO_PRODUCER}
    assert named >= {"#/paths/~1breeds~1{breedCode}/get", "#/paths/~1vets~1{vetCode}/get"}


def test_reads_of_what_cannot_be_made_take_a_record_from_the_list_and_writes_never_do() -> None:
    record = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
    parameter = {"name": "cityId", "in": "path", "required": True, "schema": {"type": "integer"}}
    read = {"parameters": [parameter], "responses": json_answer(record)}
    paths = {
        "/cities": {"get": {"responses": json_answer({"type": "array", "items": record})}},
        "/cities/{cityId}": {"get": read, "delete": read},
    }
    plan = plan_of_spec(spec_of(paths))
    case = case_of(plan, "GET /cities/{cityId} :: success")
    assert steps(case) == ["+existing", "read"]
    assert case.steps[-1].request.path_parameters[0].value == FromStep("existing", "/0/id")
    assert case_of(plan, "DELETE /cities/{cityId} :: success").skip_reason


def test_a_second_record_is_made_where_a_body_names_the_kind_that_the_path_names() -> None:
    user = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
    parameter = {"name": "userId", "in": "path", "required": True, "schema": {"type": "integer"}}
    follow = json_body({"type": "object", "required": ["user_id"], "properties": {"user_id": {"type": "integer"}}})
    paths = {
        "/users": {"post": {"requestBody": json_body(user), "responses": json_answer(user, "201")}},
        "/users/{userId}/follow": {
            "post": {"parameters": [parameter], "requestBody": follow, "responses": {"204": {"description": "d"}}}
        },
        "/users/{userId}": {"get": {"parameters": [parameter], "responses": json_answer(user)}},
    }
    case = case_of(plan_of_spec(spec_of(paths)), "POST /users/{userId}/follow :: success")
    body = case.steps[-1].request.body
    assert steps(case) == ["+user", "+other_user", "answer"]
    assert body is not None
    assert body.value == {"user_id": FromStep("other_user", "/id")}


def test_an_operation_without_a_documented_success_may_answer_any_2xx() -> None:
    missing, moved = {"404": {"description": "d"}}, {"302": {"description": "d"}}
    plan = plan_of_spec(spec_of({"/a": {"get": {"responses": missing}}, "/b": {"get": {"responses": moved}}}))
    assert check_of(case_of(plan, "GET /a :: success"), CheckId.STATUS_EXPECTED).arguments["statuses"] == [
        200,
        201,
        202,
        203,
        204,
        205,
        206,
    ]
    assert check_of(case_of(plan, "GET /b :: success"), CheckId.STATUS_EXPECTED).arguments["statuses"] == [302]
    assert [finding.at for finding in plan.findings if finding.code is FindingCode.NO_SUCCESS_RESPONSE] == ["#/paths/~1a/get"]


def test_bodies_of_one_name_are_the_same_in_the_whole_plan(plan: Plan) -> None:
    bodies: dict[str, list[object]] = {}
    for case in plan.cases:
        for step in case.steps:
            if step.request.body is not None and step.request.body.base_name:
                bodies.setdefault(step.request.body.base_name, []).append(step.request.body.value)
    assert {"new_dog", "new_owner", "replaced_dog", "patched_dog"} <= set(bodies)
    assert all(value == values[0] for values in bodies.values() for value in values)


def test_whatever_a_case_takes_from_a_step_was_made_by_an_earlier_one(plan: Plan) -> None:
    from specproof.generators.plan_values import leaves

    for case in plan.cases:
        assert max(Counter(step.name for step in case.steps).values()) == 1, case.id
        made: set[str] = set()
        for step in case.steps:
            values = [one.value for one in (*step.request.path_parameters, *step.request.query)]
            body = step.request.body
            values += [] if body is None else [body.value, *(edit.value for edit in body.edits)]
            taken = {leaf.step for value in values for _, leaf in leaves(value) if isinstance(leaf, FromStep)}
            assert taken <= made, case.id
            made.add(step.name)


def test_reasons_point_into_the_document_behind_references_too() -> None:
    name = {"type": "string", "maxLength": 5}
    team = {"type": "object", "required": ["name"], "properties": {"name": {"$ref": "#/components/schemas/Team%20name"}}}
    post = {"requestBody": json_body({"$ref": "#/components/schemas/Team"}), "responses": json_answer({}, "201")}
    plan = plan_of_spec(spec_of({"/teams": {"post": post}}, schemas={"Team": team, "Team name": name}))
    pointers = {case.rationale.keyword: case.rationale.pointer for case in plan.cases if case.family is Family.VALIDATION}
    assert pointers["required"] == "#/components/schemas/Team/required"
    assert pointers["maxLength"] == "#/components/schemas/Team%20name/maxLength"
    assert not [case for case in plan.cases if "$defs" in case.rationale.pointer]
