"""Delimiters, headers and line ends are recognised as programs and people write them."""

import pytest

from common.errors import InputError
from ingest.files import open_records
from tests.ingest.files.reading import read_bytes, write


def cells(data, **options):
    return [record[1] for record in read_bytes(data, **options)]


def columns(folder, data):
    return list(open_records(write(folder, "shop.csv", data)).columns)


CUPS = [["1", "cup", "3"], ["2", "mug, blue", "4"], ["3", "hat", "5"]]


@pytest.mark.parametrize("delimiter", ["\t", ";", "|", "^", "\x01", "~"])
def test_delimiters_are_recognised(delimiter):
    rows = [["id", "title", "price"], *CUPS]
    assert cells("\n".join(map(delimiter.join, rows))) == CUPS


def test_a_colon_separates_only_where_every_row_has_as_many():
    assert cells("id:title:price\n1:cup:3\n2:mug:4\n") == [
        ["1", "cup", "3"],
        ["2", "mug", "4"],
    ]
    assert cells("title\nNote: a cup\nmug\n") == [["Note: a cup"], ["mug"]]


def test_decimal_commas_do_not_make_a_comma_the_delimiter():
    assert cells("Titel;Preis\ncup;3,50\nmug, blue;4,00\n") == [
        ["cup", "3,50"],
        ["mug, blue", "4,00"],
    ]


def test_the_option_overrules_the_delimiter():
    assert cells("id,title;x\n1,cup;y\n", delimiter=";") == [["1,cup", "y"]]
    assert cells("id\ttitle,x\n1\tcup,y\n", delimiter="tab") == [["1", "cup,y"]]
    with pytest.raises(InputError, match="one character such as ';'"):
        cells("id\n", delimiter=";;")


@pytest.mark.parametrize(
    "above",
    [
        "sep=;\n",
        '"sep=;"\n',
        "\n\n",
        "Inventory of Acme;;\n;;\n",
        "Inventory, as of 2024-05-31\n\nShop:;Acme\n",
        "#INFO;Version=0.0.2;\n#INFO;;\n",
        '"#Comment: one line, a listing";;\n',
        "# exported by a tool\n# on Friday\n",
    ],
)
def test_lines_above_the_header_are_skipped(above):
    table = "id;title;price\n1;cup;3\n2;mug, blue;4\n3;hat;5\n"
    assert cells(above + table) == CUPS


def test_a_header_may_begin_with_a_hash(tmp_path):
    assert columns(tmp_path, "#id,title,price\n1,cup,3\n") == ["#id", "title", "price"]


def test_comments_within_a_template_are_skipped():
    data = "#INFO,v=1,\nAction,Title,Price\nDraft,cup,3\n#INFO,end,\nDraft,mug,4\n"
    assert cells(data) == [["Draft", "cup", "3"], ["Draft", "mug", "4"]]


def test_a_header_that_is_repeated_is_no_record():
    data = "title,price\ncup,3\ntitle,price\nmug,4\n"
    assert cells(data) == [["cup", "3"], ["mug", "4"]]
    assert cells('"title","price"\n"cup","3"\n"title","price"\n') == [["cup", "3"]]


def test_files_joined_without_a_line_end_come_apart():
    assert cells("id,title\n1,cupid,title\n2,mug\n") == [["1", "cup"], ["2", "mug"]]


def test_a_column_that_is_there_twice_has_two_names(tmp_path):
    table = open_records(write(tmp_path, "shop.csv", "id,Notes,Notes\n1,a,b\n"))
    assert table.columns == ["id", "Notes", "Notes (2)"]
    assert table.notes == ["the column 'Notes' is there again, as 'Notes (2)'"]
    assert [row for _, row, _, _ in table.records(["Notes (2)", "id"])] == [("b", "1")]


def test_columns_without_a_name_get_one_where_rows_fill_them(tmp_path):
    assert columns(tmp_path, ",title,,\n0,cup,,\n1,mug,,\n") == ["column 1", "title"]
    assert columns(tmp_path, "id,,title,\n1,a,cup,b\n") == [
        "id",
        "column 2",
        "title",
        "column 4",
    ]


def test_names_of_rows_as_r_writes_them_do_not_shift_the_columns(tmp_path):
    data = '"title","price"\n"1","cup",3\n"2","mug",4\n'
    assert columns(tmp_path, data) == ["column 1", "title", "price"]
    assert cells(data) == [["1", "cup", "3"], ["2", "mug", "4"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_line_ends_of_every_system_are_read(end, quote):
    rows = [["id", "title"], ["1", "cup"], ["2", "mug"]]
    lines = [",".join(f"{quote}{cell}{quote}" for cell in row) for row in rows]
    assert cells(end.join(lines) + end) == rows[1:]


def test_mixed_line_ends_are_read_and_numbers_of_lines_stay_unique():
    records = read_bytes("id,title\r\n1,cup\n2,mug\r3,vase\r\n4,hat\n")
    assert [row for _, row, _, _ in records] == [
        ["1", "cup"],
        ["2", "mug"],
        ["3", "vase"],
        ["4", "hat"],
    ]
    assert [number for number, _, _, _ in records] == [2, 3, 4, 5]


def test_other_separators_of_unicode_stay_in_their_cell():
    assert cells("id,title\n1,cup\u2028blue\x85\x0bx\n2,c\x00up\n") == [
        ["1", "cup\u2028blue\x85\x0bx"],
        ["2", "c\x00up"],
    ]


def test_a_table_of_one_column_keeps_its_commas():
    assert cells('title\ncup, blue\n"mug, ""red"""\n') == [
        ["cup, blue"],
        ['mug, "red"'],
    ]


def test_cells_may_be_quoted_by_apostrophes():
    assert cells("'id','title'\n'1','cup, blue'\n") == [["1", "cup, blue"]]


def test_a_name_in_the_header_may_have_two_lines(tmp_path):
    assert columns(tmp_path, '"id","Price\n(EUR)"\n1,3\n2,4\n') == ["id", "Price (EUR)"]


def test_an_open_quote_in_the_header_is_one_sentence():
    with pytest.raises(InputError, match="header .* has a quote that is not closed"):
        cells('"title,price\ncup,3\n')
