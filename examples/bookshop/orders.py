"""The operations on orders. An order belongs to the caller who placed it; to everybody else it does not exist."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from typing import Any

from examples.bookshop.call import Call, Window, page, sorted_records
from examples.bookshop.shop import Address, Order, OrderLine
from examples.bookshop.validation import Fields
from examples.bookshop.wire import (
    Json,
    Response,
    bad_request,
    conflict,
    json_response,
    not_found,
    read_json_object,
    unprocessable,
)

_STATUSES = ("placed", "shipped", "cancelled")
_SORTS = ("created_at", "-created_at", "amount", "-amount")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def show_order(order: Order) -> Json:
    """The order as the API shows it: without its owner's token."""
    content = asdict(order)
    del content["owner"]
    return content


def _found(call: Call) -> Order:
    text = call.path["order_id"]
    if not _UUID.fullmatch(text):
        raise bad_request("order_id must be a UUID")
    order = call.shop.orders.get(text.lower())
    is_own = order is not None and order.owner == call.caller
    if order is None or not (is_own or (call.bugs.on("order_shown_to_others") and call.request.method == "GET")):
        raise not_found("order")
    return order


def _read(call: Call, *, partial: bool = False) -> dict[str, Any]:
    fields = Fields(read_json_object(call.request), partial=partial)
    least = None if call.bugs.on("any_quantity_accepted") else 1

    def read_line(line: Fields) -> None:
        line.integer("book_id", required=True, least=1)
        line.integer("quantity", required=True, least=least, most=99)

    def read_address(address: Fields) -> None:
        address.text("street", required=True, least=1, most=100)
        address.text("city", required=True, least=1, most=60)
        address.text("postcode", required=True, pattern=None if call.bugs.on("postcode_unchecked") else "[0-9]{6}")

    if not partial:
        fields.nested_list("lines", read_line, OrderLine, least_items=1, most_items=10)
    fields.nested("shipping_address", read_address, Address)
    fields.text("note", nullable=True, most=200)
    return fields.finish()


def _amount(call: Call, lines: tuple[OrderLine, ...]) -> float:
    """What the lines cost; 422 where a line names a book that does not exist."""
    problems = [
        (f"lines.{at}.book_id", "there is no such book") for at, line in enumerate(lines) if line.book_id not in call.shop.books
    ]
    if problems:
        raise unprocessable(*problems)
    return round(sum(call.shop.books[line.book_id].price * line.quantity for line in lines), 2)


def list_orders(call: Call) -> Response:
    """GET /orders."""
    query = call.query
    window = Window.of(query)
    status = query.one_of("status", _STATUSES)
    own = (order for order in call.shop.orders.values() if order.owner == call.caller)
    orders = [order for order in own if status in (None, order.status)]
    return page(sorted_records(orders, query.one_of("sort", _SORTS)), window, show_order)


def create_order(call: Call) -> Response:
    """POST /orders."""
    values, at = _read(call), call.shop.timestamp()
    amount = _amount(call, values["lines"])
    if call.bugs.on("note_dropped"):
        values["note"] = None
    order = Order(
        id=call.shop.new_order_id(), owner=call.caller, status="placed", amount=amount, created_at=at, updated_at=at, **values
    )
    call.shop.orders[order.id] = order
    headers = () if call.bugs.on("location_missing") else (("Location", f"/orders/{order.id}"),)
    return json_response(201, show_order(order), *headers)


def read_order(call: Call) -> Response:
    """GET /orders/{order_id}."""
    return json_response(200, show_order(_found(call)))


def change_order(call: Call) -> Response:
    """PATCH /orders/{order_id}."""
    found = _found(call)
    order = replace(found, **_read(call, partial=True), updated_at=call.shop.timestamp())
    call.shop.orders[order.id] = order
    return json_response(200, show_order(order))


def cancel_order(call: Call) -> Response:
    """POST /orders/{order_id}/cancel."""
    found = _found(call)
    if found.status != "placed":
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
    del call.shop.orders[_found(call).id]
    return Response(204)
