"""``python -m examples.demo``: the main job from end to end. Exit code 0 if all of it happened, 1 if not, 130 if interrupted."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

import httpx2
from examples.demo.children import ROOT, DemoError
from examples.demo.screen import Screen
from examples.demo.story import tell


def main(arguments: list[str] | None = None) -> int:
    """Tell the story; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.demo", description="From a delivery of Apifox to a suite that has run."
    )
    parser.add_argument("--keep", action="store_true", help="keep everything running afterwards, until Ctrl-C")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "demo", help="holds everything; EMPTIED at the start")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    screen = Screen()
    try:
        tell(screen, options.folder.resolve(), stays=options.keep)
    except (DemoError, httpx2.HTTPError, OSError, subprocess.TimeoutExpired) as error:
        screen.failed(f"{error}\nLogs: {options.folder / 'logs'}")
        return 1
    except KeyboardInterrupt:
        screen.line("interrupted: everything was ended")
        return 130
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
