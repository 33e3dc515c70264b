"""A workbook is read as Excel shows it."""

import warnings
import zipfile
from datetime import datetime

import openpyxl
import pytest

from common.errors import InputError
from ingest.files import open_records
from ingest.files.number_formats import currency_sign
from tests.ingest.files.reading import cells, read, write


@pytest.fixture
def workbook(tmp_path):
    """A workbook with a cover, a title above the table, blank rows and another sheet."""
    book = openpyxl.Workbook()
    book.active.append(["Read me"])
    sheet = book.create_sheet("Products")
    for row in (
        ["Inventory of Acme"],
        [],
        ["SKU", "Title", "Price", "Listed", "Notes", "Notes"],
        ["a1", "red cup", 12.5, datetime(2024, 5, 31), None, "x"],
        [],
        [17, "blue cup", 3, None],
        ["a3", "#N/A", None, None],
    ):
        sheet.append(row)
    book.create_sheet("Later").append(["title", "price"])
    path = tmp_path / "shop.xlsx"
    book.save(path)
    return path


def test_the_first_sheet_with_a_table_is_read(workbook):
    table = open_records(workbook)
    assert table.format == "xlsx"
    assert table.columns == ["SKU", "Title", "Price", "Listed", "Notes", "Notes (2)"]
    assert "sheet: 'Products'" in table.notes
    assert [(number, row) for number, row, _, _ in read(workbook)] == [
        (4, ["a1", "red cup", 12.5, datetime(2024, 5, 31), None, "x"]),
        (6, [17, "blue cup", 3, None, None, None]),
        (7, ["a3", None, None, None, None, None]),
    ]


def test_columns_are_given_in_the_order_asked_for(workbook):
    table = open_records(workbook)
    rows = [row for _, row, _, _ in table.records(["Price", "Title"])]
    assert rows[0] == [12.5, "red cup"]
    assert table.fraction() == 1.0


def test_a_workbook_in_a_zip_archive_is_read(tmp_path, workbook):
    with zipfile.ZipFile(tmp_path / "shop.zip", "w") as archive:
        archive.write(workbook, "exports/shop.xlsx")
    assert read(tmp_path / "shop.zip") == read(workbook)


def test_formulas_give_the_values_that_excel_computed(tmp_path, workbook):
    book = openpyxl.load_workbook(workbook)
    book["Products"]["C6"] = "=1+2"
    book.save(workbook)
    # Nobody has computed it yet, so the cell is empty and not the text of the formula.
    assert read(workbook)[1][1][2] is None


def test_a_workbook_without_a_table_is_one_sentence(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Read me"])
    book.save(tmp_path / "shop.xlsx")
    with pytest.raises(InputError, match="no sheet with a table"):
        read(tmp_path / "shop.xlsx")


def test_damaged_workbooks_are_one_sentence(tmp_path, workbook):
    data = workbook.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, part in (("cut.xlsx", data[:-500]), ("torn.xlsx", data[:900])):
            with pytest.raises(InputError, match="damaged"):
                read(write(tmp_path, name, part))


def test_a_bare_archive_that_calls_itself_a_workbook_is_one_sentence(tmp_path):
    with zipfile.ZipFile(tmp_path / "shop.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(InputError, match="damaged workbook"):
        read(tmp_path / "shop.xlsx")


@pytest.mark.parametrize(
    ("number_format", "sign"),
    [
        ('#,##0.00\\ "€"', "€"),
        ("#,##0.00\\ [$€-407];[Red]-#,##0.00\\ [$€-407]", "€"),
        ("[$CHF]\\ #,##0.00", "CHF"),
        ('"¥"#,##0', "¥"),
        ("$#,##0.00", "$"),
        ("#,##0.00", ""),
        ('0 "Stk"', ""),
        ("[$-407]0.00", ""),
    ],
)
def test_the_currency_of_a_number_format_is_known(number_format, sign):
    assert currency_sign(number_format) == sign


def test_numbers_are_read_with_the_currency_that_excel_shows(tmp_path):
    book = openpyxl.Workbook()
    for row in (["Titel", "Preis", "Anzahl"], ["cup", 1299, 3], ["vase", 7.5, 2]):
        book.active.append(row)
    for cell in book.active["B"][1:]:
        cell.number_format = '#,##0.00\\ "€"'
    book.save(tmp_path / "shop.xlsx")
    assert cells(tmp_path / "shop.xlsx") == [
        ["cup", "1299.00 €", 3],
        ["vase", "7.50 €", 2],
    ]
