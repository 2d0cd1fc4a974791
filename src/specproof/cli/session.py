"""What commands that use the database share: settings from the environment, and an open database."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from specproof.settings.loading import load_settings
from specproof.settings.sections import Settings

if TYPE_CHECKING:
    from specproof.database.database import Database


def settings() -> Settings:
    """The settings of this command's environment."""
    return load_settings(os.environ)


@asynccontextmanager
async def database() -> AsyncIterator[Database]:
    """The configured database, open; tables that are missing or old are an error that says what to run."""
    from specproof.bootstrap.service import open_database

    opened = await open_database(settings())
    try:
        yield opened
    finally:
        await opened.close()
