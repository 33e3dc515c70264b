"""Makes the record of an analysis from the events of an experiment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.experiments.analysis_record import AnalysisRecord, DayRecord, VariantRecord
from common.experiments.definition import Experiment
from common.experiments.metrics import METRICS
from common.experiments.published import Stop
from pipelines.experiments.analysis import Analysis, analyze
from pipelines.experiments.champions import warn_of_champions
from pipelines.experiments.experiment_events import (
    ExperimentEvents,
    end_of,
    start_of,
)
from pipelines.experiments.interference import warn_of_interference
from pipelines.experiments.sample_ratio import SampleRatio, check_sample_ratio
from pipelines.experiments.variant_record import to_day_record, to_record
from pipelines.experiments.verdict import State, decide


@dataclass(frozen=True, slots=True)
class _Moment:
    """How far an experiment is at the time of an analysis."""

    until: datetime
    day: int
    days: int
    is_over: bool


def make_record(
    found: ExperimentEvents,
    until: datetime,
    stops: Mapping[str, datetime],
    others: Sequence[ExperimentEvents] = (),
    all_stops: Sequence[Stop] = (),
) -> AnalysisRecord:
    """Return what an experiment says at a time.

    ``stops`` has the times at which variants were stopped, by their names; all of them where the
    experiment was stopped. A variant says what it said when it was stopped. To stop it after the
    end changes nothing. ``others`` are the other experiments of the time, and ``all_stops`` has the
    stops of all of them.
    """
    experiment = found.experiment
    end = end_of(experiment)
    stops = {name: at for name, at in stops.items() if at <= until and at < end}
    moment = _moment(experiment, until, stops)
    now = analyze(experiment, found.all_sums(moment.until), moment.is_over)
    ratio = _sample_ratio(found, now, stops)
    state = State(
        experiment=experiment,
        day=moment.day,
        days=moment.days,
        is_over=moment.is_over,
        sellers=now.sellers,
        sample_ratio=ratio,
        variants=tuple(_variants(found, now, moment, stops)),
        stopped=frozenset(stops),
    )
    switched = found.exposures(moment.until).switched
    warnings = (
        *_warn_of_ratio(ratio),
        *warn_of_champions(found, others, moment.until),
        *warn_of_interference(found, others, moment.until, all_stops),
    )
    return _to_record(state, until, switched, warnings)


def _moment(
    experiment: Experiment, until: datetime, stops: Mapping[str, datetime]
) -> _Moment:
    start, end = start_of(experiment), end_of(experiment)
    treatments = {each.name for each in experiment.treatments}
    # What happens once nobody sees a treatment any more says nothing about it.
    is_stopped = bool(treatments) and treatments <= set(stops)
    if is_stopped:
        until = min(until, max(stops.values()))
    passed = min(until, end) - start
    known = end + timedelta(days=METRICS[experiment.metric].days)
    return _Moment(
        until,
        day=max(passed.days, 0),
        days=(end - start).days,
        is_over=until >= known and not is_stopped,
    )


def _sample_ratio(
    found: ExperimentEvents, now: Analysis, stops: Mapping[str, datetime]
) -> SampleRatio:
    """Compare the sellers of variants that get new ones, or of all before the first stop."""
    if not stops:
        return now.sample_ratio
    left = [each for each in found.experiment.variants if each.name not in stops]
    if len(left) > 1:
        sellers = {each.name: now.sellers[each.name] for each in left}
        return check_sample_ratio(sellers, {each.name: each.share for each in left})
    exposed = found.exposures(min(stops.values())).exposed
    counts = {
        str(name): int((exposed["variant"] == name).sum()) for name in now.sellers
    }
    shares = {each.name: each.share for each in found.experiment.variants}
    return check_sample_ratio(counts, shares)


def _variants(
    found: ExperimentEvents,
    now: Analysis,
    moment: _Moment,
    stops: Mapping[str, datetime],
) -> Iterator[VariantRecord]:
    histories = _histories(found, moment)
    for name, result in now.variants.items():
        stopped = stops.get(name)
        if stopped is not None and stopped < moment.until:
            then = analyze(found.experiment, found.all_sums(stopped), is_over=False)
            result = then.variants.get(name, result)
        days = [
            each
            for each in histories.get(name, [])
            if stopped is None or each.day < stopped.date().isoformat()
        ]
        yield to_record(name, result, stopped, days)


def _histories(found: ExperimentEvents, moment: _Moment) -> dict[str, list[DayRecord]]:
    """Return what the deciding metric said at the end of each day, by variant."""
    experiment = found.experiment
    histories: dict[str, list[DayRecord]] = {}
    for number in range(moment.day):
        day = experiment.start + timedelta(days=number)
        end = start_of(experiment) + timedelta(days=number + 1)
        sums = {experiment.metric: found.sums(experiment.metric, end)}
        for name, result in analyze(experiment, sums, is_over=False).variants.items():
            record = to_day_record(day, result.metrics[experiment.metric])
            histories.setdefault(name, []).append(record)
    return histories


def _warn_of_ratio(ratio: SampleRatio) -> Iterator[str]:
    if ratio.verdict == "suspicious":
        yield (
            "Chance makes the numbers of sellers differ this much in less than 1 of 100 cases:"
            " look whether sellers are lost."
        )


def _to_record(
    state: State, time: datetime, switched: int, warnings: tuple[str, ...]
) -> AnalysisRecord:
    experiment = state.experiment
    verdict, sentence = decide(state)
    return AnalysisRecord(
        key=experiment.key,
        layer=experiment.layer,
        hypothesis=experiment.hypothesis,
        owner=experiment.owner,
        metric=experiment.metric,
        minimum_effect=experiment.minimum_effect,
        control=experiment.control.name,
        time=time.isoformat(timespec="seconds"),
        day=state.day,
        days=state.days,
        is_over=state.is_over,
        sellers=state.sellers,
        sample_ratio=state.sample_ratio.p_value,
        sample_ratio_verdict=state.sample_ratio.verdict,
        switched=switched,
        interval_kind="fixed horizon" if state.is_over else "always valid",
        variants=tuple(state.variants),
        warnings=warnings,
        verdict=verdict,
        sentence=sentence,
        guardrails={each.metric: each.max_harm for each in experiment.guardrails},
    )
