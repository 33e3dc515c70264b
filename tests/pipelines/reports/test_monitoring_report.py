"""The page of a monitoring says what to do, shows its figures, and is safe and readable."""

import re
from dataclasses import replace

import pytest

from pipelines.reports.monitoring_report import render, write
from tests.pipelines.monitoring.changes import add_brand
from tests.pipelines.monitoring.test_monitor import monitored, monitored_experiment
from tests.web.browsers import chromium
from tests.web.test_everybody import axe  # noqa: F401


def test_every_figure_has_a_plot_of_all_days():
    page = render(monitored())
    for field in ("category", "brand", "price"):
        _, _, card = page.partition(f'data-field="{field}" data-metric="acceptance"')
        value = 100 * monitored().record.value("acceptance", field)
        assert f'<div class="big">{value:.0f} %' in card
        assert card.partition("</svg>")[0].count("<circle") == 8


def test_quiet_days_say_that_nothing_is_to_be_done():
    page = render(monitored())
    assert "There is no reason to retrain." in page
    assert "What to do" not in page


def test_a_reason_comes_with_what_to_do_and_what_has_changed():
    page = render(monitored(add_brand))
    assert "<h2>What to do</h2>" in page
    assert "listrec monitor --retrain" in page
    assert "<bdi>Novella</bdi>" in page
    assert "<b>worse than before</b>" in page


def test_each_version_of_a_model_has_a_row():
    page = render(monitored_experiment())
    _, _, table = page.partition("By version of the model")
    rows = re.findall(
        r"<bdi>(.*?)</td><td[^>]*>(.*?)</td><td>(\d+ %)",
        table.partition("</table>")[0],
    )
    assert rows == [
        ("brand-1</bdi> (champion)", "Brand", "100 %"),
        ("brand-2</bdi>", "Brand", "0 %"),
        ("price-1</bdi> (champion)", "Price", "100 %"),
    ]


def test_values_of_sellers_are_escaped_and_nothing_is_loaded():
    found = monitored(add_brand)
    [drift] = found.distributions
    names = ("<script>alert(1)</script>", *drift.names[1:])
    page = render(replace(found, distributions=(replace(drift, names=names),)))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"(src|href|url)\s*[=(]", page)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_finds_nothing_to_mend(tmp_path, axe, scheme):  # noqa: F811
    write(monitored(add_brand), tmp_path / "page.html")
    with chromium() as browser:
        size = {"width": 320, "height": 640}
        page = browser.new_page(viewport=size, color_scheme=scheme, bypass_csp=True)
        page.goto((tmp_path / "page.html").as_uri())
        page.evaluate(
            "document.querySelectorAll('details').forEach(d => d.open = true)"
        )
        page.evaluate(axe)
        found = page.evaluate("axe.run()")["violations"]
        width = page.evaluate("document.documentElement.scrollWidth")

    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert width == 320
