"""A table is found in archives as Macs, Windows and Spark pack them."""

import bz2
import gzip
import lzma
import zipfile

import pytest

from common.errors import InputError
from ingest.files import open_records, photo_root_of
from tests.ingest.files.reading import cells, read, write

TABLE = b"title,price\ncup,3\n"
ROWS = [["cup", "3"]]


def pack(folder, *names, data=TABLE):
    path = folder / "shop.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, data if name.endswith((".csv", ".tsv")) else b"x")
    return path


@pytest.mark.parametrize(
    "names",
    [
        ["shop.csv"],
        ["shop.csv", ".DS_Store", "__MACOSX/._shop.csv", "photos/1.jpg"],
        ["export/shop.csv", "export/._shop.csv", "export/.DS_Store"],
        [
            "export\\shop.csv",
            "export\\Thumbs.db",
            "export\\desktop.ini",
            "export\\1.JPG",
        ],
        ["shop.csv", "README.txt", "LICENSE"],
        ["商品.csv", "読んで.txt"],
    ],
)
def test_the_table_is_found_beside_what_systems_leave(tmp_path, names):
    assert cells(pack(tmp_path, *names)) == ROWS


def test_several_tables_are_listed(tmp_path):
    path = pack(tmp_path, "a.csv", "b.csv", "c.tsv")
    with pytest.raises(
        InputError, match=r"holds 3 files beside photos.*\(a.csv, b.csv, c.tsv\)"
    ):
        open_records(path)


def test_names_are_shown_as_windows_in_japan_wrote_them(tmp_path):
    path = tmp_path / "shop.zip"
    names = ("商品.csv", "写真.csv")
    with zipfile.ZipFile(path, "w") as archive:
        for number, _ in enumerate(names):
            archive.writestr(f"{number}{'x' * 3}.csv", TABLE)
    data = path.read_bytes()
    for number, name in enumerate(names):
        data = data.replace(f"{number}xxx.csv".encode(), name.encode("cp932"))
    with pytest.raises(InputError, match=r"\(商品.csv, 写真.csv\)"):
        open_records(write(tmp_path, "shop.zip", data))


def test_parts_in_an_archive_are_one_table(tmp_path):
    path = pack(tmp_path, "out/part-00000.csv", "out/part-00001.csv", "out/_SUCCESS")
    assert [(n, row) for n, row, _, _ in read(path)] == [(2, ROWS[0]), (4, ROWS[0])]


def test_parts_with_other_columns_are_one_sentence(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    write(folder, "part-00000.csv", "title,price\ncup,3\n")
    write(folder, "part-00001.csv", "mug,4\nhat,5\n")
    with pytest.raises(InputError, match="has other columns than the parts before it"):
        open_records(folder)


@pytest.mark.parametrize(
    ("name", "compress"),
    [
        ("t.csv.gz", gzip.compress),
        ("t.csv.bz2", bz2.compress),
        ("t.csv.xz", lzma.compress),
    ],
)
def test_compressed_tables_are_read_and_torn_ones_are_one_sentence(
    tmp_path, name, compress
):
    data = compress(TABLE * 5_000)
    assert len(cells(write(tmp_path, name, data))) == 5_000
    with pytest.raises(InputError, match="is damaged"):
        read(write(tmp_path, name, data[:-20]))


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("t.7z", b"7z\xbc\xaf\x27\x1c rest", "a 7z archive.*unpack it"),
        ("t.csv", b"Rar!\x1a\x07 rest", "a RAR archive.*unpack it"),
        ("t.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 rest", "old form.*save it as .xlsx"),
        ("t.csv", b"SQLite format 3\x00 rest", "SQLite.*export"),
        ("t.csv", b"%PDF-1.7 rest", "a PDF document"),
        ("t.tar", b"x" * 257 + b"ustar", "a tar archive"),
        ("t.csv.gz", gzip.compress(b"x" * 257 + b"ustar", mtime=0), "a tar archive"),
        ("t.csv", bytes(range(256)) * 50, "looks like a binary file"),
        ("t.csv", b"", "is empty"),
        ("t.csv", b"\xff\xfe\r\x00\n\x00", "is empty"),
        ("t.zip", b"PK\x03\x04 torn", "damaged"),
    ],
)  # fmt: skip
def test_files_of_other_kinds_are_one_sentence_with_a_remedy(
    tmp_path, name, data, sentence
):
    with pytest.raises(InputError, match=sentence):
        read(write(tmp_path, name, data))


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        (["mimetype", "content.xml"], "OpenDocument"),
        (["xl/workbook.bin"], "binary Excel workbook"),
        (["Index/Document.iwa"], "Numbers document"),
        (["word/document.xml"], "Word document"),
        ([], "holds no table"),
    ],
)
def test_documents_that_are_archives_are_named(tmp_path, members, sentence):
    with pytest.raises(InputError, match=sentence):
        open_records(pack(tmp_path, *members))


def test_an_archive_with_a_password_is_one_sentence(tmp_path):
    path = pack(tmp_path, "shop.csv")
    data = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    with pytest.raises(InputError, match="cannot be unpacked.*unpack it first"):
        read(write(tmp_path, "shop.zip", bytes(data)))


def test_photos_start_where_the_table_is(tmp_path):
    path = pack(tmp_path, "export/shop.csv", "export/1.jpg")
    assert photo_root_of(path).root == f"{path}/export"
    assert photo_root_of(write(tmp_path, "shop.csv", TABLE)).root == str(tmp_path)
