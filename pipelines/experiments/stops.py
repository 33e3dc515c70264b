"""Stops variants that break a guardrail, by themselves, and tells when variants were stopped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from common.experiments.analysis_record import AnalysisRecord, VariantRecord
from common.experiments.definition import Experiment
from common.experiments.publication import stop
from common.experiments.published import Stop
from common.store.storage import Storage
from pipelines.experiments.wording import name_of, show_amount

GUARDRAIL = "guardrail"
"""Who stops a variant that breaks a guardrail."""


def stop_times(stops: Iterable[Stop], experiment: Experiment) -> dict[str, datetime]:
    """Return when variants were stopped, by their names; all of them with the experiment."""
    times: dict[str, datetime] = {}
    for each in stops:
        if each.experiment != experiment.key:
            continue
        names = (
            [each.variant] if each.variant else [v.name for v in experiment.variants]
        )
        for name in names:
            times.setdefault(name, datetime.fromisoformat(each.at))
    return times


def harmful_variants(record: AnalysisRecord) -> tuple[VariantRecord, ...]:
    """Return the variants that sellers see and that break a guardrail.

    They are stopped too where the results are void: whoever loses sellers may harm them, and an
    experiment with void results has to begin again anyway.
    """
    if not _is_running(record):
        return ()
    return tuple(each for each in record.variants if each.breaches and not each.stopped)


def needs_somebody(record: AnalysisRecord) -> bool:
    """Return whether people must act, or must know what was stopped by this analysis.

    They need not once the end is over: then nobody sees a variant, and they decide anyway.
    """
    if not _is_running(record):
        return False
    if record.verdict == "void":
        return not all(each.stopped for each in record.variants)
    return any(
        each.breaches and each.stopped in ("", record.time) for each in record.variants
    )


def stop_harmful(
    storage: Storage, record: AnalysisRecord, layers: Sequence[str]
) -> Iterator[Stop]:
    """Stop the harmful variants of a published experiment for good; yield each stop."""
    for variant in harmful_variants(record):
        order = Stop(
            experiment=record.key,
            variant=variant.name,
            reason=_reason(variant),
            by=GUARDRAIL,
            at=record.time,
        )
        stop(storage, order, layers)
        yield order


def _is_running(record: AnalysisRecord) -> bool:
    return record.day < record.days


def _reason(variant: VariantRecord) -> str:
    breach = variant.breaches[0]
    harm = show_amount(breach.metric, breach.min_harm)
    return f"{name_of(breach.metric)} is worse by {harm} or more"
