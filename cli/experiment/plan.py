"""``listrec experiment plan``: how many sellers and weeks an experiment needs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.experiment.chosen import published_experiment
from cli.options import events_option
from cli.registry.printing import json_option, print_json
from common.experiments import published
from common.experiments.definition import Experiment
from common.experiments.reading import read_experiment
from common.settings import Settings
from common.store.storage import Storage
from models.layers import LAYERS


@click.command()
@click.argument("target", metavar="FILE|KEY")
@click.option(
    "--weeks",
    type=click.IntRange(1, 52),
    default=6,
    show_default=True,
    help="Past weeks to look at.",
)
@click.option(
    "--power",
    type=click.FloatRange(0.5, 0.99),
    default=0.8,
    show_default=True,
    help="How often the effect is to be found.",
)
@click.option(
    "--effect",
    type=click.FloatRange(0, min_open=True),
    help="Smallest effect to find, in units of the metric.  [default: minimum_effect]",
)
@events_option
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day after the past weeks, in UTC.  [default: today]",
)
@json_option
@click.pass_obj
def plan(
    settings: Settings,
    target: str,
    weeks: int,
    power: float,
    effect: float | None,
    file: Path | None,
    until: datetime | None,
    as_json: bool,
) -> None:
    """Tell how many sellers and weeks an experiment needs, from what sellers did before.

    The experiment is a FILE, or one that is published by its KEY. See docs/experiments.md.

    \b
    Examples:
      listrec experiment plan experiments/top-3.yaml
      listrec experiment plan top-3 --power 0.9 --effect 0.02
    """
    from pipelines.experiments.experiment_events import EVENT_COLUMNS
    from pipelines.experiments.past import past_sums, reading_start
    from pipelines.experiments.planned import describe_plan, make_plan
    from pipelines.outcomes.event_reader import open_events
    from pipelines.outcomes.tables import make_tables

    experiment = _find(settings, target)
    end = (until or datetime.now(UTC)).replace(
        hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC
    )
    since = reading_start(experiment.metric, end, weeks)
    events = open_events(settings.events, file, EVENT_COLUMNS)(since, end)
    pasts = past_sums(events, make_tables(events), experiment.metric, end, weeks)
    planned = make_plan(experiment, pasts, power, effect)
    if as_json:
        print_json(asdict(planned))
    else:
        for sentence in describe_plan(planned):
            click.echo(sentence)


def _find(settings: Settings, target: str) -> Experiment:
    path = Path(target)
    if path.suffix == ".yaml" or path.exists():
        return read_experiment(path, LAYERS)
    return published_experiment(published.read(Storage(settings.store)), target)
