"""Sellers are assigned uniformly, independently across layers, and stay where they are."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

import numpy as np
import pytest
from scipy.stats import chi2_contingency, chisquare

from common.experiments.assignment import Assigner
from common.experiments.definition import Variant
from common.experiments.payload import compile_payload
from tests.common.experiments.files import DAY, TOP_3, experiment_of

TOP = replace(
    experiment_of(),
    namespace=(0.0, 1.0),
    coverage=1.0,
    targeting={},
    variants=(Variant("control", 0.5), Variant("three", 0.3), Variant("two", 0.2)),
)
BRANDS = replace(TOP, key="brands", layer="brand")
PAGE = replace(TOP, key="banner", layer="page", namespace=(0.2, 0.8), coverage=0.5)
ENGLISH = {"language": "en"}


def _variant(assigner, seller, layer="category", attributes=ENGLISH, day=DAY):
    assignment = assigner.assign(seller, attributes, day).get(layer)
    return assignment.variant.name if assignment else ""


@lru_cache
def _count(n_sellers):
    """Return the counts of the variants of three layers together, by seller."""
    assigner = Assigner([TOP, BRANDS, PAGE])
    layers = ("category", "brand", "page")
    counts = Counter()
    for number in range(n_sellers):
        assignments = assigner.assign(f"u-{number}", {}, DAY)
        counts[
            tuple(
                assignments[layer].variant.name if layer in assignments else ""
                for layer in layers
            )
        ] += 1
    return counts


def _check_uniform_and_independent(counts):
    n_sellers = counts.total()
    names = ("control", "three", "two", "")
    table = np.zeros((4, 4, 4))
    for variants, count in counts.items():
        table[tuple(map(names.index, variants))] = count

    shares = np.array([0.5, 0.3, 0.2])
    for others in ((1, 2), (0, 2)):
        observed = table.sum(axis=others)[:3]
        assert chisquare(observed, n_sellers * shares).pvalue > 0.001
    on_page = table.sum(axis=(0, 1))
    expected = n_sellers * np.array([*(0.3 * shares), 0.7])
    assert chisquare(on_page, expected).pvalue > 0.001
    for axis in range(3):
        pair = table.sum(axis=axis)
        pair = pair[pair.sum(axis=1) > 0][:, pair.sum(axis=0) > 0]
        assert chi2_contingency(pair).pvalue > 0.001


def test_sellers_are_uniform_over_variants_and_independent_across_layers():
    _check_uniform_and_independent(_count(20_000))


def test_sellers_of_layers_that_depend_on_each_other_are_told_from_these():
    counts = Counter()
    for (category, _, page), count in _count(20_000).items():
        counts[category, category, page] += count

    with pytest.raises(AssertionError):
        _check_uniform_and_independent(counts)


@pytest.mark.slow
def test_a_million_sellers_are_uniform_and_independent_across_layers():
    _check_uniform_and_independent(_count(1_000_000))


def test_a_seller_is_in_one_experiment_of_a_layer():
    other = replace(TOP, key="top-4", namespace=(0.5, 1.0))
    assigner = Assigner([replace(TOP, namespace=(0.0, 0.5)), other])

    keys = Counter(
        assigner.assign(f"u-{number}", {}, DAY)["category"].experiment.key
        for number in range(4_000)
    )

    assert set(keys) == {"top-3", "top-4"}
    assert chisquare(list(keys.values())).pvalue > 0.001


def test_a_wider_ramp_keeps_every_seller():
    sellers = [f"u-{number}" for number in range(2_000)]
    narrow = Assigner([replace(TOP, coverage=0.1)])
    before = {seller: _variant(narrow, seller) for seller in sellers}
    wide = Assigner([replace(TOP, coverage=0.4)])
    after = {seller: _variant(wide, seller) for seller in sellers}

    kept = [seller for seller in sellers if before[seller]]
    assert 100 < len(kept) < 300
    assert all(before[seller] == after[seller] for seller in kept)
    assert sum(map(bool, after.values())) > 3 * len(kept)


def test_a_seller_keeps_the_variant_on_all_days_and_in_other_processes():
    code = (
        "from tests.common.experiments.test_assignment import *\n"
        "from tests.common.experiments.test_assignment import _variant\n"
        "print(json.dumps([_variant(Assigner([TOP]), f'u-{n}') for n in range(50)]))"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    other = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True
    )
    assigner = Assigner([TOP])

    for day in (DAY, DAY + timedelta(days=9)):
        here = [_variant(assigner, f"u-{number}", day=day) for number in range(50)]
        assert here == json.loads(other.stdout)


def test_another_version_of_the_sdk_assigns_sellers_as_this_one_does():
    # GrowthBook's SDK for JavaScript, 1.8.0, gives the same for the payloads of these.
    whole = Assigner([TOP])
    ascii_keys = [_variant(whole, f"u-{number}") for number in range(5)]
    part = Assigner([replace(TOP, namespace=(0.2, 0.8))])
    other_keys = [_variant(part, f"売り手-{number}") for number in range(5)]

    assert ascii_keys == ["control", "three", "two", "two", "control"]
    assert other_keys == ["", "three", "", "control", ""]


def test_another_key_splits_the_sellers_anew():
    first, second = Assigner([TOP]), Assigner([replace(TOP, key="top-5")])
    pairs = Counter(
        (_variant(first, f"u-{number}"), _variant(second, f"u-{number}"))
        for number in range(5_000)
    )
    table = [
        [pairs[a, b] for b in ("control", "three", "two")]
        for a in ("control", "three", "two")
    ]
    assert chi2_contingency(table).pvalue > 0.001


def test_nobody_is_assigned_before_the_start_and_after_the_end():
    assigner = Assigner([TOP])
    days = (
        TOP.start,
        TOP.end,
        TOP.start - timedelta(days=1),
        TOP.end + timedelta(days=1),
    )

    assert [bool(_variant(assigner, "u-1", day=day)) for day in days] == [
        True,
        True,
        False,
        False,
    ]


def test_only_listings_that_are_targeted_are_assigned():
    assigner = Assigner([replace(TOP, targeting={"language": ("en", "ja")})])

    assert _variant(assigner, "u-1", attributes={"language": "ja"})
    assert not _variant(assigner, "u-1", attributes={"language": "fr"})
    assert not _variant(assigner, "u-1", attributes={"language": None})
    assert not _variant(assigner, "u-1", attributes={})


def test_a_seller_who_is_not_known_is_in_no_experiment():
    assert Assigner([TOP]).assign("", ENGLISH, DAY) == {}


def test_assigning_starts_no_thread_and_opens_no_connection(monkeypatch):
    def refuse(*_):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    threads = threading.enumerate()

    assert _variant(Assigner([TOP]), "u-1")
    assert threading.enumerate() == threads


def test_an_assignment_has_what_the_variant_changes():
    assigner = Assigner(
        [experiment_of(TOP_3.replace("[0, 0.5]", "[0, 1]").replace("0.2", "1"))]
    )
    assignments = [
        assigner.assign(f"u-{n}", ENGLISH, DAY)["category"] for n in range(20)
    ]

    assert {each.variant.parameters.top_k for each in assignments} == {None, 3}


def test_the_payload_is_json_and_uses_version_2_of_the_hash_alone():
    payload = compile_payload([TOP, BRANDS, PAGE], DAY)

    assert json.loads(json.dumps(payload)) == payload
    for feature in payload["features"].values():
        (rule,) = feature["rules"]
        assert rule["hashVersion"] == rule["filters"][0]["hashVersion"] == 2
        assert rule["seed"] != rule["filters"][0]["seed"]
