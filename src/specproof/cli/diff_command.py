"""``diff``: two documents compared, and whether the difference breaks clients."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from specproof.cli.documents import read_document
from specproof.cli.exit_codes import ExitCode
from specproof.cli.output import Output
from specproof.errors import RequestError

if TYPE_CHECKING:
    from specproof.openapi.diff.changes import SpecDifference
    from specproof.openapi.documents.loader import SpecLimits
    from specproof.settings.sections import Settings


class DiffFormat(StrEnum):
    """How the difference is written."""

    HUMAN = "human"
    JSON = "json"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class DiffOptions:
    """What ``specproof diff`` was asked for: two documents (a file, an http(s) address, or - for one of them)."""

    before: str
    after: str
    form: DiffFormat
    fail_on_breaking: bool


async def diff(options: DiffOptions, output: Output) -> int:
    """Compare two documents. 1 if that was asked for and clients break, else 0."""
    from specproof.bootstrap.policies import generation_policy
    from specproof.cli.diff_reports import diff_document, diff_lines, diff_markdown
    from specproof.settings.loading import load_settings

    if options.before == options.after == "-":
        raise RequestError("only one of the two documents can come from stdin", at="-", hint="Save the other one to a file.")
    settings = load_settings(os.environ)
    with output.progress("reading the documents") as show:
        before, after = [await _read(settings, spec) for spec in (options.before, options.after)]
        show("comparing them")
        difference = await asyncio.to_thread(_difference, before, after, generation_policy(settings).limits)
    if options.form is DiffFormat.HUMAN:
        output.styled(diff_document(difference), diff_lines(difference))
    else:
        output.result(diff_document(difference), diff_markdown(difference))
    return ExitCode.BREAKING_CHANGES if options.fail_on_breaking and difference.counts.breaking else ExitCode.DONE


async def _read(settings: Settings, spec: str) -> bytes:
    """The one place through which this command gets its documents."""
    return await read_document(settings, spec)


def _difference(before: bytes, after: bytes, limits: SpecLimits) -> SpecDifference:
    from specproof.openapi.diff.spec_diff import diff_specs
    from specproof.openapi.parser import parse_spec

    return diff_specs(parse_spec(before, limits=limits), parse_spec(after, limits=limits))
