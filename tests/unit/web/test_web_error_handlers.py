"""Errors over HTTP: problem documents with a stable code, and nothing that is nobody's business."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import APIRouter

from http_service import HttpService
from specproof import errors
from specproof.web.error_handlers import HTTP_STATUSES, problem_of, status_of, unauthenticated

MEMBERS = {"type", "title", "status", "detail", "instance", "code", "hint", "at"}


def tree(root: type[errors.SpecProofError] = errors.SpecProofError) -> Iterator[type[errors.SpecProofError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child)


def failing(error: BaseException) -> APIRouter:
    router = APIRouter()

    @router.get("/fails")
    async def fails() -> None:
        raise error

    return router


@pytest.mark.parametrize("cls", list(tree()), ids=lambda cls: cls.__name__)
async def test_every_error_of_the_tree_becomes_a_problem(cls: type[errors.SpecProofError]) -> None:
    assert cls in HTTP_STATUSES
    service = HttpService(extra_routers=[failing(cls("what happened", at="where", hint="what to do"))])
    async with service.client() as client:
        response = await client.get("/fails")
    body = response.json()
    assert response.status_code == HTTP_STATUSES[cls] == body["status"]
    assert response.headers["content-type"] == "application/problem+json"
    assert set(body) >= MEMBERS
    assert body["code"] == cls.code
    assert body["type"] == f"urn:specproof:error:{cls.code}"
    assert response.headers["x-request-id"]
    assert response.headers["cache-control"] == "no-store"
    if cls is not errors.UnauthenticatedError:
        assert (body["detail"], body["at"], body["hint"], body["instance"]) == ("what happened", "where", "what to do", "/fails")


def test_a_class_without_a_row_takes_its_parents() -> None:
    class NewlyFoundError(errors.NotFoundError):
        """Not in the table."""

    assert status_of(NewlyFoundError("x")) == 404


def test_outages_say_when_to_come_back() -> None:
    assert problem_of(errors.DatabaseUnavailableError("away"), "/x").headers["retry-after"] == "5"
    assert problem_of(errors.FetchUnavailableError("away"), "/x").headers["retry-after"] == "30"
    assert "retry-after" not in problem_of(errors.NotFoundError("none"), "/x").headers


def test_every_401_is_the_same() -> None:
    one = problem_of(errors.UnauthenticatedError("wrong signature", at="x", hint="y"), "/a")
    assert bytes(one.body) == bytes(problem_of(errors.UnauthenticatedError("no key"), "/b").body) == bytes(unauthenticated().body)
    assert one.headers["www-authenticate"].startswith("Bearer")


def test_secrets_in_a_message_are_cut() -> None:
    body = bytes(problem_of(errors.FetchRefusedError("asked https://u:hunter2@x/", at="?token=hunter2"), "/x").body)
    assert b"hunter2" not in body


async def test_an_unknown_error_shows_nothing_of_itself() -> None:
    service = HttpService(extra_routers=[failing(ZeroDivisionError("secret inner detail"))])
    async with service.client() as client:
        response = await client.get("/fails", headers={"X-Request-Id": "given-by-the-sender"})
    assert response.status_code == 500
    assert response.json()["code"] == "internal"
    assert "secret inner detail" not in response.text
    assert "Traceback" not in response.text
    assert "given-by-the-sender" in response.json()["hint"]
    assert response.headers["x-request-id"] == "given-by-the-sender"
    assert response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_the_router_answers_with_problems_too() -> None:
    async with HttpService().client() as client:
        nowhere = await client.get("/api/v1/nothing")
        wrong_method = await client.delete("/api/v1/webhooks/health")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "resource.not_found")
    assert (wrong_method.status_code, wrong_method.json()["code"]) == (405, "request.method_not_allowed")
    assert wrong_method.headers["allow"] == "GET"
    for response in (nowhere, wrong_method):
        assert response.headers["content-type"] == "application/problem+json"
        assert set(response.json()) >= MEMBERS


async def test_a_senders_junk_request_id_is_replaced() -> None:
    async with HttpService().client() as client:
        for junk in ("x", "a b c d e f g", "{}{}{}{}{}", "y" * 65):
            response = await client.get("/api/v1/webhooks/health", headers={"X-Request-Id": junk})
            assert response.headers["x-request-id"].startswith("evt-")


async def test_invalid_input_lists_the_fields() -> None:
    service = HttpService()
    key = await service.key("admin")
    async with service.client(key) as client:
        response = await client.get("/api/v1/events", params={"limit": "0", "offset": "x", "status": "nope"})
    body = response.json()
    assert (response.status_code, body["code"]) == (400, "request.invalid")
    assert [field["at"] for field in body["fields"]] == ["query.limit", "query.offset", "query.status.0"]
    assert body["at"] == "query.limit"
    assert all(field["message"] for field in body["fields"])
