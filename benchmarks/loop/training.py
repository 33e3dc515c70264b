"""Training runs of the simulated nights: the real pipeline, while sellers go on asking."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from common.errors import ListrecError
from common.runs.run_list import Run, read_run
from common.settings import Settings
from common.store.storage import Storage
from pipelines.training import local
from pipelines.training.gate_config import NONE, REQUIRED

MODELS = ("category", "brand", "price")
"""What the shop trains; a fee would need the rate card of a real one."""

QUICK: Mapping[str, Mapping[str, Any]] = {
    "category": {"ngrams": {"epochs": 0.5}, "linear": {"penalties": [1.0]}},
    "brand": {"ngrams": {"epochs": 0.5}, "linear": {"penalties": [1.0]}},
    "price": {
        "ngrams": {"epochs": 0.5},
        "linear": {"penalties": [1.0]},
        "boosted_trees": {"n_estimators": 20, "quantile": {"n_estimators": 20}},
    },
}
"""Settings of a small shop: less is computed than with the defaults."""


GATE = {"slice_allowance": 0.3, "max_size_ratio": 10}
"""Settings of the gate: of a hundred test rows, slices have some twenty, and most look worse. The
challenger knows more brands, and so is larger."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Which listings a run learns from.

    Attributes:
        since: the first day.
        until: the day after the last one.
    """

    since: date
    until: date


def train(
    settings: Settings,
    rows: Rows,
    models: Sequence[str] = MODELS,
    needs_approval: bool = False,
) -> Run:
    """Train models on what sellers listed, as ``listrec train`` does, and return the run.

    One that was refused or failed is returned like others. A release that ``needs_approval`` is
    published, and the champion stays.
    """
    ingest = {
        "sources": ["outcomes"],
        "since": rows.since.isoformat(),
        "until": rows.until.isoformat(),
    }
    chosen = {name: QUICK[name] for name in models}
    gate = {**GATE, "approval": REQUIRED if needs_approval else NONE}
    config = {**chosen, "ingest": ingest, "gate": gate}
    arguments = {
        "snapshot": "",
        "encoders": "",
        "config": json.dumps(config),
        "force": False,
    }
    storage = Storage(settings.store)
    before = set(storage.keys("runs"))
    # A shop goes on after a run that was refused or failed; its record has the reasons.
    with suppress(ListrecError):
        local.train(settings, models, arguments, listen=_ignore)
    [name] = set(storage.keys("runs")) - before
    return read_run(storage, name, datetime.now(UTC))


def _ignore(_: object) -> None:
    """Let an event of a step pass."""
