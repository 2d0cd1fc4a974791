"""The folder of one run: home, temporary files, plug-in, configuration and credentials; wiped when the run is over."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from specproof.errors import ExecutionError

PLUGIN = "specproof_result_plugin"
NEUTRAL_CONFIG = "[pytest]\n"
"""pytest reads this file instead of whatever ``pytest.ini`` or ``pyproject.toml`` lies above the suite."""

INHERITED = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "SPECPROOF_ANSWER_LIMIT")
"""The only variables that come through from our own environment: some Pythons do not start without them, and how large an answer may be is
said in one place, to the checks that read it."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A prepared folder, readable by us alone."""

    root: Path

    @property
    def plugins(self) -> Path:
        """The one folder on the child's PYTHONPATH."""
        return self.root / "plugins"

    @property
    def config(self) -> Path:
        """The neutral pytest.ini."""
        return self.root / "pytest.ini"

    @property
    def junit(self) -> Path:
        """Where pytest writes JUnit XML."""
        return self.root / "junit.xml"

    @property
    def credentials(self) -> Path:
        """The credentials file; there only if there are credentials."""
        return self.root / "credentials.json"

    def environment(self, api_url: str, ours: Mapping[str, str]) -> dict[str, str]:
        """The child's whole environment. ``ours`` is our own, of which next to nothing is taken."""
        variables = {name: ours[name] for name in INHERITED if name in ours}
        variables |= {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "HOME": str(self.root / "home"),
            "TMPDIR": str(self.root / "tmp"),
            "PYTHONPATH": str(self.plugins),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            # Each thread's arena reserves 64 MB of address space, which the memory limit would count.
            "MALLOC_ARENA_MAX": "2",
            # In the environment and not among the arguments, which every user of the machine can read.
            "SPECPROOF_API_URL": api_url,
        }
        if self.credentials.exists():
            variables["SPECPROOF_CREDENTIALS_FILE"] = str(self.credentials)
        return variables


def prepare(credentials: Mapping[str, str]) -> Workspace:
    """A new workspace. Raises :class:`~specproof.errors.ExecutionError` if the temporary folder cannot take it."""
    try:
        workspace = Workspace(Path(tempfile.mkdtemp(prefix="specproof-run-")))
    except OSError as error:
        raise ExecutionError(
            f"no folder for the run can be made: {error.strerror}", at=tempfile.gettempdir(), hint="Check TMPDIR and free space."
        ) from error
    try:
        for folder in ("home", "tmp", "plugins"):
            (workspace.root / folder).mkdir()
        workspace.config.write_text(NEUTRAL_CONFIG, encoding="utf-8")
        shutil.copyfile(Path(__file__).with_name("result_plugin.py"), workspace.plugins / f"{PLUGIN}.py")
        if credentials:
            descriptor = os.open(workspace.credentials, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(dict(credentials), file)
    except OSError as error:
        remove(workspace)
        raise ExecutionError(
            f"the run's folder cannot be filled: {error.strerror}", at=str(workspace.root), hint="Check free space."
        ) from error
    return workspace


def remove(workspace: Workspace) -> None:
    """Wipe the credentials, then delete everything. Never raises: a folder that will not go must not cost the run's result."""
    _open_up(workspace.root)
    _wipe(workspace.credentials)
    shutil.rmtree(workspace.root, ignore_errors=True)


def _open_up(root: Path) -> None:
    """Give us back the permissions that a suite may have taken from its own folders."""
    with contextlib.suppress(OSError):
        root.chmod(stat.S_IRWXU)
    for folder, names, _ in os.walk(root):
        for name in names:
            inner = Path(folder, name)
            with contextlib.suppress(OSError):
                if not inner.is_symlink():
                    inner.chmod(stat.S_IRWXU)


def _wipe(path: Path) -> None:
    try:
        # O_NOFOLLOW: the suite could have put a link there, to have us overwrite another file.
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return
    with os.fdopen(descriptor, "wb") as file:
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode) and status.st_nlink == 1:
            file.write(b"\0" * min(status.st_size, 1 << 20))
    with contextlib.suppress(OSError):
        path.unlink()
