"""The cost of 8 bits: encoders in 32 and in 8 bits on the same real rows."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.shared.command_line import data_folder, format_command, make_parser
from benchmarks.shared.markdown import bullets, describe_run, table
from benchmarks.shared.result_files import write_results
from benchmarks.shared.results import Result, Results, Run, result
from common import encoders
from common.encoder_training.probe import evaluate
from common.encoder_training.train import train
from common.encoders import Encoder
from common.encoders.config import FP32, INT8, ConvnetConfig, TransformerConfig
from common.errors import ListrecError
from common.listing import Listing
from common.progress import ignore_progress
from common.snapshot import Snapshot
from common.store import artifacts
from ingest.ingest import Options, ingest_file

MODULE = "benchmarks.photos.int8"

EXAMPLES = """
LISTREC_DATA=data python -m benchmarks.photos.int8 --photo FOLDER --text FOLDER
"""

METHOD = (
    "Photos are those of `clothing`, texts those of `mercari`.",
    "Size and time are those of the exported encoder, one listing after the other on one thread, in"
    " milliseconds of the processor.",
    "The cosine is that on the encoder's card: standardised vectors in 8 against 32 bits, on"
    " validation rows. The probe is that of the gate: its accuracy on the test rows' categories.",
)
"""How the benchmark measures, for the page."""

COLUMNS = {
    "MB": 1,
    "ms a listing": 1,
    "cosine, mean": 4,
    "cosine, least": 4,
    "probe": 3,
}
"""Metrics and their decimal places."""

BITS = {FP32: "32", INT8: "8"}

N_TIMED = 200
"""Listings that are encoded one after the other to measure the time."""


def main() -> int:
    """Measure, print the page's section, and write the results."""
    arguments = _parse_arguments()
    options = {
        "--photo": Path(arguments.photo).name,
        "--text": Path(arguments.text).name,
    }
    run = Run.start(
        "precision", "clothing, mercari", format_command(MODULE, [], options)
    )

    try:
        data = data_folder("clothing and mercari")
        with tempfile.TemporaryDirectory() as folder:
            measured = _measure_all(data, arguments, Path(folder), run)
            results = Results(list(measured))
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code

    print(page_section(run, results))
    if arguments.out:
        write_results(arguments.out, run, results)
    return 0


def page_section(run: Run, results: Results) -> str:
    """The section ``precision`` of a page."""
    lines = [describe_run(run), "", *bullets(METHOD), "", *result_table(results)]
    return "\n".join(lines)


def result_table(results: Results) -> list[str]:
    """Lines of the table: one row for each encoder and precision."""
    keys = dict.fromkeys((item.contestant, item.variant) for item in results)
    rows = []

    for encoder, bits in keys:
        cells = []
        for metric, digits in COLUMNS.items():
            item = results.get(metric, encoder, bits)
            cells.append(item.estimate.format(digits) if item else "")
        rows.append([encoder, bits, *cells])

    return table(["encoder", "bits", *COLUMNS], rows)


def _parse_arguments() -> argparse.Namespace:
    description = (
        "Compare encoders in 32 and in 8 bits on real rows below LISTREC_DATA."
    )
    parser = make_parser(MODULE, description, EXAMPLES)
    add = parser.add_argument
    add("--photo", required=True, help="name or folder of a photo model")
    add("--text", required=True, help="name or folder of a text model")
    add("--out", type=Path, help="write the results as JSON")
    return parser.parse_args()


def _measure_all(
    data: Path, arguments: argparse.Namespace, folder: Path, run: Run
) -> Iterator[Result]:
    # Both tables are read first: a missing one is reported before hours of training.
    clothing = _ingest(data / "clothing" / "listings.csv", folder / "clothing")
    mercari = _ingest(data / "mercari" / "train.tsv", folder / "mercari")

    # Pages name a model by the last part of its path, as the command does.
    photo_name = Path(arguments.photo).name
    photo_model = TransformerConfig(model=arguments.photo)
    text_name = Path(arguments.text).name
    text_model = TransformerConfig(model=arguments.text)

    convnet = ConvnetConfig()
    yield from _measure("convnet", convnet, clothing, folder, run)
    yield from _measure(photo_name, photo_model, clothing, folder, run)
    yield from _measure(text_name, text_model, mercari, folder, run)


def _ingest(table: Path, out: Path) -> Snapshot:
    return ingest_file(table, out, Options(), ignore_progress)


def _measure(
    name: str,
    config: ConvnetConfig | TransformerConfig,
    snapshot: Snapshot,
    folder: Path,
    run: Run,
) -> Iterator[Result]:
    for precision, bits in BITS.items():
        artifact = train(snapshot, folder, replace(config, precision=precision))
        for metric, value in _figures(artifact, snapshot).items():
            yield result(run, name, metric, value, variant=bits)


def _figures(artifact: Path, snapshot: Snapshot) -> dict[str, float]:
    """Size, time and accuracy of an encoder, and its cosine if it has 8 bits."""
    manifest = artifacts.read(artifact)
    encoder = encoders.load(artifact)
    timed = snapshot.read("test")[:N_TIMED]
    figures = {
        "MB": manifest.size / 1e6,
        "ms a listing": _time(encoder, timed),
        "probe": evaluate(encoder, snapshot)["category"],
    }

    # Training compares an encoder in 8 bits with its original in 32, which is not kept.
    cosine = manifest.summary.get("int8_cosine", {})
    if cosine:
        figures["cosine, mean"] = cosine["mean"]
        figures["cosine, least"] = cosine["least"]
    return figures


def _time(encoder: Encoder, listings: list[Listing]) -> float:
    """Milliseconds of the processor for one listing."""
    # The first call starts the runtime's session.
    encoder.encode(listings[:8])
    start = time.process_time()
    for listing in listings:
        encoder.encode([listing])
    seconds = time.process_time() - start
    return seconds / len(listings) * 1e3


if __name__ == "__main__":
    sys.exit(main())
