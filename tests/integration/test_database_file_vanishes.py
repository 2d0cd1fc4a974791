"""A database file that is deleted under a running service: nothing is acknowledged that would be lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from databases import opened, sqlite_url
from fakes import new_event
from specproof.errors import DatabaseUnavailableError


@pytest.mark.parametrize("is_replaced", [False, True], ids=["deleted", "replaced"])
async def test_a_delivery_is_refused_once_the_file_is_another(tmp_path: Path, is_replaced: bool) -> None:
    path = tmp_path / "events.db"
    async with opened(sqlite_url(path)) as database:
        await database.upgrade()
        await database.receiver.receive(new_event("first"))
        path.rename(tmp_path / "aside.db")
        if is_replaced:
            path.write_bytes(b"")
        with pytest.raises(DatabaseUnavailableError) as caught:
            await database.receiver.receive(new_event("second"))
    assert caught.value.hint
