import json

import pytest
from google.protobuf.json_format import MessageToDict
from kfp.compiler.pipeline_spec_builder import to_protobuf_value

import models
from common.listing import Listing
from common.store.artifacts import Manifest
from common.store.release import ReleaseStore
from pipelines.evaluation import latency
from pipelines.evaluation.measure import defined, measure
from pipelines.reports import model_card
from pipelines.reports.data_card import describe_data
from pipelines.reports.details import describe


@pytest.fixture(scope="module")
def make(rivals, shop):
    """Write the card of an artifact of the champion, as a training run does."""
    settings, _ = rivals
    store = ReleaseStore(settings.store)

    def start(target, artifact):
        measured = measure(store, settings.cache, target, artifact, shop)
        challenger = {
            "target": target,
            "artifact": artifact,
            "metrics": defined(measured.metrics),
            # As it travels.
            "detail": MessageToDict(to_protobuf_value(describe(measured, shop))),
            "thresholds": {"rmsle": "at most 1"},
            "passed": True,
            "reasons": [],
        }
        manifest = store.manifest(artifact)
        return challenger["detail"], model_card.write(
            challenger, manifest, describe_data(shop)
        )

    return start, store.read()


@pytest.fixture(scope="module")
def price(make):
    start, release = make
    return start("price", release.models["price"])


def section(text, title):
    return text.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_metrics_have_their_intervals_and_what_is_demanded(price):
    detail, text = price
    lines = section(text, "Measured on the test rows").splitlines()

    (line,) = [row for row in lines if row.startswith("| rmsle |")]
    low, high = detail["intervals"]["rmsle"]
    assert f"| {low:.4g} to {high:.4g} | at most 1 |" in line
    assert low < float(line.split("|")[2]) < high
    assert {"r2", "coverage", "warm_rmsle", "warm_coverage"} <= set(detail["intervals"])


def test_kinds_of_listings_sum_to_the_rows_of_each_dimension(price, shop):
    detail, text = price

    rows = {}
    for part in detail["slices"]:
        rows[part["dimension"]] = rows.get(part["dimension"], 0) + part["rows"]
    priced = sum(row.price is not None for row in shop.read("test"))
    assert set(rows.values()) == {priced}
    assert (
        section(text, "By kind of listing").count("\n| ") == len(detail["slices"]) + 1
    )


def test_the_data_are_described_by_rows_dates_languages_and_labels(price, shop):
    data = section(price[1], "Data")

    assert f"{shop.count('train')} train, {shop.count('validation')} validation" in data
    assert "Listed from 20" in data
    assert "Languages of training rows: " in data
    assert "Currencies of prices: USD 100%." in data
    assert "category 9" in data


def test_limits_are_those_of_the_models_readme_and_what_it_can_know(make):
    start, release = make
    _, text = start("category", release.models["category"])

    limits = section(text, "Limits")
    assert "All it knows comes from its training rows: leaves " in limits
    assert "The model knows only paths that occur in training rows" in limits


@pytest.mark.parametrize("name", models.NAMES)
def test_every_model_has_limits(name):
    challenger = {
        "target": name,
        "metrics": {},
        "thresholds": {},
        "passed": True,
        "reasons": [],
    }

    text = model_card.write(challenger, Manifest("0", "model", name, "head"), ["None."])
    assert len(section(text, "Limits")) > 100


def test_speed_is_stated_alone_and_in_batches_with_its_spread(price):
    detail, text = price

    assert "| text, alone |" in section(text, "Size and speed")
    assert "| text and photos, in batches of 32 |" in section(text, "Size and speed")
    for low, middle, high in detail["latency"].values():
        assert 0 < low <= middle <= high


def test_an_encoder_is_timed_on_what_it_reads(make):
    start, release = make
    described = [start("encoder-any", encoder) for encoder in release.encoders]

    timed = {tuple(sorted(detail["latency"])) for detail, _ in described}
    assert timed == {
        ("photos, alone", "photos, in batches of 32"),
        ("text, alone", "text, in batches of 32"),
    }
    assert all("## Limits" not in text for _, text in described)


def test_a_card_is_about_a_page_and_its_detail_is_small(price):
    detail, text = price

    assert len(text) < 12_000
    assert len(json.dumps(detail)) < 9_000


def test_too_few_listings_are_not_timed():
    assert latency.measure(lambda listings: None, [Listing("boots")] * 63) == {}
