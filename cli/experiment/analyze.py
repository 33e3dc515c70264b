"""``listrec experiment analyze``: what experiments say so far, and which variants must stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from cli.experiment.chosen import published_experiment
from cli.experiment.files import folder_type
from cli.options import events_option, page_option
from cli.registry.printing import json_option, print_json
from common.errors import ExperimentError, InputError
from common.experiments import published
from common.experiments.analysis_record import AnalysisRecord
from common.experiments.definition import Experiment
from common.experiments.published import Published
from common.experiments.reading import read_experiments
from common.settings import Settings
from common.store.storage import Storage
from models.layers import LAYERS

AFTER_THE_END = timedelta(days=14)
"""Time after its end in which an experiment is analyzed without being named."""


@click.command()
@click.argument("keys", nargs=-1)
@click.option(
    "--experiments",
    "folder",
    type=folder_type,
    help="Take files, not what is published; keep and stop nothing.",
)
@events_option
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day after the last one, in UTC; keep and stop nothing.  [default: now]",
)
@page_option
@click.option("--stop-on-harm", is_flag=True, help="Stop variants that do harm.")
@json_option
@click.pass_obj
def analyze(
    settings: Settings,
    keys: tuple[str, ...],
    folder: Path | None,
    file: Path | None,
    until: datetime | None,
    out: Path | None,
    stop_on_harm: bool,
    as_json: bool,
) -> None:
    """Tell what experiments say: those with KEYS, or all that run or have ended lately.

    It may be asked every day: intervals hold however often one looks, and a decision is made at
    the end. What it says is kept in the store, where the console reads it. With --stop-on-harm
    a variant that breaks a guardrail is stopped for good. See docs/experiments.md.

    Ends with exit code 3 where the results of an experiment that runs are void, or a variant does
    harm. The channel of LISTREC_SLACK_WEBHOOK is told so once.

    \b
    Examples:
      listrec experiment analyze
      listrec experiment analyze top-3 --out top-3.html
      listrec experiment analyze --stop-on-harm
      listrec experiment analyze --experiments experiments --events november.parquet --json
    """
    from pipelines.experiments.analyses import make_records
    from pipelines.experiments.experiment_events import (
        EVENT_COLUMNS,
        read_experiment_events,
    )
    from pipelines.outcomes.event_reader import open_events
    from pipelines.reports import experiment_page
    from pipelines.reports.page_file import check_writable

    is_current = folder is None and until is None
    if stop_on_harm and not is_current:
        raise InputError(
            "--stop-on-harm is for what servers apply now: it goes with neither --experiments nor"
            " --until"
        )
    if out is not None:
        check_writable(out)

    time = until.replace(tzinfo=UTC) if until else datetime.now(UTC)
    storage = Storage(settings.store)
    known = published.read(storage) if folder is None else Published()
    chosen = _choose(known, keys, time) if folder is None else _take(folder, keys)
    read_events = open_events(settings.events, file, EVENT_COLUMNS)
    found = read_experiment_events(chosen, read_events, time)
    records = make_records(found, known.stops, time)
    if stop_on_harm and _stop_harmful(storage, records):
        stops = published.read(storage).stops
        records = make_records(found, stops, time)
    if is_current:
        _keep_and_tell(settings, storage, records)

    if as_json:
        print_json([asdict(each) for each in records])
    else:
        _print(records)
    if out is not None:
        experiment_page.write(records, out)
        click.echo(f"{out}: the page of the experiments", err=True)
    _raise_for(records)


def _choose(known: Published, keys: Sequence[str], time: datetime) -> list[Experiment]:
    """Return published experiments by their keys, else those that run or have ended lately."""
    if keys:
        return [published_experiment(known, key) for key in keys]

    chosen = []
    for key in sorted(known.files):
        experiment = known.readable(key, LAYERS)
        # The guardrails of the others are checked all the same.
        if experiment is None:
            click.echo(f"{key} is left out: its file cannot be read", err=True)
        elif experiment.start <= time.date() <= experiment.end + AFTER_THE_END:
            chosen.append(experiment)
    return chosen


def _take(folder: Path, keys: Sequence[str]) -> list[Experiment]:
    """Return the experiments of a folder, those with keys where there are any."""
    by_key = {each.key: each for each in read_experiments(folder, LAYERS)}
    unknown = sorted(set(keys) - set(by_key))
    if unknown:
        raise InputError(
            f"{folder} has no file {unknown[0]}.yaml; there are: {', '.join(by_key)}"
        )
    return [by_key[key] for key in keys or by_key]


def _stop_harmful(storage: Storage, records: Sequence[AnalysisRecord]) -> bool:
    """Stop the variants that do harm; return whether there were any."""
    from pipelines.experiments.stops import stop_harmful

    stops = [order for each in records for order in stop_harmful(storage, each, LAYERS)]
    for order in stops:
        click.echo(
            f"{order.variant} of {order.experiment} is stopped: {order.reason}",
            err=True,
        )
    return bool(stops)


def _keep_and_tell(
    settings: Settings, storage: Storage, records: Sequence[AnalysisRecord]
) -> None:
    """Keep the records, and post those that are news in the channel of the settings."""
    from pipelines.experiments.analyses import keep_records
    from pipelines.notifications.notify import post_to_slack

    for record in keep_records(storage, records):
        post_to_slack(
            settings.notifications,
            f"Experiment {record.key}",
            [record.sentence],
            lambda problem: click.echo(problem, err=True),
        )


def _print(records: Sequence[AnalysisRecord]) -> None:
    from pipelines.experiments.summary import summarise

    for record in records:
        for line in summarise(record):
            click.echo(line)
    if not records:
        click.echo("No experiment runs or has ended in the last two weeks.")


def _raise_for(records: Sequence[AnalysisRecord]) -> None:
    """Raise ``ExperimentError`` where somebody must act."""
    from pipelines.experiments.stops import needs_somebody

    keys = [each.key for each in records if needs_somebody(each)]
    if keys:
        raise ExperimentError(
            f"results are void or a variant does harm: {', '.join(keys)}; see"
            " docs/experiments.md for what to do"
        )
