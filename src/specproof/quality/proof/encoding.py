"""The values of a proof as JSON, for the pipe between its processes and for the cache. Bytes are written as Latin-1 text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from specproof.domain import traffic
from specproof.domain.proofs import (
    Alarm,
    FaultFamily,
    HealthyRun,
    Kill,
    MutantOutcome,
    ProofReport,
    Sample,
    VariantOutcome,
    Verdict,
)
from specproof.quality.proof.consulting import Reading
from specproof.quality.proof.healthy import Done
from specproof.quality.proof.recording import CaseRun, CheckMade, Ending, Exchange, Failure
from specproof.reference.messages import Headers, Reply


def exchange_json(exchange: Exchange) -> list[Any]:
    """A recorded request and its reply."""
    reply = exchange.reply
    return [
        exchange.method,
        exchange.target,
        [list(pair) for pair in exchange.headers],
        exchange.body.decode("latin-1"),
        [reply.status, [list(pair) for pair in reply.headers], reply.body.decode("latin-1"), reply.seconds],
    ]


def exchange_of(entry: Sequence[Any]) -> Exchange:
    """What :func:`exchange_json` wrote."""
    method, target, headers, body, (status, answered, content, seconds) = entry
    reply = Reply(status, headers_of(answered), content.encode("latin-1"), seconds)
    return Exchange(method, target, headers_of(headers), body.encode("latin-1"), reply)


def headers_of(pairs: Sequence[Sequence[str]]) -> Headers:
    """Headers out of JSON."""
    return tuple((name, value) for name, value in pairs)


def run_json(run: CaseRun) -> dict[str, Any]:
    """A recorded case."""
    failure = run.failure
    return {
        "case": run.case_id,
        "ending": run.ending.value,
        "failure": [failure.check, failure.operation, failure.expected, failure.actual, failure.curl] if failure else None,
        "exchanges": [exchange_json(exchange) for exchange in run.exchanges],
        "checks": sorted([made.check, made.operation] for made in run.checks),
        "control": run.control,
        "is_control_refused": run.is_control_refused,
        "judged": run.judged,
        "readings": [_reading_json(reading) for reading in run.readings],
        "has_clock": run.has_clock,
        "seconds": run.seconds,
    }


def run_of(entry: Mapping[str, Any]) -> CaseRun:
    """What :func:`run_json` wrote."""
    return CaseRun(
        entry["case"],
        Ending(entry["ending"]),
        Failure(*entry["failure"]) if entry["failure"] else None,
        tuple(exchange_of(exchange) for exchange in entry["exchanges"]),
        frozenset(CheckMade(check, operation) for check, operation in entry["checks"]),
        entry["control"],
        entry["is_control_refused"],
        entry["judged"],
        tuple(_reading_of(reading) for reading in entry["readings"]),
        entry["has_clock"],
        entry["seconds"],
    )


def _reading_json(reading: Reading | None) -> list[Any] | None:
    if reading is None:
        return None
    parts = (reading.headers, reading.pointers)
    return [*(None if part is None else sorted(part) for part in parts), reading.limit]


def _reading_of(entry: Sequence[Any] | None) -> Reading | None:
    if entry is None:
        return None
    headers, pointers = (None if part is None else frozenset(part) for part in entry[:2])
    return Reading(headers, pointers, entry[2])


def alarm_json(alarm: Alarm) -> list[str]:
    """An alarm."""
    return [alarm.case_id, alarm.check, alarm.operation, alarm.expected, alarm.actual]


def mutant_json(outcome: MutantOutcome) -> dict[str, Any]:
    """A mutant and what became of it."""
    return {
        "id": outcome.id,
        "operator": outcome.operator,
        "family": outcome.family.value,
        "operation": outcome.operation,
        "sentence": outcome.sentence,
        "verdict": outcome.verdict.value,
        "kill": [outcome.kill.case_id, outcome.kill.check] if outcome.kill else None,
        "probes": outcome.probes,
        "request": outcome.request,
    }


def mutant_of(entry: Mapping[str, Any]) -> MutantOutcome:
    """What :func:`mutant_json` wrote."""
    return MutantOutcome(
        id=entry["id"],
        operator=entry["operator"],
        family=FaultFamily(entry["family"]),
        operation=entry["operation"],
        sentence=entry["sentence"],
        verdict=Verdict(entry["verdict"]),
        kill=Kill(*entry["kill"]) if entry["kill"] else None,
        probes=entry["probes"],
        request=entry["request"],
    )


def variant_json(outcome: VariantOutcome) -> dict[str, Any]:
    """A variant and the alarms on it."""
    return {"id": outcome.id, "sentence": outcome.sentence, "alarms": [alarm_json(alarm) for alarm in outcome.alarms]}


def variant_of(entry: Mapping[str, Any]) -> VariantOutcome:
    """What :func:`variant_json` wrote."""
    return VariantOutcome(entry["id"], entry["sentence"], tuple(Alarm(*alarm) for alarm in entry["alarms"]))


def healthy_json(run: HealthyRun) -> dict[str, Any]:
    """A healthy run."""
    return {
        "name": run.name,
        "passed": run.passed,
        "skipped": run.skipped,
        "alarms": [alarm_json(alarm) for alarm in run.alarms],
        "leftovers": run.leftovers,
    }


def healthy_of(entry: Mapping[str, Any]) -> HealthyRun:
    """What :func:`healthy_json` wrote."""
    alarms = tuple(Alarm(*alarm) for alarm in entry["alarms"])
    return HealthyRun(entry["name"], entry["passed"], entry["skipped"], alarms, entry["leftovers"])


def done_json(done: Done) -> list[Any]:
    """A healthy run with what is remembered of it."""
    return [healthy_json(done.run), done.requests, list(done.skipped)]


def done_of(entry: Sequence[Any]) -> Done:
    """What :func:`done_json` wrote."""
    run, requests, skipped = entry
    return Done(healthy_of(run), requests, tuple(skipped))


def report_json(report: ProofReport) -> dict[str, Any]:
    """The whole report."""
    return {
        "mutants": [mutant_json(outcome) for outcome in report.mutants],
        "variants": [variant_json(outcome) for outcome in report.variants],
        "healthy": [healthy_json(run) for run in report.healthy],
        "case_count": report.case_count,
        "requests": report.requests,
        "samples": {operator: [sample.applicable, sample.tried] for operator, sample in report.samples.items()},
        "traffic": [_traffic_json(exchange) for exchange in report.traffic],
        "from_cache": report.from_cache,
    }


def report_of(entry: Mapping[str, Any]) -> ProofReport:
    """What :func:`report_json` wrote."""
    mutants = tuple(mutant_of(mutant) for mutant in entry["mutants"])
    return ProofReport(
        mutants=mutants,
        variants=tuple(variant_of(variant) for variant in entry["variants"]),
        healthy=tuple(healthy_of(run) for run in entry["healthy"]),
        case_count=entry["case_count"],
        requests=entry["requests"],
        samples={operator: Sample(applicable, tried) for operator, (applicable, tried) in entry["samples"].items()},
        kills_by_case=kills_by_case(mutants),
        from_cache=entry["from_cache"],
        traffic=tuple(_traffic_of(exchange) for exchange in entry["traffic"]),
    )


def kills_by_case(mutants: Sequence[MutantOutcome]) -> dict[str, tuple[str, ...]]:
    """Case id -> the mutants that it killed for the right reason."""
    kills: dict[str, tuple[str, ...]] = {}
    for mutant in mutants:
        if mutant.verdict is Verdict.KILLED and mutant.kill is not None:
            kills[mutant.kill.case_id] = (*kills.get(mutant.kill.case_id, ()), mutant.id)
    return kills


def _traffic_json(exchange: traffic.Exchange) -> list[Any]:
    sent = [exchange.method, exchange.target, exchange.request_headers, exchange.request_body.decode("latin-1")]
    answered = [exchange.status, exchange.response_headers, exchange.response_body.decode("latin-1")]
    return [exchange.case_id, exchange.operation, *sent, *answered]


def _traffic_of(entry: Sequence[Any]) -> traffic.Exchange:
    case_id, operation, method, target, headers, body, status, answered, content = entry
    return traffic.Exchange(
        case_id,
        operation,
        method,
        target,
        headers_of(headers),
        body.encode("latin-1"),
        status,
        headers_of(answered),
        content.encode("latin-1"),
    )
