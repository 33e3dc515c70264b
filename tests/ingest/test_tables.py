"""Any table, recognised and matched to our fields."""

import gzip
import json
import zipfile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from common.errors import InputError
from ingest.options import ReadOptions
from ingest.rows import Row, parse_row
from ingest.tables import open_table

KAGGLE = (
    "train_id\tname\titem_condition_id\tcategory_name\tbrand_name\tprice\tshipping\titem_description\n"
    "0\tBlue vase\t3\tHome/Decor/Vases\t\t10.0\t1\tNo description yet\n"
    "1\tTall boots [rm]\t1\tWomen/Shoes/Boots\tAcme\t44.0\t0\tPaid [rm] for them\n"
    "2\tChipped cup\t9\tKitchen\tAcme\t0.0\tx\tStill holds tea\n"
)


def raw_rows(path, **options):
    source = open_table(path, ReadOptions(**options))
    return [raw for batch in source.batches(2) for raw in batch]


def rows(path, **options):
    source = open_table(path, ReadOptions(**options))
    batches = source.batches(2)
    return [parse_row(raw, source.readings) for batch in batches for raw in batch]


def listings(path, **options):
    return [row.listing for row in rows(path, **options) if isinstance(row, Row)]


def test_recognises_kaggles_mercari_by_its_header(tmp_path):
    path = tmp_path / "anything.txt"
    path.write_text(KAGGLE)
    assert open_table(path).description.kind == "kaggle mercari"
    vase, boots, cup = rows(path)
    assert (
        vase.listing.brand,
        vase.listing.condition,
        vase.listing.shipping_payer,
    ) == (
        "no brand",
        "good",
        "seller",
    )
    assert (vase.listing.description, vase.listing.currency) == ("", "USD")
    assert (boots.listing.title, boots.listing.shipping_payer) == (
        "Tall boots",
        "buyer",
    )
    assert "[rm]" not in boots.listing.description
    assert cup == ["price '0.0' is not above 0"]


def test_bad_codes_of_a_mercari_table_cost_their_cells(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text(KAGGLE.replace("0.0\tx", "5.0\tx"))
    cup = rows(path)[2]
    assert (cup.listing.title, cup.listing.condition) == ("Chipped cup", None)
    assert {cell.field: cell.reason for cell in cup.dropped} == {
        "condition": "item_condition_id '9' is none of 1, 2, 3, 4, 5",
        "category": "category 'Kitchen' has one level and not at least two",
        "shipping_payer": "shipping 'x' is none of 1, 0",
    }


def test_mercari_rows_are_read_alike_from_any_format(tmp_path):
    (tmp_path / "t.tsv").write_text(KAGGLE)
    frame = pd.read_csv(tmp_path / "t.tsv", sep="\t")
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_parquet(tmp_path / "t.parquet")
    frame.to_json(tmp_path / "t.jsonl", orient="records", lines=True)
    validated = {path.name: rows(path) for path in tmp_path.iterdir()}
    assert (
        validated["t.csv"][:2]
        == validated["t.parquet"][:2]
        == validated["t.jsonl"][:2]
        == validated["t.tsv"][:2]
    )


def test_mercari_rows_without_labels_are_known_by_what_is_left(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text("test_id\tname\titem_condition_id\n7\tcup\t3\n")
    (row,) = rows(path)
    assert (row.listing.listing_id, row.listing.condition, row.listing.brand) == (
        "7",
        "good",
        None,
    )


def test_reads_the_same_table_packed(tmp_path):
    (tmp_path / "t.tsv").write_text(KAGGLE)
    (tmp_path / "t.tsv.gz").write_bytes(gzip.compress(KAGGLE.encode()))
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("train.tsv", KAGGLE)
    plain = raw_rows(tmp_path / "t.tsv")
    assert raw_rows(tmp_path / "t.tsv.gz") == plain
    assert raw_rows(tmp_path / "t.zip") == plain


def test_csv_jsonl_and_parquet_say_the_same(tmp_path):
    table = [
        {"ID": "a1", "Name": "red dress", "Color": "red", "price": 5.0},
        {"ID": "a2", "Name": "blue, warm", "Color": None, "price": 6.0},
    ]
    (tmp_path / "t.csv").write_text(
        'ID,Name,Color,price\na1,red dress,red,5.0\na2,"blue, warm",,6.0\n'
    )
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, table)))
    pq.write_table(pa.Table.from_pylist(table), tmp_path / "t.parquet")
    tables = [listings(path) for path in sorted(tmp_path.iterdir())]
    assert tables[0] == tables[1] == tables[2]
    assert tables[0][1].title == "blue, warm"
    assert tables[0][0].colour == "red"


def test_map_overrules_names(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("title,Headline,Amount\nno,red dress,5\n")
    (raw,) = raw_rows(path, mapping={"title": "Headline", "price": "Amount"})
    assert raw.values == {"title": "red dress", "price": "5"}


def test_a_field_can_be_left_out(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("title,condition\ncup,5 of 7\n")
    (raw,) = raw_rows(path, mapping={"condition": ""})
    assert raw.values == {"title": "cup"}


def test_each_row_has_the_first_of_its_names_that_is_filled(tmp_path):
    path = tmp_path / "t.jsonl"
    lines = [{"name": "cup"}, {"title": "", "name": "mug"}, {"title": "vase"}]
    path.write_text("\n".join(map(json.dumps, lines)))
    assert [listing.title for listing in listings(path)] == ["cup", "mug", "vase"]


@pytest.mark.parametrize(
    "header",
    [
        "category_1,category_2,category_3",
        "Level0,Level1,Level2",
        "カテゴリ1,カテゴリ2,カテゴリ3",
    ],
)
def test_a_column_for_each_level_is_one_category(tmp_path, header):
    path = tmp_path / "t.csv"
    header = header.replace("Level", "categoryLevel")
    path.write_text(f"title,{header}\ncup,Home,Tea / Coffee,Cups\nmug,Home,Mugs,\n")
    paths = [listing.category for listing in listings(path)]
    assert paths == ["Home/Tea \u2215 Coffee/Cups", "Home/Mugs"]


def test_cells_that_a_form_refuses_say_nothing_about_their_column(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text(KAGGLE.replace("0.0\tx", "5.0\t20") * 1)
    assert [listing.shipping_payer for listing in listings(path)] == [
        "seller",
        "buyer",
        None,
    ]


def test_a_label_with_damaged_bytes_is_dropped_and_its_text_is_kept(tmp_path):
    path = tmp_path / "t.csv"
    lines = [b"title,brand,description"] + [b"Caf\xc3\xa9 cup,Caf\xc3\xa9 X,good"] * 20
    path.write_bytes(b"\n".join([*lines, b"Caf\xff cup,Caf\xff X,good"]))
    last = rows(path, encoding="utf-8")[-1]
    assert (last.listing.title, last.listing.brand) == ("Caf\ufffd cup", None)
    assert "no text" in last.dropped[0].reason


def test_records_of_one_listing_are_joined_and_counted(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "Handle,Title,Vendor,Variant Price,Option1 Name,Option1 Value,Image Src\n"
        "cup,Tea cup,Acme,5,Size,S,a.jpg\n"
        "cup,,,6,,M,b.jpg\n"
        "vase,Tall vase,Acme,9,,,\n"
    )
    cup, vase = raw_rows(path)
    assert (cup.values["title"], cup.values["photos"]) == (
        "Tea cup",
        ["a.jpg", "b.jpg"],
    )
    assert (cup.merged, vase.merged) == (1, 0)


def test_columns_that_say_nothing_are_left_out(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("title,photos\n" + "cup,3\n" * 50)
    assert "photos" not in raw_rows(path)[0].values


def test_a_json_key_that_comes_late_is_read(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text(
        '{"title": "cup"}\n' * 20_000 + '{"title": "vase", "brand": "Acme"}\n'
    )
    assert raw_rows(path)[-1].values == {"title": "vase", "brand": "Acme"}


def test_broken_json_lines_are_rows_with_a_reason(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text('{"title": "cup"}\n{"title": \n[1]\n\n{"title": "vase"}\n')
    assert [(raw.line, bool(raw.broken)) for raw in raw_rows(path)] == [
        (1, False),
        (2, True),
        (3, True),
        (5, False),
    ]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n\n  \n", "is empty"),
        ("numbers.csv", b"a,b\n1,2\n", "no column for title"),
        ("photo.csv", bytes(range(256)) * 50, "binary"),
        ("t.7z", b"7z\xbc\xaf\x27\x1c rest", "7z"),
        ("t.zip", b"PK\x03\x04 torn", "damaged"),
        ("t.gz", b"\x1f\x8b torn", "damaged"),
        ("t.parquet", b"PAR1 torn PAR1", "damaged"),
        ("t.jsonl", b"title,price\ncup,3\n", "one JSON object a line"),
        ("quote.csv", b'"title,price\ncup,3\n', "quote"),
    ],
)
def test_a_file_of_no_use_is_one_sentence(tmp_path, name, data, sentence):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=sentence):
        rows(path)


def test_missing_files_and_folders_are_one_sentence(tmp_path):
    with pytest.raises(InputError, match="there is no file"):
        open_table(tmp_path / "none.csv")
    with pytest.raises(InputError, match="is a folder"):
        open_table(tmp_path)


def test_a_gzip_file_cut_short_is_an_error_and_no_shorter_table(tmp_path):
    lines = "".join(
        f"item {number},{number * 7919 % 1000}\n" for number in range(1, 50_000)
    )
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"title,price\n" + lines.encode())[:-2000])
    with pytest.raises(InputError, match="damaged"):
        rows(path)


def test_two_files_in_a_zip_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("a.csv", "title\n")
        archive.writestr("b.csv", "title\n")
    with pytest.raises(InputError, match="holds 2 files"):
        open_table(tmp_path / "t.zip")


def test_an_unknown_field_or_column_in_map_is_one_sentence(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("title\ncup\n")
    with pytest.raises(InputError, match="no field 'titel'.*listing_id, title"):
        open_table(path, ReadOptions(mapping={"titel": "title"}))
    with pytest.raises(InputError, match="no column 'Brand'"):
        open_table(path, ReadOptions(mapping={"brand": "Brand"}))


def test_batches_are_no_larger_than_asked(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("title\n" + "cup\n" * 10)
    assert [len(batch) for batch in open_table(path).batches(4)] == [4, 4, 2]


def test_the_first_variant_of_a_product_is_its_price(tmp_path):
    variants = [{"price": None}, {"price": "12.50"}, {"price": "15.00"}]
    text = json.dumps([{"title": "cup", "images": ["a", "b"], "variants": variants}])
    (tmp_path / "t.json").write_text(text)
    (row,) = open_table(tmp_path / "t.json").sample()
    assert (row.values["price"], row.values["photos"]) == ("12.50", ["a", "b"])
