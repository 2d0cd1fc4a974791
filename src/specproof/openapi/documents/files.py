"""The port through which the files of a specification are read, and the plain implementations of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from specproof.errors import FetchRefusedError


class Files(Protocol):
    """The files that lie in one bundle. Whoever implements it confines itself to the bundle: paths come from a hostile document."""

    def read(self, path: str) -> bytes | None:
        """The content of the file at ``path``; None where there is none.

        ``path`` is a normalised POSIX path relative to the bundle's root, or the http(s) address of a document that was fetched before.
        Raises ``FetchRefusedError`` for what must not be opened, ``SpecLimitError`` and ``SpecUnreadableError``.
        """


class MemoryFiles:
    """Files held in memory, by path."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = contents

    def read(self, path: str) -> bytes | None:
        """See the port."""
        return self._contents.get(path)


NO_FILES: Files = MemoryFiles({})
"""A document that came alone."""


class LayeredFiles:
    """Several places to look in, the first that has a file winning."""

    def __init__(self, *layers: Files) -> None:
        self._layers = layers

    def read(self, path: str) -> bytes | None:
        """See the port."""
        for layer in self._layers:
            content = layer.read(path)
            if content is not None:
                return content
        return None


class RecordedFiles:
    """The files of another, with a memory of all that were read and of the paths that it refused to open."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.contents: dict[str, bytes] = {}
        self.refused: list[str] = []

    def read(self, path: str) -> bytes | None:
        """See the port."""
        try:
            content = self._files.read(path)
        except FetchRefusedError:
            self.refused.append(path)
            raise
        if content is not None:
            self.contents[path] = content
        return content
