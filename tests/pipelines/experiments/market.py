"""An experiment in the synthetic market: its sellers are assigned as servers assign them."""

from dataclasses import replace
from datetime import timedelta

from common.experiments.assignment import Assigner
from pipelines.experiments.experiment_events import (
    end_of,
    read_experiment_events,
    start_of,
)
from simulator.behaviour import Behaviour
from simulator.scripted_drafts import scripted_drafts
from simulator.seller_market import SellerMarket
from tests.pipelines.outcomes.examples import table_of

USUAL = Behaviour()


def simulate_experiment(
    experiment, behaviours=None, sellers=350, items=50, weeks_before=1, seed=1
):
    """Return the events of sellers who list so many items a day, before and in an experiment.

    ``behaviours`` are those of sellers once they see a variant, by its name.
    """
    events = []
    for number, (variant, keys) in enumerate(_sellers(experiment, sellers).items()):
        market = SellerMarket(
            seed + 100 * number, len(keys), exploration=0.02, holdout=0.02
        )
        start, end = start_of(experiment), end_of(experiment)
        before = 7 * weeks_before
        per_day = items * len(keys) / sellers
        drafts = scripted_drafts(seed + number, round(per_day * before))
        found = [*market.list_items(drafts, start - timedelta(before), before)]

        market.behaviour = (behaviours or {}).get(variant, USUAL)
        days = (end - start).days
        drafts = scripted_drafts(50 + seed + number, round(per_day * days))
        drafts = [
            replace(each, experiments={experiment.key: variant}) for each in drafts
        ]
        found += market.list_items(drafts, start, days)
        events += [replace(each, seller=keys[int(each.seller[1:])]) for each in found]
    return events


def events_of(experiment, events):
    """Return the events of an experiment as they are analyzed."""
    table = table_of(events)
    (found,) = read_experiment_events(
        [experiment], lambda since, until: table, end_of(experiment)
    )
    return found


def _sellers(experiment, number):
    """Return the keys of the sellers of each variant."""
    assigner = Assigner([experiment])
    by_variant = {each.name: [] for each in experiment.variants}
    for key in (f"u-{each}" for each in range(number)):
        assignment = assigner.assign(key, {}, experiment.start)[experiment.layer]
        by_variant[assignment.variant.name].append(key)
    return by_variant
