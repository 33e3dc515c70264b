"""First bytes by which a file is known, and what to do about those that are no table here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from common.errors import InputError
from ingest.files.packed import File

COMPRESSIONS = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
}
PARQUET = b"PAR1"
ZIP = b"PK\x03\x04"

_AS_CSV = "save it as .xlsx or as CSV in UTF-8"
_UNPACK = "unpack it first"
_REFUSED = (
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive, which is not read here", _UNPACK),
    (0, b"Rar!\x1a\x07", "a RAR archive, which is not read here", _UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "compressed by zstd, which is not read here", _UNPACK),
    (0, b"\x1f\x9d", "compressed by compress, which is not read here", _UNPACK),
    (257, b"ustar", "a tar archive, which is not read here", _UNPACK),
    (
        0,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an Excel workbook of the old form (.xls) or with a password",
        _AS_CSV,
    ),
    (0, b"%PDF", "a PDF document", "export the table as CSV"),
    (0, b"{\\rtf", "a text document (RTF)", "export the table as CSV"),
    (0, b"SQLite format 3\x00", "an SQLite database", "export the table as CSV"),
    (0, b"ARROW1", "an Arrow (Feather) file", "write it as Parquet"),
    (0, b"Obj\x01", "an Avro file", "write it as Parquet"),
    (0, b"ORC", "an ORC file", "write it as Parquet"),
    (0, b"PAR1E", "an encrypted Parquet file", "decrypt it first"),
    (0, b"\x93NUMPY", "a numpy array", "write it as CSV"),
    (0, b"\x89HDF", "an HDF5 file", "write it as Parquet or CSV"),
    (0, b"\xff\xd8\xff", "a photo", "give the table that names it"),
    (0, b"\x89PNG", "a photo", "give the table that names it"),
)

_WORKBOOKS = (
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)", _AS_CSV),
    ("Index/Document.iwa", "a Numbers document", "export it as CSV"),
    ("content.xml", "an OpenDocument file (.ods)", _AS_CSV),
    ("word/document.xml", "a Word document", "copy the table into a workbook"),
    ("ppt/presentation.xml", "a PowerPoint file", "copy the table into a workbook"),
)

MAX_SQL_LINES = 50
"""First lines among which a command of SQL is looked for."""

_SQL = re.compile(
    r"(--.*\b(sql|sqlite|database)\b.*dump|create\s+(table|database)\s|insert\s+into\s+\S"
    r"|copy\s+\S+\s*\(.*\)\s+from\s+stdin|pragma\s+foreign_keys)",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[?!a-zA-Z]")
_PROLOGUE = re.compile(r"<\?.*?\?>\s*|<!--.*?-->\s*", re.DOTALL)
_PAGE = re.compile(
    r"<(!doctype\s+html|html|head|body|table|div|meta|style)\b", re.IGNORECASE
)


def refuse_foreign(file: File, start: bytes) -> None:
    """Raise ``InputError`` for bytes of a known form that is no table here, with the remedy."""
    for offset, magic, what, remedy in _REFUSED:
        if start[offset:].startswith(magic):
            raise InputError(f"{file.path} is {what}: {remedy}")
    if file.path.suffix.lower() == ".7z":
        raise InputError(
            f"{file.path} is a 7z archive, which is not read here: {_UNPACK}"
        )


def is_markup(head: Sequence[str], path: str) -> bool:
    """Return whether text is XML; raises ``InputError`` for web pages and workbooks in XML."""
    text = "\n".join(head[:20]).lstrip("\ufeff \t\r\n")[:4_000]
    if not _MARKUP.match(text):
        return False
    if _PAGE.match(_PROLOGUE.sub("", text)):
        raise InputError(
            f"{path} is a web page (HTML): open it in a browser, copy the table into a workbook"
            " and save that as .xlsx or CSV"
        )
    if "urn:schemas-microsoft-com:office:spreadsheet" in text:
        raise InputError(f"{path} is an Excel workbook in XML: {_AS_CSV}")
    return True


def refuse_sql(head: Sequence[str], path: str) -> None:
    """Raise ``InputError`` for the dump of a database as SQL."""
    if any(_SQL.match(line) for line in head[:MAX_SQL_LINES]):
        raise InputError(
            f"{path} is a dump of a database (SQL): load it, and export the table as CSV"
        )


def workbook_refusal(members: Sequence[str]) -> str:
    """Return why the members of a zip archive are a document that is not read, or nothing."""
    for name, what, remedy in _WORKBOOKS:
        if name in members and ("mimetype" in members or name != "content.xml"):
            return f"is {what}: {remedy}"
    return ""
