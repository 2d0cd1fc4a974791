"""The layer contracts name every module that they have to name."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRACTS = {
    contract["name"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
}


WIRE = {"specproof.checks.wire", "specproof.checks.wire_bodies", "specproof.checks.wire_xml"}


def modules(folder: str) -> set[str]:
    return {f"specproof.{folder.replace('/', '.')}.{path.stem}" for path in (ROOT / "src" / "specproof" / folder).glob("*.py")}


def test_every_module_of_the_checks_but_the_wire_is_forbidden_to_generators() -> None:
    forbidden = set(CONTRACTS["of the checks, generators import the wire alone"]["forbidden_modules"])
    assert forbidden == modules("checks") - {"specproof.checks.__init__", *WIRE}


def test_every_strategy_is_independent() -> None:
    strategies = {name for name in modules("generators/test_generators") if name.endswith("_generator")}
    assert set(CONTRACTS["strategies are independent of each other"]["modules"]) == strategies
