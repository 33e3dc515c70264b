"""The settings that the documents show are settings that a run takes."""

import re
from pathlib import Path

import pytest

from pipelines.training.targets import config, parse_config

DOCS = Path(__file__).parents[2] / "docs"
SHOWN = [
    block
    for name in ("operations.md", "encoders.md")
    for block in re.findall(
        r"```yaml\n(.*?)```", (DOCS / name).read_text("utf-8"), re.DOTALL
    )
]


@pytest.mark.parametrize("text", SHOWN)
def test_shown_settings_are_taken(text):
    assert parse_config(text)


def test_the_first_of_them_trains_two_encoders():
    (text,) = [text for text in SHOWN if "sentences" in text]
    assert list(config("encoders", parse_config(text)["encoders"])) == [
        "photo",
        "sentences",
    ]
