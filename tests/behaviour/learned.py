"""Makes a release that has learned a market: ``learned.py HOME [TABLE]``.

Without a table of real rows the market is the synthetic one. Text alone and default settings, as a
shop would train it, but for fewer trees and epochs. A process of its own, because training imports
torch and tests should not.
"""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import models
from common.progress import ignore_progress
from common.store.release import ReleaseStore
from ingest.ingest import Options, ingest_file
from models.ensemble.settings import TreeSize
from simulator.source import ingest_synthetic

ROWS = 4000
SEED = 11

EPOCHS = {"category": 8.0, "price": 6.0}


def main(home: Path, table: str = "") -> None:
    if table:
        shop = ingest_file(
            Path(table), home / "snapshot", Options(seed=SEED), ignore_progress
        )
    else:
        shop = ingest_synthetic(
            ROWS, home / "snapshot", Options(seed=SEED), ignore_progress
        )
    store, out = ReleaseStore(str(home / "store")), home / "artifacts"
    trained = {
        name: store.publish_artifact(
            models.train(name, shop, (), out, _config(name, not table))
        )
        for name in models.NAMES
    }
    store.promote(store.publish(trained).id)


def _config(name, is_synthetic):
    """The default settings but for what takes most of the time: trees of shipping, and epochs.

    Real rows need all epochs.
    """
    config: Any = models.config(name)
    if name == "shipping":
        trees = replace(config.boosted_trees, n_estimators=60, multiclass=TreeSize(20))
        return replace(config, boosted_trees=trees)
    if is_synthetic and name in EPOCHS:
        return replace(config, ngrams=replace(config.ngrams, epochs=EPOCHS[name]))
    return config


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
