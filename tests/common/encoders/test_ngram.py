from dataclasses import replace

import numpy as np
import pytest

from common import encoders
from common.encoder_training import train as training
from common.encoder_training import train_ngram
from common.encoder_training.probe import evaluate
from common.encoder_training.tasks import encoder_targets
from common.encoders.config import NgramConfig
from common.errors import ArtifactError, InputError
from common.features.hashing import hash_text
from common.listing import CONFIRMABLE, Listing
from common.nets.feature_extractor import FeatureExtractor
from common.nets.training.net import train_net
from common.progress import ignore_progress
from common.store import artifacts
from ingest.ingest import Options
from simulator.source import ingest_synthetic

TINY = NgramConfig(dimensions=8, epochs=1, seed=1)
STRANGE = [
    Listing(),
    Listing("\U0001f600 ズボン \x00", "\ud800"),
    Listing("zzyzx", "zzyzx"),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop") / "snapshot"
    return ingest_synthetic(300, folder, Options(seed=3), ignore_progress)


@pytest.fixture(scope="module")
def trained(shop, tmp_path_factory):
    """The artifact's folder and the net it was exported from."""
    nets = []

    def train_and_keep(*given, **named):
        nets.append(training_net(*given, **named))
        return nets[-1]

    training_net = train_net
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train_ngram, "train_net", train_and_keep)
        folder = training.train(shop, tmp_path_factory.mktemp("made"), TINY)
    return folder, nets[0]


@pytest.fixture(scope="module")
def encoder(trained):
    return encoders.load(trained[0])


def test_its_id_is_that_of_the_artifact(encoder, trained):
    assert encoder.id == artifacts.read(trained[0]).id == trained[0].name
    assert encoder.encode([Listing("shoes")]).shape == (1, encoder.dimensions) == (1, 8)
    assert encoder.encode([Listing("shoes")]).dtype == np.float32


def test_a_listing_has_the_same_vector_alone_and_in_a_batch(encoder, shop):
    rows = [*shop.read("test"), *STRANGE]
    together = encoder.encode(rows)
    alone = np.concatenate([encoder.encode([row]) for row in rows])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_the_exported_file_says_what_the_trained_net_says(encoder, trained, shop):
    rows = shop.read("test")
    inputs = FeatureExtractor((), vocabulary=encoder.vocabulary).transform(rows)
    wanted, vectors = trained[1].trunk(inputs), encoder.encode(rows)
    wanted *= np.diff(inputs.text.indptr)[:, None] > 0
    lengths = np.linalg.norm(wanted, axis=1) + 1e-9
    assert np.all(np.linalg.norm(vectors - wanted, axis=1) < 2e-3 * lengths)


def test_a_listing_without_text_has_no_vector(encoder):
    assert not encoder.encode([Listing(brand="Nike"), Listing("\u2603")]).any()


def test_no_confirmed_field_is_read(encoder, shop):
    rows = shop.read("test")[:20]
    bare = [row.without(*CONFIRMABLE) for row in rows]
    np.testing.assert_array_equal(encoder.encode(rows), encoder.encode(bare))


def test_different_listings_have_different_vectors(encoder, shop):
    assert len(np.unique(encoder.encode(shop.read("test")[:20]), axis=0)) == 20


def test_the_same_rows_and_seed_give_the_same_bytes(trained, shop, tmp_path):
    again = training.train(shop, tmp_path, TINY)
    assert again.name == trained[0].name
    names = sorted(artifacts.read(again).files)
    for name in names:
        assert (again / name).read_bytes() == (trained[0] / name).read_bytes()


def test_another_seed_is_another_encoder(trained, shop, tmp_path):
    assert training.train(shop, tmp_path, replace(TINY, seed=2)).name != trained[0].name


def test_only_training_rows_are_seen(encoder, shop):
    views = zip(
        hash_text(shop.read("train")), hash_text(shop.read("test")), strict=True
    )
    for (train, test), known in zip(views, encoder.vocabulary.buckets, strict=True):
        seen, unseen = set(train.buckets), set(test.buckets) - set(train.buckets)
        assert set(known) <= seen
        assert unseen  # else nothing was tested


def test_a_linear_probe_reads_something_off_the_vectors(encoder, shop):
    metrics = evaluate(encoder, shop)
    assert {"lift", "category", "price_r2"} <= set(metrics)
    assert all(np.isfinite(value) for value in metrics.values())


def test_every_label_becomes_a_task():
    rows = [
        Listing(
            category=f"A/{i % 2}", brand="bc"[i % 2], price=i + 1.0, condition="new"
        )
        for i in range(8)
    ]
    tasks = {task.name: task for task in encoder_targets(rows)}
    assert set(tasks) == {"category2", "category9", "brand", "price"}
    assert tasks["brand"].values.tolist() == [0, 1] * 4


def test_missing_labels_are_missing_targets():
    rows = [
        Listing(brand=brand, price=price)
        for brand, price in [("a", 3), (None, 4), ("b", None)]
    ]
    tasks = {task.name: task for task in encoder_targets([*rows, *rows])}
    assert np.isnan(tasks["brand"].values).tolist() == [False, True, False] * 2
    assert np.isnan(tasks["price"].values).tolist() == [False, False, True] * 2


def test_rows_without_any_label_are_a_sentence(tmp_path):
    class Unlabelled:
        id = "none"

        def read(self, split):
            return [Listing("shoes"), Listing("hats")]

    with pytest.raises(InputError, match="no label at all to train an encoder on"):
        training.train(Unlabelled(), tmp_path, TINY)


def test_a_kind_nobody_knows_is_a_sentence(shop, tmp_path):
    with pytest.raises(InputError, match="encoders of kind 'magic' cannot be trained"):
        training.train(shop, tmp_path, NgramConfig(kind="magic"))


def test_a_model_is_not_loaded_as_an_encoder(tmp_path):
    folder = artifacts.write(
        tmp_path, role="model", name="brand", kind="head", save=lambda draft: None
    )
    with pytest.raises(
        ArtifactError, match="is a model of kind 'head'; encoders known here are ng"
    ):
        encoders.load(folder)


def test_the_file_holds_no_pickle(trained):
    with np.load(trained[0] / "ngram.npz", allow_pickle=False) as file:
        assert all(file[name].dtype != object for name in file.files)
