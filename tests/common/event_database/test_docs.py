"""The page about events shows what the code does."""

import re
from pathlib import Path

from common.event_database.tables import EVENTS, LISTINGS

TEXT = (Path(__file__).parents[3] / "docs" / "events.md").read_text(encoding="utf-8")


def test_the_example_prints_what_the_page_says(capsys):
    [code] = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    [printed] = re.findall(r"```\n([^`]+)```\n\n## The database", TEXT)
    exec(code, {})
    assert capsys.readouterr().out == printed


def test_every_column_is_listed():
    for column in (*EVENTS.columns, *LISTINGS.columns):
        assert f"`{column.name}`" in TEXT
