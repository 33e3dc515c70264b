"""The page of experiments shows what a record says, and is safe and readable."""

import re
from dataclasses import replace
from functools import lru_cache

import pytest

from common.experiments.analysis_record import BreachRecord, DayRecord, GuardrailRecord
from pipelines.experiments.experiment_events import end_of
from pipelines.experiments.make_record import make_record
from pipelines.reports.experiment_page import render, write
from pipelines.reports.experiment_plots import HEIGHT, effect_plot
from simulator.behaviour import Behaviour
from tests.pipelines.experiments.examples import EXPERIMENT
from tests.pipelines.experiments.market import events_of, simulate_experiment
from tests.web.browsers import chromium
from tests.web.test_everybody import axe  # noqa: F401

BREACH = BreachRecord("seconds", max_harm=5, harm=9.5, min_harm=6.25)
DAYS = tuple(
    DayRecord(f"2026-11-{22 + number}", 0.02, 0.02 - 0.3 / number, 0.02 + 0.3 / number)
    for number in range(1, 8)
)


@lru_cache
def example():
    """The record of an experiment whose variant is better."""
    events = simulate_experiment(EXPERIMENT, {"control": Behaviour(ignoring=0.6)})
    return make_record(events_of(EXPERIMENT, events), end_of(EXPERIMENT), {})


def harmful():
    (variant,) = example().variants
    slower = GuardrailRecord("seconds", effect=9.5, low=6.25, high=12.75)
    stopped = replace(
        variant,
        guardrails=(slower,),
        breaches=(BREACH,),
        stopped="2026-11-27T03:00:00+00:00",
    )
    return replace(example(), key="harmful", verdict="harm", variants=(stopped,))


def test_the_verdict_comes_first_and_each_variant_has_a_plot_and_its_metrics():
    page = render([example()])
    assert page.index("<b>Better</b>") < page.index("<svg")
    section = page.partition('data-variant="new"')[2]
    assert section.partition("</svg>")[0].count("<circle") == 6
    assert "Brand acceptance (decides)" in section
    assert "Not known yet, because sellers are too few or sales need a week" in section


def test_guardrails_have_their_figures_broken_or_not():
    page = render([example(), harmful()])
    told = re.findall(r"<p>(Time to list: .*?): (not broken|<strong>broken)", page)
    (unbroken, _), (broken, _) = told
    assert re.search(r"[+-]\d+\.\d seconds \(.* to .*\), limit \+5.0 sec", unbroken)
    assert [verdict for _, verdict in told] == ["not broken", "<strong>broken"]
    assert broken == "Time to list: +9.5 seconds (6.2 to 12.8), limit +5.0 seconds"


def test_broken_guardrails_and_warnings_are_told():
    page = render([replace(harmful(), warnings=("Something is odd.",))])
    assert "<strong>broken</strong>, 6.2 seconds of the harm are certain." in page
    assert "Stopped 2026-11-27 03:00 UTC." in page
    assert "<strong>Note:</strong> Something is odd." in page


def test_several_experiments_and_none_are_one_page():
    page = render([example(), harmful()])
    assert re.findall('<article data-key="(.*)">', page) == ["new-brands", "harmful"]
    assert "No experiment runs or has ended" in render([])


def test_what_people_wrote_is_escaped():
    page = render([replace(example(), hypothesis="<script>alert(1)</script>")])
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_an_experiment_that_nobody_has_seen_has_a_page(tmp_path):
    write([replace(example(), variants=())], tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "<svg" not in page
    assert not re.search(r"(src|href|url)\s*[=(]", page)


def test_a_plot_has_room_for_all_days_and_cuts_the_wide_intervals_of_the_first_ones():
    plot = effect_plot(DAYS[:5], days=14, metric="seconds", minimum_effect=0.05)
    heights = [float(pair.split(",")[1]) for pair in plot.band.split()]
    assert (min(heights), max(heights)) == (0, HEIGHT)
    assert heights[0] == heights[1] < heights[4]
    assert plot.days[1][0] < 200
    assert plot.minimum[0] < plot.zero < plot.minimum[1]


def test_there_is_no_plot_of_a_single_day():
    assert effect_plot(DAYS[:1], 14, "seconds", 0.05) is None
    unknown = replace(DAYS[0], low=None, high=None)
    assert effect_plot((unknown, *DAYS[1:2]), 14, "seconds", 0.05) is None


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_finds_nothing_to_mend(tmp_path, axe, scheme):  # noqa: F811
    write([example(), harmful()], tmp_path / "page.html")
    with chromium() as browser:
        size = {"width": 320, "height": 640}
        page = browser.new_page(viewport=size, color_scheme=scheme, bypass_csp=True)
        page.goto((tmp_path / "page.html").as_uri())
        page.evaluate(axe)
        found = page.evaluate("axe.run()")["violations"]
        width = page.evaluate("document.documentElement.scrollWidth")

    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert width == 320
