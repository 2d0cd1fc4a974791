"""The plug-in that runs beside a suite, fed with reports as pytest makes them."""

from __future__ import annotations

import json
import os
from types import SimpleNamespace

import pytest

from specproof.execution.result_plugin import ResultPlugin, ResultWriter, pytest_addoption, pytest_configure


def report(when: str, outcome: str = "passed", longrepr: object = None, **fields: object) -> pytest.TestReport:
    properties = fields.pop("user_properties", [])
    made = pytest.TestReport(
        nodeid="t.py::test_a",
        location=("t.py", 1, "test_a"),
        keywords={},
        outcome=outcome,  # type: ignore[arg-type]
        longrepr=longrepr,  # type: ignore[arg-type]
        when=when,  # type: ignore[arg-type]
        duration=0.25,
        user_properties=properties,  # type: ignore[arg-type]
    )
    for name, value in fields.items():
        setattr(made, name, value)
    return made


class Pipe:
    """The plug-in's pipe, read back as JSON."""

    def __init__(self) -> None:
        self.reader, self.writer = os.pipe()

    def lines(self) -> list[dict[str, object]]:
        os.close(self.writer)
        with os.fdopen(self.reader, "rb") as file:
            return [json.loads(line) for line in file]


def told(*phases: pytest.TestReport) -> dict[str, object]:
    pipe = Pipe()
    plugin = ResultPlugin(ResultWriter(pipe.writer))
    for phase in phases:
        plugin.pytest_runtest_logreport(phase)
    (line,) = pipe.lines()
    return line


def crash(message: str) -> SimpleNamespace:
    return SimpleNamespace(reprcrash=SimpleNamespace(message=message))


PASSED = (report("setup"), report("call"), report("teardown"))


@pytest.mark.parametrize(
    ("phases", "kind", "message"),
    [
        (PASSED, "passed", ""),
        ((report("setup"), report("call", "failed", crash("assert 0")), report("teardown")), "failed", "assert 0"),
        ((report("setup", "failed", crash("KeyError")), report("teardown")), "errored", "KeyError"),
        ((report("setup"), report("call"), report("teardown", "failed", crash("late"))), "errored", "late"),
        (
            (report("setup"), report("call", "failed", crash("first")), report("teardown", "failed", crash("second"))),
            "failed",
            "first",
        ),
        ((report("setup", "skipped", ("t.py", 3, "Skipped: no credential")), report("teardown")), "skipped", "no credential"),
        ((report("setup"), report("call", "skipped", "x", wasxfail="known"), report("teardown")), "skipped", "known"),
        (
            (report("setup"), report("call", "failed", "[XPASS(strict)] known"), report("teardown")),
            "failed",
            "[XPASS(strict)] known",
        ),
        ((report("setup"), report("call", "failed", "lone \ud800 surrogate"), report("teardown")), "failed", "lone ? surrogate"),
    ],
)
def test_the_first_phase_that_did_not_pass_decides(phases: tuple[pytest.TestReport, ...], kind: str, message: str) -> None:
    line = told(*phases)

    assert (line["kind"], line["message"], line["node_id"]) == (kind, message, "t.py::test_a")
    assert line["duration"] == 0.25 * len(phases)


def test_properties_of_every_phase_become_fields() -> None:
    on_item = [("specproof_case", "c1"), ("specproof_operation", "POST /books"), ("specproof_remark", "one"), ("foreign", "x")]
    on_call = [*on_item, ("specproof_check", "rejected"), ("specproof_remark", "two")]

    line = told(
        report("setup", user_properties=on_item),
        report("call", user_properties=on_call),
        report("teardown", user_properties=on_item),
    )

    assert (line["case_id"], line["operation"], line["check"], line["remarks"]) == (
        "c1",
        "POST /books",
        "rejected",
        ["one", "two"],
    )
    assert "foreign" not in line


def test_the_rule_the_timings_and_the_keys_of_known_failures_are_told() -> None:
    key = '["GET /", "rejected", "200"]'
    said = [("specproof_rule", "a rule (#/x)"), ("specproof_timing", "GET /: p50 1.0 ms"), ("specproof_failure_key", key)]

    line = told(report("setup"), report("call", user_properties=said), report("teardown", user_properties=said))

    assert (line["rule"], line["timings"], line["failure_keys"]) == ("a rule (#/x)", ["GET /: p50 1.0 ms"], [key])


def test_texts_and_remarks_are_bounded() -> None:
    remarks = [("specproof_remark", f"remark {number}") for number in range(100)]

    line = told(report("setup"), report("call", "failed", "x" * 100_000), report("teardown", user_properties=remarks))

    assert (len(str(line["message"])), len(line["remarks"])) == (8000, 20)  # type: ignore[arg-type]


def test_the_course_of_a_session_is_told() -> None:
    pipe = Pipe()
    plugin = ResultPlugin(ResultWriter(pipe.writer))
    plugin.pytest_collection_finish(SimpleNamespace(items=[1, 2]))  # type: ignore[arg-type]
    plugin.pytest_collectreport(pytest.CollectReport("a.py", "passed", None, []))
    plugin.pytest_collectreport(pytest.CollectReport("b.py", "failed", "ImportError: x", []))
    plugin.pytest_runtest_logstart("t.py::test_a")
    plugin.pytest_sessionfinish(1)

    assert pipe.lines() == [
        {"type": "collected", "total": 2},
        {"type": "collect_error", "node_id": "b.py", "message": "ImportError: x"},
        {"type": "started", "node_id": "t.py::test_a"},
        {"type": "finished", "exit_code": 1},
    ]


def test_a_writer_that_nobody_reads_goes_quiet() -> None:
    reader, descriptor = os.pipe()
    os.close(reader)
    writer = ResultWriter(descriptor)

    writer.write({"a": 1})
    os.close(descriptor)
    writer.write({"b": 2})

    assert writer._descriptor is None


class Options:
    """What we need of pytest's parser and configuration."""

    def __init__(self, descriptor: int | None = None) -> None:
        self.descriptor = descriptor
        self.added: list[str] = []
        self.pluginmanager = self

    def addoption(self, name: str, **rest: object) -> None:
        self.added.append(name)

    def getoption(self, name: str) -> int | None:
        return self.descriptor

    def register(self, plugin: object, name: str) -> None:
        self.added.append(name)


def test_it_is_on_only_where_a_descriptor_is_given() -> None:
    reader, writer = os.pipe()
    parser, off, on = Options(), Options(), Options(writer)

    pytest_addoption(parser)  # type: ignore[arg-type]
    pytest_configure(off)  # type: ignore[arg-type]
    pytest_configure(on)  # type: ignore[arg-type]
    os.close(reader)
    os.close(writer)

    assert (parser.added, off.added, on.added) == (["--specproof-results-fd"], [], ["specproof-results"])
