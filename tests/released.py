"""Makes a LISTREC_HOME with a champion, trained on a tiny synthetic shop: ``released.py HOME``.

A process of its own, because training imports torch and tests should not.
"""

import sys
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import models
from common import encoders
from common.encoders import train as encoder_training
from common.encoders.config import NgramConfig
from common.release import ReleaseStore
from common.sources.ingest import Options, ingest_synthetic


def main(home: Path) -> None:
    shop = ingest_synthetic(2000, home / "snapshot", Options(seed=7), lambda doing, fraction: None)
    store, out = ReleaseStore(str(home / "store")), home / "artifacts"
    config = NgramConfig(dimensions=16, epochs=2)
    folder = encoder_training.train(shop, out, config)
    store.publish_artifact(folder)
    shared = [encoders.load(folder)]
    trained = {
        name: store.publish_artifact(models.train(name, shop, shared, out, _quick(name)))
        for name in models.NAMES
    }
    store.promote(store.publish(trained).id)


def _quick(name):
    """The model's settings with one epoch wherever there are epochs."""
    config = models.config(name)
    parts = {each.name: getattr(config, each.name) for each in fields(config)}
    return replace(
        config,
        **{
            part: replace(value, epochs=1)
            for part, value in parts.items()
            if is_dataclass(value) and hasattr(value, "epochs")
        },
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
