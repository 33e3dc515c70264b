"""Runs every contestant in every shop, the smallest shop first."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.shared.results import OURS
from benchmarks.shops.jobs import Job, Setting
from benchmarks.shops.our_jobs import run_ours
from benchmarks.shops.peer_jobs import peer_jobs, run_peers
from benchmarks.shops.rows import read_rows
from benchmarks.shops.shop_file import Shop
from common.listing import Listing

Outputs = dict[Job, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """The extent of a run.

    Attributes:
        contestants: names of the contestants.
        only_fold: number of the fold to measure; all where it is None.
    """

    contestants: tuple[str, ...]
    only_fold: int | None = None

    def folds(self, shop: Shop) -> Sequence[int]:
        """The numbers of the folds of a shop."""
        return range(shop.folds) if self.only_fold is None else (self.only_fold,)


def measure_shops(
    shops: Sequence[Shop], plan: Plan, setting: Setting
) -> tuple[Outputs, dict[str, int]]:
    """Measure the shops; return the outputs of all jobs, and the number of rows of each shop."""
    setting.scratch.mkdir(parents=True, exist_ok=True)
    rows = {shop.name: read_rows(shop, setting.scratch) for shop in shops}
    n_rows = {name: len(own) for name, own in rows.items()}
    peers = _available_peers(plan, setting)

    outputs: Outputs = {}
    # The smallest first: figures come early, and mistakes show early.
    for shop in sorted(shops, key=lambda shop: n_rows[shop.name]):
        outputs |= _measure_shop(shop, rows[shop.name], plan, peers, setting)
    return outputs, n_rows


def _measure_shop(
    shop: Shop,
    rows: Sequence[Listing],
    plan: Plan,
    peers: Sequence[str],
    setting: Setting,
) -> Outputs:
    print(f"{shop.name}: {len(rows):,} rows", file=sys.stderr)
    folds = plan.folds(shop)
    jobs = list(peer_jobs(shop, rows, peers, folds))
    outputs: Outputs = dict(run_peers(shop, rows, jobs, setting))
    if OURS in plan.contestants:
        outputs |= run_ours(shop, rows, folds, setting)
    return outputs


def _available_peers(plan: Plan, setting: Setting) -> list[str]:
    """The peers that can run; prints why the others cannot."""
    available = []
    for peer in plan.contestants:
        if peer == OURS:
            continue
        # What is stored can be read without what it was made with.
        reason = setting.environment.missing(peer) if setting.workers else ""
        if reason:
            print(f"{peer} is left out: {reason}", file=sys.stderr)
        else:
            available.append(peer)
    return available
