"""Files of experiments for tests."""

from datetime import date

from common.experiments.reading import parse_experiment

LAYERS = ("category", "brand", "price", "page")
DAY = date(2026, 12, 3)

TOP_3 = """\
layer: category
hypothesis: Three candidates are read faster than five, and are as often right.
owner: search-team
metric: category_acceptance
minimum_effect: 0.01
start: 2026-12-01
end: 2026-12-14
namespace: [0, 0.5]
coverage: 0.2
variants:
  - name: control
    share: 0.5
  - name: three
    share: 0.5
    parameters: {top_k: 3}
targeting:
  language: [en, ja]
guardrails:
  - metric: seconds
    max_harm: 5
"""


def experiment_of(text=TOP_3, key="top-3"):
    return parse_experiment(text, key, f"experiments/{key}.yaml", LAYERS)
