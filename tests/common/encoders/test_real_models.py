"""Pretrained models that lie beside the real rows say as encoders what they say in torch."""

import csv
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from common import encoders
from common.encoder_training.pretrained import silence_transformers
from common.encoder_training.train import train
from common.encoders.config import TransformerConfig
from common.listing import Listing, Photo
from common.photos.decoding import decode
from common.store import artifacts

AS_IT_IS = {"finetune_epochs": 0}

pytestmark = pytest.mark.real_rows


@pytest.fixture(scope="module")
def data():
    folder = os.environ.get("LISTREC_DATA")
    if not folder:
        pytest.skip("LISTREC_DATA is not set")
    os.environ["HF_HUB_OFFLINE"] = "1"
    return Path(folder)


@pytest.fixture(scope="module")
def clothes(data, make_shop):
    with (data / "clothing" / "listings.csv").open() as file:
        rows = list(csv.DictReader(file))[:160]
    rows_read = [
        Listing(
            photos=(Photo(path=str(data / "clothing" / row["photo"])),),
            category=row["category"],
        )
        for row in rows
    ]
    return make_shop(
        {
            "train": rows_read[:96],
            "validation": rows_read[96:128],
            "test": rows_read[128:],
        }
    )


@pytest.fixture(scope="module")
def wares(data, make_shop):
    with (data / "mercari" / "train.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[:160]
    rows_read = [
        Listing(row["name"], row["item_description"], category=row["category_name"])
        for row in rows
    ]
    return make_shop(
        {
            "train": rows_read[:96],
            "validation": rows_read[96:128],
            "test": rows_read[128:],
        }
    )


def test_mobilenet_sees_what_it_sees_in_torch(data, clothes, tmp_path):
    import torch
    from transformers import MobileNetV2Model
    from transformers.models.auto.image_processing_auto import AutoImageProcessor

    model = data.parent / "models" / "mobilenet_v2_1.0_224"
    exact, rounded = (
        train(
            clothes,
            tmp_path,
            TransformerConfig(model=str(model), precision=precision, **AS_IT_IS),
        )
        for precision in ("fp32", "int8")
    )
    encoder: Any = encoders.load(exact)
    test = clothes.read("test")
    images = [decode(Path(row.photos[0].path).read_bytes()) for row in test]
    with silence_transformers(), torch.no_grad():
        processor = AutoImageProcessor.from_pretrained(model, backend="pil")
        original = MobileNetV2Model.from_pretrained(model, dtype=torch.float32).eval()
        pixels = processor(images, return_tensors="pt")["pixel_values"]
        means = original(pixel_values=pixels).pooler_output.numpy()
    wanted = encoder.standardiser.apply(np.sqrt(means + 1e-4))
    # A pixel may be one level off, here and there.
    cosines = _cosines(encoder.encode(test), wanted)
    assert cosines.mean() > 0.999
    assert cosines.min() > 0.997
    assert artifacts.read(rounded).summary["int8_cosine"]["mean"] > 0.96


def test_minilm_reads_what_it_reads_in_torch(data, wares, tmp_path):
    import torch
    from transformers import AutoTokenizer, BertModel

    model = data.parent / "models" / "all-MiniLM-L6-v2"
    exact, rounded = (
        train(wares, tmp_path, TransformerConfig(model=str(model), precision=precision))
        for precision in ("fp32", "int8")
    )
    encoder: Any = encoders.load(exact)
    test = wares.read("test")
    with silence_transformers(), torch.no_grad():
        tokenizer = AutoTokenizer.from_pretrained(model)
        original = BertModel.from_pretrained(model, dtype=torch.float32).eval()
        texts = [f"{row.title}\n{row.description}" for row in test]
        tokens = tokenizer(
            texts, padding=True, truncation=True, max_length=96, return_tensors="pt"
        )
        mask = tokens["attention_mask"][:, :, None]
        pooled = (original(**tokens).last_hidden_state * mask).sum(1) / mask.sum(1)
    wanted = encoder.standardiser.apply(pooled.numpy())
    np.testing.assert_allclose(encoder.encode(test), wanted, atol=1e-3)
    assert artifacts.read(rounded).summary["int8_cosine"]["mean"] > 0.97


def _cosines(one, other):
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return (one * other).sum(axis=1) / lengths
