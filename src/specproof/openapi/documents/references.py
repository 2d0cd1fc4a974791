"""``$ref``: where a reference leads, found lazily and without recursion.

Nothing is inlined. A reference is relative to the document, and the ``$id``, that holds it; what it leads to is looked for in the bundle
of the specification, and nowhere else. ``$ref`` counts only as a string in a place where OpenAPI has a reference, so a property that is
*named* ``$ref`` is an ordinary property.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from specproof.openapi.documents.addresses import join
from specproof.openapi.documents.bundle import OUT_OF_BUNDLE, Bundle, Document, Trouble
from specproof.openapi.finding_log import FindingLog, quoted
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.pointers import Tokens, file_and_place, fragment_tokens, in_file, pointer
from specproof.openapi.schema import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class Target:
    """A place in the document and what stands there."""

    tokens: Tokens
    value: JsonValue


class _Missing:
    """The type of the mark for "nothing stands there" (null is a value)."""


_MISSING: Final = _Missing()


def reference_of(value: JsonValue) -> str | None:
    """The ``$ref`` of a reference object; None for everything else."""
    reference = value.get("$ref") if isinstance(value, dict) else None
    return reference if isinstance(reference, str) else None


_NOWHERE = Trouble(FindingCode.REF_NOT_FOUND, "leads nowhere")


@dataclass(frozen=True, slots=True)
class _Resource:
    """What fragments are relative to: a document, or the part of it at ``start`` that has its own ``$id``."""

    document: Document
    start: Tokens


def _same_place(at: Tokens) -> Tokens:
    return at


class ReferenceResolver:
    """Resolves references within one bundle. Each is looked up once; troubles are reported where they stand.

    ``root`` is the tree of the main document. Where it is a translation of it, ``origin_of`` gives the place of the original for a
    place of the translation: references are relative to that.
    """

    def __init__(
        self,
        root: JsonObject,
        log: FindingLog,
        *,
        bundle: Bundle | None = None,
        origin_of: Callable[[Tokens], Tokens] = _same_place,
    ) -> None:
        self._root = root
        self._log = log
        self._bundle = bundle or Bundle.of(root)
        self._origin_of = origin_of
        self._found: dict[tuple[str, Tokens, str], Target | Trouble] = {}
        self._ends: dict[Tokens, Target | None] = {}

    def locate(self, reference: str, at: Tokens, *, base: Tokens | None = None) -> Target | None:
        """Where ``reference`` leads; None (and a finding at ``at``) where it leads out of the bundle or nowhere.

        It is relative to ``at``, or to ``base`` where that is given.
        """
        holder = self._resource_at(at if base is None else base)
        key = (holder.document.name, holder.start, reference)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._search(reference, holder)
        if isinstance(found, Target):
            return found
        self._log.add(found.code, pointer(at), f"the reference {quoted(reference)} {found.text}", Severity.MAJOR)
        return None

    def follow(self, value: JsonValue, at: Tokens) -> Target | None:
        """The first thing that is no bare reference, from ``value`` at ``at`` along a chain of any length.

        None where the chain breaks or bites its own tail; the finding is left.
        """
        passed: list[Tokens] = []
        seen: set[Tokens] = set()
        current: Target | None = Target(at, value)
        while current is not None and (reference := reference_of(current.value)) is not None:
            if current.tokens in self._ends:
                current = self._ends[current.tokens]
                break
            if current.tokens in seen:
                chain = " -> ".join(pointer(tokens) for tokens in [*passed[-3:], current.tokens])
                message = f"references form a circle: {chain[:200]}"
                self._log.add(FindingCode.REF_CYCLE, pointer(current.tokens), message, Severity.MAJOR)
                current = None
                break
            seen.add(current.tokens)
            passed.append(current.tokens)
            current = self.locate(reference, current.tokens)
        for tokens in passed:
            self._ends[tokens] = current
        return current

    def value_at(self, tokens: Tokens) -> JsonValue:
        """What stands at ``tokens``; None where nothing does."""
        value = self._walk(*file_and_place(tokens))
        return None if isinstance(value, _Missing) else value

    def _resource_at(self, at: Tokens) -> _Resource:
        name, place = file_and_place(self._origin_of(at))
        document = self._bundle.document(name) or self._bundle.main
        return _Resource(document, document.identifiers.resource_of(place) if document.has_identifiers else ())

    def _search(self, reference: str, holder: _Resource) -> Target | Trouble:
        """The first reading of ``reference`` that leads to something. What is told of the others is the strictest one's trouble."""
        address, _, fragment = reference.partition("#")
        trouble: Trouble | None = None
        for resource in self._meant(address, holder):
            found = resource if isinstance(resource, Trouble) else self._in_resource(resource, fragment)
            if isinstance(found, Target):
                return found
            trouble = trouble or found
        trouble = trouble or OUT_OF_BUNDLE
        if trouble.wanted:
            self._bundle.wanted.add(trouble.wanted)
        return trouble

    def _meant(self, address: str, holder: _Resource) -> Iterator[_Resource | Trouble]:
        """What ``address`` may mean to ``holder``: first as JSON Schema has it, then as people write it who do not mind their ``$id``."""
        document = holder.document
        if not address:
            yield holder
            if holder.start:
                yield _Resource(document, ())
            return
        bases = [document.identifiers.bases[holder.start], document.address] if document.has_identifiers else [document.address]
        joined = [join(base, address) for base in dict.fromkeys(bases)]
        for known in (document, self._bundle.main):
            resources = known.identifiers.resources if known.has_identifiers else {}
            for text in (*joined, address):
                if text is not None and text in resources:
                    yield _Resource(known, resources[text])
        for target in joined:
            opened = OUT_OF_BUNDLE if target is None else self._bundle.open(target)
            yield opened if isinstance(opened, Trouble) else _Resource(opened, ())

    def _in_resource(self, resource: _Resource, fragment: str) -> Target | Trouble:
        document, start = resource.document, resource.start
        for decode in (True, False):
            tokens = fragment_tokens(fragment, decode=decode)
            place = document.identifiers.anchor(start, fragment) if tokens is None else start + tokens
            if place is not None:
                value = self._walk(document.name, place)
                if not isinstance(value, _Missing):
                    return Target(in_file(document.name, place), value)
        if fragment == "/" and document.name and not start:
            # Strictly this is the key "", but people mean the whole file.
            return Target(in_file(document.name), document.root)
        return _NOWHERE

    def _walk(self, name: str, tokens: Tokens) -> JsonValue | _Missing:
        document = self._bundle.document(name)
        node: JsonValue = self._root if document is None or not name else document.root
        for token in tokens:
            if isinstance(node, dict) and token in node:
                node = node[token]
            elif isinstance(node, list) and token.isascii() and token.isdigit() and len(token) < 10 and int(token) < len(node):
                node = node[int(token)]
            else:
                return _MISSING
        return node
