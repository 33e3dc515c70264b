"""Files as programs write them: cases C1 to C27."""

import json
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli.main import main
from common.errors import InputError
from tests.ingest.cases.shops import read, read_path, write

JAPANESE = (
    "商品ID,商品名,カテゴリー,価格\n"
    "A1,赤いワンピース,レディース,3000\nA2,革財布,メンズ,5000\n"
)


@pytest.mark.parametrize(
    ("records", "titles"),
    [
        ([{"name": "scarf"}, {"title": "lamp"}, {"name": "mug"}], ["scarf", "lamp", "mug"]),
        ([{"titel": "Schal"}, {"name": "Lampe", "titel": ""}], ["Schal", "Lampe"]),
        ([{"商品名": "マグ"}, {"title": None, "商品名": "財布"}], ["マグ", "財布"]),
    ],
)  # fmt: skip
def test_c1_each_row_has_the_column_that_it_fills(tmp_path, records, titles):
    text = "\n".join(json.dumps({"price": 5} | record) for record in records)
    assert read(tmp_path, text, "shop.jsonl").values("title") == titles


def test_c1_a_key_that_comes_late_changes_no_row_before_it(tmp_path):
    rows = [{"name": f"scarf {n}", "category_name": "Wool"} for n in range(600)]
    rows += [{"title": "lamp", "category": "Light"}]
    shop = read(tmp_path, "\n".join(map(json.dumps, rows)), "shop.jsonl")
    assert shop.values("title") == [f"scarf {n}" for n in range(600)] + ["lamp"]
    assert shop.values("category") == ["Wool"] * 600 + ["Light"]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("id,name,title,price", "1,Nike Pegasus 40,,60"),
        ("id,title,name,price", "1,Nike Pegasus 40,,60"),
        ("id,title,product_name,price", "1,,Nike Pegasus 40,60"),
    ],
)
def test_c3_an_empty_title_gives_way_to_a_filled_name(tmp_path, header, row):
    shop = read(tmp_path, f"{header}\n{row}\n")
    assert shop.values("title") == ["Nike Pegasus 40"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        ("id;titel;preis\n1;Größe Übermantel;12\n2;Schal für Köln;8\n", "cp1252"),
        ("id;titre;prix\n1;Théière fêlée €;12\n2;Écharpe à carreaux;8\n", "cp1252"),
        ("id;titel;preis\n1;Größe Übermantel;12\n2;Schal für Köln;8\n", "mac_roman"),
        ("id;nazwa;title;price\n1;a;Żółta łódź w świetle;12\n2;b;Ciepły płaszcz;8\n", "cp1250"),
    ],
)  # fmt: skip
def test_c5_the_encoding_is_recognised_or_said(tmp_path, text, encoding):
    raw = text.encode(encoding)
    plain = read(tmp_path, text, "plain.csv").values("title")
    assert read(tmp_path, raw, "said.csv", encoding=encoding).values("title") == plain
    if encoding != "mac_roman":
        assert read(tmp_path, raw).values("title") == plain


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize(
    "text", ["id,title,price\n1,Levi jeans,10\n2,mug,4\n", JAPANESE]
)
def test_c7_utf_16_needs_no_mark(tmp_path, encoding, text):
    plain = read(tmp_path, text, "plain.csv").values("title")
    assert read(tmp_path, text.encode(encoding)).values("title") == plain


@pytest.mark.parametrize("text", ["\ufeff\ufefftitle,price\nLevi jeans,10\n",
                                  "\ufefftitle,price\nLevi jeans,10\n",
                                  '\ufeff\ufeff"title","price"\n"Levi jeans",10\n'])  # fmt: skip
def test_c8_byte_order_marks_are_no_part_of_a_name(tmp_path, text):
    assert read(tmp_path, text).values("title") == ["Levi jeans"]


@pytest.mark.parametrize("names", [["title", "price", "price"], ["title", "brand", "brand"],
                                   ["title", "notes", "notes"]])  # fmt: skip
def test_c9_a_column_that_is_there_twice_is_no_bug(tmp_path, names, capsys):
    columns = [pa.array(["scarf", "mug"]), pa.array(["5", "6"]), pa.array(["7", "8"])]
    path = tmp_path / "join.parquet"
    pq.write_table(pa.Table.from_arrays(columns, names=names), path)
    code = main(["ingest", str(path), "--out", str(tmp_path / "out")])
    assert code in (0, 2)
    assert "bug" not in capsys.readouterr().err
    assert read_path(path).values("title") == ["scarf", "mug"]


@pytest.mark.parametrize(
    "kind", [pa.binary(), pa.large_binary(), pa.binary_view(), pa.string_view()]
)
def test_c10_text_stored_as_bytes_is_text(tmp_path, kind):
    titles = pa.array(["花瓶".encode(), b"mug"], pa.binary()).cast(kind)
    pq.write_table(pa.table({"title": titles}), tmp_path / "shop.parquet")
    assert read_path(tmp_path / "shop.parquet").values("title") == ["花瓶", "mug"]


@pytest.mark.parametrize(
    "extra",
    [".DS_Store", "__MACOSX/._shop.csv", "Thumbs.db", "desktop.ini", "._shop.csv", "README.txt"],
)  # fmt: skip
def test_c12_files_of_the_system_are_no_tables(tmp_path, extra):
    with zipfile.ZipFile(tmp_path / "shop.zip", "w") as archive:
        archive.writestr("shop.csv", "title,price\nscarf,5\n")
        archive.writestr(extra, b"\x00\x05\x16\x07 not a table")
    assert read_path(tmp_path / "shop.zip").values("title") == ["scarf"]


def test_c14_a_workbook_is_a_table(tmp_path):
    book = openpyxl.Workbook()
    for row in (["title", "price"], ["scarf", 5.5], ["mug", None]):
        book.active.append(row)
    book.save(tmp_path / "shop.xlsx")
    shop = read_path(tmp_path / "shop.xlsx")
    assert shop.prices == [(5.5, "USD"), None]


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("shop.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "CSV"),
        ("shop.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" + b"\x00" * 90, "CSV"),
        ("shop.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 4, "table"),
        ("shop.sqlite", b"SQLite format 3\x00" + b"\x00" * 600, "CSV"),
    ],
)  # fmt: skip
def test_c14_a_file_of_another_kind_is_named_with_the_remedy(
    tmp_path, name, data, word
):
    with pytest.raises(InputError, match=word):
        read(tmp_path, data, name)


@pytest.mark.parametrize(
    ("first", "delimiter"), [("sep=;", ";"), ('"sep=,"', ","), ("sep=\t", "\t"), ("SEP=|", "|")]
)  # fmt: skip
def test_c15_a_line_that_names_the_delimiter_is_no_header(tmp_path, first, delimiter):
    rows = [["id", "title", "price"], ["1", "Levi jeans", "10"], ["2", "mug", "4"]]
    text = "\n".join([first, *map(delimiter.join, rows), ""])
    assert read(tmp_path, text).values("title") == ["Levi jeans", "mug"]


@pytest.mark.parametrize(
    "text",
    [
        "id,title,price,brand\n1,jeans,10\n2,cup,5,\n3,mug,5,Nike,\n",
        "title,price\njeans,10,\ncup,5,\nmug,5,\n",
        "title,price,\njeans,10\ncup,5\nmug,5\n",
        "title;price;brand;;\njeans;10;Acme;;\ncup;5\nmug;5;Nike;;\n",
    ],
)
def test_c17_empty_cells_at_the_end_are_no_matter(tmp_path, text):
    shop = read(tmp_path, text)
    assert shop.values("title") == ["jeans", "cup", "mug"]
    assert shop.values("price") == [10, 5, 5]
    assert not shop.rejected


@pytest.mark.parametrize("end", ["\r", "\r\n", "\r\r\n", "\n"])
@pytest.mark.parametrize("last", ["", "end"])
def test_c18_any_line_end_ends_a_line(tmp_path, end, last):
    lines = ["id,title,price", "1,Levi jeans,10", '2,"red cup, large",4']
    text = end.join(lines) + (end if last else "")
    assert read(tmp_path, text).values("title") == ["Levi jeans", "red cup, large"]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("id,title,price,Notes,Notes", "1,jeans,10,a,b"),
        ("id,title,price,,", "1,jeans,10,a,b"),
        ("Notes,notes,title,price,NOTES", "x,y,jeans,10,z"),
    ],
)
def test_c21_columns_of_one_name_that_nobody_reads_are_no_matter(tmp_path, header, row):
    shop = read(tmp_path, f"{header}\n{row}\n")
    assert (shop.values("title"), shop.values("price")) == (["jeans"], [10])


@pytest.mark.parametrize(
    ("cell", "title"),
    [
        (r'"19\" monitor"', '19" monitor'),
        (r'"The \"best\" mug, really"', 'The "best" mug, really'),
        ('"The ""best"" mug, really"', 'The "best" mug, really'),
        ('19" monitor', '19" monitor'),
    ],
)
def test_c22_quotes_within_cells_are_read_as_their_writer_meant(tmp_path, cell, title):
    shop = read(tmp_path, f"id,title,price\n1,{cell},10\n2,plain cup,4\n3,mug,5\n")
    assert shop.values("title") == [title, "plain cup", "mug"]
    assert shop.values("price") == [10, 4, 5]


@pytest.mark.parametrize(
    "lines",
    [
        ["2,blue mug,5,large", "3,red mug,6,small"],
        ["2,blue mug,5,large"],
        ["", "2,blue mug,5,large", "id,title,price,description", ""],
    ],
)
def test_c23_lines_of_a_quoted_cell_are_no_listings(tmp_path, lines):
    description = "\n".join(["Contains:", *lines, "all good"])
    text = (
        f'id,title,price,description\n1,Mug set,20,"{description}"\n4,Lamp,30,white\n'
    )
    shop = read(tmp_path, text)
    assert shop.values("title") == ["Mug set", "Lamp"]
    assert shop.values("description")[0].split() == description.split()


def test_c25_a_feed_in_xml_is_a_table(tmp_path):
    feed = (
        '<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel>'
        "<item><g:id>1</g:id><g:title>Shirt</g:title><g:price>15.00 USD</g:price></item>"
        "<item><g:id>2</g:id><title>Mug</title><g:price>4.00 USD</g:price></item></channel></rss>"
    )
    shop = read(tmp_path, feed, "feed.xml")
    assert shop.values("title") == ["Shirt", "Mug"]
    assert shop.prices == [(15, "USD"), (4, "USD")]


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("shop.csv", "<!DOCTYPE html><html><body><p>Please log in</p></body></html>"),
        ("shop.html", "<html><head><title>Shop</title></head><body>hello</body></html>"),
        ("shop.xml", "<?xml version='1.0'?><catalog></catalog>"),
    ],
)  # fmt: skip
def test_c25_markup_without_listings_is_said_to_be_markup(tmp_path, name, page):
    with pytest.raises(InputError, match="(?i)html|xml"):
        read(tmp_path, page, name)


@pytest.mark.parametrize(
    "document",
    [
        {"products": [{"title": "shirt", "price": 3}, {"title": "cup", "price": 4}]},
        [{"title": "shirt", "price": 3}, {"title": "cup", "price": 4}],
        {"data": {"items": [{"title": "shirt", "price": 3}, {"title": "cup", "price": 4}]},
         "next": None},
        {"a1": {"title": "shirt", "price": 3}, "a2": {"title": "cup", "price": 4}},
    ],
)  # fmt: skip
@pytest.mark.parametrize("indent", [None, 1])
def test_c26_the_listings_of_a_json_document_are_found(tmp_path, document, indent):
    shop = read(tmp_path, json.dumps(document, indent=indent), "shop.json")
    assert shop.values("title") == ["shirt", "cup"]
    assert shop.values("price") == [3, 4]


def test_c26_one_object_over_several_lines_is_a_listing(tmp_path):
    shop = read(tmp_path, '{\n "title":"red shirt",\n "price":3\n}\n', "pretty.json")
    assert shop.values("title") == ["red shirt"]


@pytest.mark.parametrize(
    "text",
    [
        "title,category\nshirt,A/B\ntitle,category\ncup,A/C\n",
        'title;category\nshirt;A/B\n\n"title";"category"\ncup;A/C\n',
        "\ufefftitle,category\r\nshirt,A/B\r\n\ufefftitle,category\r\ncup,A/C\r\n",
    ],
)
def test_c27_a_header_that_comes_again_is_no_listing(tmp_path, text):
    assert read(tmp_path, text).values("title") == ["shirt", "cup"]


def test_tables_that_are_none_end_with_exit_code_2(tmp_path, capsys):
    path = write(tmp_path, b"\x00\x01\x02" * 500)
    assert main(["ingest", str(path), "--out", str(tmp_path / "out")]) == 2
    assert "binary file" in capsys.readouterr().err
