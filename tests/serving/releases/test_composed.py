"""A release with models of other releases, as experiments answer with it."""

from serving.releases.composed import with_model
from serving.releases.loaded import LoadedReleases


def test_a_model_brings_the_encoders_that_it_needs(photo_release):
    r1, r2 = photo_release("r1"), photo_release("r2")
    composed = with_model(r1, "price", r2)
    assert composed.predictors["price"] is r2.predictors["price"]
    assert set(composed.encoders) == {"photos-r1", "photos-r2"}
    assert composed.needs["price"] == ("photos-r2",)
    assert (composed.release, composed.origin("price")) == ("r1", "r2")


def test_the_same_releases_are_composed_once_until_one_is_swapped(photo_release):
    r1, r2 = photo_release("r1"), photo_release("r2")
    held = LoadedReleases(r1)
    held.keep_for_variants([r2])
    composed = held.compose("", {"price": "r2"})
    assert held.compose("", {"price": "r2"}) is composed
    assert held.compose("", {}) is r1
    held.swap(photo_release("r3"))
    assert held.compose("", {"price": "r2"}).release == "r3"


def test_what_variants_need_no_longer_is_not_held(photo_release):
    held = LoadedReleases(photo_release("r1"))
    held.keep_for_variants([photo_release("r2")])
    held.keep_for_variants([])
    assert [each.release for each in held.all] == ["r1"]
    assert held.get("r2") is None
