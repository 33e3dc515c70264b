"""Makes a release that has learned a market: ``learned.py HOME [TABLE]``.

Without a table of real rows the market is the synthetic one. Text alone and default settings, as a
shop would train it. A process of its own, because training imports torch and tests should not.
"""

import sys
from pathlib import Path

import models
from common.progress import ignore_progress
from common.store.release import ReleaseStore
from ingest.ingest import Options, ingest_file
from simulator.source import ingest_synthetic

ROWS = 6000
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
        name: store.publish_artifact(
            models.train(name, shop, (), out, models.config(name))
        )
        for name in models.NAMES
    }
    store.promote(store.publish(trained).id)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
