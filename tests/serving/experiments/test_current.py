"""The experiments of a worker: none until they are published, then those of today."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

from common.listing import Listing
from serving.experiments.current import CurrentExperiments
from tests.common.experiments.files import DAY, experiment_of

WHOLE = replace(experiment_of(), namespace=(0.0, 1.0), coverage=1.0)
LISTING = Listing(title="Nike shoes", seller_id="u-1042", language="en")

IMPORTED = """
import sys
import serving.run
from serving.experiments.current import CurrentExperiments
CurrentExperiments().replace([])
print("growthbook" in sys.modules)
"""


def current(*experiments, day=DAY):
    experiments_now = CurrentExperiments(day=lambda: day)
    experiments_now.replace(experiments)
    return experiments_now


def test_a_seller_has_one_variant_of_each_layer_with_an_experiment():
    brands = replace(WHOLE, key="brands", layer="brand")
    assignments = current(WHOLE, brands).assign(LISTING)
    assert {layer: each.experiment.key for layer, each in assignments.items()} == {
        "category": "top-3",
        "brand": "brands",
    }


def test_a_listing_without_a_seller_is_in_no_experiment():
    for seller in (None, ""):
        assert current(WHOLE).assign(replace(LISTING, seller_id=seller)) == {}


def test_a_listing_outside_of_the_targeting_is_in_no_experiment():
    for language in (None, "de"):
        assert current(WHOLE).assign(replace(LISTING, language=language)) == {}


def test_an_experiment_ends_after_its_last_day():
    later = WHOLE.end + timedelta(days=1)
    assert current(WHOLE, day=WHOLE.end).assign(LISTING)
    assert current(WHOLE, day=later).assign(LISTING) == {}


def test_there_are_no_experiments_before_and_after_they_are_published():
    experiments = CurrentExperiments(day=lambda: DAY)
    assert experiments.assign(LISTING) == {}
    experiments.replace([WHOLE])
    assert experiments.assign(LISTING)
    experiments.replace([])
    assert experiments.assign(LISTING) == {}


def test_growthbook_is_imported_where_there_are_experiments_only():
    command = [sys.executable, "-c", IMPORTED]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
