"""Makes a LISTREC_HOME with a champion, trained on a tiny synthetic shop: ``released.py HOME``.

A process of its own, because training imports torch and tests should not.
"""

import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import models
from common import encoders
from common.encoder_training import train as encoder_training
from common.encoders.cached import cached
from common.encoders.config import ConvnetConfig, StaticConfig
from common.progress import ignore_progress
from common.store.release import ReleaseStore
from ingest.ingest import Options
from models.ensemble.settings import TreeSize
from simulator.source import ingest_synthetic
from tests.tiny_bert import save_tiny_bert


def main(home: Path) -> None:
    shop = ingest_synthetic(
        2000, home / "snapshot", Options(seed=7), ignore_progress, photos=True
    )
    store, out = ReleaseStore(str(home / "store")), home / "artifacts"
    configs = (
        StaticConfig(model=save_tiny_bert(home / "bert")),
        ConvnetConfig(image_size=32, widths=(8, 16), images_seen=3000, min_epochs=1),
    )
    shared = []
    for config in configs:
        folder = encoder_training.train(shop, out, config)
        store.publish_artifact(folder)
        shared.append(cached(encoders.load(folder), home / "cache"))
    trained = {
        name: store.publish_artifact(models.train(name, shop, shared, out, quick(name)))
        for name in models.NAMES
    }
    store.promote(store.publish(trained).id)


def quick(name):
    """The model's settings with one epoch wherever there are epochs, and few trees."""
    config: Any = models.config(name)
    sizes = {"epochs": 1.0, "n_estimators": 60, "multiclass": TreeSize(10)}
    changes = {}
    for each in fields(config):
        part = getattr(config, each.name)
        smaller = {key: size for key, size in sizes.items() if hasattr(part, key)}
        if smaller:
            changes[each.name] = replace(part, **smaller)
    return replace(config, **changes)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
