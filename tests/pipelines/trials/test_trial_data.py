"""Data of trials: photo encoders are retrained on the training rows of the resplit snapshot."""

import numpy as np
import pytest

from common.encoder_training.train import train
from common.encoders.config import ConvnetConfig, StaticConfig
from common.progress import ignore_progress
from common.store import artifacts
from common.store.release import ReleaseStore
from ingest.ingest import Options
from pipelines.trials.trial_data import prepare_trial_data
from simulator.source import ingest_synthetic
from tests.tiny_bert import save_tiny_bert

CONVNET = ConvnetConfig(image_size=16, widths=(4, 8), images_seen=300, min_epochs=1)


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """Settings of a text encoder, which learns nothing from labels."""
    return StaticConfig(model=save_tiny_bert(tmp_path_factory.mktemp("bert")))


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos") / "shop"
    return ingest_synthetic(200, folder, Options(seed=4), ignore_progress, photos=True)


def test_encoders_that_learned_from_labels_are_trained_again(shop, config, tmp_path):
    store = ReleaseStore(str(tmp_path / "store"))
    text, photo = (
        store.publish_artifact(train(shop, tmp_path / "made", each))
        for each in (config, CONVNET)
    )
    data = prepare_trial_data(
        store, [text, photo], shop, tmp_path / "data", ignore_progress
    )
    assert [encoder.modality for encoder in data.encoders] == ["text", "photo"]
    assert data.encoders[0].id == text
    retrained = artifacts.read(tmp_path / "data" / photo / data.encoders[1].id)
    before = artifacts.read(tmp_path / "made" / photo)
    assert retrained.config == before.config
    assert (retrained.snapshot, before.snapshot) == (data.snapshot.id, shop.id)
    photos = [row for row in data.rows if row.photos]
    assert np.abs(data.encoders[1].encode(photos)).sum() > 0


def test_data_that_was_prepared_is_used_again(shop, tmp_path, monkeypatch):
    store = ReleaseStore(str(tmp_path / "store"))
    ids = [store.publish_artifact(train(shop, tmp_path / "made", CONVNET))]
    first = prepare_trial_data(store, ids, shop, tmp_path / "data", ignore_progress)
    monkeypatch.setattr("common.encoder_training.train.train", None)
    reused = prepare_trial_data(store, ids, shop, tmp_path / "data", ignore_progress)
    assert [encoder.id for encoder in reused.encoders] == [
        encoder.id for encoder in first.encoders
    ]
    assert reused.rows == first.rows
