"""Long texts go wherever any text may stand: bodies that are one, fields of forms, queries of writes, lists of texts."""

from __future__ import annotations

from typing import Any

from planned import cases_of, operation_of, plan_of_spec, spec_of
from specproof.domain.plans import Case, Family
from specproof.generators.planning.nasty_values import LONG_TEXT
from specproof.generators.reading.shapes import shape_at, shape_of

TEXT = {"type": "string"}
DONE = {"responses": {"200": {"description": "x"}}}


def body(schema: Any, media: str = "application/json", example: Any = None) -> dict[str, Any]:
    return {"required": True, "content": {media: {"schema": schema, **({"example": example} if example is not None else {})}}}


def long_ones(label: str, operation: dict[str, Any], path: str = "/notes") -> list[Case]:
    method = label.partition(" ")[0].lower()
    other = {"parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}], "get": DONE}
    plan = plan_of_spec(spec_of({path: {method: {**DONE, **operation}}, "/others/{id}": other}))
    return [case for case in cases_of(plan, label, Family.ERROR) if LONG_TEXT.phrase in case.title.raw()]


def edits_of(cases: list[Case]) -> list[str]:
    return [edit.pointer for case in cases if case.steps[-1].request.body for edit in case.steps[-1].request.body.edits]


def test_a_body_that_is_a_text_is_sent_a_long_one() -> None:
    assert edits_of(long_ones("PUT /notes", {"requestBody": body(TEXT)})) == [""]
    assert edits_of(long_ones("PUT /notes", {"requestBody": body({"type": "boolean"})})) == []


def test_of_the_members_a_text_without_a_form_gets_it() -> None:
    members = {f"a{number}": {"type": "string", "format": "date"} for number in range(6)}
    schema = {"type": "object", "properties": {**members, "note": TEXT}, "required": ["note", *members]}
    assert "/note" in edits_of(long_ones("PUT /notes", {"requestBody": body(schema)}))


def test_a_form_gets_it_in_one_field() -> None:
    schema = {
        "type": "object",
        "properties": {"at": {"type": "string", "format": "date"}, "kind": {"enum": ["a", "b"], "type": "string"}, "note": TEXT},
        "required": ["at", "kind", "note"],
    }
    for media in ("application/x-www-form-urlencoded", "multipart/form-data"):
        assert edits_of(long_ones("POST /notes", {"requestBody": body(schema, media)})) == ["/note"]
    only_forms = {"type": "object", "properties": {"at": {"type": "string", "format": "date"}}}
    assert edits_of(long_ones("POST /notes", {"requestBody": body(only_forms, "application/x-www-form-urlencoded")})) == []


def test_queries_of_writes_and_lists_of_texts_get_it_too() -> None:
    query = {"name": "q", "in": "query", "schema": TEXT}
    words = {"name": "w", "in": "query", "schema": {"type": "array", "items": TEXT}}
    kinds = {"name": "k", "in": "query", "schema": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}}
    for label in ("GET /notes", "POST /notes", "PUT /notes"):
        cases = long_ones(label, {"parameters": [query, words, kinds]})
        sent = [one.value for case in cases for one in case.steps[-1].request.query]
        assert sent == [LONG_TEXT.value, [LONG_TEXT.value]]


def test_no_filter_of_a_removal_is_tried() -> None:
    # What a deletion makes of an odd filter, nobody wants to know.
    query = {"name": "q", "in": "query", "schema": TEXT}
    for label, path in (("DELETE /notes/{id}", "/notes/{id}"), ("POST /notes/purge", "/notes/purge")):
        path_id = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
        parameters = [query, *([path_id] if "{" in path else [])]
        cases = long_ones(label, {"parameters": parameters}, path)
        assert not [case for case in cases if "`q`" in case.title.raw()]


def test_the_shape_inside_of_a_value() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "object", "properties": {"b": TEXT}}}}}
    spec = spec_of({"/notes": {"put": {**DONE, "requestBody": body(schema)}}})
    request = operation_of(spec, "PUT /notes").request_body
    assert request is not None
    shape = shape_of(request.media_types[0].schema)
    assert shape_at(shape, ["a", "0", "b"]).types == {"string"}
    assert shape_at(shape, ["b"]).types == shape_at(shape, ["a", "b"]).types == frozenset()


def test_a_line_break_goes_into_queries_and_into_the_paths_of_reads() -> None:
    text, hole = {"name": "q", "in": "query", "schema": TEXT}, {"name": "id", "in": "path", "required": True, "schema": TEXT}
    plan = plan_of_spec(spec_of({"/tags/{id}": {"parameters": [hole, text], "get": DONE, "post": DONE}}))
    broken = {case.subject.method: case for case in plan.cases if case.id.endswith("id_line_break_crashes_nothing")}
    assert [str(method) for method in broken] == ["GET"]
    # Nothing makes a tag: what stands in the path is made up anyway, so that the case is asked.
    (read,) = broken.values()
    assert not read.skip_reason
    assert [one.value for one in read.steps[-1].request.path_parameters] == ["a\r\nb"]
    assert "GET /tags/{id} :: q_line_break_crashes_nothing" in {case.id for case in plan.cases}


def test_an_object_whose_members_nobody_names_gets_one_and_each_made_up_segment_its_line_break() -> None:
    free = {"name": "free", "in": "query", "schema": {"type": "object", "additionalProperties": TEXT}}
    holes = [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in ("key", "value")]
    plan = plan_of_spec(spec_of({"/pairs/{key}/{value}": {"parameters": [*holes, free], "get": DONE}}))
    cases = {case.id.partition(" :: ")[2]: case.steps[-1].request for case in plan.cases if not case.skip_reason}
    asked = cases["free_line_break_crashes_nothing"]
    assert [one.value for one in asked.query] == [{"member": "a\r\nb"}]
    broken = [[one.value for one in cases[f"{name}_line_break_crashes_nothing"].path_parameters] for name in ("key", "value")]
    assert [row.index("a\r\nb") for row in broken] == [0, 1]
