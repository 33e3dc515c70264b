import re

import pytest

from common.errors import CannotTrain
from common.progress import ignore_progress
from common.snapshot import Snapshot
from pipelines.training.unused_rows import describe_unused_rows

FIELDS = ("category", "brand", "price", "currency", "shipping_payer")


class Rows:
    """A snapshot of a few training rows, given by their labels."""

    def __init__(self, *rows):
        self._rows = [dict.fromkeys(FIELDS) | row for row in rows]
        self.manifest = self

    @property
    def coverage(self):
        return {
            name: sum(row[name] is not None for row in self._rows) for name in FIELDS
        }

    def count(self, split):
        return len(self._rows)

    def columns(self, split, names):
        half = len(self._rows) // 2
        for rows in (self._rows[:half], self._rows[half:]):
            yield [[row.get(name) for row in rows] for name in names]


def priced(amount, currency):
    return {"price": amount, "currency": currency}


def test_rows_in_other_currencies_are_counted_before_the_model_trains():
    rows = [priced(3000.0, "JPY")] * 3 + [priced(15.0, "USD")] * 2 + [{}]

    (sentence,) = describe_unused_rows(Rows(*rows), ["price"])

    assert sentence == (
        "price: 3 of the 6 training rows are used; not used: 2 priced in USD (the model answers"
        " in JPY, the commonest), 1 without a price"
    )


@pytest.mark.parametrize(
    ("model", "row", "said"),
    [
        ("category", {"category": "Women"}, "says 'Women', so that there is nothing"),
        ("brand", {"brand": "Kestrel"}, "says 'Kestrel', so that there is nothing"),
        ("price", priced(25.0, "EUR"), r"says 25\.00 EUR, so that there is nothing"),
        ("shipping", {"shipping_payer": "seller"}, "shipping payer: .* says 'seller'"),
    ],
)
def test_a_label_that_is_always_the_same_is_named(model, row, said):
    sentences = describe_unused_rows(Rows(*[row] * 4), [model])
    assert any(re.search(said, sentence) for sentence in sentences)


def test_rows_without_a_label_are_counted():
    rows = Rows({"brand": "a"}, {"brand": "b"}, {"category": "c"})
    assert describe_unused_rows(rows, ["brand"]) == [
        "brand: 2 of the 3 training rows are used; not used: 1 without a brand"
    ]


def test_nothing_is_said_of_a_field_that_every_row_teaches():
    rows = Rows({"brand": "a"}, {"brand": "b"})
    assert describe_unused_rows(rows, ["encoders", "brand"]) == []


def test_a_snapshot_without_labels_is_refused_with_the_way_to_name_columns():
    with pytest.raises(CannotTrain, match=r"listrec ingest --map category=COLUMN"):
        describe_unused_rows(Rows({}, {}), ["encoders"])


def test_a_real_snapshot_is_read(tmp_path):
    from ingest.ingest import Options
    from simulator.source import ingest_synthetic

    shop = ingest_synthetic(200, tmp_path / "shop", Options(seed=2), ignore_progress)
    assert isinstance(shop, Snapshot)
    sentences = describe_unused_rows(shop, ["category", "brand", "price", "shipping"])
    assert all("training rows" in sentence for sentence in sentences)
