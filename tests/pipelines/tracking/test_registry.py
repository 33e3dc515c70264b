from dataclasses import replace
from pathlib import Path

import pytest

from common.errors import ArtifactError
from models import NAMES
from pipelines.tracking import registry
from pipelines.tracking.aliases import find_behind, read_aliases
from pipelines.tracking.client import open_client
from pipelines.tracking.runs import log_run
from pipelines.training import register_steps, release_steps

CHALLENGER = {
    "target": "price",
    "seconds": 1.5,
    "metrics": {"rmsle": 0.5, "undefined": None},
    "thresholds": {},
    "passed": True,
    "reasons": [],
}


def manifest_of(store, artifact_id):
    return store.manifest(artifact_id)


def test_a_run_tells_what_was_trained_from_what_and_how_good_it_is(
    tracked, store, artifact
):
    manifest = manifest_of(store, artifact("price"))

    version = log_run(tracked, CHALLENGER, manifest, "# card", register=True)

    client = open_client(tracked)
    registered = client.get_model_version("listing-price", version)
    run = client.get_run(registered.run_id)
    assert registered.source == store.artifact_url(manifest.id)
    assert run.data.params == {"seed": "1", "net.epochs": "6"}
    assert run.data.metrics["rmsle"] == 0.5
    assert run.data.tags["snapshot"] == "monday"
    assert run.data.tags["artifact_id"] == manifest.id
    assert run.data.tags["git_commit"]
    assert client.get_experiment(run.info.experiment_id).name == "listrec/price"
    card = client.download_artifacts(run.info.run_id, "card.md")
    assert Path(card).read_text() == "# card"


def test_the_same_artifact_is_registered_once(tracked, store, artifact):
    manifest = manifest_of(store, artifact("price"))

    versions = {
        log_run(tracked, CHALLENGER, manifest, "", register=True) for _ in range(2)
    }

    assert versions == {"1"}


def test_what_missed_its_gate_is_logged_but_not_registered(tracked, store, artifact):
    missed = {**CHALLENGER, "passed": False, "reasons": ["rmsle is 2"]}

    assert (
        log_run(
            tracked, missed, manifest_of(store, artifact("price")), "", register=False
        )
        == ""
    )

    client = open_client(tracked)
    assert client.search_registered_models() == []
    experiment = client.get_experiment_by_name("listrec/price").experiment_id
    (run,) = client.search_runs([experiment])
    assert run.data.tags["gate"] == "rmsle is 2"


def test_register_and_promote_leave_card_version_alias_and_release(
    tracked, context, store, artifact, world, snapshot
):
    data = {"path": str(snapshot), "id": "monday"}
    challengers = [
        {**CHALLENGER, "target": name, "artifact": artifact(name)} for name in NAMES
    ]

    registered = register_steps.register(context, challengers, data, force=False)
    proposal = release_steps.promote(
        context, release_steps.publish(context, registered)
    )

    assert [challenger["version"] for challenger in registered] == ["1"] * len(NAMES)
    assert "| rmsle | 0.5 |" in store.card(challengers[2]["artifact"])
    client = open_client(tracked)
    version = client.get_model_version_by_alias("listing-price", "champion")
    assert version.tags["artifact_id"] == store.newest("price")
    assert client.get_run(version.run_id).data.tags["release"] == proposal["release"]


def test_reconcile_repairs_a_crash_between_pointer_and_alias(
    tracked, store, champion, artifact
):
    registry.reconcile(tracked, store)
    models = {**champion.models, "price": artifact("price", content="better")}
    store.promote(store.publish(models).id)  # and here the process died

    (moved,) = registry.reconcile(tracked, store)

    client = open_client(tracked)
    version = client.get_model_version_by_alias("listing-price", "champion")
    assert version.tags["artifact_id"] == models["price"]
    assert moved.startswith("listing-price: champion moved from version 1 to version 2")
    assert registry.reconcile(tracked, store) == []


def test_aliases_of_a_team_are_found_by_its_names(tracked, store, champion):
    team = replace(tracked, team="kids")
    registry.reconcile(team, store)

    assert find_behind(team, store) == []
    assert set(read_aliases(team).values()) == {
        *champion.encoders,
        *champion.models.values(),
    }
    assert read_aliases(tracked) == {}


def test_rollback_returns_to_the_champion_before_and_then_to_the_one_before_that(
    store, champion, artifact
):
    releases = [champion.id]
    for content in ("b", "c"):
        models = {**champion.models, "price": artifact("price", content=content)}
        releases.append(store.publish(models).id)
        store.promote(releases[-1])

    assert store.rollback() == releases[1]
    assert store.rollback() == releases[0]
    assert store.champion() == releases[0]
    with pytest.raises(ArtifactError, match="no earlier champion"):
        store.rollback()
