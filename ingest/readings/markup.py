"""HTML, read as text with paragraphs."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from common.validation.folding import decode_entities

_NAMES = (
    "p|br|div|span|ul|ol|li|strong|em|b|i|u|s|a|h[1-6]|table|tbody|thead|tr|td|th|img|font|center"
    "|hr|style|script|section|article|header|footer|small|sup|sub|pre|blockquote|iframe|dl|dt|dd"
    "|html|body|head|meta|link|label|input|button|form|figure|video|source|svg|path|o:p"
)
_TAG = re.compile(rf"</?(?:{_NAMES})(?:\s[^<>]*)?/?>|<!--", re.IGNORECASE)
_ESCAPED_TAG = re.compile(rf"&lt;/?(?:{_NAMES})\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#[xX][0-9a-fA-F]{2,5});")
_BREAKS = frozenset(
    [
        "p",
        "div",
        "br",
        "ul",
        "ol",
        "li",
        "table",
        "tr",
        "hr",
        "section",
        "article",
        "header",
    ]
    + [
        "footer",
        "pre",
        "blockquote",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    ]
)
_PARAGRAPHS = frozenset(
    ["p", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"]
)
_SILENT = frozenset(["script", "style", "head", "title", "svg", "iframe"])
_BLANKS = re.compile(r"[^\S\n]+")
_AROUND_BREAKS = re.compile(r" ?\n ?")
_MANY_BREAKS = re.compile(r"\n{3,}")


def has_tags(text: str) -> bool:
    """Return whether a text has a tag of HTML, also one that was escaped once more."""
    return bool(_TAG.search(text) or _ESCAPED_TAG.search(text))


def strip_markup(text: str) -> str:
    """Return HTML as text: tags and scripts go, entities are decoded, blocks become lines."""
    if "<" not in text and "&" not in text:
        return text
    # Some exports escape HTML once more.
    if "<" not in text and _ESCAPED_TAG.search(text):
        text = decode_entities(text)
    parser = _TextOf()
    parser.feed(text)
    parser.close()

    lines = _AROUND_BREAKS.sub("\n", _BLANKS.sub(" ", "".join(parser.parts)))
    return _MANY_BREAKS.sub("\n\n", lines).strip()


def decode_text(text: str) -> str:
    """Return plain text with its entities decoded: ``Ben &amp; Jerry``."""
    return decode_entities(text) if "&" in text and _ENTITY.search(text) else text


class _TextOf(HTMLParser):
    """Collects the text of a document, with line ends where blocks begin and end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _SILENT:
            self._silent += 1
        self._break(tag)
        if tag in ("td", "th"):
            self.parts.append(" ")

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        if tag != "br":
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # Line ends of the source are blanks of the page.
            self.parts.append(data.replace("\n", " "))

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.parts.append("\n\n")
        elif tag in _BREAKS:
            self.parts.append("\n")
