"""An order service in the usual style of Chinese APIs: every answer is HTTP 200, and a code inside of it says how it went."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from typing import Any

from faulty_server import Answering, FaultyServer, running

TOKEN = "orders-secret-token"
CREDENTIALS = {"SPECPROOF_CREDENTIAL_TOKEN": TOKEN}
OK, INVALID, UNKNOWN, NO_LOGIN, BROKEN = 0, 40001, 40004, 40100, 500
MESSAGES = {OK: "成功", INVALID: "参数错误", UNKNOWN: "订单不存在", NO_LOGIN: "未登录", BROKEN: "系统异常"}
HTTP_STATUSES = {OK: 200, INVALID: 400, UNKNOWN: 404, NO_LOGIN: 401, BROKEN: 500}
STATES = ("pending", "paid")

NEW_ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["title", "amount"],
    "properties": {
        "title": {"type": "string", "minLength": 1, "maxLength": 40},
        "amount": {"type": "integer", "minimum": 1, "maximum": 1000},
        "state": {"type": "string", "enum": list(STATES)},
    },
}
ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "title", "amount"],
    "properties": {"id": {"type": "string"}, **NEW_ORDER["properties"]},
}


def _answer(data: dict[str, Any]) -> dict[str, Any]:
    envelope = {
        "type": "object",
        "required": ["code", "msg"],
        "properties": {"code": {"type": "integer"}, "msg": {"type": "string"}, "data": data},
    }
    example = {"code": 0, "msg": "成功"}
    return {"200": {"description": "成功", "content": {"application/json": {"schema": envelope, "example": example}}}}


def document() -> dict[str, Any]:
    """What the service says of itself: it names no other status than 200."""
    body = {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewOrder"}}}}
    order, nothing = {"$ref": "#/components/schemas/Order"}, {"type": "object", "nullable": True}
    key = [{"name": "orderId", "in": "path", "required": True, "schema": {"type": "string"}}]
    told = {"x-apifox-folder": "商城/订单", "x-apifox-maintainer": "王小明", "x-apifox-status": "released"}
    listed = {"type": "array", "items": order}
    paths = {
        "/orders": {
            "post": {"summary": "新建", "requestBody": body, "responses": _answer(order), **told},
            "get": {"summary": "列表", "responses": _answer(listed), **told, "x-apifox-status": "testing"},
        },
        "/orders/{orderId}": {
            "get": {"summary": "查询", "parameters": key, "responses": _answer(order), **told},
            "delete": {
                "summary": "删除",
                "parameters": key,
                "responses": _answer(nothing),
                **told,
                "x-apifox-status": "designing",
            },
        },
    }
    return {
        "openapi": "3.0.1",
        "info": {"title": "订单", "version": "1"},
        "paths": paths,
        "security": [{"token": []}],
        "components": {
            "schemas": {"NewOrder": NEW_ORDER, "Order": ORDER},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


class OrdersServer(FaultyServer):
    """``faults``: what is broken, or differs in a way that is allowed; ``orders``: what is left."""

    def __init__(self, *faults: str) -> None:
        super().__init__(Orders, faults)
        self.orders: dict[str, dict[str, Any]] = {}
        self.ids = 0


def orders(*faults: str) -> AbstractContextManager[OrdersServer]:
    """The server, running for the length of the block."""
    return running(OrdersServer(*faults))


class Orders(Answering):
    server: OrdersServer

    def answer(self, code: int, data: object = None) -> None:
        content = json.dumps({"code": code, "msg": MESSAGES[code], "data": data}, ensure_ascii=False).encode()
        status = HTTP_STATUSES[code] if "http_statuses" in self.server.faults else 200
        self.send_whole(status, "application/json;charset=utf-8", content)

    def handle_any(self) -> None:
        raw = self.received()
        if self.headers.get("Authorization") != f"Bearer {TOKEN}" and "open_door" not in self.server.faults:
            return self.answer(NO_LOGIN)
        if self.path == "/orders":
            return self.create(raw) if self.command == "POST" else self.list_all()
        return self.one(self.path.removeprefix("/orders/"))

    do_GET = do_POST = do_DELETE = handle_any  # noqa: N815 - http.server's names

    def create(self, raw: bytes) -> None:
        try:
            body = json.loads(raw)
        except ValueError:
            return self.answer(INVALID)
        if not self.is_valid(body) and "accepts_invalid" not in self.server.faults:
            return self.answer(INVALID)
        if "refuses_all" in self.server.faults:
            return self.answer(INVALID)
        self.server.ids += 1
        order = {"id": f"o{self.server.ids}", **(body if isinstance(body, dict) else {})}
        self.server.orders[order["id"]] = order
        return self.answer(OK, order)

    @staticmethod
    def is_valid(body: object) -> bool:
        if not isinstance(body, dict):
            return False
        title, amount = body.get("title"), body.get("amount")
        return (
            isinstance(title, str)
            and 1 <= len(title) <= 40
            and isinstance(amount, int)
            and not isinstance(amount, bool)
            and 1 <= amount <= 1000
            and body.get("state", "paid") in STATES
        )

    def list_all(self) -> None:
        if "crashes_inside" in self.server.faults:
            return self.answer(BROKEN)
        return self.answer(OK, list(self.server.orders.values()))

    def one(self, key: str) -> None:
        found = self.server.orders
        if key not in found:
            return self.answer(OK) if "null_for_unknown" in self.server.faults else self.answer(UNKNOWN)
        if self.command == "DELETE":
            if "keeps_deleted" not in self.server.faults:
                del found[key]
            return self.answer(OK)
        return self.answer(OK, found[key])
