"""One long conversation about pets, in which every fault of records, users and lists shows."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from pets_reference import FIRST_PET, Client
from specproof.openapi.model import OperationKey
from specproof.openapi.vocabulary import Method
from specproof.reference.behaviour import CONFORMING, Behaviour
from specproof.reference.model import ReferenceModel


class Step(NamedTuple):
    """One request and what came back."""

    key: OperationKey
    status: int
    body: Any
    etag: str | None


class Topic(StrEnum):
    """What the conversation is about, in order."""

    USERS = "users"
    RECORDS = "records"
    CHANGES = "changes"
    HIERARCHY = "hierarchy"
    LISTS = "lists"
    REMOVAL = "removal"
    SHOPS = "shops"


ALL = tuple(Topic)


def transcript(model: ReferenceModel, behaviour: Behaviour = CONFORMING, topics: tuple[Topic, ...] = ALL) -> list[Step]:
    """What a server with that behaviour answers. The number and order of requests depends on the topics alone."""
    talk = _Talk(Client(model, behaviour))
    for topic in topics:
        getattr(talk, topic.value)()
    return talk.steps


@cache
def reference_transcript(model: ReferenceModel, topics: tuple[Topic, ...]) -> list[Step]:
    """What the reference itself answers."""
    return transcript(model, CONFORMING, topics)


def differing(model: ReferenceModel, behaviour: Behaviour, topics: tuple[Topic, ...] = ALL) -> set[OperationKey]:
    """The operations whose answers differ from the reference's somewhere in the conversation."""
    pairs = zip(reference_transcript(model, topics), transcript(model, behaviour, topics), strict=True)
    return {expected.key for expected, actual in pairs if expected != actual}


class _Talk:
    def __init__(self, client: Client) -> None:
        self.client = client
        self.steps: list[Step] = []
        self.number = 0

    def say(self, method: str, path: str, target: str = "", body: Any = None, **how: Any) -> Any:
        answer = self.client.send(method, target or path, body, **how)
        self.steps.append(Step(OperationKey(Method(method), path), answer.status, answer.body, answer.headers.get("etag")))
        return answer.body if isinstance(answer.body, dict) else {}

    def pet(self, **changes: Any) -> Any:
        """A new pet, and its id as the answer has it."""
        self.number += 1
        return self.say("POST", "/pets", body={**FIRST_PET, "code": f"code-{self.number}", **changes}).get("id", 0)

    def read(self, pet: int, **how: Any) -> Any:
        return self.say("GET", "/pets/{petId}", f"/pets/{pet}", **how)

    def listed(self, query: str = "?limit=50", **how: Any) -> None:
        self.say("GET", "/pets", f"/pets{query}", **how)

    def users(self) -> None:
        """Who may do what: no credential, a wrong one, an empty one, another scheme, another user."""
        pet = self.pet()
        body = {**FIRST_PET, "code": "changed"}
        for user in ("nobody", "Bearer wrong", "Bearer", "Basic d3Jvbmc6d3Jvbmc=", "second"):
            self.read(pet, user=user)
            self.listed(user=user)
            self.say("POST", "/pets", body={**FIRST_PET, "code": user}, user=user)
            self.listed()
            self.say("PUT", "/pets/{petId}", f"/pets/{pet}", {**body, "weight": 99}, user=user)
            self.read(pet)
            self.say("PATCH", "/pets/{petId}", f"/pets/{pet}", {"price": 1.25}, user=user)
            self.read(pet)
            visit = self.say("POST", "/pets/{petId}/visits", f"/pets/{pet}/visits", {"reason": "sick"}).get("id", 0)
            for method in ("GET", "DELETE"):
                self.say(method, "/pets/{petId}/visits/{visitId}", f"/pets/{pet}/visits/{visit}", user=user)
            self.say("POST", "/pets/{petId}/visits", f"/pets/{pet}/visits", {"reason": "tired"}, user=user)
            self.say("GET", "/pets/{petId}/visits", f"/pets/{pet}/visits", user=user)
            self.say("GET", "/pets/{petId}/visits", f"/pets/{pet}/visits")
            self.say("DELETE", "/pets/{petId}", f"/pets/{pet}", user=user)
            self.read(pet)
            pet = self.pet()

    def records(self) -> None:
        """What is made, and made twice, and made wrongly."""
        for changes in ({}, {"status": "available", "weight": 8}):
            pet = self.pet(**changes)
            self.read(pet)
            self.listed()
            self.say("POST", "/pets", body={**FIRST_PET, "code": f"code-{self.number}"})
        self.say("POST", "/pets", body={**FIRST_PET, "code": "bad", "weight": "heavy"})
        self.listed()
        pet = self.pet(rank=1_234)
        self.read(pet)

    def changes(self) -> None:
        """Replacing and changing: all, some, null, twice, the same code."""
        pet, other = self.pet(), self.pet()
        new: dict[str, Any] = {
            **FIRST_PET,
            "name": "Tom",
            "code": "new code",
            "status": "available",
            "price": 3.75,
            "weight": 1,
            "chipped": False,
            "born": "2021-01-01",
            "seen": "2023-01-01T00:00:00Z",
            "nickname": None,
            "tags": ["x"],
            "toys": ["y"],
            "rank": 77,
        }
        for body in (new, new, {"name": "Tim", "code": "new code"}, {**new, "weight": "heavy"}, {**new, "code": "taken"}):
            self.say("PUT", "/pets/{petId}", f"/pets/{pet}", body)
            self.read(pet)
        self.say("PUT", "/pets/{petId}", f"/pets/{other}", {**new, "code": "taken"})
        self.say("PUT", "/pets/{petId}", f"/pets/{other}", {**new, "code": "new code"})
        self.read(other)
        pet = self.pet()
        singles: list[dict[str, Any]] = [{"name": "Kim"}, {"status": "available"}, {"price": 4.5}, {"nickname": None}]
        for change in (*singles, {"nickname": "kimmy"}, {"toys": ["rope"]}, {"rank": 78, "name": "K"}, {"price": -1.0}):
            self.say("PATCH", "/pets/{petId}", f"/pets/{pet}", change)
            self.read(pet)

    def hierarchy(self) -> None:
        """Visits of two pets."""
        one, other = self.pet(), self.pet()
        visits = []
        for pet in (one, one, other):
            visits.append(
                self.say("POST", "/pets/{petId}/visits", f"/pets/{pet}/visits", {"reason": f"sick {self.number}"}).get("id", 0)
            )
            self.say("POST", "/pets/{petId}/visits", f"/pets/{pet}/visits", {"reason": "too long a reason"})
            self.say("GET", "/pets/{petId}/visits", f"/pets/{pet}/visits")
        self.say("POST", "/pets/{petId}/visits", "/pets/987654/visits", {"reason": "lost"})
        for pet, visit in ((one, visits[0]), (one, visits[1]), (other, visits[2]), (other, visits[0]), (one, visits[2])):
            self.say("GET", "/pets/{petId}/visits/{visitId}", f"/pets/{pet}/visits/{visit}")
        self.say("DELETE", "/pets/{petId}/visits/{visitId}", f"/pets/{other}/visits/{visits[0]}")
        self.say("GET", "/pets/{petId}/visits", f"/pets/{one}/visits")
        self.say("DELETE", "/pets/{petId}/visits/{visitId}", f"/pets/{one}/visits/{visits[0]}")
        self.say("GET", "/pets/{petId}/visits", f"/pets/{one}/visits")
        self.say("GET", "/pets/{petId}/visits/{visitId}", f"/pets/{one}/visits/{visits[0]}")
        self.say("GET", "/pets/{petId}/visits/{visitId}", f"/pets/{one}/visits/{visits[1]}")

    def lists(self) -> None:
        """Filters, orders, sizes, pages."""
        for number in range(6):
            self.pet(status="available" if number % 2 else "sold", price=number * 10 % 7 + 0.5)
        for query in ("", "?limit=2", "?limit=2&offset=2", "?offset=1", "?status=available&limit=50"):
            self.listed(query)
        for query in ("?sort=price&limit=50", "?sort=-price&limit=50", "?limit=50"):
            self.listed(query)

    def removal(self) -> None:
        """What is deleted, and what is not."""
        pet, other = self.pet(), self.pet()
        self.say("DELETE", "/pets/{petId}", f"/pets/{pet}")
        self.read(pet)
        self.read(other)
        self.listed()
        self.say("DELETE", "/pets/{petId}", f"/pets/{pet}")

    def shops(self) -> None:
        """Records of nobody."""
        for title in ("One", "Two"):
            shop = self.say(
                "POST", "/shops", body={"title": title, "rent": 20.5, "opened": "2024-01-01T00:00:00Z", "motto": "mm"}
            )
            self.say("POST", "/shops", body={"title": 7, "motto": "nn"})
            self.say("GET", "/shops")
            self.say("GET", "/shops/{shopId}", f"/shops/{shop.get('id', 0)}")
        self.say("DELETE", "/shops/{shopId}", f"/shops/{shop.get('id', 0)}")
        self.say("GET", "/shops/{shopId}", f"/shops/{shop.get('id', 0)}")
        self.say("GET", "/shops")
