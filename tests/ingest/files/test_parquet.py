"""Parquet of any program: names twice, bytes for text, short floats, nested columns."""

from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from common.errors import InputError
from ingest.files import open_records
from tests.ingest.files.reading import cells, read, write


def save(folder, columns, name="shop.parquet"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    table = columns if isinstance(columns, pa.Table) else pa.table(columns)
    pq.write_table(table, path)
    return path


def test_a_name_that_is_there_twice_has_two_columns(tmp_path):
    table = pa.Table.from_arrays([["cup"], [1.0], ["x"]], ["title", "price", "price"])
    opened = open_records(save(tmp_path, table))
    assert opened.columns == ["title", "price", "price (2)"]
    assert [row for _, row, _, _ in opened.records(["price (2)", "title"])] == [
        ("x", "cup")
    ]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        (pa.array([b"caf\xc3\xa9"]), "café"),
        (pa.array([b"\xff\xd8\xff"]), b"\xff\xd8\xff"),
        (pa.array([b"abc"], pa.binary(3)), "abc"),
        (pa.array(["cup"]).dictionary_encode(), "cup"),
        (pa.array(["cup"], pa.large_string()), "cup"),
        (pa.array(["cup"], pa.string_view()), "cup"),
        (pa.array([19.99], pa.float32()), 19.99),
        (pa.array([19.99]), 19.99),
        (pa.array([Decimal("19.90")]), Decimal("19.90")),
        (pa.array([7], pa.uint8()), 7),
        (pa.array([datetime(2024, 5, 31)]), datetime(2024, 5, 31)),
        (pa.array([0], pa.timestamp("ms", "UTC")), datetime(1970, 1, 1, tzinfo=UTC)),
        (pa.array([["a", "b"]]), ["a", "b"]),
        (
            pa.array([{"bytes": b"\xff\xd8", "path": "a.jpg"}]),
            {"bytes": b"\xff\xd8", "path": "a.jpg"},
        ),
        (pa.nulls(1), None),
    ],
)
def test_cells_are_what_people_wrote(tmp_path, column, cell):
    assert cells(save(tmp_path, {"cell": column})) == [[cell]]


def test_a_date_beyond_the_calendar_costs_its_own_cell(tmp_path):
    column = pa.array([2**62, 0], pa.timestamp("ms"))
    assert cells(save(tmp_path, {"listed": column})) == [[None], [datetime(1970, 1, 1)]]


def test_text_that_is_no_utf8_costs_its_own_letters(tmp_path):
    broken = pa.array([b"caf\xe9", b"cup"]).view(pa.string())
    assert cells(save(tmp_path, {"title": broken})) == [["caf\ufffd"], ["cup"]]


def test_fields_of_structs_are_columns(tmp_path):
    prices = pa.array([{"amount": 5, "currency": "EUR"}, None])
    opened = open_records(save(tmp_path, {"title": ["cup", "mug"], "price": prices}))
    assert opened.columns == ["title", "price.amount", "price.currency"]
    assert [row for _, row, _, _ in opened.records(opened.columns)] == [
        ("cup", 5, "EUR"),
        ("mug", None, None),
    ]


def test_rows_are_numbered_and_the_share_is_told(tmp_path):
    opened = open_records(save(tmp_path, {"title": ["cup"] * 10_000}))
    numbers = [number for number, _, _, _ in opened.records(["title"])]
    assert numbers == list(range(1, 10_001))
    assert opened.fraction() == 1.0
    assert sum(1 for _ in opened.records([])) == 10_000


def test_parts_of_spark_are_one_table(tmp_path):
    for n, title in enumerate(["cup", "mug"]):
        save(
            tmp_path,
            {"title": [title], "price": [n]},
            f"shop/part-0000{n}-a.snappy.parquet",
        )
    write(tmp_path / "shop", "_SUCCESS", "")
    write(tmp_path / "shop", ".part-00000.crc", "x")
    assert [(n, row) for n, row, _, _ in read(tmp_path / "shop")] == [
        (1, ["cup", 0]),
        (2, ["mug", 1]),
    ]


def test_folders_of_hive_are_a_column(tmp_path):
    for brand in ("Acme", "A%2FB", "__HIVE_DEFAULT_PARTITION__"):
        save(tmp_path, {"title": ["cup"]}, f"shop/brand={brand}/part-0.parquet")
    assert cells(tmp_path / "shop") == [["cup", "A/B"], ["cup", "Acme"], ["cup", None]]


def test_damaged_files_are_one_sentence(tmp_path):
    data = save(tmp_path, {"title": ["cup"] * 100}).read_bytes()
    for part in (data[:-4], data[:100], b"PAR1" + data[200:]):
        with pytest.raises(InputError, match="is a damaged Parquet file"):
            read(write(tmp_path, "torn.parquet", part))
