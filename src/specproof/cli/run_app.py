"""The command ``run`` as the tree of commands knows it. Like the tree, it imports typer alone."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from specproof.cli.output import Output


def run_suite(
    directory: Annotated[Path, typer.Argument(help="Folder of a generated suite.")],
    url: Annotated[str, typer.Option("--url", help="Base address of the API under test.")],
    timeout: Annotated[float, typer.Option(min=1, help="Seconds; the run is ended after that.")] = 600,
    strictness: Annotated[
        str, typer.Option(help="lenient, standard or strict; default SPECPROOF_STRICTNESS, or SPECPROOF_EXECUTION__STRICTNESS.")
    ] = "",
    as_documented: Annotated[
        bool,
        typer.Option(
            "--as-documented",
            envvar="SPECPROOF_AS_DOCUMENTED",
            help="Judge by the document alone: standard, no baseline, no specproof.toml.",
        ),
    ] = False,
    risky: Annotated[
        bool,
        typer.Option("--risky", envvar="SPECPROOF_RISKY", help="Call what may stop the API or never end, too, and last."),
    ] = False,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Known failures, which do not count; default baseline.json in DIRECTORY.")
    ] = None,
    write_baseline: Annotated[
        Path | None,
        typer.Option("--write-baseline", metavar="FILE", help="Write what fails now into FILE: it is known from then on."),
    ] = None,
    stateless: Annotated[
        bool,
        typer.Option(
            "--stateless", envvar="SPECPROOF_STATELESS", help="The API is a mock: skip what only a memory could answer."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")] = False,
) -> int:
    """Run a suite. Credentials come from SPECPROOF_CREDENTIAL_<SCHEME> (see the suite's README)."""
    from specproof.cli import suite_commands

    options = suite_commands.RunOptions(
        directory,
        url,
        timeout,
        strictness,
        baseline,
        write_baseline,
        is_as_documented=as_documented,
        is_risky=risky,
        is_stateless=stateless,
    )
    return asyncio.run(suite_commands.run(options, Output(as_json=as_json)))
