from shutil import copytree

import pytest

import models
from common.errors import ArtifactError, InputError
from common.listing import Listing
from common.store.release import ReleaseStore
from models.suggester import load


@pytest.fixture(scope="module")
def local(released_home, tmp_path_factory):
    """The champion, fetched into a cache of its own."""
    return ReleaseStore(str(released_home / "store")).fetch(
        tmp_path_factory.mktemp("cache")
    )


def test_a_whole_release_answers_with_every_model(local):
    loaded = load(local)

    assert tuple(loaded.predictors) == models.NAMES
    for name, predictor in loaded.predictors.items():
        assert predictor.version == local.release.models[name]
        assert predictor.predict([Listing(title="shoes")])[0].model == name


def test_a_predictor_process_loads_one_model_and_its_encoders(local):
    loaded = load(local, ["price"])

    assert list(loaded.predictors) == ["price"]
    assert set(loaded.encoders) == set(loaded.predictors["price"].encoder_ids)


def test_a_suggester_process_loads_encoders_only(local):
    loaded = load(local, [])

    assert loaded.predictors == {}
    assert set(loaded.encoders) == set(local.release.encoders)
    assert set(loaded.needs["price"]) == set(local.release.encoders)


def test_a_model_nobody_knows_is_refused(local):
    with pytest.raises(InputError, match="no model called 'colour'"):
        load(local, ["colour"])


def test_a_model_the_release_lacks_is_refused(local, released_home, tmp_path):
    store = ReleaseStore(str(copytree(released_home / "store", tmp_path / "store")))
    partial = store.publish({"price": local.release.models["price"]})

    with pytest.raises(ArtifactError, match="has no model 'brand'; it has price"):
        load(store.fetch(tmp_path / "cache", partial.id), ["brand"])
