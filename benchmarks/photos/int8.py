"""What 8 bits cost: encoders in 32 and in 8 bits on the same real rows.

  LISTREC_DATA=data python -m benchmarks.photos.int8 --photo FOLDER --text FOLDER [--out FILE]

Photos are those of ``clothing``, texts those of ``mercari`` below LISTREC_DATA. Size and time are
those of the exported encoder, one listing after the other on one thread, in milliseconds of the
processor. The cosine is that on the encoder's card: standardised vectors in 8 against 32 bits, on
validation rows. The probe is that of the gate: its accuracy on the test rows' categories.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.shared.markdown import explanation, measured, replace_section
from common import encoders
from common.encoder_training.probe import evaluate
from common.encoder_training.train import train
from common.encoders.config import FP32, INT8, ConvnetConfig, TransformerConfig
from common.snapshot import Snapshot
from common.store import artifacts
from ingest.ingest import Options, ingest_file

TIMED = 200
"""Listings that are encoded one after the other to take the time."""


def main() -> int:
    """Measure, print the table, and put it into a document where one is named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photo", required=True, help="name or folder of a photo model")
    parser.add_argument("--text", required=True, help="name or folder of a text model")
    parser.add_argument("--out", type=Path, help="document to put the table into")
    given = parser.parse_args()
    data = Path(os.environ.get("LISTREC_DATA", ""))
    if not os.environ.get("LISTREC_DATA"):
        print("error: set LISTREC_DATA to the folder of clothing and mercari", file=sys.stderr)
        return 2
    words = f"--photo {Path(given.photo).name} --text {Path(given.text).name}"
    heading = measured(f"LISTREC_DATA=... python -m benchmarks.photos.int8 {words}")
    with tempfile.TemporaryDirectory() as folder:
        lines = [
            "| encoder | bits | MB | ms a listing | cosine, mean | least | probe |",
            "|---|---|---|---|---|---|---|",
            *_measure_all(data, given.photo, given.text, Path(folder)),
        ]
    text = "\n".join([heading + " " + explanation(__doc__), "", *lines])
    print(text)
    if given.out:
        replace_section(given.out, "precision", text)
    return 0


def _measure_all(data: Path, photo: str, text: str, folder: Path) -> Iterator[str]:
    clothes = _ingest(data / "clothing" / "listings.csv", folder / "clothes")
    wares = _ingest(data / "mercari" / "train.tsv", folder / "wares")
    yield from _measure("convnet", ConvnetConfig(), clothes, folder)
    yield from _measure(Path(photo).name, TransformerConfig(model=photo), clothes, folder)
    yield from _measure(Path(text).name, TransformerConfig(model=text), wares, folder)


def _ingest(table: Path, out: Path) -> Snapshot:
    return ingest_file(table, out, Options(), lambda doing, fraction: None)


def _measure(
    name: str, config: ConvnetConfig | TransformerConfig, snapshot: Snapshot, folder: Path
) -> Iterator[str]:
    for precision in (FP32, INT8):
        made = train(snapshot, folder, replace(config, precision=precision))
        manifest, encoder = artifacts.read(made), encoders.load(made)
        listings = snapshot.read("test")[:TIMED]
        encoder.encode(listings[:8])
        start = time.process_time()
        for listing in listings:
            encoder.encode([listing])
        took = (time.process_time() - start) / len(listings) * 1e3
        cosine = manifest.summary.get("int8_cosine", {})
        shown = [f"{cosine[key]:.4f}" if cosine else "" for key in ("mean", "least")]
        probe = evaluate(encoder, snapshot)["category"]
        bits = {FP32: "32", INT8: "8"}[precision]
        cells = [name, bits, f"{manifest.size / 1e6:.1f}", f"{took:.1f}", *shown, f"{probe:.3f}"]
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
