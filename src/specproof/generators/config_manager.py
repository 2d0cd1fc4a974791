"""A project's generation policy out of a small mapping or TOML text: by value, every key known, every value checked."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace

from specproof.domain.business_codes import explicit_code
from specproof.domain.lifecycle import known_gate
from specproof.domain.plans import Family
from specproof.domain.profiles import Profile, known_profile
from specproof.errors import SettingsError
from specproof.generators.base import GenerationConfig

_LARGEST = 1_000_000


def generation_config(settings: Mapping[str, object], *, slug: str) -> GenerationConfig:
    """The policy that ``settings`` describe, with defaults for what they leave out.

    Keys: ``seed`` (text), ``families`` (list of family names), ``max_violations_per_operation``, ``max_cases``, ``max_requests`` and
    ``p95_ms`` (positive integers),
    ``from_status`` (a status, "" for all), ``business_code`` (``auto``, ``off``, ``code=0,200``), ``profile`` (a name).
    Raises :class:`~specproof.errors.SettingsError` naming the key.
    """
    readers: Mapping[str, Callable[[str, object], GenerationConfig]] = {
        "seed": lambda key, value: replace(config, seed=_text(key, value)),
        "families": lambda key, value: replace(config, families=_families(key, value)),
        "max_violations_per_operation": lambda key, value: replace(config, max_violations_per_operation=_count(key, value)),
        "p95_ms": lambda key, value: replace(config, p95_ms=_count(key, value)),
        "max_requests": lambda key, value: replace(config, max_requests=_count(key, value)),
        "max_cases": lambda key, value: replace(config, max_cases=_count(key, value)),
        "from_status": lambda key, value: replace(config, from_status=_gate(key, value)),
        "profile": lambda key, value: replace(config, profile=_profile(key, value)),
        "business_code": lambda key, value: replace(config, business_code=_code(key, value)),
    }
    if not (slug.isascii() and slug.isidentifier()):
        raise SettingsError(f"the suite's slug {slug[:60]!r} is no ASCII identifier", at="slug")
    config = GenerationConfig(slug=slug)
    for key in sorted(settings):
        if key not in readers:
            known = ", ".join(sorted(readers))
            raise SettingsError(f"unknown generation setting {key!r}", at=key, hint=f"Known settings: {known}.")
        config = readers[key](key, settings[key])
    return config


def parse_generation_config(text: str, *, slug: str) -> GenerationConfig:
    """The policy in TOML ``text``. Raises :class:`~specproof.errors.SettingsError` with the line that cannot be read."""
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"the generation settings are no TOML: {error}", at="toml") from error
    return generation_config(settings, slug=slug)


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise SettingsError(f"{key} must be text", at=key)
    return value


def _count(key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _LARGEST:
        raise SettingsError(f"{key} must be an integer between 1 and {_LARGEST}", at=key)
    return value


def _gate(key: str, value: object) -> str:
    try:
        return known_gate(_text(key, value))
    except ValueError as error:
        raise SettingsError(f"{key}: {error}", at=key) from error


def _profile(key: str, value: object) -> Profile:
    try:
        return known_profile(_text(key, value))
    except ValueError as error:
        raise SettingsError(f"{key}: {error}", at=key) from error


def _code(key: str, value: object) -> str:
    text = _text(key, value)
    try:
        explicit_code(text)
    except ValueError as error:
        raise SettingsError(f"{key}: {error}", at=key) from error
    return text


def _families(key: str, value: object) -> tuple[Family, ...]:
    known = {family.value: family for family in Family}
    if not isinstance(value, (list, tuple)) or not value or any(name not in known for name in value):
        raise SettingsError(f"{key} must be a list of {', '.join(known)}", at=key)
    return tuple(family for family in Family if family.value in value)
