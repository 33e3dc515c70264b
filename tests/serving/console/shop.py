"""A shop with some history, made with the project's own functions: a store and a database."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from common import monitoring_record
from common.event_database.database import EventDatabase
from common.experiments import analysis_record, publication, published
from common.experiments.analysis_record import DayRecord
from common.experiments.published import Stop
from common.experiments.reading import parse_experiment
from common.runs.records import DONE, FAILED, Request, RunRecords, StepRecord
from common.store import artifacts
from common.store.history import Cause
from common.store.release import ReleaseStore
from models import NAMES
from models.layers import LAYERS
from simulator.scripted_drafts import scripted_drafts
from simulator.seller_market import SellerMarket
from tests.common.experiments.analysis_records import RECORD as ANALYSIS
from tests.common.monitoring_records import RECORD as MONITORING

EXPERIMENT = """\
layer: {layer}
hypothesis: Three candidates are read faster than five.
owner: search-team
metric: category_acceptance
minimum_effect: 0.01
start: {start}
end: {end}
variants:
  - name: control
    share: 0.5
  - name: three
    share: 0.5
    parameters: {parameters}
"""


@dataclass
class Shop:
    """A shop below a folder; nothing is in it at first.

    Attributes:
        folder: the folder.
        now: the time of its newest event and run.
        url: where the store is, if it is not in the folder.
    """

    folder: Path
    now: datetime
    url: str = ""

    @property
    def store(self):
        return ReleaseStore(self.url or str(self.folder / "store"))

    @property
    def database(self):
        return EventDatabase(f"sqlite:///{self.folder / 'events.db'}")

    def publish(self, content, **promotion):
        """Publish a release; with ``cause`` it becomes the champion."""
        encoder = self._artifact("text", "encoder", "x")
        models = {
            name: self._artifact(name, "model", content, encoder) for name in NAMES
        }
        release = self.store.publish(models).id
        if promotion:
            self.store.promote(release, **promotion)
        return release

    def keep_run(
        self, name, state, hours=1.0, release="", reasons=(), judged=(), **end
    ):
        """Keep a run that ended hours ago."""
        started = self.now - timedelta(hours=hours, minutes=6)
        at = started.isoformat(timespec="seconds")
        run = RunRecords(self.store.storage, name)
        run.write_request(Request(name, NAMES, {}, at))
        run.write_step(StepRecord("check_gates", "all", DONE, at, result=list(judged)))
        if reasons:
            run.write_step(
                StepRecord("admit", "all", FAILED, at, message=reasons[0], exit_code=3)
            )
        if state:
            outcome = {
                "run": name,
                "pipeline": "all",
                "state": state,
                "release": release,
                "reasons": list(reasons),
                "seconds": 360.0,
                "cpu_seconds": 340.0,
                "gpu_seconds": 0.0,
                "ended_at": (started + timedelta(minutes=6)).isoformat(),
                "cost": "0.0123 USD",
            }
            run.write_outcome(outcome | end)

    def list_items(self, number=600, days=14, seed=1):
        """Have sellers list items within the last days."""
        market = SellerMarket(seed, sellers=200, holdout=0.1)
        start = self.now - timedelta(days=days)
        drafts = scripted_drafts(seed, number)
        events = list(market.list_items(drafts, start, days))
        self.database.insert([each for each in events if each.time <= self.now])
        return events

    def monitor(self, **changes):
        """Keep what monitoring found on each of the last days."""
        for days in range(20, -1, -1):
            at = self.now - timedelta(days=days)
            day = replace(MONITORING.now, last=f"{at:%Y-%m-%d}")
            wave = 0.78 + 0.03 * float(np.sin(days))
            figures = (
                replace(MONITORING.figures[0], value=wave),
                *MONITORING.figures[1:],
            )
            record = replace(MONITORING, time=at.isoformat(), now=day, figures=figures)
            monitoring_record.write(self.store.storage, replace(record, **changes))

    def experiment(
        self, key="top-3", layer="category", parameters="{top_k: 3}", **changes
    ):
        """Publish an experiment that began five days ago, with its analysis."""
        start = (self.now - timedelta(days=5)).date()
        end = start + timedelta(days=13)
        text = EXPERIMENT.format(
            layer=layer, start=start, end=end, parameters=parameters
        )
        storage = self.store.storage
        before = published.read(storage)
        known = [before.experiment(name, LAYERS) for name in before.files]
        new = parse_experiment(text, key, f"experiments/{key}.yaml", LAYERS)
        begun = datetime.combine(start, self.now.time(), UTC) - timedelta(days=1)
        after = publication.publish(before, [*known, new], LAYERS, "ana@shop", begun)
        published.write(storage, before, after)
        analysis = replace(
            ANALYSIS, key=key, layer=layer, variants=(self._three(start),), **changes
        )
        analysis_record.write(storage, analysis)

    def _three(self, start):
        """Return the variant with an effect that is known better each day."""
        days = [
            DayRecord(
                str(start + timedelta(days=day)), 0.03, 0.03 - reach, 0.03 + reach
            )
            for day, reach in enumerate((0.09, 0.06, 0.05, 0.04, 0.03))
        ]
        return replace(ANALYSIS.variants[0], history=tuple(days))

    def stop_experiment(self, key, variant=""):
        """Stop it, as ``listrec experiment stop`` does."""
        order = Stop(
            key, variant, "sellers list less", "ana@shop", self.now.isoformat()
        )
        publication.stop(self.store.storage, order, LAYERS)

    def _artifact(self, name, role, content, *encoders):
        folder = artifacts.write(
            self.folder / "made",
            role=role,
            name=name,
            kind="head",
            encoders=encoders,
            save=lambda draft: (draft / "head.json").write_text(content),
        )
        return self.store.publish_artifact(folder)


def judgement(target, **values):
    """Return a record of the gate, as the step that checks it returns one."""
    record = {
        "target": target,
        "artifact": f"{target}-1",
        "metrics": {"top1": 0.71, "lift": 1.6},
        "thresholds": {"lift": "at least 1.5"},
        "passed": True,
        "reasons": [],
        "undecided": [],
        "comparison": {"metric": "top1", "rows": 812, "gain": 0.012, "error": 0.004},
    }
    return record | values


def full_shop(folder, now=None):
    """Return a shop in which all is well: releases, runs, sellers, an experiment that runs."""
    shop = Shop(folder, now or datetime.now(UTC))
    judged = [judgement(name) for name in NAMES]
    for number, hours in ((1, 72), (2, 48), (3, 24)):
        run = f"2026112{number}-020000-000000-all"
        cause = Cause("ana@shop", "train", "", run)
        release = shop.publish(f"release {number}", cause=cause)
        shop.keep_run(run, "promoted", hours, release, judged=judged)
    shop.list_items()
    shop.monitor(retrain=False, reasons=(), drifts=MONITORING.drifts[1:])
    running = {"verdict": "running", "sentence": "It runs until its last day."}
    shop.experiment(**running, sellers={"control": 900, "three": 880})
    return shop


def troubled_shop(folder):
    """Return a shop with much to look at."""
    shop = full_shop(folder)
    missed = judgement(
        "price",
        passed=False,
        reasons=["rmsle is 0.031 worse than the champion's on the same 812 rows"],
    )
    shop.keep_run(
        "20261129-020000-000000-all",
        "refused",
        2,
        reasons=["price: rmsle is 0.031 worse than the champion's"],
        judged=[judgement("category"), missed],
    )
    shop.keep_run(
        "20261130-020000-000000-all", "failed", 1, reasons=["the bucket is full"]
    )
    shop.publish("candidate")
    shop.monitor()
    shop.experiment(
        "two", "brand", verdict="better", sentence="Two is better by 3 points."
    )
    shop.experiment("four", "shipping")
    shop.experiment("five", "price", "{interval_level: 0.9}")
    shop.stop_experiment("five", "three")
    return shop
