"""One request as a curl command."""

from __future__ import annotations

import base64
import re

import httpx2

from . import wire
from .message import Message
from .shell import Piece, Slots, Variable, fits_a_word, literal, printed, word

AUTHORIZATION = "authorization"
# What follows is `user:password`, which the header holds as base64: a token under the scheme Basic is sent as it is.
PAIR = "Basic user:password "
# A few bytes that are no UTF-8 read well enough as escapes; those of pictures and archives are shorter as base64.
MANY_ODD_BYTES = 8
_UNREADABLE = re.compile("[\udc80-\udcff]")


def curl_command(message: Message, slots: Slots, *options: str) -> str:
    """A command for a POSIX shell that sends ``message``, the same bytes; ``slots`` says which variables stand in it."""
    words = ["curl", "-sS", *options, "--head" if message.method == "HEAD" else f"-X {literal(message.method)}"]
    url = message.url
    if wire.dot_segments(url):
        # What leads to another path is sent as the suite's client sends it; curl resolves it in ways of its own.
        url = str(httpx2.URL(url))
        words.append("--path-as-is")
    words.append(word(slots.pieces(url)))
    if re.search(r"[\[\]{}]", url):
        words.append("--globoff")
    words += [_header(name, value, slots) for name, value in message.headers]
    if not message.content:
        return " ".join(words)
    if not any(name.lower() == "content-type" for name, _ in message.headers):
        words.append("-H 'Content-Type:'")  # curl would say that it is a form
    text = message.content.decode("utf-8", "surrogateescape")
    pieces = slots.pieces(text)
    if len(_UNREADABLE.findall(text)) > MANY_ODD_BYTES and not any(isinstance(piece, Variable) for piece in pieces):
        packed = base64.b64encode(message.content).decode("ascii")
        return f"printf '%s' {packed} | base64 -d | {' '.join(words)} --data-binary @-"
    if fits_a_word(text):
        return f"{' '.join(words)} --data-raw {word(pieces)}"
    return f"{printed(pieces)} | {' '.join(words)} --data-binary @-"


def _header(name: str, value: str, slots: Slots) -> str:
    pieces = slots.pieces(value)
    pair = _basic_pair(pieces) if name.lower() == AUTHORIZATION else None
    if pair:
        return f"-u {word([pair])}"
    return f"-H {word(slots.pieces(f'{name}: {value}' if value else f'{name};'))}"


def _basic_pair(pieces: list[Piece]) -> Variable | None:
    """The variable with ``user:password``, if that is what the header holds; curl encodes it."""
    if len(pieces) == 2 and pieces[0] == PAIR and isinstance(pieces[1], Variable):
        return pieces[1]
    return None
