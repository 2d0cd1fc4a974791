"""What the command line advises: nothing that only a user of the service could do."""

from __future__ import annotations

import io
import json

import pytest

from specproof.cli.hints import HINTS, hint_of
from specproof.cli.output import Output
from specproof.errors import FetchUnavailableError, QualityGateError, RequestError, SpecProofError


@pytest.mark.parametrize("kind", HINTS, ids=lambda kind: kind.__name__)
def test_an_error_without_a_hint_of_its_own_gets_one_for_the_command_line(kind: type[SpecProofError]) -> None:
    assert hint_of(kind("no")) == HINTS[kind] != kind.default_hint


def test_a_hint_that_was_given_and_those_of_other_kinds_stay() -> None:
    assert hint_of(RequestError("no", hint="Say yes.")) == "Say yes."
    assert hint_of(QualityGateError("no")) == QualityGateError.default_hint


@pytest.mark.parametrize("as_json", [False, True])
def test_they_are_shown_as_text_and_as_json(as_json: bool) -> None:
    shown = io.StringIO()
    Output(as_json=as_json, err=shown).error(FetchUnavailableError("no answer"))
    hint = "Check that the address is reachable from this machine, and try again."
    assert (json.loads(shown.getvalue())["hint"] if as_json else shown.getvalue().splitlines()[1]) in {hint, f"  hint: {hint}"}
