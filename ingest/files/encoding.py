"""The encoding of a file of text: UTF-8 where that is valid, else the likeliest of the others."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from common.errors import InputError
from ingest.files.legacy import detect_legacy, find_example
from ingest.files.sample import Sample, is_wide

MIN_UTF8_SHARE = 0.1
"""Share of lines of several bytes a character that are valid UTF-8, from which a file is UTF-8.

Hardly any line of another encoding is valid by chance, so a tenth of them means that files of two
encodings were joined, and the other lines are read by the second one.
"""

_SUPERSETS = {
    "shift_jis": "cp932",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "cp950",
    "utf-8-sig": "utf-8",
}
"""What programs write that call it by the narrower name; a browser reads them alike."""

_NO_TEXT = (
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "undefined",
    "utf-7",
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How bytes become text.

    Attributes:
        codec: of nearly all lines.
        fallback: codec of lines that are not valid in ``codec``; empty where there is none.
        note: a sentence for the profile; empty for plain UTF-8.
    """

    codec: str = "utf-8"
    fallback: str = ""
    note: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether line ends are no single bytes."""
        return self.codec.startswith(("utf-16", "utf-32"))


def choose_encoding(sample: Sample, option: str) -> Encoding:
    """Return the encoding that is asked for, or the likeliest one.

    Raises ``InputError`` for a name that is no encoding of text.
    """
    if option:
        return Encoding(_parse_option(sample, option))
    if wide := is_wide(sample.head):
        return Encoding(wide, note=f"encoding: {wide}")
    # ISO-2022 is ASCII to the byte, and announces kanji by these escapes.
    if b"\x1b$B" in sample.head or b"\x1b$@" in sample.head:
        return Encoding("iso2022_jp", note="encoding: iso2022_jp")

    lines = _non_ascii_lines(sample)
    others = [line for line in lines if not _is_utf8(line)]
    if not others:
        return Encoding()
    return _choose_legacy(others, n_lines=len(lines))


def _choose_legacy(others: list[bytes], n_lines: int) -> Encoding:
    """Return the encoding of a file in which some of the lines are not valid UTF-8."""
    legacy = detect_legacy(others)
    utf8_share = (n_lines - len(others)) / n_lines
    if utf8_share >= MIN_UTF8_SHARE or not legacy:
        return Encoding(fallback=legacy)

    example = find_example(others, legacy)
    return Encoding(legacy, note=f"encoding: {legacy} (cells such as {example!r})")


def _parse_option(sample: Sample, option: str) -> str:
    try:
        info = codecs.lookup(option)
        "".encode(info.name)
    except (LookupError, UnicodeError):
        info = None

    if info is None or info.name in _NO_TEXT:
        raise InputError(
            f"there is no encoding {option[:40]!r}; encodings are utf-8, cp932, cp1252, utf-16"
            " and others that Python knows"
        )
    if info.name in ("utf-16", "utf-32"):
        wide = is_wide(sample.head)
        return wide if wide.startswith(info.name) else f"{info.name}-le"
    return _SUPERSETS.get(info.name, info.name)


def _non_ascii_lines(sample: Sample) -> list[bytes]:
    head = sample.head
    if not sample.whole:
        # The last line of the head may be cut within a character.
        before, _, _ = head.rpartition(b"\n")
        head = before or head

    lines: list[bytes] = []
    for piece in (head, *sample.pieces):
        # Files of old Macs end their lines with a carriage return alone.
        pieces = piece.replace(b"\r", b"\n").split(b"\n")
        lines += [line for line in pieces if not line.isascii()]

    return lines


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def decode_line(data: bytes, encoding: Encoding) -> tuple[str, str]:
    """Return the text of a line, and what was amiss: ``fallback lines``, ``damaged lines`` or not.

    A line of a second encoding is read by that. Bytes that no encoding explains become U+FFFD.
    """
    try:
        return data.decode(encoding.codec), ""
    except UnicodeDecodeError:
        pass

    if encoding.fallback and _is_other(data, encoding.codec):
        try:
            return data.decode(encoding.fallback), "fallback lines"
        except UnicodeDecodeError:
            pass

    return data.decode(encoding.codec, "replace"), "damaged lines"


def _is_other(data: bytes, codec: str) -> bool:
    """Whether most bytes are of another encoding: else a line was cut within a character."""
    readable = data.decode(codec, "ignore")
    n_readable = sum(
        len(letter.encode(codec)) for letter in readable if letter > "\x7f"
    )
    n_all = len(data) - len(data.decode("ascii", "ignore"))
    return 2 * n_readable <= n_all
