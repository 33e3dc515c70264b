"""Plants a version of a trained model that is worse in a known way, so that reports must say so."""

import json
import shutil
from pathlib import Path

from common import artifacts
from common.release import ReleaseStore


def plant(store: ReleaseStore, artifact: str, scratch: Path, spoil) -> str:
    """Publish a copy of a model whose settings went through ``spoil``; return its id."""
    folder = store.fetch_artifact(artifact, scratch / "cache")
    manifest = artifacts.read(folder)

    def save(out):
        for name in manifest.files:
            shutil.copy(folder / name, out)
        settings = json.loads((out / "head.json").read_text("utf-8"))
        spoil(settings["facts"])
        (out / "head.json").write_text(json.dumps(settings), "utf-8")

    kept = ("role", "name", "kind", "encoders", "snapshot", "config", "facts")
    values = {name: getattr(manifest, name) for name in kept}
    return store.publish_artifact(artifacts.write(scratch / "planted", save=save, **values))


def mislead(facts):
    """Have a category model call its leaves by each other's names, a price model ask for more."""
    if "leaves" in facts:
        facts["leaves"].reverse()
    if "log_price" in facts or "mean" in facts:
        facts["mean"] += 1.5
