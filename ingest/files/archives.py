"""Which file holds a table: the one given, a member of a zip archive, or parts of a folder."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from common.errors import InputError
from common.photos.photo_root import ENDING, PhotoRoot
from ingest.files.packed import File
from ingest.files.signatures import COMPRESSIONS, workbook_refusal

MAX_NAMES = 10
"""Files that an error message names."""

MAX_NAME_CHARACTERS = 60

_TABLE_SUFFIXES = (
    ".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".json", ".parquet", ".xlsx", ".xlsm", ".xml",
    ".rss", ".atom",
)  # fmt: skip
_PACKED_SUFFIXES = (".gz", ".bz2", ".xz")
_HOUSEKEEPING = re.compile(
    r"(^|[/\\])(__MACOSX[/\\]|\._|\.|_[^/\\]*$|Thumbs\.db$|desktop\.ini$|Icon\r$)"
    r"|\.crc$|[/\\]$",
    re.IGNORECASE,
)
"""Files that macOS, Windows and Spark leave beside a table: ``.DS_Store``, ``_SUCCESS``."""

_PART = re.compile(r"(part[-._]?\d|\d+_\d+_|\d{6,})", re.IGNORECASE)
"""Names of the parts of one table, as Spark, Dask, Hive and BigQuery write them."""


_NUMBER = re.compile(r"\d+")


def find_files(path: Path) -> list[File]:
    """Return the file of a table, or those of its parts in order.

    Raises ``InputError`` when there is none, when there are several tables, or when none of it can
    be read.
    """
    if path.is_dir():
        return _find_in_folder(path)

    start = _read_start(path)
    # By the content and not by the name, because downloads are often named wrongly.
    compression = next(
        (name for magic, name in COMPRESSIONS.items() if start.startswith(magic)), ""
    )
    if compression == "zip":
        return _find_in_archive(path)

    is_named = compression and path.suffix.lower() in _PACKED_SUFFIXES
    return [File(path, compression, path.stem if is_named else path.name)]


def _read_start(path: Path) -> bytes:
    """Return the first bytes of a file; raises ``InputError`` when there are none to read."""
    if not path.is_file():
        raise InputError(f"there is no file {path}")

    try:
        with path.open("rb") as stream:
            start = stream.read(8)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None

    if not start:
        raise InputError(f"{path} is empty")
    return start


def photo_root_of(path: Path) -> PhotoRoot:
    """Return where the photos of a table lie: in its zip archive if it has any, else its folder."""
    if path.is_dir():
        return PhotoRoot(str(path))

    (table, *_) = find_files(path)
    is_packed = bool(table.member) and table.member != table.path.name
    if is_packed and _has_photos(path):
        # Paths of photos start where the table is, inside the archive.
        folder = (path / table.member).parent
        return PhotoRoot(folder.as_posix())

    return PhotoRoot(str(path.parent))


def _has_photos(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return any(map(_is_photo, archive.namelist()))


def _find_in_folder(path: Path) -> list[File]:
    found: dict[str, Path] = {}
    for file in sorted(path.rglob("*")):
        # Spark leaves empty parts.
        if file.is_file() and file.stat().st_size:
            name = file.relative_to(path).as_posix()
            found[name] = file

    names = [name for name in found if not _HOUSEKEEPING.search(name)]
    if not names or not _are_parts(names):
        raise InputError(f"{path} is a folder; give the table in it")
    return [file for name in names for file in find_files(found[name])]


def _find_in_archive(path: Path) -> list[File]:
    members = _read_members(path)
    names = [info.filename for info in members]
    if refusal := workbook_refusal(names):
        raise InputError(f"{path} {refusal}")
    if "xl/workbook.xml" in names:
        # A workbook is a zip archive itself, and is opened as it is.
        return [File(path, "", path.name)]

    shown = {info.filename: _decoded_name(info) for info in members}
    tables = _without_others(names, shown)
    chosen = _choose(tables)
    if not chosen:
        raise InputError(_refusal(path, [shown[name] for name in tables]))
    return [File(path, "zip", _unpacked_name(shown[name]), name) for name in chosen]


def _without_others(names: Sequence[str], shown: Mapping[str, str]) -> list[str]:
    """Return the names of members without housekeeping, and without photos beside a table."""
    kept = [name for name in names if not _HOUSEKEEPING.search(shown[name])]
    tables = [name for name in kept if not _is_photo(name)]
    return tables or kept


def _read_members(path: Path) -> list[zipfile.ZipInfo]:
    """Return the members of a zip archive; raises ``InputError`` when it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(
            f"{path} is damaged: {error}; copy or download it again"
        ) from None


def _unpacked_name(name: str) -> str:
    """Return the name of a table without that of its compression: ``shop.csv.gz``."""
    path = PurePosixPath(name)
    if path.suffix.lower() not in _PACKED_SUFFIXES:
        return name
    return str(path.with_suffix(""))


def _refusal(path: Path, names: Sequence[str]) -> str:
    if not names:
        return f"{path} holds no table: pack the one to be read into it"

    cut = [" ".join(name.split())[:MAX_NAME_CHARACTERS] for name in names[:MAX_NAMES]]
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return (
        f"{path} holds {len(names)} files beside photos, and exactly one table is expected"
        f" ({', '.join(cut)}{more}): pack the one to be read alone"
    )


def _choose(names: Sequence[str]) -> list[str]:
    """Return the one table among files, or its parts; empty where there are none or several."""
    if len(names) == 1:
        return list(names)

    tables = [name for name in names if _suffix(name) in _TABLE_SUFFIXES]
    if len(tables) == 1 or (tables and _are_parts(tables)):
        return sorted(tables)
    return []


def _are_parts(names: Sequence[str]) -> bool:
    """Whether files are the parts of one table: of one format, and named as parts or a series."""
    suffixes = {_suffix(name) for name in names}
    if len(suffixes) != 1:
        return False
    if all(_PART.match(PurePosixPath(name).name) for name in names):
        return True

    # export-2024-01.csv and export-2024-02.csv are a series, as are country=DE/0 and country=FR/0.
    series = {_NUMBER.sub("0", PurePosixPath(name).name) for name in names}
    is_numbered = all("0" in name for name in series)
    return len(series) == 1 and (is_numbered or all("=" in name for name in names))


def _suffix(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.suffix.lower() in _PACKED_SUFFIXES:
        path = path.with_suffix("")
    return path.suffix.lower()


def _decoded_name(info: zipfile.ZipInfo) -> str:
    """Return the name of a member as people know it: Windows packs in the encoding of the place."""
    says_utf8 = bool(info.flag_bits & 0x800)
    if says_utf8 or info.filename.isascii():
        return info.filename

    raw = info.filename.encode("cp437", "replace")
    for codec in ("utf-8", "cp932"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue

    return info.filename


def _is_photo(name: str) -> bool:
    return re.search(ENDING + "$", name, re.IGNORECASE) is not None
