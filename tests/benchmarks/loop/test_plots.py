"""The page shows the plots that are drawn."""

import re

from benchmarks.loop.page import render
from benchmarks.loop.plots import draw_all
from tests.benchmarks.loop.examples import RECORD


def test_every_plot_of_the_page_is_drawn(tmp_path):
    draw_all(RECORD, tmp_path)
    names = re.findall(r"\]\(loop/([\w-]+\.svg)\)", render(RECORD))
    assert set(names) == {path.name for path in tmp_path.iterdir()}
