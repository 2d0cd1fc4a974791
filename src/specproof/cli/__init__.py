"""The command line. Importing this package is cheap: commands import what they need when they run."""

from __future__ import annotations


def main() -> None:
    """Entry point of the console script ``specproof``."""
    from specproof.cli.app import run

    run()
