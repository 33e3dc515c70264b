"""Tables in several files, and tables that are packed twice."""

import gzip
import zipfile

import pytest

from common.errors import InputError
from tests.ingest.files.reading import cells

CUP, VASE = "title,price\ncup,5\n", "title,price\nvase,7\n"


def pack(path, **members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return path


def test_files_that_differ_in_a_number_are_one_table(tmp_path):
    months = {"export-2024-01__csv": CUP, "export-2024-02__csv": VASE}
    assert cells(pack(tmp_path / "a.zip", **months)) == [["cup", "5"], ["vase", "7"]]


def test_partitions_are_one_table(tmp_path):
    for country, text in (("DE", CUP), ("FR", VASE)):
        (tmp_path / f"country={country}").mkdir()
        (tmp_path / f"country={country}" / "data.csv").write_text(text)
    assert cells(tmp_path) == [["cup", "5", "DE"], ["vase", "7", "FR"]]


def test_files_of_other_names_are_not(tmp_path):
    with pytest.raises(InputError, match="exactly one table"):
        cells(pack(tmp_path / "a.zip", items__csv=CUP, sellers__csv=VASE))


def test_a_compressed_table_in_an_archive_is_read(tmp_path):
    packed = gzip.compress(CUP.encode())
    assert cells(pack(tmp_path / "a.zip", shop__csv__gz=packed)) == [["cup", "5"]]
