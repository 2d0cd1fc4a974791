"""The reference answers alike in every process: nothing of it depends on how strings happen to be hashed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from processes import ROOT, clean_environment

SCRIPT = """
import hashlib
import sys
from pathlib import Path

from specproof.openapi.parser import parse_spec
from specproof.reference.model import ReferenceModel
from specproof.reference.probes import conversations, Prober
from specproof.reference.server import ReferenceServer

model = ReferenceModel(parse_spec(Path(sys.argv[1]).read_bytes()))
server = ReferenceServer(model)
found = hashlib.sha256()
recorded = []

class Listening(ReferenceServer):
    def answer(self, request):
        reply = super().answer(request)
        recorded.append((request, reply))
        return reply

prober = Prober(Listening(model), conversations(model, cap=12))
keys = frozenset(reading.key for reading in model.readings)
print(prober.probe(ReferenceServer(model), keys).difference)
for request, reply in recorded:
    found.update(repr((request, reply)).encode())
print(len(recorded), found.hexdigest())
"""


def answers(document: str, hash_seed: str) -> list[str]:
    finished = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(ROOT / document)],
        env=clean_environment(PYTHONHASHSEED=hash_seed), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.split("\n")


@pytest.mark.parametrize(
    "document", [pytest.param("examples/bookshop/openapi.json", marks=pytest.mark.slow), "tests/golden/documents/petshop.yaml"]
)
def test_two_processes_that_hash_otherwise_answer_alike(document: str) -> None:
    one, other = answers(document, "1"), answers(document, "2")
    assert one[0] == "None"
    assert int(one[1].split()[0]) > 20
    assert one == other
