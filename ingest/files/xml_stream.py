"""Bytes of XML become events of a parser, whatever their encoding, and no entity is expanded."""

from __future__ import annotations

import codecs
import re
from collections.abc import Generator, Iterator, Sequence
from typing import BinaryIO, TextIO, cast

# The parser below is given that of defusedxml.
from xml.etree.ElementTree import Element, XMLPullParser  # nosec B405

from defusedxml.ElementTree import DefusedXMLParser

from ingest.files.lines import TextFormat, open_text

CHUNK_CHARACTERS = 1 << 16
MAX_ENTITY_CHARACTERS = 40

_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
"""Control characters that databases let through and XML does not allow."""

_ENCODING = re.compile(r"(<\?xml[^>]*?)\sencoding\s*=\s*(\"[^\"]*\"|'[^']*')")
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,31};)")


def read_events(
    stream: BinaryIO, text_format: TextFormat
) -> Generator[tuple[str, Element], None, None]:
    """Yield ``start`` and ``end`` events with their elements.

    Raises ``ParseError`` where the XML is damaged and ``DefusedXmlException`` where it has
    entities of its own.
    """
    # The parser knows few encodings, so it is given text that is decoded already.
    parser = XMLPullParser(("start", "end"), _parser=DefusedXMLParser(encoding="utf-8"))
    with open_text(stream, text_format) as text:
        for piece in _pieces(text):
            _feed(parser, piece)
            yield from _parsed(parser)

    parser.close()
    yield from _parsed(parser)


def _pieces(text: TextIO) -> Iterator[str]:
    """Yield a text in pieces that divide no entity, without the encoding that it declares."""
    rest = text.read(CHUNK_CHARACTERS).lstrip("\ufeff \t\r\n")
    rest = _ENCODING.sub(r"\1", rest, count=1)
    while chunk := text.read(CHUNK_CHARACTERS):
        # An ampersand near the end is looked at together with what follows it.
        data = rest + chunk
        cut = data.rfind("&", len(data) - MAX_ENTITY_CHARACTERS)
        if cut <= 0:
            cut = len(data)
        yield data[:cut]
        rest = data[cut:]

    yield rest


def declared_encoding(head: Sequence[str], text_format: TextFormat) -> str:
    """Return the encoding that XML declares where it is older than UTF-8, else an empty text.

    A declaration is believed about bytes that are not valid UTF-8: converted files keep theirs.
    """
    if text_format.encoding.is_wide or text_format.encoding.codec == "utf-8":
        return ""

    match = _ENCODING.match("\n".join(head[:3]).lstrip("\ufeff \t\r\n"))
    name = match[2][1:-1] if match else ""
    try:
        return codecs.lookup(name).name if name else ""
    except LookupError:
        return ""


def _parsed(parser: XMLPullParser[Element]) -> Iterator[tuple[str, Element]]:
    """Yield the events so far; of those asked for, each has an element."""
    return cast(Iterator[tuple[str, Element]], parser.read_events())


def _feed(parser: XMLPullParser[Element], text: str) -> None:
    if not text.isprintable():
        text = text.translate(_FORBIDDEN)
    parser.feed(_BARE_AMPERSAND.sub("&amp;", text).encode("utf-8", "replace"))
