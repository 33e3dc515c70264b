"""The page about data shows what the command prints of what sellers listed."""

import re
from pathlib import Path

import pytest

from cli.main import main
from common.snapshot import Snapshot
from pipelines.reports.choices import describe_choices
from tests.ingest.outcomes.shop import Shop, make_photo

PAGE = (Path(__file__).parents[3] / "docs" / "data.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## What sellers listed")[2].partition("## The synthetic")[0]


CHOICES = [
    *[("greedy", "accepted", "Nike")] * 21,
    *[("greedy", "changed", "Puma")] * 9,
    *[("holdout", "entered", "Nike")] * 5,
    *[("holdout", "entered", "Puma")] * 5,
]
"""What each seller did, and the candidate that was the most probable."""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The home of a shop of 20 sellers, who listed two items twice."""
    home = tmp_path / ".listrec"
    shop = Shop(home)
    for number, (policy, action, candidate) in enumerate([*CHOICES, *CHOICES[:2]]):
        item = number % len(CHOICES)
        request = shop.put_up(
            listing=f"m{item}",
            seller=f"u-{item % 20}",
            photos=[make_photo(number)],
            brand="Nike",
        )
        shop.show(request, policy, brand=candidate)
        shop.choose(request, "brand", "Nike", action)
    monkeypatch.setenv("LISTREC_HOME", str(home))
    monkeypatch.setenv("LISTREC_KEEP_LISTINGS", shop.photos)
    monkeypatch.chdir(tmp_path)
    return home


def test_the_command_prints_what_the_page_says(home, capsys):
    [console] = re.findall(r"```console\n\$ listrec (.*?)```", SECTION, re.DOTALL)
    command, _, printed = console.partition("\n")

    assert main(command.split()) == 0

    assert without_ids(capsys.readouterr().out) == without_ids(printed)
    manifest = Snapshot.open(home / "snapshots" / "november").manifest
    [table] = re.findall(r"^\| field \|.*?(?=\n\n)", SECTION, re.DOTALL | re.MULTILINE)
    assert table in describe_choices(manifest.source)


def without_ids(text):
    return re.sub(r"\b[0-9a-f]{16}\b", "ID", text)
