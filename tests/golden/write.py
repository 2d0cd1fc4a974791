"""``make golden``: write the expected suites anew. Read the difference before you commit it: it is what users will see."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from specproof.bootstrap.generation import GenerationPolicy, generate_suite

HERE = Path(__file__).parent
DOCUMENTS = sorted((HERE / "documents").iterdir())
SUITES = HERE / "suites"


def expected(document: Path) -> dict[str, str]:
    """The files of the suite of ``document``, by path; carried files are left out: they are the same bytes in every suite."""
    suite = generate_suite(GenerationPolicy(), document.read_bytes(), document.stem, None).suite
    files = {file.path: file.content for file in suite.files if not file.is_carried}
    # The hashes of carried files change with every edit of ours: test_the_carried_files_... holds them.
    lock = json.loads(files["specproof.lock.json"])
    own = {path: digest for path, digest in lock["files"].items() if path in files}
    return {**files, "specproof.lock.json": json.dumps({**lock, "files": own}, ensure_ascii=False, indent=2) + "\n"}


def main() -> None:
    """Write them all."""
    shutil.rmtree(SUITES, ignore_errors=True)
    for document in DOCUMENTS:
        for path, content in expected(document).items():
            target = SUITES / document.stem / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
