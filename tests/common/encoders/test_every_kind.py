"""The laws every encoder keeps, whatever its kind."""

import os
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from common import encoders
from common.encoder_training.probe import evaluate
from common.encoder_training.train import TRAINERS, train
from common.encoders.config import ConvnetConfig, StaticConfig, TransformerConfig
from common.errors import ArtifactError, InputError
from common.listing import CONFIRMABLE, Listing, Photo
from common.store import artifacts
from tests.tiny_bert import save_tiny_bert

ROOT = Path(__file__).parents[3]
CONVNET = ConvnetConfig(
    image_size=16, widths=(8, 16, 16), images_seen=1200, min_epochs=2, batch_size=16
)
CASES = ("convnet", "photo transformer", "text transformer", "static")
STRANGE = [
    Listing("\U0001f600 ズボン \x00", "\ud800"),
    Listing("zzyzx", "shoes " * 5000),
]
BROKEN = (Photo(b"no photo"), Photo(path="/nowhere.jpg"), Photo(path="/no.zip/x.jpg"))


@pytest.fixture(scope="module")
def configs(shop, tmp_path_factory):
    """Settings of a small encoder of every case."""
    import torch
    import transformers

    os.environ["HF_HUB_OFFLINE"] = "1"
    torch.manual_seed(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        vision = _save_vit(transformers, tmp_path_factory.mktemp("vit"))
    text = save_tiny_bert(tmp_path_factory.mktemp("bert"))
    pretrained = (TransformerConfig(model=vision), TransformerConfig(model=text))
    in_order = (CONVNET, *pretrained, StaticConfig(model=text))
    return dict(zip(CASES, in_order, strict=True))


SMALL = {"num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}


def _save_vit(transformers, folder):
    from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

    config = transformers.ViTConfig(
        hidden_size=16, image_size=16, patch_size=8, **SMALL
    )
    transformers.ViTModel(config).save_pretrained(folder)
    ViTImageProcessorPil(size={"height": 16, "width": 16}).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module", params=CASES)
def case(request):
    return request.param


@pytest.fixture(scope="module")
def folder(case, configs, shop, tmp_path_factory):
    return train(shop, tmp_path_factory.mktemp("made"), configs[case])


@pytest.fixture(scope="module")
def encoder(folder):
    return encoders.load(folder)


def test_every_kind_that_is_trained_can_be_loaded_and_is_tried_here(configs):
    assert (
        set(TRAINERS)
        == set(encoders.KINDS)
        == {config.kind for config in configs.values()}
    )


def test_its_id_is_that_of_the_artifact(encoder, folder):
    manifest = artifacts.read(folder)
    assert encoder.id == manifest.id == folder.name
    assert (manifest.role, manifest.name) == ("encoder", encoder.modality)


def test_the_same_rows_and_seed_give_the_same_bytes(
    case, configs, folder, shop, tmp_path
):
    again = train(shop, tmp_path, configs[case])
    assert again.name == folder.name
    assert artifacts.read(again) == artifacts.read(folder)


def test_vectors_are_small_floats_of_its_dimensions(encoder, shop):
    vectors = encoder.encode(shop.read("test"))
    assert vectors.shape == (16, encoder.dimensions)
    assert vectors.dtype == np.float32
    assert len(np.unique(vectors, axis=0)) >= 8


def test_vectors_of_pretrained_and_photo_encoders_are_standardised(encoder, case, shop):
    if case == "static":
        pytest.skip("its vectors are of one scale as they are made")
    photos = [
        replace(row, photos=(photo,))
        for row in shop.read("train")
        for photo in row.photos
    ]
    vectors = encoder.encode(
        photos if encoder.modality == "photo" else shop.read("train")
    )
    np.testing.assert_allclose(vectors.mean(axis=0), 0, atol=1e-3)
    assert 0.9 < np.median(vectors.std(axis=0)) < 1.1


def test_a_listing_without_what_it_reads_gets_zeros(encoder):
    assert not encoder.encode([Listing(), Listing(brand="Nike", price=3.0)]).any()
    assert encoder.encode([]).shape == (0, encoder.dimensions)


def test_it_reads_what_it_says_and_nothing_else(encoder, shop):
    row = shop.read("test")[0]
    mode = "photo" if encoder.modality == "text" else "text"
    assert not encoder.encode([row.showing(mode)]).any()
    bare = row.without(*CONFIRMABLE).showing(encoder.modality)
    np.testing.assert_allclose(encoder.encode([row]), encoder.encode([bare]), atol=1e-5)


def test_a_listing_has_the_same_vector_alone_and_in_a_batch(encoder, shop):
    rows = [*shop.read("test"), *STRANGE, Listing()]
    alone = np.concatenate([encoder.encode([row]) for row in rows])
    np.testing.assert_allclose(encoder.encode(rows), alone, atol=1e-4)
    np.testing.assert_allclose(encoder.encode(rows[::-1])[::-1], alone, atol=1e-4)


def test_broken_photos_count_as_absent(encoder, shop):
    row = shop.read("test")[1]
    mixed = replace(row, photos=(BROKEN[0], *row.photos, *BROKEN[1:]))
    np.testing.assert_allclose(
        encoder.encode([mixed]), encoder.encode([row]), atol=1e-5
    )
    assert not encoder.encode([Listing(photos=BROKEN)]).any()


def test_photos_of_a_listing_are_averaged_the_first_ten_of_them(encoder, shop):
    if encoder.modality == "text":
        pytest.skip("reads no photos")
    photos = [photo for row in shop.read("train")[:10] for photo in row.photos]
    vectors = encoder.encode([Listing(photos=(photo,)) for photo in photos])
    averaged = encoder.encode([Listing(photos=tuple(photos))])[0]
    np.testing.assert_allclose(averaged, vectors[:10].mean(axis=0), atol=1e-4)


def test_threads_may_share_it(encoder, shop):
    rows = shop.read("test")
    wanted = encoder.encode(rows)
    with ThreadPoolExecutor(4) as threads:
        for vectors in threads.map(encoder.encode, [rows] * 8):
            np.testing.assert_allclose(vectors, wanted, atol=1e-4)


def test_a_linear_probe_reads_something_off_the_vectors(encoder, shop):
    assert evaluate(encoder, shop)["lift"] > 1.1


def test_loading_and_encoding_imports_no_trainer(folder, shop):
    code = f"""
import sys
from pathlib import Path
from common import encoders
from common.listing import Listing, Photo
photo = Photo(bytes.fromhex("{shop.read("test")[0].photos[0].data.hex()}"))
assert encoders.load(Path({str(folder)!r})).encode([Listing("red", photos=(photo,))]).any()
print([name for name in ("torch", "transformers", "sklearn", "pyarrow", "onnx", "pandas")
       if name in sys.modules])
"""
    answer = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert answer.stdout.strip() == "[]"


def test_a_damaged_file_is_named_in_a_sentence(folder, tmp_path):
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    largest = max(tmp_path.iterdir(), key=lambda file: file.stat().st_size)
    largest.write_bytes(b"")
    with pytest.raises(
        ArtifactError, match=f"{largest.name} .* does not match its checksum"
    ):
        encoders.load(tmp_path)


def test_its_file_holds_nothing_of_this_machine(folder):
    for file in folder.iterdir():
        content = file.read_bytes()
        assert b"site-packages" not in content
        assert str(ROOT).encode() not in content
        assert b"/tmp/" not in content


def test_a_kind_nobody_knows_is_a_sentence(shop, tmp_path):
    with pytest.raises(InputError, match="encoders of kind 'magic' cannot be trained"):
        train(shop, tmp_path, replace(CONVNET, kind="magic"))


def test_a_model_is_not_loaded_as_an_encoder(tmp_path):
    folder = artifacts.write(
        tmp_path, role="model", name="brand", kind="head", save=lambda draft: None
    )
    with pytest.raises(
        ArtifactError, match="is a model of kind 'head'; encoders known here are conv"
    ):
        encoders.load(folder)
