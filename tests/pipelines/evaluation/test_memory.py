from dataclasses import replace

import pytest

from common.errors import ArtifactError
from common.store.release import ReleaseStore
from pipelines.evaluation import memory


@pytest.fixture
def price(released_home):
    """The store of a release, and the manifest of its price model."""
    store = ReleaseStore(str(released_home / "store"))
    return store, store.manifest(store.read().models["price"])


def test_memory_is_that_of_the_model_and_the_same_each_time(price, tmp_path):
    store, manifest = price

    first, again = (memory.measure(store, tmp_path, manifest) for _ in range(2))
    assert first > manifest.size
    assert again == pytest.approx(first, rel=0.1)


def test_a_model_that_a_server_cannot_load_is_an_error_in_a_sentence(price, tmp_path):
    store, manifest = price
    other = replace(manifest, name="brand")

    with pytest.raises(ArtifactError, match="memory of brand .* cannot be measured"):
        memory.measure(store, tmp_path, other)
