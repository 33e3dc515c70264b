import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from cli.main import main
from common.runs.records import RunRecords, runs
from common.store import promotion_hold
from common.store.storage import Storage

SETTINGS = """# worse, on purpose: "{{x}}" 'y' \\ ü
price:
  score: 0.2
"""


@pytest.fixture
def command(world, settings, snapshot, monkeypatch, capsys):
    """Run ``listrec`` on the small world; return its exit code, stdout and stderr."""
    monkeypatch.setenv("LISTREC_HOME", str(settings.home))

    def start(*words):
        options = [] if "--resume" in words else ["--snapshot", str(snapshot)]
        code = main([*words, *options])
        return code, *capsys.readouterr()

    return start


def test_train_ends_with_a_table_and_what_to_do_next(command, store, champion):
    code, out, err = command("train", "price")

    assert code == 0
    release = store.read()
    assert f"Release {release.id} is now the champion" in out
    assert "listrec serve" in out
    assert release.models["price"] in out
    assert "at least 0.5" in out
    assert "train price" in err


def test_train_with_a_missed_gate_ends_with_exit_code_3_and_the_metric(
    command, tmp_path, champion
):
    (tmp_path / "settings.yaml").write_text(SETTINGS)

    code, out, err = command(
        "train", "price", "--config", str(tmp_path / "settings.yaml")
    )

    assert code == 3
    assert "price: score is 0.2; it must be at least 0.5" in err
    assert "0.2" in out


def test_train_that_awaits_approval_ends_with_the_command_that_completes_it(
    command, tmp_path, store, champion
):
    (tmp_path / "settings.yaml").write_text("gate: {approval: required}")

    code, out, _ = command(
        "train", "price", "--config", str(tmp_path / "settings.yaml")
    )

    assert code == 0
    assert store.champion() == champion.id
    (release,) = set(store.releases()) - {champion.id}
    assert f"listrec registry promote {release}" in out


def test_train_names_the_known_settings_before_anything_is_trained(
    command, tmp_path, settings
):
    (tmp_path / "settings.json").write_text(json.dumps({"price": {"sead": 1}}))

    code, _, err = command(
        "train", "price", "--config", str(tmp_path / "settings.json")
    )

    assert code == 2
    assert "it has seed, score" in err
    assert not settings.home.exists()


def test_each_encoder_has_a_line_and_what_is_left_out_a_sentence(command, snapshot):
    _, out, err = command("train", "encoders")
    assert "encoder photo is left out: no row of the snapshot has a photo" in err
    assert "train encoder-text" in err
    assert "train encoder-photo" not in err

    (snapshot / "photos").touch()
    _, out, err = command("train", "encoders")
    assert "train encoder-photo" in err
    assert "encoder-photo" in out


def test_evaluate_measures_the_champions_model(command, champion):
    code, out, _ = command("evaluate", "price", "--json")

    assert code == 0
    measured = json.loads(out)
    assert measured["artifact"] == champion.models["price"]
    assert measured["metrics"] == {"score": 0.9}
    assert measured["rows"] == 3


def test_evaluate_refuses_an_artifact_of_another_model(command, champion):
    code, _, err = command("evaluate", "price", "--version", champion.models["brand"])

    assert code == 2
    assert "is brand, not price" in err


def test_the_summary_lists_what_was_left_out_and_why(command, tmp_path, store):
    settings = tmp_path / "settings.yaml"
    settings.write_text("brand: {barren: true}")

    code, out, err = command(
        *("train", "encoders", "brand", "price", "--config", str(settings))
    )

    assert code == 0
    assert "brand is left out: the brand model needs rows of two kinds" in out
    assert re.search(r"train brand .* left out", err)
    assert "without brand, which this snapshot has nothing to teach" in out


def test_a_run_is_continued_by_its_name(command, store, champion, settings):
    trial_fails = settings.home / "store" / "verification-fails"
    trial_fails.touch()
    assert command("train", "price")[0] == 3
    trial_fails.unlink()
    (name,) = [path.name for path in (settings.home / "store" / "runs").iterdir()]

    code, out, err = command("train", "--resume", name)

    assert code == 0
    assert re.search(r"train price .* used again", err)
    assert f"Release {store.champion()} is now the champion" in out


def test_a_run_is_continued_as_it_was_asked_for_or_not_at_all(command):
    code, _, err = command("train", "price", "--resume", "yesterday")

    assert code == 2
    assert "has the targets and options of that run: give no others" in err


def test_a_run_that_nobody_knows_cannot_be_continued(command):
    code, _, err = command("train", "--resume", "yesterday")

    assert code == 4
    assert "the store has no run 'yesterday'" in err


def test_a_run_during_a_hold_ends_well_and_its_release_can_be_promoted(
    command, store, champion, tracked
):
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    promotion_hold.write(Storage(store.url), tomorrow, "prices of shoes", "ann")

    code, out, err = command("train", "price")

    (name,) = runs(Storage(store.url))
    outcome = RunRecords(Storage(store.url), name).outcome() or {}
    assert (code, outcome["state"], store.champion()) == (0, "held", champion.id)
    assert "prices of shoes" in outcome["reasons"][0]
    assert f"listrec registry promote {outcome['release']} --force-hold" in out
