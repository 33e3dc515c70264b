import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cli.main import main
from common.runs.records import FAILED, RunRecords, StepRecord
from common.settings import Settings
from common.store import artifacts
from common.store.release import ReleaseStore
from common.store.storage import Storage
from models import NAMES
from pipelines.tracking.aliases import read_aliases
from pipelines.tracking.client import open_client
from pipelines.tracking.registry import reconcile


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("LISTREC_HOME", str(tmp_path / "home"))
    return ReleaseStore(str(tmp_path / "home" / "store"))


@pytest.fixture
def release(store, tmp_path):
    """Publish a release whose artifacts hold some content, and promote it."""

    def publish(content):
        models = {}
        for name in NAMES:
            folder = artifacts.write(
                tmp_path / "made",
                role="model",
                name=name,
                kind="tiny",
                save=lambda out: (out / "content").write_text(content) and None,
            )
            models[name] = store.publish_artifact(folder)
        released = store.publish(models)
        store.promote(released.id)
        return released

    return publish


def test_list_marks_the_champion(store, release, capsys):
    first, second = release("a"), release("b")

    assert main(["registry", "list"]) == 0

    out = capsys.readouterr().out
    assert f"* {second.id}" in out
    assert f"  {first.id}" in out
    assert first.models["price"] in out


def test_list_as_json_says_which_is_the_champion(store, release, capsys):
    release("a")
    second = release("b")

    main(["registry", "list", "--json"])

    released = json.loads(capsys.readouterr().out)
    assert [entry["id"] for entry in released if entry["champion"]] == [second.id]


def test_list_says_what_to_do_when_nothing_was_released(store, capsys):
    assert main(["registry", "list"]) == 0

    assert "listrec train all" in capsys.readouterr().out


def test_show_prints_the_cards_of_the_champion(store, release, capsys):
    released = release("a")
    store.write_card(released.models["price"], "# price card")

    assert main(["registry", "show", "--cards"]) == 0

    out = capsys.readouterr().out
    assert "# price card" in out
    assert f"Artifact {released.models['brand']} has no model card." in out


def test_promote_and_rollback_move_pointer_and_aliases(store, release, capsys):
    first, second = release("a"), release("b")

    assert main(["registry", "promote", first.id]) == 0
    assert store.champion() == first.id
    assert "listing-price: champion moved to version 1" in capsys.readouterr().out

    assert main(["registry", "rollback"]) == 0
    assert store.champion() == second.id
    assert (
        "listing-price: champion moved from version 1 to version 2"
        in capsys.readouterr().out
    )

    assert main(["registry", "reconcile"]) == 0
    assert "already" in capsys.readouterr().out


def test_an_unknown_release_is_refused_and_nothing_moves(store, release, capsys):
    released = release("a")

    assert main(["registry", "promote", "nonsense"]) == 4

    assert "there is no release nonsense" in capsys.readouterr().err
    assert store.champion() == released.id


def test_a_promotion_in_the_place_of_another_champion_is_refused(
    store, release, capsys
):
    first, second = release("a"), release("b")

    assert main(["registry", "promote", first.id, "--expect", first.id]) == 3

    error = capsys.readouterr().err
    assert f"the champion is {second.id} and not {first.id}" in error
    assert store.champion() == second.id


def test_history_says_who_rolled_back_and_why(store, release, capsys, monkeypatch):
    monkeypatch.setenv("LISTREC_USER", "ann@desk")
    first, second = release("a"), release("b")
    assert main(["registry", "rollback", "--reason", "prices of shoes"]) == 0
    assert "listrec registry hold --until DATE" in capsys.readouterr().out

    assert main(["registry", "history"]) == 0
    newest, *others = capsys.readouterr().out.splitlines()
    assert f"{second.id} -> {first.id}  registry rollback by ann@desk" in newest
    assert newest.endswith("prices of shoes")
    assert len(others) == 2

    main(["registry", "history", "--json", "--limit", "1"])
    (move,) = json.loads(capsys.readouterr().out)
    assert move["cause"]["reason"] == "prices of shoes"


def test_a_hold_refuses_promotions_until_it_is_lifted_or_forced(store, release, capsys):
    first, _ = release("a"), release("b")
    hold = ["registry", "hold"]
    assert main([*hold, "--until", "2999-01-31", "--reason", "Prices, of shoes"]) == 0
    assert main(["registry", "promote", first.id]) == 3
    output = capsys.readouterr()
    assert "held until 2999-01-31T00:00+00:00" in output.out
    assert "Prices, of shoes" in output.err

    assert main(["registry", "promote", first.id, "--force-hold"]) == 0
    assert store.champion() == first.id
    assert main([*hold, "--lift"]) == 0
    capsys.readouterr()
    assert main(hold) == 0
    assert capsys.readouterr().out == "Promotions are not held.\n"


@pytest.mark.parametrize("until", ["soon", "2020-01-31"])
def test_a_hold_until_no_later_time_is_refused(store, until, capsys):
    assert main(["registry", "hold", "--until", until, "--reason", "x"]) == 2
    assert "2027-01-31T08:00" in capsys.readouterr().err


def test_diff_and_lineage_say_what_releases_are_made_of(store, release, capsys):
    first, second = release("a"), release("bb")
    assert main(["registry", "diff", first.id, second.id]) == 0
    out = capsys.readouterr().out
    assert f"{first.models['price']} -> {second.models['price']}" in out
    assert re.search(r"size +1 -> 2", out)

    assert main(["registry", "lineage", first.id]) == 0
    out = capsys.readouterr().out
    assert f"price {first.models['price']}" in out
    assert f"champion {first.id} -> {second.id}" in out
    main(["registry", "lineage", "--json"])
    assert json.loads(capsys.readouterr().out)["release"] == second.id


def test_runs_are_listed_and_one_is_shown_step_by_step(store, capsys):
    records = RunRecords(Storage(store.url), "nightly")
    started = "2026-11-30T02:00:00+00:00"
    step = StepRecord("train_model", "price", FAILED, started, 3.0, 2.5, 411.0)
    records.write_step(replace(step, message="the loss exploded", exit_code=1))
    reasons = ["the loss exploded"]
    records.write_outcome({"run": "nightly", "state": "failed", "reasons": reasons})

    assert main(["registry", "runs"]) == 0
    out = capsys.readouterr().out
    assert "nightly  failed   2026-11-30T02:00:00" in out
    assert "    the loss exploded" in out
    assert main(["registry", "runs", "nightly"]) == 0
    assert re.search(
        r"train_model price +failed +3.0 +2.5 +411", capsys.readouterr().out
    )
    main(["registry", "runs", "nightly", "--json"])
    assert json.loads(capsys.readouterr().out)["steps"][0]["peak_megabytes"] == 411.0
    assert main(["registry", "runs", "unknown"]) == 4


def test_gc_says_what_it_would_remove_and_removes_it(store, release, capsys):
    release("a")
    unused = store.publish({}, datetime(2026, 1, 1, tzinfo=UTC))
    assert main(["registry", "gc", "--keep", "1", "--dry-run"]) == 0
    assert f"Would remove 1 releases (0.0 MB): {unused.id}" in capsys.readouterr().out
    assert unused.id in store.releases()

    assert main(["registry", "gc", "--keep", "1", "--json"]) == 0
    removed = json.loads(capsys.readouterr().out)
    assert (removed["releases"], removed["versions"]) == ([unused.id], [])
    assert removed["bytes"]["releases"] > 0
    assert unused.id not in store.releases()


def test_gc_goes_on_without_mlflow_and_says_so(
    store, release, free_port, monkeypatch, capsys
):
    release("a")
    unused = store.publish({}, datetime(2026, 1, 1, tzinfo=UTC))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{free_port}")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")

    assert main(["registry", "gc", "--keep", "1"]) == 0

    assert "artifacts stay, because any of them may have an alias" in (
        capsys.readouterr().err
    )
    assert unused.id not in store.releases()


def test_an_artifact_of_somebodys_alias_is_known(store, release, tmp_path):
    released = release("a")
    settings = Settings.from_environment(os.environ)
    reconcile(settings, store)
    open_client(settings).set_registered_model_alias("listing-price", "best", "1")
    found = read_aliases(settings)
    assert found["listing-price", "best"] == released.models["price"]


def test_crash_points_are_listed_with_what_they_leave_behind(capsys):
    assert main(["registry", "crash-points"]) == 0
    assert (
        "publish.after-manifest     a release is published" in capsys.readouterr().out
    )


def test_a_crash_point_that_is_none_is_refused(monkeypatch, capsys):
    monkeypatch.setenv("LISTREC_CRASH_AT", "nowhere")
    assert main(["registry", "list"]) == 2
    assert "is no crash point" in capsys.readouterr().err


def test_doctor_ends_with_1_where_there_is_a_problem(store, release, capsys):
    released = release("a")
    assert main(["registry", "reconcile"]) == 0
    capsys.readouterr()
    assert main(["doctor", "--json"]) == 0
    checks = json.loads(capsys.readouterr().out)
    assert {check["state"] for check in checks} == {"ok"}

    Storage(store.url).remove(f"artifacts/{released.models['price']}")
    assert main(["doctor"]) == 1
    output = capsys.readouterr()
    assert "problem  champion    there is no artifact" in output.out
    assert "error: there are problems: champion" in output.err
