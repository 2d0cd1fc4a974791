"""Alembic migrations, shipped inside the package and run with a connection: no ``alembic.ini``."""
