"""Laws of references: whatever they say, nothing raises, and nothing outside of the bundle is opened."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specproof.errors import SpecificationError
from specproof.openapi.documents.addresses import confined_path, join
from specproof.openapi.documents.archives import open_archive
from specproof.openapi.documents.loader import SpecLimits
from specproof.openapi.parser import parse_spec

PIECES = st.sampled_from(
    ["..", ".", "/", "//", "\\", "%2e", "%2E%2e", "%2f", "%5c", "%00", "\0", "a", "b.json", "c.yaml", "~1", "~", "#", "#/", "?", ":", "file:", "http://",
     "https://h", "C:", "@", "[", "]", " ", "\n", "中", "%", "%25", "urn:", "$defs", "x.json", "/../", "", "\u2028", "d/", "e.yml#/a"]
)  # fmt: skip
REFERENCES = st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(max_size=30))
SCHEMAS = st.fixed_dictionaries(
    {}, optional={"$ref": REFERENCES, "$id": REFERENCES, "$anchor": st.sampled_from(["a", "b"]), "$dynamicRef": REFERENCES}
)
LAWS = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


class Endless:
    """Every file there could be, each made of references again; remembers what was opened."""

    def __init__(self, schemas: list[Any]) -> None:
        self._schemas = schemas
        self.opened: list[str] = []

    def read(self, path: str) -> bytes | None:
        self.opened.append(path)
        return json.dumps({"a": self._schemas[len(path) % len(self._schemas)], "allOf": self._schemas}).encode()


def is_inside(path: str) -> bool:
    segments = path.split("/")
    return path.startswith(("http://", "https://")) or not (
        path.startswith("/") or any(segment in ("", ".", "..") for segment in segments) or set(path) & set("\\:\0\n")
    )


@LAWS
@given(
    st.lists(SCHEMAS, min_size=1, max_size=5),
    st.sampled_from(["", "openapi.json", "a/b/openapi.json", "https://h.example/x/y.json"]),
)
def test_references_never_raise_and_never_leave_the_bundle(schemas: list[Any], name: str) -> None:
    content = {"application/json": {"schema": {"allOf": schemas}}}
    document = {
        "openapi": "3.1.0",
        "paths": {"/a": {"get": {"responses": {"200": {"content": content}}}}, "/b": schemas[0]},
        "components": {"schemas": dict(enumerate(schemas))},
    }
    files = Endless(schemas)
    try:
        spec = parse_spec(json.dumps(document).encode(), files=files, name=name, limits=SpecLimits(max_files=40))
    except SpecificationError:  # Too many files: an endless bundle may well be that.
        assert len(files.opened) > 40
    else:
        assert all(finding.at.isprintable() and finding.message.isprintable() for finding in spec.findings)
    assert all(map(is_inside, files.opened))
    assert len(files.opened) == len(set(files.opened))


@LAWS
@given(st.one_of(REFERENCES, st.text()), st.one_of(REFERENCES, st.text()))
def test_addresses_are_normal_forms(base: str, reference: str) -> None:
    start = join("", base) or ""
    address = join(start, reference)
    if address is not None:
        assert join("", address) in (address, None)
        assert confined_path(address) in (address, None)


@LAWS
@given(st.sampled_from([b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08\0", b"\0" * 257 + b"ustar\0"]), st.binary(max_size=2000))
def test_archives_of_noise_are_refused(magic: bytes, noise: bytes) -> None:
    try:
        archive = open_archive(magic + noise, limits=SpecLimits(max_bytes=100_000))
    except SpecificationError:
        return
    assert archive is None
