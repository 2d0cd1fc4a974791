"""``python -m examples.bookshop --port 0``: serve the sample API on 127.0.0.1 and print its address as one line of JSON."""

from __future__ import annotations

import argparse
import json
import os

from examples.bookshop.app import LATEST_RELEASE, SECOND_TOKEN, TOKEN, Bookshop, asgi
from examples.bookshop.bugs import ALL_BUGS, Bugs
from examples.bookshop.outside_bugs import OUTSIDE_BUGS
from examples.bookshop.renaming import Renaming, renamed_answer
from examples.serving import serve


def main(arguments: list[str] | None = None) -> None:
    """Serve until the process is told to end."""
    parser = argparse.ArgumentParser(prog="python -m examples.bookshop", description="A sample API with switchable bugs.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    names = [bug.name for bug in (*ALL_BUGS, *OUTSIDE_BUGS)]
    parser.add_argument("--bug", action="append", default=[], metavar="NAME", choices=names)
    parser.add_argument("--list-bugs", action="store_true", help="print the bugs as JSON and end")
    parser.add_argument("--list-outside-bugs", action="store_true", help="print the bugs of the second list as JSON and end")
    parser.add_argument("--release", type=int, default=1, choices=range(1, LATEST_RELEASE + 1))
    parser.add_argument("--rename", type=int, metavar="SEED", help="serve the API under made-up words")
    parser.add_argument("--token", default=os.environ.get("BOOKSHOP_TOKEN", TOKEN))
    parser.add_argument("--second-token", default=os.environ.get("BOOKSHOP_SECOND_TOKEN", SECOND_TOKEN))
    options = parser.parse_args(arguments)
    if options.list_bugs:
        print(json.dumps([bug.as_json() for bug in ALL_BUGS], indent=2))
        return
    if options.list_outside_bugs:
        print(json.dumps([bug.as_json() for bug in OUTSIDE_BUGS], indent=2))
        return
    shop = Bookshop(bugs=Bugs(options.bug), release=options.release, tokens=(options.token, options.second_token))
    answer = shop.answer if options.rename is None else renamed_answer(shop.answer, Renaming.of(options.rename))
    serve(asgi(answer), options.port)


if __name__ == "__main__":
    main()
