"""What the builder's child does in tests: picklable functions of the top level. Run as a script, it holds
a child and writes its id to the file that it is given."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

from specproof.domain.ports import GeneratedSuite
from specproof.domain.suites import QualityReport, RenderedSuite, SpecChange, SuiteChoices
from specproof.errors import SpecUnreadableError
from specproof.pipeline.children import ChildPolicy
from specproof.pipeline.suite_builder import Generation, ProcessSuiteBuilder

SUITE = RenderedSuite("none", (), case_count=1, operation_count=1)
GENERATED = GeneratedSuite(SUITE, "title", "digest", operations_total=1, findings=(), change=SpecChange())


def digest(document: bytes) -> str:
    if document == b"unreadable":
        raise SpecUnreadableError("no JSON", at="line 1", hint="write JSON")
    if document == b"die":
        os.kill(os.getpid(), signal.SIGKILL)
    return str(os.getpid())


def generate(document: bytes, slug: str, previous: bytes | None, choices: SuiteChoices) -> GeneratedSuite:
    if document == b"hang":
        Path(slug).touch()
        time.sleep(600)
    title = (
        f"{document.decode()} after {(previous or b'nothing').decode()}{choices.from_status and f' from {choices.from_status}'}"
    )
    return replace(GENERATED, suite=replace(SUITE, slug=slug), title=title)


def assess(generated: GeneratedSuite) -> QualityReport:
    return QualityReport(91.0, "A", {}, (), generated.suite.case_count, 1, 1)


async def main(answer: Path) -> None:
    builder = ProcessSuiteBuilder(Generation(digest, generate, assess), policy=ChildPolicy())
    pid = await builder.digest(b"pid")
    answer.with_suffix(".part").write_text(pid)
    answer.with_suffix(".part").rename(answer)
    await asyncio.sleep(600)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
