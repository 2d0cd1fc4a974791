"""The API of ``tests/golden/documents/parcels.yaml`` as a real server on 127.0.0.1: it decodes with the standard library alone, strictly."""

from __future__ import annotations

import email.policy
import json
import struct
import xml.etree.ElementTree as ET
import zlib
from contextlib import AbstractContextManager
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qs, unquote

from faulty_server import Answering, FaultyServer, running


class RefusedError(Exception):
    """The request breaks a rule of the document."""


def require(condition: object, reason: str) -> None:
    if not condition:
        raise RefusedError(reason)


class ParcelsServer(FaultyServer):
    """``faults``: what is broken; ``seen``: what came, by path."""

    def __init__(self, *faults: str) -> None:
        super().__init__(Parcels, faults)
        self.seen: list[tuple[str, bytes]] = []


def parcels(*faults: str) -> AbstractContextManager[ParcelsServer]:
    """The server, running for the length of the block."""
    return running(ParcelsServer(*faults))


def label(content: bytes) -> None:
    try:
        root = ET.fromstring(content)
    except ET.ParseError as error:
        raise RefusedError("no XML") from error
    require(root.tag == "label", "another root")
    code, receiver = root.get("code"), root.findtext("receiver")
    require(code is not None and code.isdecimal() and int(code) >= 1, "code")
    require(receiver is not None and 1 <= len(receiver) <= 60, "receiver")
    marks = root.find("marks")
    require(marks is None or len(marks) >= 2, "marks")
    for mark in marks if marks is not None else []:
        require(mark.tag == "mark" and mark.text in {"fragile", "cold"}, "mark")


def photo(content_type: str, content: bytes) -> int:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(EmailMessage, policy=email.policy.HTTP).parsebytes(head + content)
    parts: dict[str, list[Any]] = {}
    for part in message.iter_parts():
        parts.setdefault(str(part.get_param("name", header="content-disposition")), []).append(part)
    require({"title", "picture"} <= set(parts), "a field is missing")
    [title], [picture] = parts["title"], parts["picture"]
    require(1 <= len(title.get_content()) <= 40, "title")
    require(picture.get_content_type() == "image/png" and picture.get_filename() == "file.png", "a picture is a file")
    pixels = picture.get_payload(decode=True)
    check_png(pixels)
    require(all(tag.get_content().strip() in {"wet", "torn"} for tag in parts.get("tags", [])), "tags")
    for place in parts.get("place", []):
        require(
            place.get_content_type() == "application/json" and json.loads(place.get_payload(decode=True))["hall"] >= 1, "place"
        )
    return len(pixels)


def check_png(content: bytes) -> None:
    require(content.startswith(b"\x89PNG\r\n\x1a\n"), "no PNG")
    place, names = 8, []
    while place < len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        chunk = content[place + 4 : place + 8 + length]
        (checksum,) = struct.unpack(">I", content[place + 8 + length : place + 12 + length])
        require(zlib.crc32(chunk) == checksum, "a broken chunk")
        names.append(chunk[:4])
        place += 12 + length
    require(names == [b"IHDR", b"IDAT", b"IEND"], "no picture")


def scans(content: bytes) -> list[dict[str, int]]:
    rows = []
    for line in content.decode().splitlines():
        try:
            row = json.loads(line)
            require(isinstance(row["code"], int) and row["code"] >= 1, "code")
            datetime.fromisoformat(row["at"])
        except (ValueError, KeyError, TypeError) as error:
            raise RefusedError("a row is wrong") from error
        rows.append({"code": row["code"]})
    return rows


def shelf(path: str, query: str) -> list[int]:
    pairs = [part.partition("=") for part in path.removeprefix("/shelves;").split(";")]
    require(all(name == "shelf" and text.isdecimal() for name, _, text in pairs), "shelf")
    wanted = parse_qs(query, strict_parsing=True) if query else {}
    require(wanted.get("filter[state]") == ["open"] and int(wanted.get("filter[least]", ["0"])[0]) >= 5, "filter")
    return [int(text) for _, _, text in pairs]


class Parcels(Answering):
    server: ParcelsServer

    def handle_any(self) -> None:
        content = self.received()
        path, _, query = self.path.partition("?")
        self.server.seen.append((path, content))
        try:
            self.decided(unquote(path), query, content)
        except RefusedError as reason:
            self.send_whole(400, "text/plain", str(reason).encode())

    do_GET = do_POST = do_PUT = handle_any  # noqa: N815 - http.server's names

    def decided(self, path: str, query: str, content: bytes) -> None:
        content_type = self.headers.get("Content-Type", "")
        faults = self.server.faults
        if path == "/labels":
            require(content_type == "application/xml", "media type")
            label(content)
            return self.send_whole(201, "application/xml", b"<printed>" if "open_tag" in faults else b"<printed/>")
        if path == "/photos":
            require(content_type.startswith("multipart/form-data; boundary="), "media type")
            return self.send_whole(201, "application/json", json.dumps({"size": photo(content_type, content)}).encode())
        if path == "/scans":
            require(content_type == "application/x-ndjson", "media type")
            rows = scans(content) if "any_row" not in faults else [{"code": 1}]
            lines = [json.dumps({"code": "one"} if "code_as_text" in faults else row) for row in rows]
            return self.send_whole(200, "application/x-ndjson", "".join(f"{line}\n" for line in lines).encode())
        if path == "/firmware":
            require(content and content_type == "application/octet-stream", "no bytes")
            return self.send_whole(204)
        require(path.startswith("/shelves;"), "no such path")
        return self.send_whole(200, "application/json", json.dumps({"shelf": shelf(path, query)}).encode())
