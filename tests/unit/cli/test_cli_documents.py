"""Documents that a command names: files, folders, archives; with what their references reach, and nothing else."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from specproof.cli.documents import read_document
from specproof.errors import RequestError, SpecificationError, SpecUnreadableError
from specproof.openapi.findings import FindingCode
from specproof.openapi.model import ApiSpec
from specproof.openapi.parser import parse_spec
from specproof.settings.sections import Settings

MAIN = b"openapi: 3.1.0\ninfo: {title: Pets, version: '1'}\npaths:\n  /pets:\n    $ref: paths/pets.yaml\n"
PATH = b"get:\n  responses:\n    '200':\n      $ref: '../../shared/responses.yaml#/ok'\n"
RESPONSES = b"ok: {description: fine}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder whose document refers to a folder beside it."""
    for name, content in {
        "api/openapi.yaml": MAIN,
        "api/paths/pets.yaml": PATH,
        "shared/responses.yaml": RESPONSES,
        "api/unused.yaml": b"a: 1",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


async def read(spec: Path | str, root: Path | None = None) -> bytes:
    return await read_document(Settings(), str(spec), root)


def codes(spec: ApiSpec) -> set[FindingCode]:
    return {finding.code for finding in spec.findings}


async def test_a_single_document_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'{"openapi": "3.1.0"}')
    assert await read(tmp_path / "a.json") == b'{"openapi": "3.1.0"}'
    assert await read(tmp_path) == b'{"openapi": "3.1.0"}'


async def test_references_beside_a_document_are_followed_and_those_above_are_not(project: Path) -> None:
    content = await read(project / "api" / "openapi.yaml")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["openapi.yaml", "paths/pets.yaml"]
    spec = parse_spec(content)
    assert len(spec.operations) == 1
    assert FindingCode.REF_EXTERNAL in codes(spec)


async def test_a_root_lets_references_go_further(project: Path) -> None:
    content = await read(project / "api" / "openapi.yaml", project)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["api/openapi.yaml", "api/paths/pets.yaml", "shared/responses.yaml"]
    spec = parse_spec(content)
    assert spec.operations[0].responses[0].description.raw() == "fine"
    assert spec.findings == ()


async def test_a_folder_is_read_by_its_main_document(project: Path) -> None:
    assert parse_spec(await read(project)).findings == ()
    assert await read(project / "api", project) == await read(project / "api" / "openapi.yaml", project)


async def test_the_same_files_give_the_same_bytes(project: Path) -> None:
    first = await read(project)
    (project / "api" / "unused.yaml").write_bytes(b"b: 2")
    (project / "api" / "paths" / "pets.yaml").touch()
    assert await read(project) == first


async def test_an_archive_is_taken_as_it_is(project: Path) -> None:
    content = await read(project)
    (project / "bundle.zip").write_bytes(content)
    assert await read(project / "bundle.zip") == content


async def test_a_link_out_of_the_folder_is_not_followed(project: Path) -> None:
    (project / "api" / "paths" / "pets.yaml").unlink()
    (project / "api" / "paths" / "pets.yaml").symlink_to(project / "shared" / "responses.yaml")
    spec = parse_spec(await read(project / "api"))
    assert codes(spec) == {FindingCode.REF_EXTERNAL}
    assert spec.operations == ()


async def test_files_that_are_not_there_are_named(project: Path) -> None:
    (project / "api" / "paths" / "pets.yaml").unlink()
    spec = parse_spec(await read(project / "api"))
    assert codes(spec) == {FindingCode.REF_NOT_FOUND}


async def test_a_document_outside_of_its_root_is_refused(project: Path) -> None:
    with pytest.raises(RequestError):
        await read(project / "api" / "openapi.yaml", project / "shared")


@pytest.mark.parametrize("name", ["nowhere.yaml", "a\0b", "shared"])
async def test_what_cannot_be_read_is_refused(project: Path, name: str) -> None:
    with pytest.raises(SpecUnreadableError):
        await read(f"{project}/{name}")


async def test_a_broken_document_is_refused(project: Path) -> None:
    (project / "broken.yaml").write_bytes(b"openapi: 3.1.0\n$ref: x.yaml\n  y: [")
    with pytest.raises(SpecificationError):
        await read(project / "broken.yaml")
