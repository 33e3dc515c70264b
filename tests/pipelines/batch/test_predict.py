import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from PIL import Image

import models
from common.errors import InputError
from common.listing import Candidate, Fee, Listing, Photo, PriceRange, Suggestion
from common.photos.photo_root import PhotoRoot
from ingest.readings import DEFAULT_READINGS, Readings
from ingest.source import RawRow, SourceDescription
from pipelines.batch import columns, predict
from pipelines.batch.request import BatchRequest, parse_known_fields


@dataclass
class Rows:
    """A source of rows held in memory."""

    rows: list[RawRow]
    description: SourceDescription = SourceDescription("memory")
    readings: Readings = DEFAULT_READINGS

    def sample(self) -> Sequence[RawRow]:
        return self.rows

    def batches(self, size: int) -> Iterator[list[RawRow]]:
        for start in range(0, len(self.rows), 2):
            yield self.rows[start : start + 2]

    def fraction(self) -> float:
        return 1.0


@dataclass
class FixedSuggester:
    """Gives the same suggestion for every listing, and keeps the listings."""

    received: list[Listing] = field(default_factory=list)
    versions: Mapping[str, str] = field(
        default_factory=lambda: {"category": "c1", "price": "p1"}
    )

    def predict(
        self, listings: Sequence[Listing], names: Sequence[str] = ()
    ) -> dict[str, list[Suggestion]]:
        self.received.extend(listings)
        ranked = {"category": (Candidate("Men/Shoes", 0.75), Candidate("Men", 0.25))}
        price = PriceRange(10.0, 5.0, 20.0, "USD")
        suggestions = {
            "category": [Suggestion("category", "c1", ranked) for _ in listings],
            "price": [
                Suggestion(
                    "price",
                    "p1",
                    price=price,
                    abstained="" if listing.title else "no title",
                )
                for listing in listings
            ],
        }
        return {name: suggestions[name] for name in names or suggestions}


def _raw(line: int, broken: str = "", **values: Any) -> RawRow:
    return RawRow(line=line, values=values, broken=broken)


def _answers(
    tmp_path: Path, rows: list[RawRow], **options: Any
) -> list[dict[str, Any]]:
    out = tmp_path / "out.parquet"
    suggester = options.pop("suggester", FixedSuggester())
    predict.answer_table(Rows(rows), lambda: suggester, out, BatchRequest(**options))
    answers: list[dict[str, Any]] = pq.read_table(out).to_pylist()
    return answers


def test_one_row_comes_out_for_each_row_in_order(tmp_path: Path) -> None:
    rows = [
        _raw(2, listing_id="b", title="boots"),
        _raw(3, title="shoes"),
        _raw(4, title="hats"),
    ]
    assert [row["listing_id"] for row in _answers(tmp_path, rows)] == ["b", "2", "3"]


def test_candidates_price_and_versions_are_columns(tmp_path: Path) -> None:
    row = _answers(tmp_path, [_raw(2, title="boots")])[0]
    assert row["category"] == [
        {"value": "Men/Shoes", "probability": 0.75},
        {"value": "Men", "probability": 0.25},
    ]
    assert (row["price_median"], row["price_low"], row["price_high"]) == (
        10.0,
        5.0,
        20.0,
    )
    assert (row["price_currency"], row["price_basis"]) == ("USD", "item")
    assert dict(row["versions"]) == {"category": "c1", "price": "p1"}


def test_columns_are_those_of_the_models() -> None:
    names = columns.schema().names
    assert names[:3] == ["listing_id", "category", "brand"]
    of_price = [name for name in names if name.startswith("price_")]
    of_fee = [name for name in names if name.startswith("shipping_fee_")]
    parts = [part for part, _ in columns.RANGE_COLUMNS]
    assert of_price == [*(f"price_{part}" for part in parts), "price_basis"]
    assert of_fee == [f"shipping_fee_{part}" for part in parts]
    assert {"shipping_payer", "shipping_method", "parcel_size"} < set(names)
    assert names[-2:] == ["unknown", "problems"]


def test_a_fee_of_a_rate_card_has_no_interval() -> None:
    learned = Fee(4.0, "USD", low=3.0, high=6.0, source="learned")
    answers = {name: [Suggestion(name, "v")] * 2 for name in models.NAMES}
    answers["shipping"] = [
        Suggestion("shipping", "v", fee=fee) for fee in (learned, Fee(4.8, "USD"))
    ]
    rows = columns.to_record_batch(["a", "b"], answers, {}, [[], []]).to_pylist()
    fees = [
        [row[f"shipping_fee_{part}"] for part in ("low", "median", "high")]
        for row in rows
    ]
    assert fees == [[3.0, 4.0, 6.0], [None, 4.8, None]]


def test_a_value_that_no_model_knows_is_listed() -> None:
    answers = {
        name: [Suggestion(name, "v", used=used, unknown=unknown)]
        for name, used, unknown in (
            ("category", ("brand",), ("size",)),
            ("price", (), ("size", "brand")),
        )
    }
    nothing = {name: [Suggestion(name, "v")] for name in models.NAMES}
    batch = columns.to_record_batch(["1"], nothing | answers, {}, [[]])
    assert batch.column("unknown").to_pylist() == [["size"]]


def test_an_abstention_keeps_what_the_model_has(tmp_path: Path) -> None:
    row = _answers(tmp_path, [_raw(2, description="nice")])[0]
    assert dict(row["abstained"])["price"] == "no title"
    assert row["price_median"] == 10.0


def test_a_row_that_cannot_be_read_is_answered_with_the_reason(tmp_path: Path) -> None:
    rows = [
        _raw(2, title="boots"),
        _raw(3, broken="a quote is never closed"),
        _raw(5, title="hat"),
    ]
    first, second, third = _answers(tmp_path, rows)
    reason = "row 2 could not be read: a quote is never closed"
    assert dict(second["abstained"]) == dict.fromkeys(models.NAMES, reason)
    assert (second["listing_id"], second["category"], second["price_median"]) == (
        "2",
        [],
        None,
    )
    assert first["category"] == third["category"] != []


def test_a_model_that_is_not_there_says_so(tmp_path: Path) -> None:
    row = _answers(tmp_path, [_raw(2, title="boots")], names=["category"])[0]
    abstained = dict(row["abstained"])
    assert abstained["brand"] == "the release has no such model"
    assert abstained["price"] == "the model was not asked"


def test_labels_are_not_shown_unless_they_are_known(tmp_path: Path) -> None:
    suggester = FixedSuggester()
    row = _raw(
        2, title="boots", brand="Velox", condition="new", price="12", language="en"
    )
    _answers(tmp_path, [row], suggester=suggester)
    _answers(tmp_path, [row], suggester=suggester, known=("brand", "price"))
    assert suggester.received[0] == Listing("boots")
    assert suggester.received[1].brand == "Velox"
    assert (suggester.received[1].price, suggester.received[1].condition) == (
        12.0,
        None,
    )


def test_an_illegal_known_value_is_dropped(tmp_path: Path) -> None:
    suggester = FixedSuggester()
    row = _raw(2, title="boots", price="free", brand="Velox")
    _answers(tmp_path, [row], suggester=suggester, known=("brand", "price"))
    assert (suggester.received[0].price, suggester.received[0].brand) == (None, "Velox")


def test_known_words_stand_for_fields() -> None:
    assert parse_known_fields("shipping, price") == (
        "shipping_payer", "shipping_method", "parcel_size", "shipping_fee", "price", "currency",
    )  # fmt: skip
    assert parse_known_fields("none") == ()
    assert "language" in parse_known_fields("all")
    with pytest.raises(InputError, match="'colr' is no field that can be known"):
        parse_known_fields("brand,colr")


def test_json_lines_hold_the_same_rows(tmp_path: Path) -> None:
    predict.answer_table(
        Rows([_raw(2, title="boots")]), FixedSuggester, tmp_path / "out.jsonl"
    )
    row = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    assert row["category"][0] == {"value": "Men/Shoes", "probability": 0.75}
    assert row["versions"] == {"category": "c1", "price": "p1"}


def test_csv_holds_json_in_its_cells(tmp_path: Path) -> None:
    predict.answer_table(
        Rows([_raw(2, title="boots")]), FixedSuggester, tmp_path / "out.csv"
    )
    row = pd.read_csv(tmp_path / "out.csv").iloc[0]
    assert json.loads(row["category"])[0]["value"] == "Men/Shoes"
    assert row["price_median"] == 10.0


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="should end in .parquet, .jsonl, .csv"):
        predict.answer_table(Rows([]), FixedSuggester, tmp_path / "out.xlsx")


def test_a_failure_leaves_no_file(tmp_path: Path) -> None:
    class Failing(FixedSuggester):
        def predict(self, listings: Any, names: Any = ()) -> Any:
            if self.received:
                raise InputError("enough")
            return super().predict(listings, names)

    rows = [_raw(i, title="boots") for i in range(6)]
    with pytest.raises(InputError, match="enough"):
        predict.answer_table(Rows(rows), Failing, tmp_path / "out.parquet")
    assert list(tmp_path.iterdir()) == []


def test_photos_are_found_where_the_table_says_and_none_fails_its_row(
    tmp_path: Path,
) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "a.jpg")
    (tmp_path / "b.jpg").write_bytes(b"hello")
    rows = [
        _raw(2, title="boots"),
        _raw(3, photos="a.jpg|b.jpg|../c.jpg"),
        _raw(4, title="hat", photos="none.jpg"),
        _raw(5, photos="|".join(["a.jpg"] * 12)),
    ]
    suggester = FixedSuggester()
    answers = _answers(
        tmp_path, rows, suggester=suggester, photos=PhotoRoot(str(tmp_path))
    )
    assert [len(listing.photos) for listing in suggester.received] == [0, 1, 0, 10]
    assert suggester.received[1].photos == (Photo(path=f"{tmp_path}/a.jpg"),)
    assert [row["problems"] for row in answers] == [
        [],
        [
            "photo b.jpg: the file is a document and not a photo",
            "photo ../c.jpg: the path leads out of the folder of the photos",
        ],
        ["photo none.jpg: there is no such file"],
        ["only the first 10 photos are taken"],
    ]
    assert all(row["category"] for row in answers)


def test_without_a_place_for_them_photos_are_not_looked_at(tmp_path: Path) -> None:
    suggester = FixedSuggester()
    _answers(tmp_path, [_raw(2, title="boots", photos="a.jpg")], suggester=suggester)
    assert suggester.received[0] == Listing("boots")


def test_several_workers_answer_as_one_does(tmp_path: Path) -> None:
    rows = [
        _raw(2 + i, title="boots" * (i % 3))
        for i in range(4 * predict.MIN_BATCHES_FOR_WORKERS)
    ]
    for workers in (1, 2):
        out = tmp_path / f"{workers}.parquet"
        assert predict.answer_table(
            Rows(rows), FixedSuggester, out, workers=workers
        ) == len(rows)
    assert (tmp_path / "1.parquet").read_bytes() == (
        tmp_path / "2.parquet"
    ).read_bytes()
