"""What one team may do with the parts of another, on real servers."""

from dataclasses import replace

import pytest

from cli.main import main
from common.errors import InputError
from common.settings import Settings
from common.store import artifacts
from common.store.release import ReleaseStore
from pipelines.tracking.registry import model_name
from pipelines.tracking.runs import find_experiment


@pytest.fixture
def as_team(s3, monkeypatch):
    """Use the environment of a team; return its settings."""

    # Credentials are found by the client, as in a pod.
    def start(team, credentials):
        variables = {
            **s3.environment(credentials),
            "LISTREC_TEAM": team,
            "LISTREC_STORE": "s3://shop/{team}/listrec",
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return Settings.from_environment(variables)

    return start


@pytest.fixture
def publish(tmp_path):
    """Publish a release of one small artifact in a store, and make it the champion."""

    def start(settings):
        folder = artifacts.write(
            tmp_path / settings.team,
            role="model",
            name="price",
            kind="static",
            save=lambda out: (out / "score").write_text("0.9") and None,
            encoders=(),
            snapshot="monday",
            config={},
        )
        store = ReleaseStore(settings.store)
        release = store.publish({"price": store.publish_artifact(folder)})
        store.promote(release.id)
        return release

    return start


def test_a_team_publishes_at_its_own_prefix_and_is_refused_at_anothers(
    as_team, publish, capsys
):
    own = as_team("team-a", credentials="team-a")
    release = publish(own)
    assert ReleaseStore("s3://shop/team-a/listrec").champion() == release.id

    other = as_team("team-b", credentials="team-a")
    with pytest.raises(InputError, match=r"^s3://shop/team-b/listrec.* refuses access"):
        publish(other)

    assert main(["registry", "list"]) == 2
    assert "s3://shop/team-b/listrec refuses access" in capsys.readouterr().err


def test_experiments_and_models_in_mlflow_are_those_of_the_team(
    tracked, artifact, store
):
    from pipelines.tracking.client import open_client

    team = replace(tracked, team="kids")
    manifest = store.manifest(artifact("price"))
    assert model_name(tracked, manifest) == "listing-price"
    assert model_name(team, manifest) == "kids-listing-price"

    client = open_client(team)
    experiment = client.get_experiment(find_experiment(client, team, "price"))
    assert experiment.name == "kids/price"
