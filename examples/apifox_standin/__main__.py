"""``python -m examples.apifox_standin --port 0 --document FILE``: serve on 127.0.0.1, print the address as one line of JSON."""

from __future__ import annotations

import argparse
from pathlib import Path

from examples.apifox_standin.app import PROJECT, TOKEN, StandIn
from examples.serving import serve


def main(arguments: list[str] | None = None) -> None:
    """Serve until the process is told to end."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.apifox_standin", description="A stand-in of Apifox's export endpoint."
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument(
        "--document", type=Path, required=True, help="the project's document (OpenAPI 3.1, JSON); read at each export"
    )
    parser.add_argument("--project", default=PROJECT, help="the one project that exists")
    parser.add_argument("--token", default=TOKEN, help="the one access token that is valid")
    parser.add_argument("--outages", type=int, default=0, metavar="N", help="answer the first N exports with 503")
    options = parser.parse_args(arguments)
    standin = StandIn(options.document, project=options.project, token=options.token, outages_left=options.outages)
    serve(standin, options.port)


if __name__ == "__main__":
    main()
