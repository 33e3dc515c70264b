"""The page of a week shows all its figures, and is safe and readable."""

import re
from dataclasses import replace

import pytest

from pipelines.reports.weekly_report import render, write
from pipelines.weekly_report.changes import Change
from tests.pipelines.weekly_report.examples import example, report_of, simulate
from tests.web.browsers import chromium
from tests.web.test_everybody import axe  # noqa: F401


def test_every_field_has_its_share_and_a_plot_of_eight_weeks():
    page = render(example())
    for acceptance in example().acceptance:
        _, _, card = page.partition(f'data-field="{acceptance.field}"')
        assert f'<div class="big">{100 * acceptance.share.value:.0f} %' in card
        assert card.partition("</svg>")[0].count("<circle") == 8


def test_values_of_sellers_are_escaped():
    markup = Change("brand", "Nike", "<script>alert(1)</script>", 5, 0.1)
    page = render(replace(example(), changes=(markup,)))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_page_loads_nothing():
    page = render(example())
    assert not re.search(r"(src|href|url)\s*[=(]", page)


def test_a_shop_that_has_just_begun_has_a_page(tmp_path):
    write(report_of(simulate(weeks=1, items=3, holdout=0)), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "There is no holdout to compare with." in page
    assert "nan" not in re.sub(r"<style>.*</style>", "", page, flags=re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_finds_nothing_to_mend(tmp_path, axe, scheme):  # noqa: F811
    write(example(), tmp_path / "report.html")
    with chromium() as browser:
        size = {"width": 320, "height": 640}
        page = browser.new_page(viewport=size, color_scheme=scheme, bypass_csp=True)
        page.goto((tmp_path / "report.html").as_uri())
        page.evaluate(axe)
        found = page.evaluate("axe.run()")["violations"]
        width = page.evaluate("document.documentElement.scrollWidth")

    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert width == 320
