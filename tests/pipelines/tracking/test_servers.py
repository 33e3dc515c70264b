"""A whole run in the small world registers and releases through real servers of mlflow."""

from dataclasses import replace
from pathlib import Path

import pytest

from common.errors import UnavailableError
from models import NAMES
from pipelines.tracking import registry
from pipelines.tracking.client import open_client
from tests.real_parts import free_ports

PRICES = "cpu_hour=0.04 gb_hour=0.005 USD"


def assert_released(settings, store, address):
    """Check that mlflow's aliases and runs agree with the champion."""
    client = open_client(replace(settings, tracking_uri=address))
    release = store.read()
    for name in NAMES:
        version = client.get_model_version_by_alias(f"listing-{name}", "champion")
        assert version.tags["artifact_id"] == release.models[name]
        run = client.get_run(version.run_id)
        assert run.data.tags["release"] == release.id
        assert run.data.tags["run"].endswith("-all")
        assert run.data.tags["currency"] == "USD"
        assert run.data.metrics["train_model_cpu_seconds"] >= 0
        # Training takes no time in the small world.
        assert run.data.metrics["train_model_cost"] >= 0
        assert run.data.metrics["run_cost"] > 0
        card = client.download_artifacts(run.info.run_id, "card.md")
        assert "train_model_cost" in Path(card).read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["server", "server_on_postgres"])
def test_a_run_registers_and_releases_through_a_server(
    run, settings, store, monkeypatch, request, kind
):
    from pipelines.training.targets import TARGETS

    address = request.getfixturevalue(kind)
    monkeypatch.setenv("LISTREC_MACHINE_PRICES", PRICES)

    run(*TARGETS, mlflow=address)

    assert_released(settings, store, address)


@pytest.mark.slow
def test_a_champion_is_promoted_and_read_while_mlflow_is_down_and_reconciled_after(
    tracked, store, champion, monkeypatch
):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    [port] = free_ports(1)
    down = replace(tracked, tracking_uri=f"http://127.0.0.1:{port}")

    with pytest.raises(UnavailableError, match="only mlflow's aliases are behind"):
        registry.reconcile(down, store)

    assert store.read().id == champion.id
    assert len(registry.reconcile(tracked, store)) == len(NAMES) + 1
