"""``listrec monitor`` keeps what it found, shows it, and starts a run once in a cooldown."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from cli.main import main
from common import monitoring_record
from common.monitoring_history import read_history
from common.runs.records import runs
from common.store.storage import Storage
from pipelines.monitoring.run_starts import last_start
from tests.pipelines.cluster.kubeflow import serve
from tests.pipelines.notifications.services import serving

IMAGE = "registry.example/listrec@sha256:" + "0" * 64


@pytest.fixture
def command(seven_days, settings, tmp_path, monkeypatch, capsys):
    """Run ``listrec monitor``; return its exit code, stdout and stderr."""
    monkeypatch.setenv("LISTREC_HOME", str(settings.home))
    settings.home.mkdir(parents=True)
    shutil.copy(seven_days, settings.home / "events.db")
    (tmp_path / "nightly.yaml").write_text(
        "ingest: {sources: [outcomes], days: 90}\nmonitor: {max_loss: 0.05}\n"
    )

    def start(*words):
        return main(["monitor", *words]), *capsys.readouterr()

    return start


@pytest.fixture
def storage(settings):
    return Storage(settings.store)


def test_what_was_found_is_told_and_kept(command, storage):
    code, out, _ = command()
    record = monitoring_record.read(storage)
    assert code == 0
    assert out.startswith("The models should be retrained.\n")
    assert "- Price: accepted " in out
    assert "ratio of the chosen to the suggested price" in " ".join(record.reasons)
    assert record.now.listings == 240
    assert [each.retrain for each in read_history(storage)] == [True]


def test_a_page_is_written_and_programs_get_json(command, storage, tmp_path):
    code, out, err = command("--json", "--out", str(tmp_path / "page.html"))
    assert code == 0
    assert json.loads(out)["retrain"] is True
    assert "the page of the monitoring" in err
    assert "<h2>What to do</h2>" in (tmp_path / "page.html").read_text("utf-8")


def test_other_days_are_looked_at_and_nothing_is_kept(command, storage):
    until = datetime.now(UTC) - timedelta(days=3)
    code, out, _ = command("--until", f"{until:%Y-%m-%d}", "--days", "2")
    assert code == 0
    assert out.startswith("There is no reason to retrain.\n")
    assert monitoring_record.read(storage) is None


def test_a_reason_starts_a_run_on_the_cluster_once_in_a_cooldown(
    command, storage, tmp_path, monkeypatch
):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve() as (kubeflow, host):
        options = ["--retrain", "--config", str(tmp_path / "nightly.yaml")]
        options += ["--host", host, "--image", IMAGE]
        code, _, err = command(*options)
        started = monitoring_record.read(storage)
        again, out, _ = command(*options)

    assert (code, again, err) == (0, 0, "run run-0\n")
    (run,) = kubeflow.runs
    assert "sources: [outcomes]" in run["runtime_config"]["parameters"]["config"]
    assert started.started
    assert out.startswith("There is a reason to retrain, and the last training run")


def test_a_cluster_that_does_not_answer_leaves_the_run_to_the_next_night(
    command, storage, tmp_path
):
    options = ["--retrain", "--config", str(tmp_path / "nightly.yaml")]
    code, _, err = command(*options, "--host", "http://127.0.0.1:1", "--image", IMAGE)
    assert code == 5
    assert "does not answer" in err
    assert last_start(storage) is None
    assert not monitoring_record.read(storage).started


@pytest.mark.slow
def test_a_reason_starts_the_run_of_listrec_train_on_this_machine(
    command, storage, tmp_path
):
    config = str(tmp_path / "nightly.yaml")
    code, _, err = command("--retrain", "--config", config)
    assert len(runs(storage)) == 1
    assert monitoring_record.read(storage).started
    # Nobody has put up a listing that was kept for training.
    assert (code, "LISTREC_KEEP_LISTINGS is not set" in err) == (2, True)


def test_a_channel_of_slack_is_told_the_reasons(command, monkeypatch):
    with serving((200, {})) as slack:
        monkeypatch.setenv("LISTREC_SLACK_WEBHOOK", f"{slack.address}/services/T0")
        assert command()[0] == 0
    [body] = slack.bodies
    assert body["text"] == "Monitoring found a reason to retrain"
    assert "• the ratio of the chosen" in body["blocks"][1]["text"]["text"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--until", "2020-01-01"], "no item from 2019-12-29 to 2019-12-31"),
        (["--retrain"], "a section 'ingest' of the settings"),
        (["--retrain", "--until", "2020-01-01"], "neither --events nor --until"),
        (["--host", "http://kubeflow:8888"], "--host is where a run starts: add --ret"),
        (["--out", "nowhere/page.html"], "there is no folder"),
        (["--events", __file__], "cannot be read as a table of events"),
    ],
)
def test_what_cannot_be_used_is_exit_code_2(command, words, reason):
    code, _, err = command(*words)
    assert code == 2
    assert reason in err


def test_a_setting_that_does_not_exist_is_named(command, tmp_path):
    (tmp_path / "wrong.yaml").write_text("monitor: {dayz: 3}")
    code, _, err = command("--config", str(tmp_path / "wrong.yaml"))
    assert (code, "monitor has no setting 'dayz'" in err) == (2, True)
