"""The sample API and the stand-in, started as a person starts them."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest
from examples.bookshop.bugs import ALL_BUGS
from examples.bookshop.renaming import Renaming

from processes import ROOT, example


def get(url: str, **headers: str) -> tuple[int, dict[str, object]]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def test_the_sample_api_serves_with_its_bugs_release_and_tokens() -> None:
    arguments = ("--bug", "price_as_text", "--bug", "genre_filter_ignored", "--release", "2", "--token", "mine")
    with example("bookshop", *arguments) as url:
        status, book = get(f"{url}/books/1")
        assert (status, book["price"], book["language"]) == (200, "29.50", None)
        assert get(f"{url}/books?genre=poetry&limit=1")[1]["total"] == 11
        assert get(f"{url}/orders", Authorization="Bearer mine")[0] == 200
        assert get(f"{url}/orders", Authorization="Bearer other")[0] == 401


def test_the_sample_api_serves_under_made_up_words() -> None:
    name = Renaming.of(11).name
    with example("bookshop", "--rename", "11") as url:
        status, book = get(f"{url}{quote(name('/books/1'))}")
    assert (status, book[name("title")]) == (200, "呐喊")


def test_the_standin_serves_a_file(tmp_path: Path) -> None:
    path = tmp_path / "document.json"
    path.write_text('{"openapi": "3.1.0", "paths": {}}', encoding="utf-8")
    with example("apifox_standin", "--document", str(path), "--project", "7", "--token", "t", "--outages", "1") as url:
        headers = {"Authorization": "Bearer t", "X-Apifox-Api-Version": "2024-03-28"}
        target = urllib.request.Request(f"{url}/v1/projects/7/export-openapi", data=b"{}", headers=headers, method="POST")
        with pytest.raises(urllib.error.HTTPError) as outage, urllib.request.urlopen(target, timeout=10):
            pass
        assert outage.value.code == 503
        outage.value.close()
        with urllib.request.urlopen(target, timeout=10) as answer:
            assert json.loads(answer.read()) == {"openapi": "3.1.0", "paths": {}}


def test_the_bugs_can_be_listed_and_an_unknown_one_is_refused() -> None:
    def bookshop(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "examples.bookshop", *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)

    listed = bookshop("--list-bugs")
    assert [bug["name"] for bug in json.loads(listed.stdout)] == [bug.name for bug in ALL_BUGS]
    refused = bookshop("--bug", "typo")
    assert refused.returncode == 2
    assert "invalid choice: 'typo'" in refused.stderr
