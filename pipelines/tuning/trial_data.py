"""What every trial of a search is made on: rows carved for it, and encoders that saw only those."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from common.config import build
from common.encoders import Encoder
from common.encoders.config import KINDS, Config
from common.listing import Listing
from common.snapshot import Snapshot
from common.store import artifacts
from common.store.release import ReleaseStore
from pipelines.evaluation.load import encode_ahead, load_encoder
from pipelines.tuning.resplit import resplit

Report = Callable[[str, float], None]
"""Told ``(what is being done, fraction done)``."""


@dataclass(frozen=True, slots=True)
class TrialData:
    """A carved snapshot, encoders trained on it, and the rows that trials are measured on."""

    snapshot: Snapshot
    encoders: Sequence[Encoder]
    rows: Sequence[Listing]


def prepare(
    store: ReleaseStore, ids: Sequence[str], whole: Snapshot, folder: Path, report: Report
) -> TrialData:
    """Carve a snapshot and train encoders of the same settings as those with these ids on it.

    A shop's own encoders have seen the labels of all training rows. On rows that are now held out
    they would look better than they are, and blends would trust them too much. What is in
    ``folder`` from an earlier run is used again.
    """
    report("carving the snapshot", 0.0)
    carved = resplit(whole, folder / "snapshot")
    encoders = [_encoder(store, ref, carved, folder, report) for ref in ids]
    return TrialData(carved, encoders, carved.read("test"))


def _encoder(
    store: ReleaseStore, ref: str, carved: Snapshot, folder: Path, report: Report
) -> Encoder:
    cache = folder / "cache"
    fetched = store.fetch_artifact(ref, cache)
    manifest = artifacts.read(fetched, verify=False)
    encoder = load_encoder(fetched, cache)
    if not encoder.frozen:
        config = build(KINDS[manifest.kind], manifest.config, manifest.name)
        fetched = _train_again(config, manifest.name, carved, folder / ref, report)
        encoder = load_encoder(fetched, cache)
    encode_ahead(encoder, carved, report)
    return encoder


def _train_again(config: Config, name: str, carved: Snapshot, out: Path, report: Report) -> Path:
    from common.encoder_training import train  # imports torch

    before = sorted(out.glob(f"[!.]*/{artifacts.MANIFEST}"))
    if before:
        return before[0].parent

    def tell(doing: str, fraction: float) -> None:
        report(f"training encoder {name}: {doing}", 0.0)

    return train.train(carved, out, config, tell, name)
