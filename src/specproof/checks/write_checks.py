"""Checks of what writes leave behind, and of what they must not do."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from .comparison import same, same_or_text
from .listings import collect
from .pointers import lookup
from .records import Answer
from .status_checks import no_server_error


def refused(answer: Answer) -> None:
    """The request was refused; otherwise the case has nothing to say and is skipped: that it had to be is another case's business."""
    __tracebackhide__ = True
    no_server_error(answer)
    if answer.is_accepted:
        answer.inconclusive(f"not refused: {answer.described()}")


def cleared(answer: Answer, value: object, *, at: str) -> None:
    """What a replacement left out does not keep its old ``value`` at ``at``."""
    __tracebackhide__ = True
    if not answer.is_accepted:
        answer.inconclusive(f"refused: {answer.described()}")
    if same(value, lookup(answer.body, at)):
        answer.fail("cleared", f"nothing, or a default, at {at}: the replacement left it out", f"still {answer.shown(value)}")


def not_taken(answer: Answer, value: object, *, at: str) -> None:
    """A ``value`` that only the server may set was not taken from the client; who refuses the request takes nothing."""
    __tracebackhide__ = True
    no_server_error(answer)
    if answer.is_accepted and same(value, lookup(answer.body, at)):
        answer.fail("not_taken", f"a value of the server's own at {at}, which the document calls readOnly", answer.shown(value))


def location(answer: Answer, value: object, *, template: str) -> None:
    """A ``Location`` below the collection of ``template`` (``/things/{id}``) names the record whose id is ``value``."""
    __tracebackhide__ = True
    if not answer.is_accepted or answer.status != 201:
        return
    said = answer.headers.get("location", "")
    if not said:
        answer.minor("location", "201 without Location", "a Location that names the new record")
        return
    segments = [unquote(segment) for segment in urlsplit(said).path.split("/") if segment]
    collection = [segment for segment in template.split("/") if segment][-2:-1]
    if len(segments) < 2 or collection != segments[-2:-1]:
        return  # It leads somewhere else: nothing here knows where.
    if not same_or_text(value, segments[-1]):
        answer.fail("location", f"a Location that ends in the new record's id, {answer.shown(value)}", answer.shown(said))


def hidden(answer: Answer, listing: Answer, value: object, *, items: str, key: str) -> None:
    """Another user, whose ``listing`` lacks the record with ``value`` at ``key``, cannot read it either."""
    __tracebackhide__ = True
    no_server_error(answer)
    if not answer.is_accepted:
        return
    found = collect(listing, items) if listing.is_accepted else None
    if found is None or not found.is_whole or any(same_or_text(value, lookup(item, key)) for item in found.items):
        answer.inconclusive("the record may be everybody's: the other user's list does not say that it is not")
    answer.fail("hidden", "403 or 404: the other user's own list does not hold this record", f"{answer.status} that shows it")


def method_refused(answer: Answer) -> None:
    """A method that the document does not have for a path is not carried out: 405, 404 or any other refusal."""
    __tracebackhide__ = True
    if answer.status == 501:
        return
    no_server_error(answer)
    if 300 <= answer.status < 400:
        answer.inconclusive(f"answered {answer.status}, which does not say whether the method is carried out")
    if answer.status < 300 and not answer.is_refused_inside:
        answer.fail("method_refused", "405 (or 404), because the document has no such operation")
    if answer.status == 405 and "allow" not in answer.headers:
        answer.minor("method_refused", "405 without Allow", "a header Allow with the 405")
