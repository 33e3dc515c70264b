"""Lines that are no records: rulings, totals and numbers of rows."""

import openpyxl
import pytest

from common.errors import InputError
from tests.ingest.files.reading import cells, read_bytes, write

RECORDS = [["cup", "5"], ["vase", "7"]]


@pytest.mark.parametrize(
    "text",
    [
        "title,price\ncup,5\nvase,7\nTotal,12\n",
        "title,price\ncup,5\nvase,7\n合計,12\n\n",
        "title;price\ncup;5\nvase;7\nSumme:;12 EUR\n",
        " title | price \n-------+-------\ncup|5\nvase|7\n(2 rows)\n\n",
    ],
)
def test_rulings_totals_and_numbers_of_rows_are_no_records(text):
    assert [record[1] for record in read_bytes(text)] == RECORDS


@pytest.mark.parametrize(
    "text",
    [
        "title,brand\nTotal,Colgate\n",
        "title,price\nTotal,5\ncup,7\n",
        "title,price\nTotal recall,5\n",
    ],
)
def test_a_listing_called_total_is_kept(text):
    assert len(read_bytes(text)) == text.count("\n") - 1


def test_the_last_row_of_a_workbook_may_be_a_total(tmp_path):
    book = openpyxl.Workbook()
    for row in (["title", "price"], ["Total", 5], ["vase", 7], ["Summe", 12], [None]):
        book.active.append(row)
    book.save(tmp_path / "shop.xlsx")
    assert cells(tmp_path / "shop.xlsx") == [["Total", 5], ["vase", 7]]


def test_a_dump_of_a_database_is_one_sentence(tmp_path):
    text = "-- MySQL dump 10.13\nINSERT INTO `items` VALUES (1,'cup');\n"
    path = write(tmp_path, "shop.sql", text)
    with pytest.raises(
        InputError, match="dump of a database .*export the table as CSV"
    ):
        cells(path)
