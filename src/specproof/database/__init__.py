"""Rows: models, repositories, the unit of work and the migrations. Nothing above sees a table."""
