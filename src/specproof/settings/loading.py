"""Settings out of the environment and a ``.env`` file.

pydantic-settings by itself silently ignores a misspelt *section* and stops at foreign lines of a ``.env``, so :func:`load_settings` sorts
the names out before pydantic sees them.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic import (
    ValidationError,
)

from specproof.errors import SettingsError
from specproof.settings.sections import Section, Settings

PREFIX = "SPECPROOF_"

FOUNDING_ALIASES: dict[str, str] = {
    "DATABASE_URL": "SPECPROOF_DATABASE__URL",
    "APIFOX_WEBHOOK_SECRET": "SPECPROOF_WEBHOOK__APIFOX_SECRET",
    "LOG_LEVEL": "SPECPROOF_LOGGING__LEVEL",
    "TEST_OUTPUT_DIR": "SPECPROOF_STORAGE__OUTPUT_DIR",
    "MAX_RETRY_ATTEMPTS": "SPECPROOF_RETRY__MAX_ATTEMPTS",
    "RETRY_DELAY": "SPECPROOF_RETRY__INITIAL_SECONDS",
}
"""The founding document's names. A ``SPECPROOF_`` name wins over its alias."""

RESERVED_NAMES = (
    "SPECPROOF_API_URL",
    "SPECPROOF_ANSWER_LIMIT",
    "SPECPROOF_STRICTNESS",
    "SPECPROOF_RISKY",
    "SPECPROOF_AS_DOCUMENTED",
    "SPECPROOF_CREDENTIALS_FILE",
    "SPECPROOF_STATELESS",
    "SPECPROOF_CORPUS",
    "SPECPROOF_TEST_POSTGRES_URL",
)
RESERVED_PREFIXES = ("SPECPROOF_CREDENTIAL_", "SPECPROOF_SECOND_CREDENTIAL_")
"""Names of ours that are no settings: suites and tests read them."""


def load_settings(environ: Mapping[str, str], *, env_file: Path | None = Path(".env")) -> Settings:
    """Settings from ``environ`` over ``env_file`` (foreign lines of the file are none of our business).

    Raises :class:`~specproof.errors.SettingsError` for unknown ``SPECPROOF_`` names (with the nearest known one) and bad values.
    """
    variables = {**_from_file(env_file), **{name: value for name, value in environ.items() if _is_ours(name)}}
    tree: dict[str, object] = {}
    for name, value in _without_aliases(variables).items():
        if name in RESERVED_NAMES or name.startswith(RESERVED_PREFIXES):
            continue
        _place(tree, name, value)
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = PREFIX + "__".join(str(part).upper() for part in first["loc"])
        raise SettingsError(f"{where}: {first['msg']}", at=where) from error


def _is_ours(name: str) -> bool:
    return name.startswith(PREFIX) or name in FOUNDING_ALIASES


def _from_file(env_file: Path | None) -> dict[str, str]:
    if env_file is None or not env_file.is_file():
        return {}
    try:
        values = dotenv_values(env_file, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the file cannot be read: {error}", at=str(env_file)) from error
    return {name: value for name, value in values.items() if value is not None and _is_ours(name)}


def _without_aliases(variables: Mapping[str, str]) -> dict[str, str]:
    named = {name: value for name, value in variables.items() if name not in FOUNDING_ALIASES}
    for alias, name in FOUNDING_ALIASES.items():
        if alias in variables:
            named.setdefault(name, variables[alias])
    return named


def _place(tree: dict[str, object], name: str, value: str) -> None:
    """Put one variable where it belongs in the tree of sections; JSON where the field is no plain scalar."""
    known = dict(setting_names())
    if name not in known:
        nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"Did you mean {nearest[0]}?" if nearest else "See the configuration table in the README."
        raise SettingsError(f"{name} is not a setting", at=name, hint=hint)
    parts = name.removeprefix(PREFIX).lower().split("__")
    section = tree
    if len(parts) == 2:
        section = tree.setdefault(parts[0], {})  # type: ignore[assignment]
    section[parts[-1]] = _decoded(name, value) if known[name] else value


def _decoded(name: str, value: str) -> object:
    """The JSON in ``value``, or, for ``@FILE``, what the JSON or TOML file holds."""
    try:
        if not value.startswith("@"):
            return json.loads(value)
        text = Path(value[1:]).read_text(encoding="utf-8")
        return tomllib.loads(text) if value.endswith(".toml") else json.loads(text)
    except ValueError as error:
        raise SettingsError(f"{name} must be JSON, or @FILE of JSON or TOML: {error}", at=name) from error
    except OSError as error:
        raise SettingsError(f"{name}: the file cannot be read: {error.strerror}", at=value[1:]) from error


def setting_names() -> Iterator[tuple[str, bool]]:
    """Every setting's variable name, and whether its value is written as JSON."""
    for section_name, section in Settings.model_fields.items():
        if isinstance(section.annotation, type) and issubclass(section.annotation, Section):
            for field_name, field in section.annotation.model_fields.items():
                yield f"{PREFIX}{section_name}__{field_name}".upper(), _is_structured(str(field.annotation))
        else:
            yield f"{PREFIX}{section_name}".upper(), True


def _is_structured(annotation: str) -> bool:
    return annotation.startswith(("tuple[", "dict[", "list["))
