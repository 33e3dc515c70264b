from common.store.history import Cause
from pipelines.registry.difference import Difference, compare
from pipelines.registry.lineage import trace
from tests.pipelines.registry.conftest import NOW


def test_a_release_comes_from_rows_a_commit_and_runs(
    store, champion, artifact, keep_run
):
    better = artifact("price", content="better")
    release = store.publish({**champion.models, "price": better})
    keep_run("first", days=2, records=[{"artifact": champion.models["brand"]}])
    keep_run("second", days=1, release=release.id, records=[{"artifact": better}])
    store.promote(release.id, cause=Cause(run="second"))

    found = trace(store, None, NOW)

    parts = {part.name: part for part in found.parts}
    price, brand = parts["price"], parts["brand"]
    assert found.runs == ("second",)
    assert (price.run, price.snapshot, price.commit) == ("second", "monday", "abc")
    assert (price.releases, brand.releases) == ((), (champion.id,))
    assert (brand.run, brand.encoders) == ("first", champion.encoders)
    assert parts["encoder-text"].run == ""
    assert [move.cause.run for move in found.moves] == ["second"]


def test_releases_differ_in_artifacts_settings_and_metrics(
    store, champion, artifact, keep_run
):
    old, new = champion.models["price"], artifact("price", content="better")
    keep_run("first", records=[{"artifact": old, "metrics": {"rmsle": 0.5}}])
    keep_run("second", records=[{"artifact": new, "metrics": {"rmsle": 0.4}}])
    second = store.publish({**champion.models, "price": new})

    found = compare(store, champion.id, second.id, NOW)

    assert found[:2] == [
        Difference("price", "artifact", old, new),
        Difference("price", "size", 3, 6),
    ]
    assert found[2:] == [Difference("price", "metric.rmsle", 0.5, 0.4)]


def test_a_part_that_one_release_lacks_has_no_values_there(store, champion):
    models = dict(champion.models)
    del models["price"]
    found = compare(store, store.publish(models).id, champion.id, NOW)
    assert {item.part for item in found} == {"price"}
    assert {item.before for item in found} == {None}
