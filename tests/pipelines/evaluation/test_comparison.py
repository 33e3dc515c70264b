from collections import Counter

import numpy as np
import pytest

import models
from cli.main import main
from common.errors import ArtifactError, InputError
from common.progress import ignore_progress
from common.snapshot import Snapshot
from common.store.release import ReleaseStore
from models.evaluation.outcomes import collect_outcomes
from models.evaluation.scoring import full_name
from pipelines.evaluation import words
from pipelines.evaluation.comparison import Question
from pipelines.evaluation.comparison import compare as compare_versions
from pipelines.evaluation.figures import measure
from pipelines.evaluation.load import load_model
from pipelines.evaluation.scoring import metrics
from pipelines.evaluation.slices import learn
from pipelines.evaluation.versions import read_labelled

ROUNDING = float(np.finfo(np.float32).eps)


@pytest.fixture
def compare(rivals):
    """Compare versions of a model on the shop's test rows."""
    settings, _ = rivals
    snapshot = settings.home / "snapshot"
    return lambda name, **wanted: compare_versions(
        settings, Question(name, snapshot, **wanted), ignore_progress
    )


@pytest.mark.parametrize("name", models.NAMES)
def test_a_version_beside_itself_differs_in_nothing(compare, name):
    comparison = compare(name, against="champion")

    assert comparison.a == comparison.b
    assert "A and B are the same artifact." in comparison.notes
    for field in comparison.fields:
        for figure in (*field.early, *field.full):
            assert (figure.difference.value, figure.difference.low, figure.difference.high) == (
                0, 0, 0,
            )  # fmt: skip
            assert figure.verdict == ("same" if figure.metric.better else "")


@pytest.mark.parametrize("name", ["category", "price"])
def test_a_planted_worse_version_is_called_worse_and_the_champion_better(
    compare, rivals, name
):
    worse = rivals[1][name]

    (better,) = compare(name, against=worse).fields
    (bad,) = compare(name, version=worse, against="champion").fields

    assert (better.headline.verdict, bad.headline.verdict) == ("better", "worse")
    assert words.conclude(better.headline).startswith("A is better than B: ")
    assert better.headline.difference.value == -bad.headline.difference.value


@pytest.mark.parametrize("name", models.NAMES)
def test_every_slice_has_rows_and_those_of_a_dimension_are_all_rows(compare, name):
    comparison = compare(name)

    for field in comparison.fields:
        rows = Counter()
        for part in field.parts:
            rows[part.dimension] += part.rows
        assert set(rows) == {
            "category root", "price band", "brand in training", "language", "photos",
        }  # fmt: skip
        assert set(rows.values()) == {field.headline.rows}
        assert all(part.rows == part.figures[0].rows > 0 for part in field.parts)


@pytest.mark.parametrize("name", models.NAMES)
def test_figures_are_those_of_the_models_own_evaluation(rivals, shop, name):
    settings, _ = rivals
    store = ReleaseStore(settings.store)
    artifact = store.read().models[name]
    model = load_model(store, settings.cache, name, artifact)
    listings = shop.read("test")

    wanted = models.evaluate(name, model, listings)
    shared = 0
    for outcome in collect_outcomes(model, models.outputs(name), listings):
        for figure in measure(metrics(outcome), outcome.columns):
            if (called := full_name(outcome, figure.metric)) in wanted:
                # They are asked in other batches, whose sums of 32 bits round otherwise.
                assert figure.a.value == pytest.approx(wanted[called], abs=ROUNDING), (
                    called
                )
                assert figure.a.low <= figure.a.high
                shared += 1
    assert shared >= 6


def test_mistakes_come_worst_first_and_none_of_them_was_right(compare):
    (field,) = compare("category").fields

    losses = [mistake.loss for mistake in field.mistakes]
    assert losses == sorted(losses, reverse=True)
    assert len(losses) == 12
    assert all(m.a.candidates["category"][0].value != m.chosen for m in field.mistakes)


def test_curves_count_every_answer(compare):
    (category,), (price,) = (
        compare("category").fields,
        compare("price", against="champion").fields,
    )

    (curve,) = category.curves
    assert sum(point.rows for point in curve) == category.headline.rows
    assert all(0 <= p.low <= p.observed <= p.high <= 1 for p in curve)
    assert [p.stated for p in price.curves[0]] == [
        0.05,
        0.1,
        0.25,
        0.5,
        0.75,
        0.9,
        0.95,
    ]
    assert price.curves[0] == price.curves[1]


def test_unusable_versions_and_splits_are_refused_in_a_sentence(compare, rivals):
    with pytest.raises(ArtifactError, match="there is no artifact 0123 in the store"):
        compare("price", against="0123")
    with pytest.raises(
        InputError, match=f"artifact {rivals[1]['category']} is category, not pri"
    ):
        compare("price", version=rivals[1]["category"])
    with pytest.raises(InputError, match="there is no split 'tset'; there are train"):
        compare("price", split="tset")
    with pytest.raises(InputError, match="there is no model called 'colour'"):
        compare("colour")


def test_rows_that_models_learned_from_are_pointed_out(compare):
    (note,) = compare("price", split="validation").notes

    assert note == "Models learn from validation rows, so that figures on them flatter."


def test_a_split_without_labels_or_with_few_rows_is_refused(tmp_path):
    lines = [f"boots number {row},Women/Shoes/Boots,{row + 3}" for row in range(200)]
    (tmp_path / "shop.csv").write_text(
        "\n".join(["title,category,price", *lines]), "utf-8"
    )
    assert (
        main(["ingest", str(tmp_path / "shop.csv"), "--out", str(tmp_path / "made")])
        == 0
    )
    snapshot = Snapshot.open(tmp_path / "made")

    with pytest.raises(
        InputError, match="has no rows with a brand, and at least 30 are needed"
    ):
        read_labelled(snapshot, "test", "brand")
    count = snapshot.count("test")
    with pytest.raises(
        InputError, match=f"has {count} rows with a category, and at least 30"
    ):
        read_labelled(snapshot, "test", "category")


def test_brands_and_price_bands_come_from_training_rows(shop):
    training = learn(shop)

    rows = shop.read("train")
    assert training.brands == Counter(
        row.brand for row in rows if row.brand is not None
    )
    below = sum(
        r.price <= training.edges[0] for r in rows if r.price and r.currency == "USD"
    )
    priced = sum(row.price is not None and row.currency == "USD" for row in rows)
    assert below / priced == pytest.approx(0.2, abs=0.03)
