"""The settings that the documents show are settings that a run takes."""

import re
from pathlib import Path

import pytest

from common import event_lines, snapshot
from common.store import artifacts, release
from pipelines.cluster.config import read_config
from pipelines.cluster.schedules import read_schedules
from pipelines.training.targets import config, parse_config

DOCS = Path(__file__).parents[2] / "docs"
SHOWN = [
    block
    for name in ("operations.md", "encoders.md")
    for block in re.findall(
        r"```yaml\n(.*?)```", (DOCS / name).read_text("utf-8"), re.DOTALL
    )
]


KUBEFLOW = re.findall(
    r"```yaml\n(.*?)```", (DOCS / "kubeflow.md").read_text("utf-8"), re.DOTALL
)


def test_the_shown_file_of_a_cluster_and_the_shown_schedules_are_taken(tmp_path):
    for name, text in zip(("cluster", "schedules"), KUBEFLOW, strict=True):
        (tmp_path / name).write_text(text)

    config = read_config(tmp_path / "cluster")
    assert config.resources.of("train_model", "price").memory == "64Gi"
    names = [each.name for each in read_schedules(tmp_path / "schedules")]
    assert names == ["nightly", "encoders", "monitoring"]


def test_versions_on_the_page_about_upgrading_are_those_of_the_code():
    page = (DOCS / "upgrading.md").read_text("utf-8")
    shown = re.findall(r"^\| (\w+) \| (\d+) \|", page, re.MULTILINE)
    assert {what: int(version) for what, version in shown} == {
        "artifacts": artifacts.SCHEMA,
        "releases": release.SCHEMA,
        "snapshots": snapshot.SCHEMA,
        "events": event_lines.SCHEMA,
    }


@pytest.mark.parametrize("text", SHOWN)
def test_shown_settings_are_taken(text):
    assert parse_config(text)


def test_the_first_of_them_trains_two_encoders():
    (text,) = [text for text in SHOWN if "sentences" in text]
    assert list(config("encoders", parse_config(text)["encoders"])) == [
        "photo",
        "sentences",
    ]
