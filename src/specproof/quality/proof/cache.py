"""What a proof remembers for the next one, so that after a small edit little has to be tried again.

A case keeps its *token* as long as everything that it depends on and its recorded exchanges stay as they were: then it says the same of every
mutant and variant. Verdicts are kept with a key of what the fault itself depends on: the operations that it touches, as the document describes
them, and the code of the reference.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import specproof
from specproof.domain.proofs import Alarm, MutantOutcome
from specproof.errors import StorageError
from specproof.openapi.model import ApiSpec, OperationKey
from specproof.openapi.schema import Schema
from specproof.quality.proof import encoding
from specproof.quality.proof.healthy import Done
from specproof.quality.proof.recording import CaseRun
from specproof.quality.proof.suite_sources import OWN_FOLDER, ModuleDigests

CACHE_FILE = "proof.json"
FORMAT = 1
_ENGINE = ("reference", "quality/proof", "openapi", "domain/proofs.py")
_LIBRARIES = ("pytest", "httpx2", "jsonschema-rs")


@dataclass(slots=True)
class Memory:
    """The content of the cache. ``healthy`` holds runs by name, of the document whose fingerprint is ``healthy_key``."""

    modules: dict[str, ModuleDigests] = field(default_factory=dict)
    cases: dict[str, tuple[str, CaseRun, int]] = field(default_factory=dict)
    """Case id -> digest of its sources, its first run, the records that it left behind."""
    tokens: dict[str, str] = field(default_factory=dict)
    mutants: dict[str, tuple[str, MutantOutcome]] = field(default_factory=dict)
    variants: dict[str, tuple[str, tuple[Alarm, ...]]] = field(default_factory=dict)
    healthy_key: str = ""
    healthy: dict[str, Done] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "format": FORMAT,
            "engine": engine_digest(),
            "modules": {name: [cut.whole, cut.rest, dict(cut.functions)] for name, cut in self.modules.items()},
            "cases": [[digest, left, encoding.run_json(run)] for digest, run, left in self.cases.values()],
            "tokens": self.tokens,
            "mutants": [[key, encoding.mutant_json(outcome)] for key, outcome in self.mutants.values()],
            "variants": {
                name: [key, [encoding.alarm_json(alarm) for alarm in alarms]] for name, (key, alarms) in self.variants.items()
            },
            "healthy": [self.healthy_key, [encoding.done_json(done) for done in self.healthy.values()]],
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Memory:
        """What :meth:`to_json` wrote; nothing where it was written by other code, or is damaged."""
        if stored.get("format") != FORMAT or stored.get("engine") != engine_digest():
            return cls()
        try:
            runs = [(digest, encoding.run_of(run), left) for digest, left, run in stored["cases"]]
            outcomes = [(key, encoding.mutant_of(outcome)) for key, outcome in stored["mutants"]]
            healthy_key, runs_together = stored["healthy"]
            healthy = [encoding.done_of(done) for done in runs_together]
            return cls(
                modules={name: ModuleDigests(*parts) for name, parts in stored["modules"].items()},
                cases={run.case_id: (digest, run, left) for digest, run, left in runs},
                tokens=dict(stored["tokens"]),
                mutants={outcome.id: (key, outcome) for key, outcome in outcomes},
                variants={
                    name: (key, tuple(Alarm(*alarm) for alarm in alarms)) for name, (key, alarms) in stored["variants"].items()
                },
                healthy_key=healthy_key,
                healthy={done.run.name: done for done in healthy},
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            return cls()


def place(folder: Path, chosen: Path | None) -> Path:
    """Where the cache of a suite lies."""
    return chosen or folder / OWN_FOLDER / CACHE_FILE


def recalled(path: Path) -> dict[str, Any]:
    """The stored JSON object; empty where there is none that can be read."""
    try:
        stored = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return stored if isinstance(stored, dict) else {}


def remember(path: Path, content: Mapping[str, Any]) -> None:
    """Write the cache, all of it or nothing. Raises :class:`~specproof.errors.StorageError`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".proof-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(content, file)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StorageError(f"the cache of the proof cannot be written: {error.strerror}", at=path.name) from error


def token(digest: str, run: CaseRun) -> str:
    """What says that a case is as it was: its sources, its requests and the replies."""
    text = json.dumps([digest, [encoding.exchange_json(exchange) for exchange in run.exchanges]])
    return hashlib.sha256(text.encode()).hexdigest()[:24]


@cache
def engine_digest() -> str:
    """The code that verdicts come from: any change of it makes them void."""
    root = Path(specproof.__file__).parent
    digest = hashlib.sha256(" ".join(version(name) for name in _LIBRARIES).encode())
    for part in _ENGINE:
        for path in sorted((root / part).rglob("*.py")) if (root / part).is_dir() else [root / part]:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:24]


class Fingerprints:
    """Digests of operations as the document describes them, schemas and definitions included."""

    def __init__(self, spec: ApiSpec) -> None:
        self._spec = spec
        self._known: dict[OperationKey, str] = {}

    def of(self, keys: Iterable[OperationKey]) -> str:
        """Of several together."""
        text = "\0".join(self._one(key) for key in sorted(keys))
        return hashlib.sha256(text.encode()).hexdigest()[:24]

    @property
    def whole(self) -> str:
        """Of all operations of the document."""
        return self.of(operation.key for operation in self._spec.operations)

    def _one(self, key: OperationKey) -> str:
        if key not in self._known:
            text = json.dumps(_plain(self._spec.operation(key)), sort_keys=True, default=str)
            self._known[key] = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return self._known[key]


def _plain(value: object) -> Any:
    """A value of the model as JSON."""
    if isinstance(value, Schema):
        return value.bundle()
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    return value
