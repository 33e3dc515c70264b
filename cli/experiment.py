"""``listrec experiment``: what experiments say, whether they may, and who gets what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.registry.printing import json_option, print_json
from common.experiments.checks import check_changes, check_layers
from common.experiments.definition import PAGE, Experiment
from common.experiments.reading import read_experiments
from models import NAMES

if TYPE_CHECKING:
    from common.experiments.assignment import Assignment

LAYERS = (*NAMES, PAGE)

_folder = click.Path(path_type=Path, exists=True, file_okay=False)


@click.group()
def experiment() -> None:
    """Check experiments, and tell which variant a seller gets."""


@experiment.command()
@click.argument("folder", type=_folder)
@click.option(
    "--accepted",
    type=_folder,
    help="Experiments as they were accepted last: refuse changes that would move sellers.",
)
def validate(folder: Path, accepted: Path | None) -> None:
    """Check the experiments in a FOLDER of YAML files.

    \b
    Examples:
      listrec experiment validate experiments
      listrec experiment validate experiments --accepted deployed/experiments
    """
    experiments = _read(folder)
    if accepted is not None:
        today = datetime.now(UTC).date()
        check_changes(read_experiments(accepted, LAYERS), experiments, today)
    for each in experiments:
        click.echo(_describe(each))


@experiment.command()
@click.argument("folder", type=_folder)
@click.argument("sellers", nargs=-1, required=True)
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="A day of UTC, such as 2026-12-01; today.",
)
@click.option("--language", help="That of the listing, such as en.")
@click.option("--currency", help="That of the listing, such as EUR.")
@json_option
def assign(
    folder: Path,
    sellers: tuple[str, ...],
    day: datetime | None,
    language: str | None,
    currency: str | None,
    as_json: bool,
) -> None:
    """Tell which variants SELLERS get, by the experiments in a FOLDER.

    \b
    Examples:
      listrec experiment assign experiments u-1042 u-1043
      listrec experiment assign experiments u-1042 --day 2026-12-01 --language en --json
    """
    from common.experiments.assignment import Assigner

    assigner = Assigner(_read(folder))
    attributes = {"language": language, "currency": currency}
    on = (day or datetime.now(UTC)).date()
    by_seller = {seller: assigner.assign(seller, attributes, on) for seller in sellers}
    if as_json:
        print_json({seller: _as_json(found) for seller, found in by_seller.items()})
    else:
        for seller, found in by_seller.items():
            click.echo(f"{seller}: {_in_words(found)}")


def _read(folder: Path) -> tuple[Experiment, ...]:
    experiments = read_experiments(folder, LAYERS)
    check_layers(experiments)
    return experiments


def _describe(experiment: Experiment) -> str:
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
        yield f"{variant.name} {variant.share:.0%}{shadow}"


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
