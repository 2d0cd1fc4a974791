"""Formatting of generated code: one ruff process per suite."""
