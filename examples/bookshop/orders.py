"""The operations on orders. An order belongs to the caller who placed it; to everybody else it does not exist."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from typing import Any

from examples.bookshop.call import Call, Window, page, sorted_records
from examples.bookshop.shop import Address, Order, OrderLine
from examples.bookshop.validation import Fields
from examples.bookshop.wire import (
    ApiRefusal,
    Json,
    Response,
    bad_request,
    conflict,
    is_bare_json_type,
    is_json_type,
    json_response,
    not_found,
    read_json_object,
    unprocessable,
)

_STATUSES = ("placed", "shipped", "cancelled")
_SORTS = ("created_at", "-created_at", "amount", "-amount")
_BEYOND_16_BITS = re.compile("[\U00010000-\U0010ffff]")
_MOST_LINES = 10
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def show_order(order: Order) -> Json:
    """The order as the API shows it: without its owner's token."""
    content = asdict(order)
    del content["owner"]
    return content


def _found(call: Call) -> Order:
    text = call.path["order_id"]
    bugs, method = call.bugs, call.request.method
    if not _UUID.fullmatch(text):
        if bugs.on("malformed_order_id_crashes") and method == "GET":
            return call.shop.orders[text]  # a KeyError, which the server answers with 500
        raise bad_request("order_id must be a UUID")
    order = call.shop.orders.get(text.lower())
    if order is None:
        raise not_found("order")
    shared = {"GET": "order_shown_to_others", "DELETE": "order_deleted_by_others"}.get(method)
    if order.owner == call.caller or (shared is not None and bugs.on(shared)):
        return order
    if bugs.on("foreign_order_is_403") and method == "GET":
        raise ApiRefusal(403, "forbidden", "this is the order of somebody else")
    raise not_found("order")


def _read(call: Call, *, partial: bool = False) -> dict[str, Any]:
    bugs, creates = call.bugs, call.request.method == "POST"
    accepts = is_bare_json_type if creates and bugs.on("charset_refused") else is_json_type
    fields = Fields(read_json_object(call.request, accepts=accepts), partial=partial)
    least = None if bugs.on("any_quantity_accepted") else 1

    def read_line(line: Fields) -> None:
        line.integer("book_id", required=True, least=1)
        line.integer("quantity", required=True, least=least, most=99)

    def read_address(address: Fields) -> None:
        address.text("street", required=True, least=1, most=100)
        address.text("city", required=True, least=1, most=60)
        address.text("postcode", required=True, pattern=None if bugs.on("postcode_unchecked") else "[0-9]{6}")

    if not partial:
        cut = bugs.on("eleventh_line_cut")
        fields.nested_list("lines", read_line, OrderLine, least_items=1, most_items=_MOST_LINES, cut=cut)
    unfinished = partial and bugs.on("partial_address_crashes")
    fields.nested("shipping_address", read_address, Address, partial=unfinished)
    fields.text("note", nullable=True, most=200)
    values = fields.finish()
    if values.get("note") and bugs.on("note_loses_astral_characters"):
        values["note"] = _BEYOND_16_BITS.sub("?", values["note"])
    return values


def _amount(call: Call, lines: tuple[OrderLine, ...]) -> float:
    """What the lines cost; 422 where a line names a book that does not exist."""
    problems = [
        (f"lines.{at}.book_id", "there is no such book") for at, line in enumerate(lines) if line.book_id not in call.shop.books
    ]
    if problems:
        raise unprocessable(*problems)
    if call.bugs.on("repeated_book_charged_once"):
        quantities = {line.book_id: line.quantity for line in lines}
        lines = tuple(OrderLine(book_id, quantity) for book_id, quantity in quantities.items())
    return round(sum(call.shop.books[line.book_id].price * line.quantity for line in lines), 2)


def list_orders(call: Call) -> Response:
    """GET /orders."""
    query, bugs = call.query, call.bugs
    window = Window.of(query)
    status = query.one_of("status", _STATUSES, ignore_case=bugs.on("status_filter_ignores_case"))
    own = (order for order in call.shop.orders.values() if order.owner == call.caller)
    orders = [order for order in own if status in (None, order.status)]
    orders = sorted_records(orders, query.one_of("sort", _SORTS))
    if not orders and bugs.on("no_orders_crash"):
        raise IndexError("there is no first order")
    counted = len(call.shop.orders) if bugs.on("order_count_of_everybody") else None
    shown = window.cut(orders)
    if bugs.on("last_order_cut"):
        shown = orders[window.offset : min(window.offset + window.limit, len(orders) - 1)]
    answer = page(orders, window, show_order, shown=shown, counted=counted)
    if bugs.on("order_list_cached_across_callers"):  # the cache knows when an order changes, but not who asks
        return call.shop.order_pages.setdefault((call.request.query, tuple(call.shop.orders.values())), answer)
    return answer


def _placed(call: Call, values: dict[str, Any], at: str, amount: float) -> Order:
    """A new order, kept in the shop."""
    order = Order(
        id=call.shop.new_order_id(), owner=call.caller, status="placed", amount=amount, created_at=at, updated_at=at, **values
    )
    call.shop.orders[order.id] = order
    return order


def create_order(call: Call) -> Response:
    """POST /orders."""
    values = _read(call)
    at = call.shop.local_timestamp() if call.bugs.on("order_times_in_local_time") else call.shop.timestamp()
    try:
        amount = _amount(call, values["lines"])
    except ApiRefusal:
        if call.bugs.on("refused_order_is_kept"):
            _placed(call, values, at, 0)
        raise
    if call.bugs.on("note_dropped"):
        values["note"] = None
    order = _placed(call, values, at, amount)
    headers = () if call.bugs.on("location_missing") else (("Location", f"/orders/{order.id}"),)
    return json_response(201, show_order(order), *headers)


def read_order(call: Call) -> Response:
    """GET /orders/{order_id}."""
    return json_response(200, show_order(_found(call)))


def change_order(call: Call) -> Response:
    """PATCH /orders/{order_id}."""
    found = _found(call)
    values = _read(call, partial=True)
    if call.bugs.on("order_change_from_stale_copy"):
        found = replace(call.shop.order_copies.setdefault(found.id, found), status=found.status)
    if call.bugs.on("change_reopens_cancelled_order"):
        found = replace(found, status="placed")
    order = replace(found, **values, updated_at=call.shop.timestamp())
    call.shop.orders[order.id] = order
    return json_response(200, show_order(order))


def cancel_order(call: Call) -> Response:
    """POST /orders/{order_id}/cancel."""
    found = _found(call)
    if found.status != "placed" and not call.bugs.on("cancelled_order_cancelled_again"):
        raise conflict("only an order that is placed can be cancelled")
    order = replace(found, status="cancelled", updated_at=call.shop.timestamp())
    if not call.bugs.on("cancel_not_kept"):
        call.shop.orders[order.id] = order
    content = show_order(order)
    if call.bugs.on("cancelled_misspelt"):
        content["status"] = "canceled"
    return json_response(200, content)


def delete_order(call: Call) -> Response:
    """DELETE /orders/{order_id}."""
    found = _found(call)
    if call.bugs.on("delete_takes_all_orders"):
        for other in [order.id for order in call.shop.orders.values() if order.owner == found.owner]:
            del call.shop.orders[other]
    else:
        del call.shop.orders[found.id]
    return Response(204)
