"""Requests as commands that a person can paste into a shell."""

from __future__ import annotations

import shlex

from specproof.reference.messages import Request


def as_curl(request: Request, base: str = "http://127.0.0.1:8080") -> str:
    """A ``curl`` command that sends the request to the server at ``base``."""
    words = ["curl", "-i"]
    if request.method == "HEAD":
        words.append("--head")
    elif request.method != "GET" or request.body:
        words += ["-X", request.method]
    for name, value in request.headers:
        if _is_of_the_client(name.lower(), value, request):
            continue
        # A header without a value is only sent with a semicolon.
        words += ["-H", f"{name}: {value}" if value else f"{name};"]
    if request.body and "content-type" not in {name for name, _ in request.headers}:
        # curl would say that it is a form.
        words += ["-H", "content-type:"]
    line = [shlex.quote(word) for word in words]
    if request.body:
        line += ["--data-binary", _body(request.body)]
    return " ".join([*line, shlex.quote(base.rstrip("/") + request.target)])


def _is_of_the_client(name: str, value: str, request: Request) -> bool:
    """Whether a header is what any client adds by itself, curl too: it says nothing about the request."""
    if name == "content-length":
        return value == str(len(request.body))
    return name in {"host", "connection", "accept-encoding"} or (name == "user-agent" and value.startswith("python-"))


def _body(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = ""
    if text and text.isprintable() and not text.startswith("@"):
        return shlex.quote(text)
    # The quoting of bash, for bytes that are no plain text.
    return "$'" + "".join(_escaped(byte) for byte in body) + "'"


def _escaped(byte: int) -> str:
    char = chr(byte)
    return char if " " <= char <= "~" and char not in "'\\" and char != "@" else f"\\x{byte:02x}"
