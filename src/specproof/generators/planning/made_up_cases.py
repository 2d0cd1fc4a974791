"""Cases of reads whose path takes what no operation makes and no list shows: ``GET /greetings/{name}``."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Family, PlanValue
from specproof.generators.naming import quoted
from specproof.generators.planning.changes import Change
from specproof.generators.planning.context import Draft, GenerationContext
from specproof.generators.planning.contracts import names_success
from specproof.generators.reading.effects import is_safe
from specproof.generators.test_data_factory.model import Origin, ProvenValue
from specproof.openapi.findings import Finding
from specproof.openapi.model import Operation
from specproof.openapi.vocabulary import ParameterLocation


def made_up_values(context: GenerationContext, operation: Operation) -> Iterator[Case | Finding]:
    """A read of which nobody knows what its path may say: asked with values of the documented types, and answered as documented.

    Whether there is anything of that name is not judged; a refusal is as good as an answer.
    """
    values = made_up_places(context, operation)
    if not values:
        return
    names = ", ".join(quoted(name) for _, name in values)
    documented = [Check(CheckId.STATUS_DOCUMENTED)] if names_success(operation) else []
    schema = [check for check in context.success_checks(operation) if check.id is CheckId.BODY_SCHEMA]
    scene = context.scene()
    checks = (Check(CheckId.NO_SERVER_ERROR), *documented, *schema)
    scene.send(operation, name="answer", purpose=f"Ask with a made-up {names}", checks=checks, change=Change(replaced=values))
    draft = Draft(
        family=Family.ERROR,
        operation=operation,
        condition="made up values",
        expected="are answered",
        title=f"{operation.key.label}: whatever it says to a made-up {names}, the document knows the answer",
        keyword="parameters",
        pointer=operation.pointer,
        text="Nothing in the document says which values there are: one of the documented type is answered as documented.",
        source="policy",
    )
    yield context.finish(scene, draft)


def made_up_places(context: GenerationContext, operation: Operation) -> dict[tuple[ParameterLocation, str], PlanValue]:
    """Values for the places in the path of a read that nothing in the document fills; none where all are filled, or one cannot be."""
    values: dict[tuple[ParameterLocation, str], PlanValue] = {}
    if not is_safe(operation) or operation.request_body is not None:
        return values
    for parameter in operation.parameters_in(ParameterLocation.PATH):
        if context.parts.producers.of_path(operation, parameter) is not None:
            continue
        proven = context.parts.parameter(operation, parameter)
        if not isinstance(proven, ProvenValue) or proven.origin in {Origin.EXAMPLE, Origin.DEFAULT, Origin.ENUM}:
            return {}  # its own case sends that
        if context.parts.listed_id(operation, parameter) is not None:
            return {}
        values[ParameterLocation.PATH, parameter.name.raw()] = proven.value
    return values
