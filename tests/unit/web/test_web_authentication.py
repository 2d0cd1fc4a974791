"""API keys: made once, proven by hash, refused without saying why."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from fakes import FakeClock, FakeDatabase
from specproof.errors import DatabaseUnavailableError, ForbiddenError, RequestError, UnauthenticatedError
from specproof.web.authentication import Caller, NewApiKey, Scope, authenticate, create_api_key, looks_like_api_key


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def database(clock: FakeClock) -> FakeDatabase:
    return FakeDatabase(clock)


async def stored(database: FakeDatabase, *scopes: str, project: str = "", expires_at: datetime | None = None) -> NewApiKey:
    made = create_api_key(
        "ci", scopes, now=database.clock.now(), random_bytes=secrets.token_bytes, project=project, expires_at=expires_at
    )
    async with database() as uow:
        await uow.api_keys.add(made.view, made.secret_sha256)
        await uow.commit()
    return made


def test_a_key_has_its_id_in_it_and_is_stored_as_a_hash() -> None:
    clock = FakeClock()
    made = create_api_key("ci", ["read", "run", "read"], now=clock.now(), random_bytes=secrets.token_bytes, project="shop")
    assert made.token.startswith(f"sp_{made.view.key_id}_")
    assert len(made.view.key_id) == 8
    assert looks_like_api_key(made.token)
    assert made.view.scopes == ("read", "run")
    assert (made.view.project, made.view.created_at, made.view.is_revoked) == ("shop", clock.now(), False)
    assert len(made.secret_sha256) == 64
    assert made.token.split("_", 2)[2] not in repr(made)


def test_keys_differ_by_their_random_bytes_only() -> None:
    now = FakeClock().now()
    keys = {create_api_key("a", ["read"], now=now, random_bytes=secrets.token_bytes).token for _ in range(50)}
    assert len(keys) == 50
    same = [create_api_key("a", ["read"], now=now, random_bytes=lambda size: b"\xff" * size) for _ in range(2)]
    assert same[0] == same[1]


@pytest.mark.parametrize("scopes", [[], ["write"], ["read", "root"]])
def test_a_key_needs_known_scopes(scopes: list[str]) -> None:
    with pytest.raises(RequestError) as raised:
        create_api_key("ci", scopes, now=FakeClock().now(), random_bytes=secrets.token_bytes)
    assert "admin" in raised.value.hint


async def test_the_holder_of_a_key_is_known(database: FakeDatabase) -> None:
    made = await stored(database, "read", "deliver", project="shop")
    caller = await authenticate(made.token, database, database.clock.now())
    assert caller.key_id == made.view.key_id
    assert caller.scopes == {Scope.READ, Scope.DELIVER}
    assert caller.project == "shop"
    assert caller.actor == f"key:{made.view.key_id}"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "sp_",
        "sp_abcdefgh_",
        "sp_abcdefgh_" + "A" * 43,
        "sp_ABCDEFGH_" + "A" * 43,
        "sp_abcdefgh_" + "\xe9" * 43,
        "s" * 100_000,
    ],
)
async def test_junk_is_refused(database: FakeDatabase, token: str) -> None:
    with pytest.raises(UnauthenticatedError):
        await authenticate(token, database, database.clock.now())


async def test_a_wrong_secret_of_a_known_key_is_refused(database: FakeDatabase) -> None:
    made = await stored(database, "read")
    wrong = f"sp_{made.view.key_id}_" + "A" * 43
    with pytest.raises(UnauthenticatedError):
        await authenticate(wrong, database, database.clock.now())


async def test_revoked_and_expired_keys_are_refused(database: FakeDatabase, clock: FakeClock) -> None:
    made = await stored(database, "read", expires_at=clock.now() + timedelta(seconds=60))
    assert await authenticate(made.token, database, clock.now())
    clock.advance(60)
    with pytest.raises(UnauthenticatedError):
        await authenticate(made.token, database, clock.now())
    other = await stored(database, "read")
    async with database() as uow:
        await uow.api_keys.revoke(other.view.key_id)
        await uow.commit()
    with pytest.raises(UnauthenticatedError):
        await authenticate(other.token, database, clock.now())


async def test_the_last_use_is_written_at_most_once_a_minute(database: FakeDatabase, clock: FakeClock) -> None:
    made = await stored(database, "read")
    before = database.commits
    for seconds in (0, 30, 29, 1):
        clock.advance(seconds)
        await authenticate(made.token, database, clock.now())
    assert database.commits == before + 2


async def test_a_database_that_is_away_is_no_refusal(database: FakeDatabase, clock: FakeClock) -> None:
    made = await stored(database, "read")
    database.is_away = True
    with pytest.raises(DatabaseUnavailableError):
        await authenticate(made.token, database, clock.now())


async def test_scopes_of_another_version_are_ignored(database: FakeDatabase, clock: FakeClock) -> None:
    made = create_api_key("ci", ["read"], now=clock.now(), random_bytes=secrets.token_bytes)
    async with database() as uow:
        await uow.api_keys.add(replace(made.view, scopes=("read", "fly")), made.secret_sha256)
        await uow.commit()
    assert (await authenticate(made.token, database, clock.now())).scopes == {Scope.READ}


def test_a_missing_scope_is_named_and_admin_includes_all() -> None:
    reader = Caller("k", "n", frozenset({Scope.READ}), "")
    reader.require(Scope.READ)
    with pytest.raises(ForbiddenError, match="run"):
        reader.require(Scope.RUN)
    admin = Caller("k", "n", frozenset({Scope.ADMIN}), "")
    for scope in Scope:
        admin.require(scope)


def test_a_confined_caller_sees_its_own_project_only() -> None:
    assert Caller("k", "n", frozenset(), "shop").may_see("shop")
    assert not Caller("k", "n", frozenset(), "shop").may_see("other")
    assert Caller("k", "n", frozenset(), "").may_see("other")
