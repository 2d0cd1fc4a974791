"""Legal differences in the status of an answer, and in what is looked at first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from specproof.openapi.model import Operation
from specproof.openapi.vocabulary import Method, ParameterLocation
from specproof.reference.behaviour import Behaviour, Call, Principal, Reading, Record, Role, World
from specproof.reference.finding import key_of, parents_of
from specproof.reference.messages import Answer, Request
from specproof.reference.model import ReferenceModel
from specproof.reference.refusals import refused
from specproof.reference.shapes import Shape
from specproof.reference.variants.model import Difference, Variant

if TYPE_CHECKING:
    from specproof.reference.contracts import Problem

_CONSTRAINTS: Final = ("format", "pattern", "enum", "const", "minLength", "maxLength", "minimum", "maximum")


class _AuthAfterValidation(Behaviour):
    """Looks at the credential when the request has been found valid."""

    def principal(self, world: World, call: Call) -> Principal | Answer:
        asked = super().principal(world, call)
        return call.principal if isinstance(asked, Answer) else asked

    def performed(self, world: World, call: Call) -> Answer:
        asked = super().principal(world, call)
        return asked if isinstance(asked, Answer) else super().performed(world, call)


class _ForbiddenWithoutCredential(Behaviour):
    """Answers 403 instead of 401 where the document has 403."""

    def principal(self, world: World, call: Call) -> Principal | Answer:
        asked = super().principal(world, call)
        if isinstance(asked, Answer) and asked.status == 401 and _documents(call, 403):
            return refused(call, 403, "This is not allowed.")
        return asked


class _BadPathIsUnknown(Behaviour):
    """Takes an id that cannot be one for one that nothing has."""

    def refusal(self, world: World, call: Call, problems: tuple[Problem, ...]) -> Answer:
        if any(problem.location == "path" for problem in problems):
            return refused(call, 404, "There is no such record.")
        return super().refusal(world, call, problems)


class _OtherRefusal(Behaviour):
    """Answers an invalid request by 422 where the reference says 400, and the other way round, where both are documented."""

    def refusal(self, world: World, call: Call, problems: tuple[Problem, ...]) -> Answer:
        answer = super().refusal(world, call, problems)
        other = {400: 422, 422: 400}.get(answer.status)
        if other and _documents(call, 400) and _documents(call, 422):
            return refused(call, other, "The request is not valid.")
        return answer


class _OtherUnsupported(Behaviour):
    """Answers 400 instead of 415, and the other way round."""

    def unsupported_media_type(self, world: World, call: Call) -> Answer | None:
        answer = super().unsupported_media_type(world, call)
        if answer is None:
            return None
        return refused(call, 400 if answer.status == 415 else 415, "The body is of a media type that is not taken.")


class _UndeclaredIsUnknown(Behaviour):
    """Answers 404 instead of 405."""

    def undeclared_method(self, world: World, request: Request, allowed: tuple[str, ...]) -> Answer:
        return super().unrouted(world, request)


class _HeadNotAllowed(Behaviour):
    """Has no HEAD beside GET."""

    def principal(self, world: World, call: Call) -> Principal | Answer:
        if call.is_head:
            others = world.model.methods(call.key.path)
            return super().undeclared_method(world, call.request, tuple(others))
        return super().principal(world, call)


class _DeletedAgain(Behaviour):
    """Answers the second DELETE of a record like the first."""

    def performed(self, world: World, call: Call) -> Answer:
        answer = super().performed(world, call)
        grave = _grave(world, call) if call.role is Role.DELETE and answer.status == 404 else None
        if grave is None or not self.may_see(world, call, grave):
            return answer
        form = call.compiled.forms.form(204)
        return Answer(204, response=form.response)


class _Gone(Behaviour):
    """Remembers what was deleted: 410 instead of 404."""

    def performed(self, world: World, call: Call) -> Answer:
        answer = super().performed(world, call)
        grave = _grave(world, call) if call.role.takes_record and answer.status == 404 else None
        if grave is None or not self.may_see(world, call, grave):
            return answer
        if _documents(call, 410):
            return refused(call, 410, "The record is gone.")
        return replace(answer, status=410, response=None)


class _ForeignIsForbidden(Behaviour):
    """Answers 403 instead of 404 for the record of another user, where 403 is documented."""

    def performed(self, world: World, call: Call) -> Answer:
        answer = super().performed(world, call)
        if answer.status != 404 or not call.role.takes_record or call.resource is None or not _documents(call, 403):
            return answer
        record = world.store.get(call.resource.name, key_of(call), parents_of(call))
        if record is None or self.may_see(world, call, record):
            return answer
        return refused(call, 403, "This is not allowed.")


class _ForeignIsUnknown(Behaviour):
    """Answers 404 instead of 403 for the record of another user."""

    def performed(self, world: World, call: Call) -> Answer:
        answer = super().performed(world, call)
        is_foreign = answer.status == 403 and call.role.takes_record
        return refused(call, 404, "There is no such record.") if is_foreign else answer


class _NothingShown(Behaviour):
    """Answers a write by 204 instead of 200 with a body, where both are documented."""

    def performed(self, world: World, call: Call) -> Answer:
        answer = super().performed(world, call)
        if answer.status != 200 or not _documents_both(call.operation):
            return answer
        form = call.compiled.forms.form(204)
        return Answer(204, headers=answer.headers, response=form.response)


def auth_after_validation(model: ReferenceModel) -> Iterator[Variant]:
    """400 before 401."""
    if any(reading.is_secured and (reading.operation.parameters or reading.operation.request_body) for reading in model.readings):
        sentence = "an invalid request is refused as such before its credential is looked at"
        yield Variant("auth_after_validation", sentence, _AuthAfterValidation())


def forbidden_without_credential(model: ReferenceModel) -> Iterator[Variant]:
    """403 for who shows no valid credential, where it is documented."""
    if any(reading.is_secured and _has_status(reading.operation, 403) for reading in model.readings):
        sentence = "a missing or wrong credential is answered by the documented 403"
        yield Variant("forbidden_without_credential", sentence, _ForbiddenWithoutCredential())


def bad_path_is_404(model: ReferenceModel) -> Iterator[Variant]:
    """An id of the wrong form is one that nothing has."""
    if any(_has_constrained_path(model, reading) for reading in model.readings):
        yield Variant("bad_path_is_404", "an id of the wrong form is answered by 404 instead of 400", _BadPathIsUnknown())


def other_refusal(model: ReferenceModel) -> Iterator[Variant]:
    """422 instead of 400, and the other way round, where both are documented."""
    if any(_has_status(reading.operation, 400) and _has_status(reading.operation, 422) for reading in model.readings):
        sentence = "invalid requests are answered by the other one of the documented 400 and 422"
        yield Variant("other_refusal", sentence, _OtherRefusal())


def other_unsupported(model: ReferenceModel) -> Iterator[Variant]:
    """400 instead of 415; 415 instead of 400 where the document has no 415, and the reference gives 400."""
    if any(_refuses_media_types(model, reading) for reading in model.readings):
        sentence = "a body of an undocumented media type is answered by 400 instead of 415, or by 415 instead of 400"
        yield Variant("other_unsupported", sentence, _OtherUnsupported())


def undeclared_method_is_404(model: ReferenceModel) -> Iterator[Variant]:
    """404 instead of 405."""
    if model.spec.operations:
        yield Variant(
            "undeclared_method_is_404", "an undeclared method is answered by 404 instead of 405", _UndeclaredIsUnknown()
        )


def head_is_405(model: ReferenceModel) -> Iterator[Variant]:
    """No HEAD beside GET."""
    methods = {(operation.key.path, operation.key.method) for operation in model.spec.operations}
    if any(method is Method.GET and (path, Method.HEAD) not in methods for path, method in methods):
        yield Variant("head_is_405", "HEAD is answered by 405 where only GET is documented", _HeadNotAllowed())


def delete_twice_is_204(model: ReferenceModel) -> Iterator[Variant]:
    """A DELETE that may be repeated, as HTTP has it."""
    if any(reading.role is Role.DELETE and _has_status(reading.operation, 204) for reading in model.readings):
        yield Variant("delete_twice_is_204", "the second DELETE of a record is answered by 204", _DeletedAgain())


def deleted_is_410(model: ReferenceModel) -> Iterator[Variant]:
    """410 instead of 404 for what was deleted."""
    if any(reading.role is Role.DELETE and reading.resource is not None for reading in model.readings):
        yield Variant("deleted_is_410", "a deleted record is answered by 410 instead of 404", _Gone())


def foreign_is_403(model: ReferenceModel) -> Iterator[Variant]:
    """403 for the record of another user, where it is documented beside the 404 that the reference gives."""
    if any(_is_owned(r) and _has_status(r.operation, 403) and _has_status(r.operation, 404) for r in model.readings):
        yield Variant("foreign_is_403", "the record of another user is answered by the documented 403", _ForeignIsForbidden())


def foreign_is_404(model: ReferenceModel) -> Iterator[Variant]:
    """404 for the record of another user, where the document has 403 alone and the reference gives that."""
    if any(_is_owned(r) and _has_status(r.operation, 403) and not _has_status(r.operation, 404) for r in model.readings):
        yield Variant("foreign_is_404", "the record of another user is answered by 404", _ForeignIsUnknown())


def nothing_shown(model: ReferenceModel) -> Iterator[Variant]:
    """204 instead of 200, where a write documents both. The reference itself gives the 200 with a body."""
    if any(reading.role.is_write and _documents_both(reading.operation) for reading in model.readings):
        sentence = "writes that document 200 with a body and 204 answer by 204"
        yield Variant("nothing_shown", sentence, _NothingShown())


def _documents(call: Call, status: int) -> bool:
    return call.compiled.forms.documents(status)


def _has_status(operation: Operation, status: int) -> bool:
    return any(response.status in {str(status), f"{status // 100}XX"} for response in operation.responses)


def _documents_both(operation: Operation) -> bool:
    statuses = {response.status for response in operation.responses}
    return operation.key.method in {Method.PUT, Method.PATCH, Method.DELETE} and {"200", "204"} <= statuses


def _is_owned(reading: Reading) -> bool:
    return reading.resource is not None and reading.resource.is_owned and reading.role.takes_record


def _has_constrained_path(model: ReferenceModel, reading: Reading) -> bool:
    """Whether there are ids of the wrong form, and the reference does not answer them by 404 itself."""
    parameters = reading.operation.parameters_in(ParameterLocation.PATH)
    is_constrained = any(_is_constrained(model.shapes.of_schema(parameter.schema)) for parameter in parameters)
    return is_constrained and model.compiled(reading.key).forms.nearest(400, 422, 404) != 404


def _refuses_media_types(model: ReferenceModel, reading: Reading) -> bool:
    return reading.operation.request_body is not None and not model.compiled(reading.key).decoder.takes("application/x-nothing")


def _is_constrained(shape: Shape) -> bool:
    return bool(shape.kinds - {"string"}) or any(keyword in shape.flags for keyword in _CONSTRAINTS)


def _grave(world: World, call: Call) -> Record | None:
    """The deleted record that is addressed by its id."""
    if call.resource is None or call.reading.lookup:
        return None
    return world.store.deleted(call.resource.name, key_of(call), parents_of(call))


STATUSES: Final[tuple[Difference, ...]] = (
    auth_after_validation,
    forbidden_without_credential,
    bad_path_is_404,
    other_refusal,
    other_unsupported,
    undeclared_method_is_404,
    head_is_405,
    delete_twice_is_204,
    deleted_is_410,
    foreign_is_403,
    foreign_is_404,
    nothing_shown,
)
