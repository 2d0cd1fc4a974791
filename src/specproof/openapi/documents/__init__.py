"""Bytes and folders to trees of JSON values: encodings, JSON, YAML, references, limits."""
