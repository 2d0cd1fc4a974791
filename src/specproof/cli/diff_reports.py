"""A comparison of two documents for people, for programs, and for the comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from specproof.cli.output import harmless
from specproof.openapi.diff.changes import Change, ChangeSeverity, OperationDifference, SpecDifference

Styled = tuple[str, str]
"""A style of :data:`~specproof.cli.output.STYLES` ("" for none) and a line."""
_STYLES = {ChangeSeverity.BREAKING: "red", ChangeSeverity.WARNING: "yellow", ChangeSeverity.INFO: ""}
_MAX_COMMENT = 300
"""Rows of a Markdown report: a comment on a pull request holds 65,536 characters."""
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|~$@-])")


def _worst(operation: OperationDifference) -> int:
    return min((change.severity.rank for change in operation.changes), default=ChangeSeverity.INFO.rank)


def _sections(difference: SpecDifference) -> Iterator[tuple[str, Sequence[Change], bool]]:
    """Title, changes, and whether there are more: operations with breaking changes first, what concerns all of them last."""
    for operation in sorted(difference.operations, key=_worst):
        yield operation.label, operation.changes, operation.is_cut
    if difference.document:
        yield "the document", difference.document, False


def diff_lines(difference: SpecDifference) -> list[Styled]:
    """The report for a terminal."""
    if difference.is_empty:
        return [("", "no difference")]
    counts = difference.counts
    lines = [("red" if counts.breaking else "", counts.summary)]
    for title, changes, is_cut in _sections(difference):
        lines += [("", ""), ("bold", title)]
        lines += [
            (_STYLES[change.severity], f"  {change.severity.value:<9}{change.sentence}  [{change.rule.value}]")
            for change in changes
        ]
        if is_cut:
            lines.append(("", "  ... and more changes of this operation that are not listed"))
    return lines


def diff_document(difference: SpecDifference) -> dict[str, object]:
    """The report as JSON: complete, whatever the other forms leave out."""
    counts = difference.counts
    return {
        "summary": {"breaking": counts.breaking, "warning": counts.warning, "info": counts.info},
        "added": [operation.label for operation in difference.added],
        "removed": [operation.label for operation in difference.removed],
        "operations": [
            {
                "operation": operation.label,
                "previous": operation.previous_key.label if operation.previous_key is not None else None,
                "is_cut": operation.is_cut,
                "changes": [_change_document(change) for change in operation.changes],
            }
            for operation in difference.operations
        ],
        "document": [_change_document(change) for change in difference.document],
    }


def _change_document(change: Change) -> dict[str, object]:
    return {
        "rule": change.rule.value,
        "severity": change.severity.value,
        "direction": change.direction.value,
        "pointer_before": change.pointer_before,
        "pointer_after": change.pointer_after,
        "subject": change.subject,
        "sentence": change.sentence,
    }


def diff_markdown(difference: SpecDifference) -> list[str]:
    """The report as Markdown. Everything that the documents wrote is escaped: it can neither format nor mention anybody."""
    if difference.is_empty:
        return ["**No difference.**"]
    lines = [f"**{difference.counts.summary}**"]
    left = _MAX_COMMENT
    for title, changes, is_cut in _sections(difference):
        shown = changes[:left]
        if shown:
            lines += ["", f"### {_plain(title)}", "", "| severity | change | rule |", "|---|---|---|"]
            lines += [f"| {_badge(change.severity)} | {_plain(change.sentence)} | `{change.rule.value}` |" for change in shown]
        left -= len(shown)
        if is_cut or len(shown) < len(changes):
            lines += ["", f"More changes of {_plain(title)} are not listed."]
        if left <= 0:
            lines += ["", "Further operations may have changed: `specproof diff --format json` lists all of them."]
            break
    return lines


def _badge(severity: ChangeSeverity) -> str:
    return f"**{severity.value}**" if severity is ChangeSeverity.BREAKING else severity.value


def _plain(text: str) -> str:
    """``text`` as Markdown shows it letter by letter, on one line."""
    flat = " ".join(harmless(text).split())
    escaped = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # An entity and not a backslash: a mention or an address would be made a link in spite of one.
    return _MARKUP.sub(lambda match: f"&#{ord(match[1])};", escaped).replace("://", "&#58;//").replace("www.", "www&#46;")
