"""``listrec pipelines submit`` and ``schedule`` against a stub of Kubeflow's API."""

import json

import pytest

from cli.main import main
from pipelines.cluster import submit as submission
from pipelines.training.targets import parse_config
from tests.pipelines.cluster.kubeflow import API, serve

IMAGE = "registry.example/listrec@sha256:" + "0" * 64
NIGHTLY = """
schedules:
  - name: nightly
    cron: "0 0 2 * * *"
    targets: [encoders]
    arguments: {snapshot: /data/today}
"""


@pytest.fixture
def kubeflow(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve() as (stub, host):
        stub.host = host
        yield stub


@pytest.fixture
def command(kubeflow, capsys, tmp_path):
    """Run a command on the stub; return its exit code and what it printed."""
    team = tmp_path / "team.yaml"
    team.write_text("team: kids\n")

    def start(*words, host=kubeflow.host):
        options = ["--host", host, "--image", IMAGE, "--resources", str(team)]
        code = main(["pipelines", *words, *options])
        out, err = capsys.readouterr()
        return code, out + err

    return start


@pytest.fixture
def schedule(command, tmp_path):
    """Schedule the contents of a file; return the lines that were printed."""

    def start(text, *options):
        path = tmp_path / "nightly.yaml"
        path.write_text(text)
        code, output = command("schedule", str(path), *options)
        assert code == 0, output
        return output.splitlines()

    return start


def test_submit_starts_a_run_in_the_teams_experiment(command, kubeflow):
    code, output = command("submit", "encoders", "--snapshot", "/data/today", "--force")

    assert (code, output) == (0, "run run-0\n")
    (experiment,), (run,) = kubeflow.experiments, kubeflow.runs
    assert (experiment["display_name"], experiment["namespace"]) == ("kids", "kids")
    assert run["experiment_id"] == experiment["experiment_id"]
    assert run["runtime_config"]["parameters"] == {
        "snapshot": "/data/today",
        "encoders": "",
        "config": "{}",
        "force": True,
    }
    spec = run["pipeline_spec"]
    assert spec["pipeline_spec"]["pipelineInfo"]["name"] == "train-encoders"
    assert "activeDeadlineSeconds" in json.dumps(spec["platform_spec"])


def test_submit_waits_until_the_run_has_ended(command, kubeflow, monkeypatch):
    monkeypatch.setattr(submission.wait, "__defaults__", (0.0,))

    code, _ = command("submit", "encoders", "--snapshot", "/data/today", "--wait")

    assert code == 0
    assert kubeflow.requests.count(("GET", f"{API}/runs/run-0")) == 3


def test_submit_fails_with_a_run_that_failed(command, kubeflow):
    kubeflow.states = ["FAILED"]

    code, output = command("submit", "encoders", "--snapshot", "/data", "--wait")

    assert code == 1
    assert "run run-0 ended as FAILED" in output


def test_a_cluster_that_does_not_answer_is_exit_code_5(command):
    code, output = command(
        "submit", "encoders", "--snapshot", "/data", host="http://127.0.0.1:9"
    )

    assert code == 5
    assert "Kubeflow at http://127.0.0.1:9 does not answer" in output


@pytest.mark.parametrize(("status", "code"), [(503, 5), (400, 2)])
def test_a_cluster_that_refuses_is_told_by_its_status(command, kubeflow, status, code):
    kubeflow.status = status

    assert command("submit", "encoders", "--snapshot", "/data")[0] == code


def test_the_token_of_the_environment_is_sent_and_a_wrong_one_is_told(
    command, kubeflow, monkeypatch
):
    kubeflow.token = "planted-8c1f"
    code, output = command("submit", "encoders", "--snapshot", "/data")
    assert code == 2
    assert "set LISTREC_KUBEFLOW_TOKEN" in output

    monkeypatch.setenv("LISTREC_KUBEFLOW_TOKEN", "planted-8c1f")
    code, output = command("submit", "encoders", "--snapshot", "/data")
    assert code == 0
    assert "planted" not in output + json.dumps(kubeflow.runs)


def test_an_address_without_http_is_refused(command):
    code, output = command("submit", "price", "--snapshot", "/data", host="kubeflow:1")
    assert code == 2
    assert "is no address" in output


def test_schedule_creates_what_is_missing_and_then_nothing(schedule, kubeflow):
    assert schedule(NIGHTLY) == ["create nightly"]
    assert schedule(NIGHTLY) == ["nothing to change"]

    (recurring,) = kubeflow.recurring
    assert recurring["display_name"] == "nightly"
    assert recurring["trigger"]["cron_schedule"]["cron"] == "0 0 2 * * *"
    assert recurring["mode"] == "ENABLE"
    assert recurring["no_catchup"]
    assert recurring["max_concurrency"] == 1
    assert recurring["runtime_config"]["parameters"]["snapshot"] == "/data/today"


def test_a_dry_run_says_what_it_would_do_and_does_nothing(schedule, kubeflow):
    assert schedule(NIGHTLY, "--dry-run") == ["create nightly"]
    assert kubeflow.writes() == []


@pytest.mark.parametrize("change", [("0 0 2", "0 0 3"), ("today", "new")])
def test_a_schedule_that_changed_is_created_anew_before_the_old_one_goes(
    schedule, kubeflow, change
):
    schedule(NIGHTLY)
    (old,) = kubeflow.recurring
    changed = NIGHTLY.replace(*change)

    assert schedule(changed) == ["update nightly", "delete the old nightly"]
    assert kubeflow.writes()[-2:] == [
        f"POST {API}/recurringruns",
        f"DELETE {API}/recurringruns/{old['recurring_run_id']}",
    ]
    assert schedule(changed) == ["nothing to change"]


def test_a_schedule_may_say_what_to_ingest(schedule, kubeflow):
    ingest = '{sources: ["s3://shop/*.csv"], since: 2026-11-01}'
    nightly = NIGHTLY.replace("snapshot: /data/today", f"config: {{ingest: {ingest}}}")

    schedule(nightly)

    parameters = kubeflow.recurring[0]["runtime_config"]["parameters"]
    assert parameters["snapshot"] == ""
    assert parse_config(parameters["config"])["ingest"]["since"] == "2026-11-01"
    assert schedule(nightly) == ["nothing to change"]


MONITORING = """
schedules:
  - name: monitoring
    cron: "0 30 5 * * *"
    targets: [monitor]
    arguments:
      config: {ingest: {sources: [outcomes], days: 90}, monitor: {days: 2}}
      host: http://ml-pipeline.kubeflow:8888
"""


def test_monitoring_recurs_beside_training(schedule, kubeflow):
    nightly = NIGHTLY + MONITORING.removeprefix("\nschedules:\n")
    assert schedule(nightly) == ["create nightly", "create monitoring"]
    assert schedule(nightly) == ["nothing to change"]

    _, recurring = kubeflow.recurring
    arguments = recurring["runtime_config"]["parameters"]
    spec = recurring["pipeline_spec"]["pipeline_spec"]
    assert spec["pipelineInfo"]["name"] == "monitor"
    assert arguments["host"] == "http://ml-pipeline.kubeflow:8888"
    assert parse_config(arguments["config"])["monitor"] == {"days": 2}


def test_submit_monitors_once_and_starts_no_training(command, kubeflow):
    assert command("submit", "monitor")[0] == 0
    [run] = kubeflow.runs
    assert run["runtime_config"]["parameters"] == {"config": "{}", "host": ""}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("[monitor]", "[monitor, price]"), "a pipeline of its own"),
        (("http://ml", "ml"), "is no address"),
        (("host:", "snapshot:"), "there is no snapshot, only config, host"),
        (("sources: [outcomes]", "sources: []"), "ingest.sources"),
    ],
)
def test_a_wrong_schedule_of_monitoring_is_refused(
    command, kubeflow, tmp_path, change, sentence
):
    path = tmp_path / "nightly.yaml"
    path.write_text(MONITORING.replace(*change))

    code, output = command("schedule", str(path))

    assert (code, sentence in output) == (2, True), output
    assert kubeflow.requests == []


def test_a_schedule_is_disabled_and_enabled(schedule, kubeflow):
    schedule(NIGHTLY)

    assert schedule(NIGHTLY + "    enabled: false\n") == ["disable nightly"]
    assert kubeflow.recurring[0]["mode"] == "DISABLE"
    assert schedule(NIGHTLY) == ["enable nightly"]
    assert kubeflow.recurring[0]["mode"] == "ENABLE"


def test_ours_that_no_file_has_are_disabled_and_those_of_others_left(
    schedule, kubeflow
):
    schedule(NIGHTLY)
    kubeflow.recurring.append(
        {**kubeflow.recurring[0], "recurring_run_id": "x", "description": "by hand"}
    )

    assert schedule("schedules: []") == ["disable nightly: nightly is in no file"]
    modes = {r["recurring_run_id"]: r["mode"] for r in kubeflow.recurring}
    assert modes.pop("x") == "ENABLE"
    assert list(modes.values()) == ["DISABLE"]
    assert schedule("schedules: []") == ["nothing to change"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('"0 0 2 * * *"', '"0 2 * * *"'), "schedules[0].cron is '0 2 * * *'"),
        (("cron:", "crom:"), "lacks cron"),
        (("{snapshot: /data/today}", "{}"), "say which rows to learn from"),
        (("[encoders]", "[prize]"), "there is nothing called 'prize'"),
        (("schedules:", "schedule:"), "must have a list 'schedules'"),
    ],
)
def test_a_wrong_file_is_refused_before_the_cluster_is_asked(
    command, kubeflow, tmp_path, change, sentence
):
    path = tmp_path / "nightly.yaml"
    path.write_text(NIGHTLY.replace(*change))

    code, output = command("schedule", str(path))

    assert code == 2
    assert sentence in output
    assert kubeflow.requests == []
