"""Refusals: which documented status an unwelcome request gets, and what stands in its body."""

from __future__ import annotations

from collections.abc import Iterable

from specproof.openapi.schema import JsonObject
from specproof.openapi.vocabulary import SchemeKind
from specproof.reference.calls import Call, World
from specproof.reference.contracts import Problem
from specproof.reference.credentials import Principal
from specproof.reference.decoding import Decoded, Malformed
from specproof.reference.forms import PROBLEM, accepts, phrase
from specproof.reference.messages import Answer, Headers, Request

_CHALLENGES = {SchemeKind.BEARER: "Bearer", SchemeKind.BASIC: 'Basic realm="api"', SchemeKind.API_KEY: "ApiKey"}


def refused(call: Call, status: int, message: str, headers: Headers = (), problems: Iterable[tuple[str, str]] = ()) -> Answer:
    """The answer of one status as documented, saying ``message`` where there is a place for it."""
    form = call.compiled.forms.form(status)
    if form.response is None:
        return undocumented(status, message, headers)
    media = form.media(call.request.header("accept"))
    if media is None:
        return Answer(status, headers=headers, response=form.response)
    return Answer(status, form.refusal(media, message, problems), True, media.name, headers, form.response)


def undocumented(status: int, message: str, headers: Headers = ()) -> Answer:
    """A small problem (RFC 9457) for a status that the document does not have."""
    body: JsonObject = {"type": "about:blank", "title": phrase(status), "status": status, "detail": message}
    return Answer(status, body, True, PROBLEM, headers)


def unrouted() -> Answer:
    """404."""
    return undocumented(404, "There is nothing at this path.")


def undeclared_method(request: Request, allowed: tuple[str, ...]) -> Answer:
    """405 with ``Allow``; OPTIONS is told what is allowed."""
    headers = (("allow", ", ".join(allowed)),)
    if request.method == "OPTIONS":
        return Answer(204, headers=headers)
    return undocumented(405, "This path has no such method.", headers)


def principal(world: World, call: Call) -> Principal | Answer:
    """Who asks, or 401."""
    security = call.operation.security
    who = world.model.credentials.principal(call.request, security)
    if who is not None:
        return who
    kinds = dict.fromkeys(_CHALLENGES.get(scheme.kind, "Bearer") for each in security for scheme in each.schemes)
    headers = (("www-authenticate", next(iter(kinds), "Bearer")),)
    return refused(call, call.compiled.forms.nearest(401, 403), "A valid credential is needed.", headers)


def not_acceptable(call: Call) -> Answer | None:
    """406 where it is documented."""
    accept = call.request.header("accept")
    if not accept or not call.compiled.forms.documents(406):
        return None
    names = call.compiled.media_names
    if not names or any(accepts(accept, name) for name in names):
        return None
    return refused(call, 406, "None of the accepted media types can be given.")


def unsupported_media_type(call: Call) -> Answer | None:
    """415 where it is documented, else 400."""
    request = call.request
    if not request.body or call.operation.request_body is None:
        return None
    sent = request.header("content-type")
    if not sent or call.compiled.decoder.takes(sent.partition(";")[0].strip().lower()):
        return None
    forms = call.compiled.forms
    status = 415 if forms.documents(415) else forms.nearest(400, 422)
    return refused(call, status, "The media type of the body is not one of those that are documented.")


def decoded(call: Call) -> Decoded | Answer:
    """Values, or 400."""
    values = call.compiled.decoder.decode(call.request, call.path_values)
    if isinstance(values, Malformed):
        return refused(call, call.compiled.forms.nearest(400, 422), values.message)
    return values


def refusal(call: Call, problems: tuple[Problem, ...]) -> Answer:
    """422 for bodies and 400 for parameters where both are documented, else the one that is, else 400."""
    forms = call.compiled.forms
    in_body = any(problem.location == "body" for problem in problems)
    if in_body and forms.documents(422):
        status = 422
    elif not in_body and all(problem.location == "path" for problem in problems):
        status = forms.nearest(400, 422, 404)
    else:
        status = forms.nearest(400, 422)
    first = problems[0]
    where = first.name or first.pointer or first.location
    message = f"{where}: {first.message}"
    fields = [(problem.pointer or problem.name or problem.location, problem.message) for problem in problems]
    return refused(call, status, message, problems=fields)


def not_found(call: Call) -> Answer:
    """404; 403 where that alone is documented and records belong to somebody."""
    forms = call.compiled.forms
    owned = call.resource is not None and call.resource.is_owned
    status = forms.nearest(404, 403, 410) if owned else forms.nearest(404, 410)
    return refused(call, status, "There is no such record.")


def conflicting(call: Call) -> Answer:
    """409, or the nearest documented."""
    return refused(call, call.compiled.forms.nearest(409, 422, 400), "Another record has this already.")


def invalid_change(call: Call, message: str) -> Answer:
    """For a change that would leave the record invalid, or that cannot be applied."""
    return refused(call, call.compiled.forms.nearest(422, 400, 409), message)


def precondition_failed(call: Call) -> Answer:
    """412."""
    return refused(call, 412, "The record has changed.")
