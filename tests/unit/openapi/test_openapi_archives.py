"""Specifications that come as one archive."""

from __future__ import annotations

import gzip
import io
import json
import stat
import struct
import tarfile
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest

from specproof.errors import SpecificationError, SpecLimitError, SpecUnreadableError
from specproof.openapi.bundling import may_refer_outside, pack_specification, wanted_references
from specproof.openapi.documents.files import MemoryFiles
from specproof.openapi.documents.loader import SpecLimits
from specproof.openapi.documents.packing import Label, pack, read_label, url_of_member
from specproof.openapi.findings import FindingCode
from specproof.openapi.model import ApiSpec
from specproof.openapi.parser import parse_spec

MAIN = json.dumps(
    {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"$ref": "paths/a.yaml"}}}
).encode()
PATH = b"get:\n  responses:\n    '200':\n      $ref: ../responses.yaml#/ok\n"
RESPONSES = b"ok: {description: fine}\n"
FILES = {"openapi.json": MAIN, "paths/a.yaml": PATH, "responses.yaml": RESPONSES}
LIMITS = SpecLimits()


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def tarred(files: Mapping[str, bytes], mode: str = "w", form: int = tarfile.PAX_FORMAT) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode, format=form) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def assert_is_read(spec: ApiSpec) -> None:
    assert spec.findings == ()
    assert [operation.responses[0].description.raw() for operation in spec.operations] == ["fine"]


@pytest.mark.parametrize(
    "content",
    [
        zipped(FILES),
        zipped(FILES, zipfile.ZIP_STORED),
        zipped({f"project-main/{name}": content for name, content in FILES.items()}),
        zipped({**FILES, "logo.png": b"\x89PNG", "__MACOSX/._openapi.json": b"\0\5\x16\7", "paths/._a.yaml": b"\0"}),
        zipped({name.replace("/", "\\"): content for name, content in FILES.items()}),
        tarred(FILES),
        tarred({f"./{name}": content for name, content in FILES.items()}),
        tarred(FILES, form=tarfile.USTAR_FORMAT),
        tarred(FILES, form=tarfile.GNU_FORMAT),
        tarred({f"{'long' * 40}/{name}": content for name, content in FILES.items()}, form=tarfile.GNU_FORMAT),
        tarred({f"{'long' * 40}/中/{name}": content for name, content in FILES.items()}, form=tarfile.PAX_FORMAT),
        tarred({f"{'long/' * 30}{name}": content for name, content in FILES.items()}, form=tarfile.USTAR_FORMAT),
        tarred(FILES, "w:gz"),
    ],
    ids=["zip", "stored", "in a folder", "with others", "backslashes", "tar", "dots", "ustar", "gnu", "gnu long", "pax long", "prefix", "tar.gz"],
)  # fmt: skip
def test_archives_are_read_like_folders(content: bytes) -> None:
    spec = parse_spec(content)
    assert_is_read(spec)
    assert spec.digest == parse_spec(content).digest


def test_an_archive_says_the_same_as_its_files() -> None:
    spec = parse_spec(zipped(FILES))
    assert spec == parse_spec(MAIN, files=MemoryFiles(FILES), name="openapi.json")
    assert spec.operations[0].pointer == "paths/a.yaml#/get"


# -- which document is the main one ---------------------------------------------------------------------------------

OTHER = b"openapi: 3.0.0\npaths: {}\n"
TWO = b"swagger: '2.0'\npaths: {}\n"


@pytest.mark.parametrize(
    ("files", "title"),
    [
        ({"x.json": b'{"openapi": "3.1.0", "info": {"title": "x"}}'}, "x"),
        ({"a.yaml": OTHER, "openapi.yaml": b"openapi: 3.1.0\ninfo: {title: named}\n"}, "named"),
        ({"api.yaml": OTHER, "main.yaml": b"openapi: 3.1.0\ninfo: {title: earlier}\n"}, "earlier"),
        ({"deep/openapi.yaml": OTHER, "z.yaml": b"openapi: 3.1.0\ninfo: {title: shallow}\n"}, "shallow"),
        ({"openapi.json": b'{"type": "object", "title": "openapi"}', "b.json": b'{"openapi": "3.1.0", "info": {"title": "key"}}'}, "key"),
        ({"broken.json": b'{"openapi": ', "b.yaml": b"openapi: 3.1.0\ninfo: {title: whole}\n"}, "whole"),
        ({"Swagger.v1.json": b'{"swagger": "2.0", "info": {"title": "two"}}', "other.json": b'{"openapi": "3.0.0"}'}, "two"),
    ],
)  # fmt: skip
def test_the_main_document_is_found(files: dict[str, bytes], title: str) -> None:
    assert parse_spec(zipped(files)).title.raw() == title


def test_documents_of_equal_rank_are_listed() -> None:
    with pytest.raises(SpecUnreadableError) as caught:
        parse_spec(zipped({"openapi.yaml": OTHER, "openapi.json": b'{"openapi": "3.0.0"}', "c\u202e.yaml": TWO}))
    assert '"openapi.json", "openapi.yaml"' in caught.value.message
    assert caught.value.message.isprintable()
    with pytest.raises(SpecUnreadableError) as caught:
        parse_spec(zipped({f"{number}\u202e.yaml": TWO for number in range(9)}))
    assert "and more" in caught.value.message
    assert caught.value.message.isprintable()


@pytest.mark.parametrize("files", [{}, {"a.txt": OTHER}, {"a.json": b'{"type": "string", "x": "openapi"}'}, {"dir/": b""}])
def test_archives_without_a_document_are_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(SpecUnreadableError, match="no OpenAPI document"):
        parse_spec(zipped(files))


# -- hostile archives -----------------------------------------------------------------------------------------------


def with_member(name: str, content: bytes = b"{}", **fields: Any) -> bytes:
    member = zipfile.ZipInfo(name)
    for field, value in fields.items():
        setattr(member, field, value)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for known, text in FILES.items():
            archive.writestr(known, text)
        archive.writestr(member, content)
    return packed.getvalue()


def tar_with(**fields: Any) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo(fields.pop("name", "x.json"))
        for field, value in fields.items():
            setattr(member, field, value)
        archive.addfile(member, io.BytesIO(b"\0" * member.size))
    return packed.getvalue()


def encrypted() -> bytes:
    """A zip whose members claim to be encrypted: the flag in both headers."""
    content = bytearray(zipped(FILES))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(magic)
        content[at + offset] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (with_member("../evil.json"), "outside"),
        (with_member("/evil.json"), "outside"),
        (with_member("a/../../evil.yaml"), "outside"),
        (with_member("..\\evil.yaml"), "outside"),
        (with_member("C:\\evil.yaml"), "outside"),
        (with_member("a\n.yaml"), "outside"),
        (with_member("./openapi.json"), "twice"),
        (with_member("link.yaml", b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16), "link"),
        (with_member("pipe.yaml", external_attr=(stat.S_IFIFO | 0o600) << 16), "link"),
        (with_member("lzma.yaml", compress_type=zipfile.ZIP_LZMA), "compressed in a way"),
        (with_member("bz.yaml", compress_type=zipfile.ZIP_BZIP2), "compressed in a way"),
        (encrypted(), "encrypted"),
        (zipped(FILES)[:-30], "damaged"),
        (b"PK\x03\x04rest", "damaged"),
        (b"PK\x05\x06" + b"\0" * 18, "no OpenAPI document"),
        (tar_with(name="../evil.json"), "outside"),
        (tar_with(type=tarfile.SYMTYPE, linkname="/etc/passwd"), "link"),
        (tar_with(type=tarfile.LNKTYPE, linkname="a"), "link"),
        (tar_with(type=tarfile.FIFOTYPE), "link"),
        (tar_with(type=tarfile.CHRTYPE), "link"),
        (tar_with(type=tarfile.GNUTYPE_SPARSE), "link"),
        (tar_with(size=4096)[:1024], "cut off"),
        (tarred(FILES)[:124] + b"-0000001000\0" + tarred(FILES)[136:], "damaged"),
        (tarred(FILES)[:124] + b"\x80" + b"\xff" * 11 + tarred(FILES)[136:], "damaged"),
        (tar_with(name="x", type=b"x", size=600), "damaged"),
        (gzip.compress(b"{}", mtime=0), "gzip"),
        (gzip.compress(tarred(FILES), mtime=0)[:100] + b"junk" * 40, "damaged"),
    ],
)
def test_odd_members_are_refused_with_the_reason(content: bytes, told: str) -> None:
    with pytest.raises(SpecUnreadableError, match=told) as caught:
        parse_spec(content)
    assert caught.value.message.isprintable()
    assert caught.value.hint


def test_members_that_are_no_documents_do_not_matter() -> None:
    link = with_member("README", b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16)
    assert_is_read(parse_spec(link))
    assert_is_read(parse_spec(with_member("../../bin/tool", b"x")))
    assert_is_read(parse_spec(with_member("+nameless").replace(b"+nameless", b"\0nameless")))


def duplicated() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("openapi.json", MAIN)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("openapi.json", OTHER)
    return packed.getvalue()


def test_duplicate_names_are_refused() -> None:
    with pytest.raises(SpecUnreadableError, match="twice"):
        parse_spec(duplicated())


def test_a_damaged_member_is_refused_or_a_finding() -> None:
    content = zipped(FILES, zipfile.ZIP_STORED)
    with pytest.raises(SpecUnreadableError, match="damaged"):
        parse_spec(content.replace(b'"3.1.0"', b'"3.1.9"', 1))
    spec = parse_spec(content.replace(b"../responses", b"../respXnses", 1))
    assert {finding.code for finding in spec.findings} == {FindingCode.DOCUMENT_INVALID, FindingCode.REF_NOT_FOUND}


def lying() -> bytes:
    """A zip of ten megabytes of blanks that claims to hold ten bytes."""
    content = bytearray(zipped({"openapi.json": b'{"openapi":"3.1.0"}' + b" " * 10_000_000}))
    for magic, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.find(magic) + offset, 10)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (zipped({**FILES, "bomb.json": b" " * 3_000_000}), "times its size"),
        (zipped({**FILES, "long.json": b" " * 900_000}), "bytes"),
        (zipped({**FILES, **{f"{number}.json": b" " * 200_000 for number in range(5)}}), "bytes"),
        (zipped({f"{number}": b"" for number in range(10_001)}), "members"),
        (tarred({f"{number}": b"" for number in range(10_001)}), "members"),
        (gzip.compress(tarred({"openapi.json": b" " * 3_000_000}), mtime=0), "bytes"),
    ],
    ids=["ratio", "member", "total", "count", "tar count", "tar.gz"],
)
def test_bombs_are_refused_before_they_go_off(content: bytes, told: str) -> None:
    limits = SpecLimits(max_bytes=800_000 if told == "bytes" else 20_000_000)
    with pytest.raises(SpecLimitError, match=told):
        parse_spec(content, limits=limits)


def test_a_member_that_is_longer_than_it_says_is_cut() -> None:
    with pytest.raises(SpecificationError):
        parse_spec(lying())


# -- packing --------------------------------------------------------------------------------------------------------


def test_packing_takes_exactly_what_references_reach() -> None:
    files = MemoryFiles({**FILES, "unused.yaml": b"a: 1", "private.txt": b"no"})
    packed = pack_specification(MAIN, limits=LIMITS, files=files, name="openapi.json")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.namelist() == sorted(FILES)
    assert packed.content == pack_specification(MAIN, limits=LIMITS, files=files, name="openapi.json").content
    spec = parse_spec(packed.content)
    assert_is_read(spec)
    assert spec.digest == parse_spec(MAIN, files=files, name="openapi.json").digest


def test_packing_takes_files_of_schemas_that_no_operation_uses() -> None:
    main = b'{"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"Unused": {"items": {"$ref": "u.json"}}}}}'
    packed = pack_specification(main, limits=LIMITS, files=MemoryFiles({"u.json": b'{"type": "null"}'}), name="m.json")
    spec = parse_spec(packed.content)
    items = spec.definitions["Unused"]["items"]  # type: ignore[index,call-overload]
    assert spec.definitions[items["$ref"].removeprefix("#/$defs/")] == {"type": "null"}  # type: ignore[index,call-overload,union-attr]


def test_a_document_that_needs_no_file_stays_as_it_is() -> None:
    content = b"openapi: 3.1.0\npaths: {}\n"
    assert pack_specification(content, limits=LIMITS, files=MemoryFiles({}), name="a.yaml").content == content
    assert pack_specification(zipped(FILES), limits=LIMITS).content == zipped(FILES)


def test_a_document_that_calls_itself_by_name_keeps_its_name() -> None:
    main = b'{"openapi": "3.1.0", "paths": {"/a": {"$ref": "me.json#/x"}}, "x": {"get": {"responses": {"200": {"description": "fine"}}}}}'
    packed = pack_specification(main, limits=LIMITS, name="me.json")
    assert_is_read(parse_spec(packed.content))


def test_the_main_document_is_named_where_several_could_be_it() -> None:
    main = MAIN.replace(b"paths/a.yaml", b"../b/openapi.json#/paths/~1x")
    files = {"a/openapi.json": main, "b/openapi.json": b'{"openapi": "3.0.0", "paths": {"/x": {}}}'}
    with pytest.raises(SpecUnreadableError):
        parse_spec(zipped(files))
    packed = pack_specification(files["a/openapi.json"], limits=LIMITS, files=MemoryFiles(files), name="a/openapi.json")
    assert parse_spec(packed.content).title.raw() == "t"


def test_references_to_the_web_are_wanted_and_found_again() -> None:
    url = "https://schemas.example.com/a/b.json"
    main = MAIN.replace(b"paths/a.yaml", url.encode())
    assert wanted_references(main, limits=LIMITS) == (url,)
    fetched = MemoryFiles({url: b'{"$ref": "../c.json?v=1"}'})
    assert wanted_references(main, limits=LIMITS, files=fetched) == ("https://schemas.example.com/c.json?v=1",)
    item = b'{"get": {"responses": {"200": {"description": "fine"}}}}'
    both = MemoryFiles({url: b'{"$ref": "../c.json?v=1"}', "https://schemas.example.com/c.json?v=1": item})
    packed = pack_specification(main, limits=LIMITS, files=both)
    assert packed.wanted == ()
    spec = parse_spec(packed.content)
    assert_is_read(spec)
    assert spec.operations[0].pointer == "https://schemas.example.com/c.json?v=1#/get"


def test_files_of_an_archive_and_of_the_web_go_together() -> None:
    content = zipped({**FILES, "responses.yaml": b"ok: {$ref: 'http://h.example/r'}"})
    packed = pack_specification(content, limits=LIMITS, files=MemoryFiles({"http://h.example/r": b"description: fine"}))
    assert_is_read(parse_spec(packed.content))


def test_members_for_urls_are_only_what_they_say() -> None:
    assert url_of_member("@url/https%3A%2F%2Fh.example%2Fx") == "https://h.example/x"
    for name in (
        "@url/file%3A%2F%2F%2Fetc",
        "@url/https%3A%2F%2Fu%3Ap%40h%2F",
        "@url/..%2Fx",
        "x",
        "@url/https%3A%2F%2FH.example%2F",
    ):
        assert url_of_member(name) is None


@pytest.mark.parametrize(
    "comment",
    [b"", b"hello", b"specproof ", b"specproof [1]", b'specproof {"main": 1, "refused": {}}', b"specproof " + b"[" * 60_000],
)
def test_comments_of_others_say_nothing(comment: bytes) -> None:
    assert read_label(comment) == Label()


def test_a_label_that_names_no_member_is_refused() -> None:
    with pytest.raises(SpecUnreadableError, match="main one"):
        parse_spec(pack({"openapi.json": MAIN}, Label("gone.json")))


def test_refused_files_stay_refused_in_the_archive() -> None:
    spec = parse_spec(pack({"openapi.json": MAIN}, Label("openapi.json", ("paths/a.yaml",))))
    assert [finding.code for finding in spec.findings] == [FindingCode.REF_EXTERNAL]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"$ref": "#/a"}', False), (b'{"$ref":"#a"}', False), (b"$ref: '#/a'", False), (b'a: {$ref: "#/a"}', False), (b"x: ref", False),
        (b'{"$ref": "a.json"}', True), (b"$ref: a.json", True), (b"$ref: >-\n  a.json", True), (b"$ref:\n  'a.json'", True),
        (b'{"\\u0024ref": "a.json"}', True), (b"mapping:\n  a: a.json", True), (b'{"$ref": "\\u0023/a"}', True), (b"PK\x03\x04", True),
    ],
)  # fmt: skip
def test_the_quick_look_misses_no_reference(content: bytes, expected: bool) -> None:
    assert may_refer_outside(content) is expected
