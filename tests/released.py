"""Makes a LISTREC_HOME with a champion, trained on a tiny synthetic shop: ``released.py HOME``.

A process of its own, because training imports torch and tests should not.
"""

import sys
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import models
from common import encoders
from common.encoder_training import train as encoder_training
from common.encoders.cached import cached
from common.encoders.config import ConvnetConfig, NgramConfig
from common.progress import ignore_progress
from common.store.release import ReleaseStore
from ingest.ingest import Options
from simulator.source import ingest_synthetic


def main(home: Path) -> None:
    shop = ingest_synthetic(
        2000, home / "snapshot", Options(seed=7), ignore_progress, photos=True
    )
    store, out = ReleaseStore(str(home / "store")), home / "artifacts"
    configs = (
        NgramConfig(dimensions=16, epochs=2),
        ConvnetConfig(image_size=32, widths=(8, 16), images_seen=3000, min_epochs=1),
    )
    shared = []
    for config in configs:
        folder = encoder_training.train(shop, out, config)
        store.publish_artifact(folder)
        shared.append(cached(encoders.load(folder), home / "cache"))
    trained = {
        name: store.publish_artifact(
            models.train(name, shop, shared, out, _quick(name))
        )
        for name in models.NAMES
    }
    store.promote(store.publish(trained).id)


def _quick(name):
    """The model's settings with three epochs wherever there are epochs."""
    config: Any = models.config(name)
    parts = {each.name: getattr(config, each.name) for each in fields(config)}
    changes = {
        part: replace(value, epochs=3.0)
        for part, value in parts.items()
        if is_dataclass(value)
        and not isinstance(value, type)
        and hasattr(value, "epochs")
    }
    return replace(config, **changes)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
