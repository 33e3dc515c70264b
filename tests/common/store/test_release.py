import pytest

from common.errors import ArtifactError
from common.store import artifacts, champion_pointer
from common.store.release import ReleaseStore
from common.store.storage import Storage


@pytest.fixture
def store(store_url):
    return ReleaseStore(store_url)


@pytest.fixture
def made(tmp_path, store):
    """Publishes an artifact: ``made(name, content, *encoders)`` returns its id."""

    def make(name, content="x", *encoders):
        folder = artifacts.write(
            tmp_path / "made",
            role="model" if encoders else "encoder",
            name=name,
            kind="head",
            encoders=encoders,
            save=lambda draft: (draft / "head.json").write_text(content),
        )
        return store.publish_artifact(folder)

    return make


def _release(store, made, content="x"):
    encoder = made("text")
    return store.publish(
        {name: made(name, content, encoder) for name in ("brand", "price")}
    )


def test_a_release_lists_its_models_and_the_encoders_they_need(store, made):
    published = _release(store, made)
    assert store.read(published.id) == published
    assert (list(published.models), published.encoders) == (
        ["brand", "price"],
        (made("text"),),
    )
    assert set(published.checksums) == {*published.models.values(), *published.encoders}


def test_the_same_artifacts_are_the_same_release(store, made):
    assert (
        _release(store, made).id
        == _release(store, made).id
        != _release(store, made, "y").id
    )


def test_a_promoted_release_is_what_is_fetched(store, made, tmp_path):
    published = _release(store, made)
    assert store.champion() is None
    store.promote(published.id)
    local = store.fetch(tmp_path / "cache")
    assert local.release == published
    assert {name: artifacts.read(at).name for name, at in local.models.items()} == {
        "brand": "brand",
        "price": "price",
    }
    assert list(local.encoders) == list(published.encoders)


def test_a_rollback_returns_to_the_champion_before(store, made):
    first, second = _release(store, made, "1").id, _release(store, made, "2").id
    store.promote(first)
    store.promote(second)
    assert store.champions() == [second, first]
    assert store.rollback() == first == store.champion()
    with pytest.raises(ArtifactError, match="no earlier champion to roll back to"):
        store.rollback()


def test_promoting_the_champion_again_forgets_nothing(store, made):
    first, second = _release(store, made, "1").id, _release(store, made, "2").id
    for name in (first, second, second, first):
        store.promote(name)
    assert store.champions() == [first, second]


def test_only_so_many_champions_are_remembered(store, made, monkeypatch):
    monkeypatch.setattr(champion_pointer, "N_PREVIOUS", 2)
    names = [_release(store, made, str(number)).id for number in range(3)]
    for name in names:
        store.promote(name)
    assert store.champions() == [names[2], names[1]]


def test_what_was_never_published_is_not_promoted(store, made):
    with pytest.raises(ArtifactError, match="there is no release 123 in the store"):
        store.promote("123")
    assert store.champion() is None


def test_nothing_released_is_a_sentence_with_the_way_out(store, tmp_path):
    with pytest.raises(
        ArtifactError, match="nothing has been released yet: run 'listrec train"
    ):
        store.fetch(tmp_path / "cache")


def test_a_model_that_was_never_published_is_not_released(store):
    with pytest.raises(ArtifactError, match="there is no artifact 123 in the store"):
        store.publish({"brand": "123"})


def test_an_artifact_exchanged_after_the_release_is_refused(store, made, tmp_path):
    published = _release(store, made)
    store.promote(published.id)
    other, ours = made("brand", "evil", made("text")), published.models["brand"]
    storage = Storage(store.url)
    for name in ("head.json", artifacts.MANIFEST):
        text = storage.read_text(f"artifacts/{other}/{name}")
        storage.write_text(f"artifacts/{ours}/{name}", text)
    with pytest.raises(
        ArtifactError, match="is not the one that release .* was made of"
    ):
        store.fetch(tmp_path / "cache")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is damaged"),
        ("{}", "is damaged"),
        ("[]", "is damaged"),
        ('{"schema": 1, "encoders": [], "colour": 1}', "is damaged"),
        ('{"schema": 99}', "schema 99, newer than 1 known here: update"),
    ],
)
def test_a_release_that_cannot_be_read_is_a_sentence(store, text, why):
    Storage(store.url).write_text("releases/r.json", text)
    with pytest.raises(ArtifactError, match=why):
        store.read("r")


def test_releases_are_listed(store, made):
    names = sorted([_release(store, made, "1").id, _release(store, made, "2").id])
    assert store.releases() == names
    assert store.manifest(made("text")).name == "text"


def test_the_newest_artifact_and_its_card_are_remembered(store):
    assert (store.newest("brand"), store.card("a1")) == (None, None)
    store.set_newest("brand", "a1")
    store.write_card("a1", "# Brand\n")
    assert (store.newest("brand"), store.card("a1")) == ("a1", "# Brand\n")
