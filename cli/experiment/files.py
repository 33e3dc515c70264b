"""``listrec experiment validate`` and ``assign``: what files of experiments say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.registry.printing import json_option, print_json
from common.experiments import published
from common.experiments.checks import check_changes, check_layers
from common.experiments.definition import Experiment
from common.experiments.publication import publish
from common.experiments.published import Published
from common.experiments.reading import read_experiments
from common.settings import Settings
from common.store.storage import Storage
from models.layers import LAYERS

if TYPE_CHECKING:
    from common.experiments.assignment import Assignment

folder_type = click.Path(path_type=Path, exists=True, file_okay=False)
"""The type of an argument that is a folder of experiments."""


@click.command()
@click.argument("folder", type=folder_type)
@click.option(
    "--accepted",
    type=folder_type,
    help="Experiments to compare with, instead of those that are published.",
)
@click.pass_obj
def validate(settings: Settings, folder: Path, accepted: Path | None) -> None:
    """Check the experiments in a FOLDER of YAML files.

    They may not move sellers of experiments that are published and have started.

    \b
    Examples:
      listrec experiment validate experiments
      listrec experiment validate experiments --accepted deployed/experiments
    """
    now = datetime.now(UTC)
    if accepted is not None:
        experiments = read_folder(folder, Published())
        check_changes(read_experiments(accepted, LAYERS), experiments, now.date())
    else:
        before = published.read(Storage(settings.store))
        experiments = read_folder(folder, before)
        publish(before, experiments, LAYERS, settings.user, now)
    for each in experiments:
        click.echo(describe(each))


@click.command()
@click.argument("folder", type=folder_type)
@click.argument("sellers", nargs=-1, required=True)
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="A day of UTC, such as 2026-12-01; today.",
)
@click.option("--language", help="That of the listing, such as en.")
@click.option("--currency", help="That of the listing, such as EUR.")
@json_option
@click.pass_obj
def assign(
    settings: Settings,
    folder: Path,
    sellers: tuple[str, ...],
    day: datetime | None,
    language: str | None,
    currency: str | None,
    as_json: bool,
) -> None:
    """Tell which variants SELLERS get, by the experiments in a FOLDER and what was stopped of them.

    \b
    Examples:
      listrec experiment assign experiments u-1042 u-1043
      listrec experiment assign experiments u-1042 --day 2026-12-01 --language en --json
    """
    from common.experiments.assignment import Assigner

    stopped = published.read(Storage(settings.store))
    assigner = Assigner(read_folder(folder, stopped))
    attributes = {"language": language, "currency": currency}
    on = (day or datetime.now(UTC)).date()
    by_seller = {seller: assigner.assign(seller, attributes, on) for seller in sellers}
    if as_json:
        print_json({seller: _as_json(found) for seller, found in by_seller.items()})
    else:
        for seller, found in by_seller.items():
            click.echo(f"{seller}: {_in_words(found)}")


def read_folder(folder: Path, known: Published) -> tuple[Experiment, ...]:
    """Return the experiments of a folder, with what was stopped of them in ``known``.

    Raises ``InputError`` where they are not legal.
    """
    experiments = tuple(map(known.with_stops, read_experiments(folder, LAYERS)))
    check_layers(experiments)
    return experiments


def describe(experiment: Experiment) -> str:
    """Return a line about an experiment."""
    low, high = experiment.namespace
    share = experiment.coverage * (high - low)
    variants = ", ".join(_shares(experiment))
    return (
        f"{experiment.key}: layer {experiment.layer}, {share:.1%} of the sellers from "
        f"{experiment.start} to {experiment.end}; {variants}"
    )


def _shares(experiment: Experiment) -> Iterator[str]:
    for variant in experiment.variants:
        shadow = " as a shadow" if variant.is_shadow else ""
        stopped = ", stopped" if variant.name in experiment.stopped else ""
        yield f"{variant.name} {variant.share:.0%}{shadow}{stopped}"


def _as_json(assignments: dict[str, Assignment]) -> dict[str, dict[str, str]]:
    return {
        layer: {"experiment": each.experiment.key, "variant": each.variant.name}
        for layer, each in assignments.items()
    }


def _in_words(assignments: dict[str, Assignment]) -> str:
    words = [
        f"{each.variant.name} of {each.experiment.key} ({layer})"
        for layer, each in assignments.items()
    ]
    return ", ".join(words) or "no experiment"
