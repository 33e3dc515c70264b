"""Encoders in 8 bits say nearly what they say in 32, and by how much less is on their card."""

from dataclasses import replace

import pytest

from common import encoders
from common.encoder_training.probe import evaluate
from common.encoder_training.train import train
from common.encoders.config import INT8, ConvnetConfig
from common.store import artifacts

EXACT = ConvnetConfig(
    image_size=16, widths=(8, 16, 32), images_seen=1200, min_epochs=2, batch_size=16
)
ROUNDED = replace(EXACT, precision=INT8)


@pytest.fixture(scope="module")
def folders(shop, tmp_path_factory):
    out = tmp_path_factory.mktemp("made")
    return train(shop, out, EXACT), train(shop, out, ROUNDED)


def test_the_loss_of_8_bits_is_measured_on_validation_rows(folders):
    exact, rounded = (artifacts.read(folder) for folder in folders)
    assert "int8_cosine" not in exact.summary
    assert (
        0.9
        < rounded.summary["int8_cosine"]["least"]
        <= rounded.summary["int8_cosine"]["mean"]
        <= 1
    )
    assert exact.id != rounded.id


def test_8_bits_take_less_room(folders):
    exact, rounded = ((folder / "encoder.onnx").stat().st_size for folder in folders)
    assert rounded < 0.75 * exact


def test_a_probe_reads_as_much_off_vectors_in_8_bits(folders, shop):
    exact, rounded = (
        evaluate(encoders.load(folder), shop)["category"] for folder in folders
    )
    assert rounded > exact - 0.1


def test_the_same_rows_and_seed_give_the_same_bytes_in_8_bits(folders, shop, tmp_path):
    assert train(shop, tmp_path, ROUNDED).name == folders[1].name
