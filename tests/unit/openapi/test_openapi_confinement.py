"""References that try to leave the bundle: none is opened, each is a finding."""

from __future__ import annotations

import json

import pytest

from specproof.openapi.documents.addresses import confined_path, is_document_name, join
from specproof.openapi.findings import FindingCode
from specproof.openapi.parser import parse_spec

ESCAPES = [
    "../secret.json", "../../secret.json", "a/../../secret.json", "./subdir/../../secret.json", "a/b/../../../secret.json", "..", "../", ".", "./",
    "a/..", "a/.", "a/", "/etc/passwd.json", "//host/share.json", "///etc/passwd.json", "/dev/zero", "/proc/self/environ", "file:///etc/passwd.json",
    "file:secret.json", "file://localhost/etc/hostname.json", "FILE:///etc/passwd.json", "C:\\secret.json", "C:/secret.json", "c:secret.json",
    "..\\..\\secret.json", "a\\..\\secret.json", "\\\\127.0.0.1\\share\\x.json", "%2e%2e/secret.json", "%2E%2E/%2e%2e/secret.json",
    ".%2e/secret.json", "%2e/secret.json", "%252e%252e/secret.json", "a%2f..%2f..%2fsecret.json", "..%2fsecret.json", "%2fetc%2fpasswd.json",
    "..%5csecret.json",
    "a%00.json", "a\0.json", "a\n.json", "a\r\nHost: x.json", "a%0a.json", "\u0085.json", "a.json?x=1", "a%3Fb.json", "a.json::$DATA", "a%3a.json",
    "jar:file:///x!/y.json", "gopher://127.0.0.1:9/_x.json", "ftp://127.0.0.1/x.json", "data:application/json,{}", "javascript:x.json",
    "http://user:pw@127.0.0.1:9/x.json", "http://user@host/x.json", "http:///x.json", "http://[::1/x.json", "http://h:99999/x.json", "http://h:x/x.json",
    "http://127.0.0.1:9/\r\nX: y.json", "http://h/a b.json", "~/.ssh/id_rsa", "id_rsa", ".env", "CON", "a.json.exe", "a.yaml ", "x" * 3000 + ".json",
]  # fmt: skip


class Recorded:
    """Files that hold everything that they are asked for, and remember it."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def read(self, path: str) -> bytes | None:
        self.opened.append(path)
        return b'{"type": "string"}'


@pytest.mark.parametrize("name", ["openapi.json", ""])
@pytest.mark.parametrize("reference", ESCAPES, ids=range(len(ESCAPES)))
def test_what_would_leave_the_bundle_is_never_opened(reference: str, name: str) -> None:
    files = Recorded()
    tree = {
        "openapi": "3.1.0",
        "paths": {"/a": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {"$ref": reference}}}}}}}},
    }
    spec = parse_spec(json.dumps(tree).encode(), files=files, name=name)
    assert files.opened == []
    assert [finding.code for finding in spec.findings] == [FindingCode.REF_EXTERNAL]
    assert all(finding.message.isprintable() and len(finding.message) < 300 for finding in spec.findings)


@pytest.mark.parametrize("reference", ["../../x.json", "../../../x.json", "../a/../../x.json", "..%2f../x.json"])
def test_folders_below_do_not_help_to_climb_out(reference: str) -> None:
    files = Recorded()
    parse_spec(b'{"openapi": "3.1.0", "paths": {"/a": {"$ref": "a/b.json"}}}', files=files, name="")
    assert join("a/b.json", reference) is None


def test_what_looks_odd_but_stays_inside_is_opened() -> None:
    assert join("a/b.yaml", "../c/./d//e{f}.yaml") == "c/d/e{f}.yaml"
    assert join("", "..a/...b/c..yaml") == "..a/...b/c..yaml"
    assert join("", "100%.yaml") == "100%.yaml"
    assert join("", "%E4%B8%AD.yaml") == "中.yaml"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a.json", "a.json"), ("./a.json", "a.json"), ("a//b.json", "a/b.json"), ("a\\b.json", "a/b.json"), ("a/../b.json", "b.json"),
        ("../a.json", None), ("..\\a.json", None), ("/a.json", None), ("\\a.json", None), ("C:\\a.json", None), ("a/../../b.json", None),
        ("a\0.json", None), ("a\n.json", None), ("", None), (".", None), ("a/", None),
    ],
)  # fmt: skip
def test_names_in_archives_are_confined(name: str, path: str | None) -> None:
    assert confined_path(name) == path


def test_only_documents_are_opened() -> None:
    assert all(map(is_document_name, ["a.json", "a.YAML", "a.yml", "a.schema.json"]))
    assert not any(map(is_document_name, ["a", ".env", "a.txt", "a.json.gz", "id_rsa"]))
