"""The command ``calibrate`` as the tree of commands knows it. Like the tree, it imports typer alone."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from specproof.cli.output import Output


def calibrate(
    directory: Annotated[Path, typer.Argument(help="Folder of a generated suite.")],
    url: Annotated[str, typer.Option("--url", help="Base address of the API under test.")],
    timeout: Annotated[float, typer.Option(min=1, help="Seconds for both runs together.")] = 1200,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")] = False,
) -> int:
    """Run a suite twice and say where the API differs from its document, and where from itself. Changes no check."""
    from specproof.cli import calibrate_command

    return asyncio.run(calibrate_command.calibrate(directory, url, timeout, Output(as_json=as_json)))
