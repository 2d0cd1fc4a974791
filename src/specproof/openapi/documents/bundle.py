"""A specification as one virtual tree of several documents: the main one, and the files that its references reach.

Each file is loaded when a reference first leads to it, once; the limits hold for all of them together.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property

import orjson

from specproof.errors import FetchRefusedError, SpecLimitError, SpecUnreadableError
from specproof.openapi.documents.addresses import is_document_name, is_uri, is_web
from specproof.openapi.documents.archives import open_archive
from specproof.openapi.documents.files import NO_FILES, Files, LayeredFiles
from specproof.openapi.documents.identifiers import Identifiers, read_identifiers
from specproof.openapi.documents.loader import LoadedDocument, SpecLimits, load_document, load_tree
from specproof.openapi.finding_log import FindingLog
from specproof.openapi.findings import Finding, FindingCode
from specproof.openapi.pointers import in_file, pointer
from specproof.openapi.schema import JsonObject, JsonValue

_NOT_FOLLOWED = "leads out of the document; it is not followed"
_WANTS_FILES = f"{_NOT_FOLLOWED}: send the document with its files as one zip archive"
_WANTS_HOST = f"{_NOT_FOLLOWED}: allow its host with SPECPROOF_FETCH__REFERENCE_HOSTS, or bundle the document"


@dataclass(frozen=True)
class Document:
    """One file: its ``name`` (a path in the bundle, or a URL; empty for the main document), its address, and what stands in it."""

    name: str
    address: str
    root: JsonValue
    has_identifiers: bool = True

    @cached_property
    def identifiers(self) -> Identifiers:
        """What the document calls its parts."""
        return read_identifiers(self.root, self.address)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a reference leads to no document. ``wanted`` is the address of one that could be fetched, if that is what it lacks."""

    code: FindingCode
    text: str
    wanted: str = ""


OUT_OF_BUNDLE = Trouble(FindingCode.REF_EXTERNAL, _NOT_FOLLOWED)


@dataclass(slots=True)
class Bundle:
    """The documents of one specification.

    ``loaded`` is the main one, made of ``content`` and called ``name`` among the ``files``. ``wanted`` gathers the web addresses that
    references lack; ``is_named_by_itself`` says whether one of them named the main document by its address.
    """

    loaded: LoadedDocument
    log: FindingLog
    limits: SpecLimits = field(default_factory=SpecLimits)
    files: Files = NO_FILES
    name: str = ""
    content: bytes = b""
    wanted: set[str] = field(default_factory=set)
    is_named_by_itself: bool = False
    main: Document = field(init=False)
    _size: int = field(init=False)
    _nodes: int = field(init=False)
    _reads: int = field(init=False, default=0)
    _opened: dict[str, Document | Trouble] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.main = Document("", self.name, self.loaded.root, self.loaded.has_identifiers or "$self" in self.loaded.root)
        self._size = len(self.content)
        self._nodes = self.loaded.nodes

    @classmethod
    def of(cls, root: JsonObject) -> Bundle:
        """A document that is a tree already, alone."""
        return cls(LoadedDocument(root, ()), FindingLog())

    def document(self, name: str) -> Document | None:
        """The loaded document of that name; None where there is none."""
        found = self._opened.get(name) if name else self.main
        return found if isinstance(found, Document) else None

    def open(self, address: str) -> Document | Trouble:
        """The document at ``address``, loaded now if it was not. Raises :class:`SpecLimitError`."""
        if address == self.name and address:
            self.is_named_by_itself = True
            return self.main
        if address not in self._opened:
            self._opened[address] = self._load(address)
        return self._opened[address]

    @property
    def looks_for_files(self) -> bool:
        """Whether a reference has led to a path, be there a file or not."""
        return any(not is_uri(address) for address in self._opened)

    def digest(self) -> str:
        """The SHA-256 of the canonical main document, and of every file that was read so far, in the order of their names."""
        total = hashlib.sha256(_canonical(self.main.root))
        for name, document in sorted(self._opened.items()):
            if isinstance(document, Document):
                total.update(b"\0" + name.encode("utf-8", errors="surrogatepass") + b"\0" + _canonical(document.root))
        return total.hexdigest()

    def _load(self, address: str) -> Document | Trouble:
        content = self._refusal(address) or self._content(address)
        if isinstance(content, Trouble):
            return content
        try:
            tree = load_tree(content, limits=self.limits)
        except SpecUnreadableError as error:
            return self._unreadable(address, error)
        except SpecLimitError as error:
            raise SpecLimitError(error.message, at=pointer(in_file(address)), hint=error.hint) from error
        self._count_nodes(tree.nodes, address)
        self.log.extend(tuple(replace(finding, at=pointer(in_file(address))) for finding in tree.findings))
        return Document(address, address, tree.value, tree.has_identifiers)

    def _content(self, address: str) -> bytes | Trouble:
        try:
            content = self.files.read(address)
            self._count_file(content, address)
        except FetchRefusedError:
            return Trouble(FindingCode.REF_EXTERNAL, "leads to what is no file of the bundle; it is not opened")
        except SpecUnreadableError as error:
            return self._unreadable(address, error)
        if content is not None:
            return content
        if is_web(address):
            return Trouble(FindingCode.REF_EXTERNAL, _WANTS_HOST, wanted=address)
        return Trouble(FindingCode.REF_NOT_FOUND, "leads to a file that is not there")

    def _refusal(self, address: str) -> Trouble | None:
        if is_web(address):
            return None
        if is_uri(address):
            return OUT_OF_BUNDLE
        if not is_document_name(address):
            return Trouble(FindingCode.REF_EXTERNAL, "leads to a file that is neither .json nor .yaml; it is not opened")
        return Trouble(FindingCode.REF_EXTERNAL, _WANTS_FILES) if self.files is NO_FILES else None

    def _unreadable(self, address: str, error: SpecUnreadableError) -> Trouble:
        """The error's own text may quote the file: only the line is told."""
        where = f" ({error.at})" if error.at.startswith(("line ", "byte ")) else ""
        message = f"the file cannot be read as JSON or YAML{where}; what refers to it leads nowhere"
        self.log.extend((Finding(FindingCode.DOCUMENT_INVALID, pointer(in_file(address)), message),))
        return Trouble(FindingCode.REF_NOT_FOUND, "leads to a file that cannot be read")

    def _count_file(self, content: bytes | None, address: str) -> None:
        """Files that are not there count too: looking for one costs as much. Web addresses are looked up in memory alone."""
        self._size += len(content or b"")
        self._reads += content is not None or not is_web(address)
        where = pointer(in_file(address))
        if self._size > self.limits.max_bytes:
            message = f"the files of the specification have more than {self.limits.max_bytes} bytes together"
            raise SpecLimitError(message, at=where)
        if self._reads > self.limits.max_files:
            raise SpecLimitError(f"the specification has more than {self.limits.max_files} files", at=where)

    def _count_nodes(self, nodes: int, address: str) -> None:
        self._nodes += nodes
        if self._nodes > self.limits.max_nodes:
            message = f"the files of the specification have more than {self.limits.max_nodes} nodes together"
            raise SpecLimitError(message, at=pointer(in_file(address)))


def open_bundle(content: bytes, *, limits: SpecLimits, files: Files = NO_FILES, name: str = "") -> Bundle:
    """The specification whose main document is ``content``, called ``name`` among its ``files``; or the archive ``content``.

    Raises :class:`SpecUnreadableError` and :class:`SpecLimitError`.
    """
    archive = open_archive(content, limits=limits)
    if archive is not None:
        files = archive.files if files is NO_FILES else LayeredFiles(archive.files, files)
        content, name = archive.content, archive.name
    loaded = load_document(content, limits=limits)
    return Bundle(loaded, FindingLog(), limits=limits, files=files, name=name, content=content)


def _canonical(root: JsonValue) -> bytes:
    return orjson.dumps(root, option=orjson.OPT_SORT_KEYS)
