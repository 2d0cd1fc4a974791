"""Schemas of every dialect made into JSON Schema 2020-12."""
