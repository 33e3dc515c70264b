"""Which jobs the sections of the quality benchmark need, and running them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.quality.cost import measure_cost
from benchmarks.quality.jobs import (  # fmt: skip
    EXTRA,
    FOREIGN,
    MARKET,
    MINILM,
    OURS,
    PEERS,
    VECTORS,
    Job,
    Setting,
    fold_of_job,
    prepare,
    run_all,
    trained_in,
)
from benchmarks.quality.learning_curves import curve_jobs
from benchmarks.quality.ours import load_ours
from benchmarks.quality.results import Results, gather
from models import NAMES

SECTIONS = ("quality", "extra", "market", "curve", "cost")
"""Parts that can be asked for; ``curve`` and ``cost`` build on ``quality``."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is wanted: sections, folds, peers, and how many markets."""

    sections: Sequence[str]
    folds: Sequence[int]
    peers: Sequence[str]
    seeds: int
    workers: int


def measure_all(plan: Plan, setting: Setting) -> Results:
    """Run every job of the plan that has no result yet, and gather what all of them found."""
    prepare(setting)
    peers = [name for name in plan.peers if _can(name, setting)]
    jobs = _jobs(plan, setting, peers)
    later = [job for job in jobs if job.contestant == MINILM]
    first = [Job("all", 0, VECTORS)] if later else []  # its vectors, while others are busy
    first += [job for job in jobs if job not in later]
    results = run_all(first, setting, plan.workers) | run_all(later, setting, plan.workers)
    found = gather(results)
    if "quality" not in plan.sections:
        return found
    if "curve" in plan.sections:
        more = run_all(curve_jobs(found, plan.folds), setting, plan.workers)
        found = gather(results | more)
    if "cost" in plan.sections:
        job = Job("train", plan.folds[0], OURS)
        test = fold_of_job(job, setting).test
        found.costs.update(measure_cost(load_ours(trained_in(job, setting)), test))
        largest = max(found.values("all artifacts, MB"))
        found.costs["all artifacts, MB"] = (largest, largest, largest)
    return found


def _jobs(plan: Plan, setting: Setting, peers: Sequence[str]) -> list[Job]:
    """The longest first, so that no worker is left alone with one in the end."""
    jobs = []
    chosen = (OURS, *peers)
    if "quality" in plan.sections:
        jobs += _contest("train", {OURS: NAMES, **PEERS}, chosen, plan.folds)
    if "extra" in plan.sections and setting.extra:
        jobs += _contest("extra", EXTRA, chosen, plan.folds)
    if MARKET in plan.sections:
        jobs += [Job(MARKET, seed, OURS) for seed in range(plan.seeds)]
    return sorted(jobs, key=lambda job: job.contestant != OURS)


def _contest(
    variant: str, asked: Mapping[str, tuple[str, ...]], chosen: Sequence[str], folds: Sequence[int]
) -> list[Job]:
    there = [(who, names) for who, names in asked.items() if who in chosen]
    return [Job(variant, fold, who, names) for who, names in there for fold in folds]


def _can(name: str, setting: Setting) -> bool:
    """Tell whether a peer is there, and say so where it is not."""
    missing = {
        MINILM: not setting.text and "no folder of a sentence model was given",
        **dict.fromkeys(FOREIGN, not Path(setting.python or "-").exists() and "no python for it"),
    }.get(name)
    if missing:
        print(f"{name} is left out: {missing}", file=sys.stderr)
    return not missing
