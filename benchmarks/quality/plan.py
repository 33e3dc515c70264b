"""The jobs that the sections of the quality benchmark need, and their execution."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.peers.contestants import MINILM, PEERS
from benchmarks.quality.collect import collect, cost_results
from benchmarks.quality.cost import Cost, measure_cost
from benchmarks.quality.jobs import (
    EXTRA,
    EXTRA_CONTESTANTS,
    MARKET,
    VECTORS,
    Job,
    Setting,
    artifact_folder,
    fold_of_job,
    prepare,
    run_all,
)
from benchmarks.quality.learning_curves import curve_jobs
from benchmarks.shared.ours import load_ours
from benchmarks.shared.results import OURS, TRAIN, Result, Results, Run
from models import NAMES

SECTIONS = ("quality", "extra", "market", "curve", "cost")
"""Parts that can be selected; ``curve`` and ``cost`` build on ``quality``."""

ARTIFACT_SIZE = "all artifacts, MB"

Outputs = dict[Job, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """The extent of a run.

    Attributes:
        sections: selected sections.
        folds: numbers of the folds to measure.
        peers: names of the peers.
        seeds: number of synthetic markets.
        workers: jobs at a time.
    """

    sections: Sequence[str]
    folds: Sequence[int]
    peers: Sequence[str]
    seeds: int
    workers: int


def measure_all(plan: Plan, setting: Setting, run: Run) -> Results:
    """Run every job of the plan whose output is not stored yet, and collect the results."""
    prepare(setting)
    outputs = _run_first_jobs(plan, setting)
    if "quality" not in plan.sections:
        return collect(outputs, run)

    # The curves show the best peer of each metric, which is known only now.
    if "curve" in plan.sections:
        first_results = collect(outputs, run)
        jobs = curve_jobs(first_results, plan.folds)
        outputs |= run_all(jobs, setting, plan.workers)

    results = collect(outputs, run)
    if "cost" in plan.sections:
        costs = _measure_cost(plan, setting, results, run)
        return Results([*results, *costs])
    return results


def _run_first_jobs(plan: Plan, setting: Setting) -> Outputs:
    """Run all jobs but those of the curves; the sentence model's peers wait for its vectors."""
    peers = [name for name in plan.peers if _is_available(name, setting)]
    waiting, first = [], []
    for job in _jobs(plan, setting, peers):
        if job.contestant == MINILM:
            waiting.append(job)
        else:
            first.append(job)

    if waiting:
        encoding = Job("all", 0, VECTORS)
        first.insert(0, encoding)

    outputs = run_all(first, setting, plan.workers)
    outputs |= run_all(waiting, setting, plan.workers)
    return outputs


def _jobs(plan: Plan, setting: Setting, peers: Sequence[str]) -> list[Job]:
    """Ours first: its jobs are the longest, and no worker should be left alone with one."""
    chosen = (OURS, *peers)
    jobs = []

    if "quality" in plan.sections:
        contestants = {OURS: NAMES, **PEERS}
        jobs += _jobs_of_variant(TRAIN, contestants, chosen, plan.folds)
    if "extra" in plan.sections and setting.extra:
        jobs += _jobs_of_variant(EXTRA, EXTRA_CONTESTANTS, chosen, plan.folds)
    if "market" in plan.sections:
        for seed in range(plan.seeds):
            jobs.append(Job(MARKET, seed, OURS))

    return sorted(jobs, key=lambda job: job.contestant != OURS)


def _jobs_of_variant(
    variant: str,
    models_of: Mapping[str, tuple[str, ...]],
    chosen: Sequence[str],
    folds: Sequence[int],
) -> list[Job]:
    jobs = []
    for contestant, names in models_of.items():
        if contestant not in chosen:
            continue
        for fold in folds:
            jobs.append(Job(variant, fold, contestant, names))
    return jobs


def _is_available(peer: str, setting: Setting) -> bool:
    """Whether a peer can run; prints the reason if it cannot."""
    reason = setting.environment.missing(peer)
    if reason:
        print(f"{peer} is left out: {reason}", file=sys.stderr)
    return not reason


def _measure_cost(
    plan: Plan, setting: Setting, results: Results, run: Run
) -> list[Result]:
    """Time the models of the first fold; the size is that of the fold with the largest."""
    job = Job(TRAIN, plan.folds[0], OURS)
    suggester = load_ours(artifact_folder(job, setting))
    fold = fold_of_job(job, setting)
    costs = measure_cost(suggester, fold.test)

    # A limit must hold for every training, not only for the one that is timed.
    largest = max(results.values(ARTIFACT_SIZE))
    costs[ARTIFACT_SIZE] = Cost(median=largest, low=largest, high=largest)
    return cost_results(costs, run)
