"""The simulated days of a shop, one after the other, with everything that a shop has."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.loop.clock import Clock
from benchmarks.loop.figures import collect_figures
from benchmarks.loop.nights import Nights
from benchmarks.loop.plan import LoopPlan
from benchmarks.loop.record import LoopRecord
from benchmarks.loop.server import serve
from benchmarks.loop.shop_days import ShopDays
from benchmarks.shared.results import Run
from common.settings import Settings


def run_days(
    plan: LoopPlan, settings: Settings, run: Run, report: Callable[[str], None]
) -> LoopRecord:
    """Return what happened in the days of a plan.

    ``settings`` have an empty home, whose store and events become those of the shop. ``run`` says
    by which command, and ``report`` gets a line for each night in which something happens.
    """
    clock = Clock()
    shop = ShopDays(plan, settings)
    nights = Nights(plan, settings, shop.database, clock, report)

    with clock.measure("sellers and suggestions"):
        for day in range(1 - plan.training_days, 1):
            shop.pass_without_suggestions(day)
    nights.train_first()

    with serve(settings) as (client, running):
        for day in range(1, plan.days + 1):
            with clock.measure("sellers and suggestions"):
                shop.pass_day(day, client)
            nights.pass_night(day, client)
        clock.cpu_seconds["server"] = running.cpu_seconds()

    with clock.measure("figures"):
        figures = collect_figures(plan, shop.database)
    return LoopRecord(
        run=run,
        plan=plan,
        figures=figures,
        trainings=tuple(nights.trainings),
        nights=tuple(nights.monitored),
        experiment=nights.trial.record(),
        seconds=dict(clock.seconds),
        cpu_seconds=dict(clock.cpu_seconds),
    )
