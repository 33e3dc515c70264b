"""An analysis tells when the champion has changed, and for whom."""

from dataclasses import replace
from datetime import timedelta

import pandas as pd

from common.experiments.definition import Variant
from pipelines.experiments.champions import warn_of_champions
from pipelines.experiments.experiment_events import ExperimentEvents, end_of, start_of
from tests.pipelines.experiments.examples import EXPERIMENT, experiment_with

CONTROL, NEW = EXPERIMENT.variants
OLD, NEXT = "0123456789abcdef", "fedcba9876543210"


def found(variants=(CONTROL, NEW), releases=(OLD, NEXT), **changes):
    """An experiment whose control was answered by one release each day."""
    days = [start_of(EXPERIMENT) + timedelta(day) for day in range(len(releases))]
    shown = pd.DataFrame({"time": days, "release": releases, "variant": "control"})
    experiment = experiment_with(variants=variants, **changes)
    return ExperimentEvents(experiment, shown, {})


def warnings(found, *others, until=None):
    return [*warn_of_champions(found, others, until or end_of(EXPERIMENT))]


def test_one_champion_is_no_warning():
    assert not warnings(found(releases=(OLD, OLD)))
    assert not warnings(found(), until=start_of(EXPERIMENT) + timedelta(hours=1))


def test_another_champion_changes_variants_without_a_release_alike():
    (warning,) = warnings(found())
    assert f"({OLD}, then {NEXT}), for all variants alike" in warning


def test_a_release_that_is_compared_with_two_champions_is_told():
    named = replace(NEW, release="0011223344556677")
    (warning,) = warnings(found((CONTROL, named)))
    assert "'control' followed it and the others did not" in warning


def test_a_variant_that_becomes_the_champion_is_told():
    _, warning = warnings(found((CONTROL, replace(NEW, release=NEXT))))
    assert warning.startswith("'new' is one of these champions.")


def test_variants_that_all_name_a_release_do_not_follow_the_champion():
    variants = (replace(CONTROL, release=OLD), replace(NEW, release=NEXT))
    assert not warnings(found(variants))


def test_the_release_of_another_experiment_is_no_champion():
    variants = (CONTROL, Variant("next", 0.5, release=NEXT))
    assert not warnings(found(), found(variants, layer="page"))
