"""Variants that change answers are known from what is and was published."""

from common.experiments.published import Published
from pipelines.outcomes.other_variants import find_other_variants
from tests.common.experiments.files import TOP_3

RELEASE = TOP_3.replace("parameters: {top_k: 3}", "release: 0123456789abcdef")


def test_a_release_and_parameters_of_published_and_of_removed_experiments_count():
    known = Published(files={"top-3": TOP_3}, former={"older": RELEASE})
    assert find_other_variants(known) == {("top-3", "three"), ("older", "three")}


def test_shadows_and_other_layers_do_not_count():
    shadow = RELEASE.replace("release:", "shadow: true\n    release:")
    brand = TOP_3.replace("layer: category", "layer: brand")
    known = Published(files={"a": shadow, "b": brand})
    assert not find_other_variants(known, ["category"])
    assert find_other_variants(known) == {("b", "three")}


def test_what_cannot_be_read_any_more_is_passed_over():
    known = Published(former={"old": "layer: a model of the past", "top-3": TOP_3})
    assert find_other_variants(known) == {("top-3", "three")}
