"""Makes a release that has learned a market: ``learned.py HOME [TABLE]``.

Without a table of real rows the market is the synthetic one. Text alone and default settings, as a
shop would train it, but for the trees of shipping. A process of its own, because training imports
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
        name: store.publish_artifact(models.train(name, shop, (), out, _config(name)))
        for name in models.NAMES
    }
    store.promote(store.publish(trained).id)


def _config(name):
    """The default settings; of shipping with fewer trees, which take most of the time."""
    config: Any = models.config(name)
    if name != "shipping":
        return config
    trees = replace(config.boosted_trees, n_estimators=60, multiclass=TreeSize(20))
    return replace(config, boosted_trees=trees)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
