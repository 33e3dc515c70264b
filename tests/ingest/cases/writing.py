"""Invented shops, and the ways in which their tables are written, drawn by hypothesis."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from ingest.readings.placeholders import shape_of

NOUNS = {
    "en": ["scarf", "mug", "running shoes", "desk lamp", "rain coat", 'monitor 19"'],
    "de": ["Wollschal", "Übermantel", "Größe 38 Schuhe", "Küchenstühle", "Sofa grün"],
    "fr": ["écharpe", "théière fêlée", "chaussures à lacets", "manteau d'été", "bibelot"],
    "ja": ["花柄ワンピース", "革財布 二つ折り", "デスクランプ", "赤いマフラー", "木の椅子"],
}  # fmt: skip
PHRASES = {
    "en": ["Worn twice; no stains.", 'The "best" one, really', "Smoke-free home", "Fits 5/6"],
    "de": ["Nur zweimal getragen.", "Maße: 20 x 30 cm", "Abholung möglich; auch Versand", "Schön"],
    "fr": ["Porté deux fois.", "Très bon état général, à saisir", "Envoi soigné ; réponse rapide"],
    "ja": ["数回使用しました。", "目立った傷はありません、美品です", "サイズはM・Lです"],
}  # fmt: skip
PATHS = {
    "en": [["Women", "Tops", "Shirts"], ["Women", "Tops"], ["Women", "Shoes"], ["Home", "Lamps"],
           ["Home", "Bed & Bath", "Towels"]],
    "de": [["Damen", "Schuhe"], ["Damen", "Röcke"], ["Haus", "Küche", "Töpfe"], ["Haus", "Möbel"]],
    "fr": [["Femme", "Vêtements", "Robes"], ["Femme", "Chaussures"], ["Maison", "Décoration"]],
    "ja": [["レディース", "ワンピース"], ["レディース", "小物", "財布"], ["家具", "椅子"]],
}  # fmt: skip
CONDITIONS = {
    "en": ["New with tags", "Very good", "Used", "Pre-owned"],
    "de": ["Neu mit Etikett", "Sehr gut", "Gebraucht"],
    "fr": ["Neuf avec étiquette", "Très bon état", "Bon état"],
    "ja": ["未使用に近い", "やや傷や汚れあり", "目立った傷や汚れなし"],
}
HEADERS = {
    "en": ["id", "title", "description", "category", "brand", "condition", "price", "listed_at"],
    "de": ["Artikelnummer", "Titel", "Beschreibung", "Kategorie", "Marke", "Zustand", "Preis",
           "created_at"],
    "fr": ["référence", "titre", "description", "catégorie", "marque", "état", "prix",
           "date_created"],
    "ja": ["商品ID", "商品名", "商品説明", "カテゴリー", "ブランド", "商品の状態", "価格",
           "登録日"],
}  # fmt: skip
BRANDS = ["Kestrel", "Acme Wear", "Lux & Söhne", "H&M", "47", "O'Neal"]
SLASHED = {
    "en": "Tops/Blouses",
    "de": "Jacken/Mäntel",
    "fr": "Jupes/Robes",
    "ja": "小物/雑貨",
}

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-16-be-sig",
             "cp932", "euc_jp", "cp1252", "iso8859-15", "utf-32")  # fmt: skip
SIGNS = {
    "EUR": "€",
    "GBP": "£",
    "USD": "$",
    "JPY": "¥",
    "PLN": "zł",
    "CHF": "CHF",
    "KRW": "₩",
}
WHOLE = ("JPY", "KRW")
"""Currencies without decimals."""

MARKS = (
    (".", ","),
    (",", "."),
    (",", " "),
    (".", ""),
    (",", ""),
    (".", "'"),
    (",", "\u00a0"),
)
"""Decimal marks with the marks between thousands."""

POSITIONS = (
    "sign before",
    "sign after",
    "code before",
    "code after",
    "column",
    "sibling",
    "option",
)
SEPARATORS = (" > ", ">", "/", " / ", " | ", "::", " » ", " › ", " → ")


def _serial(unit: int) -> Callable[[datetime], str]:
    return lambda time: str(int(time.timestamp()) * unit)


DATES: dict[str, Callable[[datetime], str]] = {
    "iso": lambda time: time.strftime("%Y-%m-%d"),
    "iso time": lambda time: time.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "sql": lambda time: time.strftime("%Y-%m-%d %H:%M:%S"),
    "german": lambda time: f"{time.day}.{time.month}.{time.year}",
    "german time": lambda time: time.strftime("%d.%m.%Y %H:%M"),
    "british": lambda time: time.strftime("%d/%m/%Y"),
    "american": lambda time: f"{time.month}/{time.day}/{time.year}",
    "japanese": lambda time: f"{time.year}年{time.month}月{time.day}日",
    "slashes": lambda time: time.strftime("%Y/%m/%d %H:%M"),
    "words": lambda time: time.strftime("%d %b %Y"),
    "american words": lambda time: time.strftime("%B %d, %Y"),
    "seconds": _serial(1),
    "milliseconds": _serial(1_000),
}
WITHOUT_TIME = (
    "iso",
    "german",
    "british",
    "american",
    "japanese",
    "words",
    "american words",
)


@dataclass(frozen=True)
class Item:
    """One listing of an invented shop; its price in hundredths."""

    title: str
    description: str
    path: tuple[str, ...]
    brand: str
    condition: str
    cents: int
    listed_at: datetime


@dataclass(frozen=True)
class Writing:
    """How a table is written."""

    language: str
    encoding: str
    delimiter: str
    quoting: int
    line_end: str
    marks: tuple[str, str]
    position: str
    currency: str
    separator: str
    date: str
    round_sums: bool
    """Whether whole amounts have no decimals."""

    def encode(self, text: str) -> bytes:
        """The bytes of a text, in UTF-8 where the encoding is not that of its language."""
        if self.encoding == "utf-16-be-sig":
            return ("\ufeff" + text).encode("utf-16-be")
        if self.encoding in ("cp932", "euc_jp") and self.language != "ja":
            return text.encode()
        try:
            return text.encode(self.encoding)
        except UnicodeEncodeError:
            return text.encode()

    def price(self, cents: int) -> str:
        """An amount as the shop writes it."""
        decimal, thousands = self.marks
        whole, rest = divmod(cents, 100)
        digits = f"{whole:,}".replace(",", thousands)
        if self.currency not in WHOLE and not (self.round_sums and not rest):
            digits += f"{decimal}{rest:02}"

        sign = SIGNS[self.currency]
        return {
            "sign before": f"{sign} {digits}" if sign.isalpha() else sign + digits,
            "sign after": f"{digits} {sign}",
            "code before": f"{self.currency} {digits}",
            "code after": f"{digits} {self.currency}",
        }.get(self.position, digits)

    @property
    def options(self) -> dict[str, Any]:
        """What has to be said of the table."""
        return {"currency": self.currency} if self.position == "option" else {}

    def table(self, items: list[Item]) -> bytes:
        """The table of a shop."""
        header = list(HEADERS[self.language])
        if self.position == "column":
            header[6] = f"price_{self.currency.lower()}"
        if self.position == "sibling":
            header.append("currency")
        rows = [self._row(number, item) for number, item in enumerate(items, start=1)]

        file = io.StringIO(newline="")
        writer = csv.writer(
            file,
            delimiter=self.delimiter,
            quoting=self.quoting,
            lineterminator=self.line_end,
        )
        writer.writerows([header, *rows])
        return self.encode(file.getvalue())

    def _row(self, number: int, item: Item) -> list[str]:
        row = [
            f"A{number}",
            item.title,
            item.description.replace("\n", self.line_end),
            self.separator.join(item.path),
            item.brand,
            item.condition,
            self.price(item.cents),
            DATES[self.date](item.listed_at),
        ]
        return [*row, self.currency] if self.position == "sibling" else row


@st.composite
def writings(draw: st.DrawFn) -> Writing:
    """Any way of writing a table."""
    return Writing(
        draw(st.sampled_from(sorted(NOUNS))),
        draw(st.sampled_from(ENCODINGS)),
        draw(st.sampled_from(",;\t|")),
        draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])),
        draw(st.sampled_from(["\n", "\r\n", "\r"])),
        draw(st.sampled_from(MARKS)),
        draw(st.sampled_from(POSITIONS)),
        draw(st.sampled_from(sorted(SIGNS))),
        draw(st.sampled_from(SEPARATORS)),
        draw(st.sampled_from(sorted(DATES))),
        draw(st.booleans()),
    )


@st.composite
def shops(draw: st.DrawFn) -> tuple[Writing, list[Item]]:
    """A way of writing and the listings of a shop, which prove it."""
    writing = draw(writings())
    language = writing.language
    paths = list(PATHS[language])
    if "/" not in writing.separator:
        paths.append([paths[0][0], SLASHED[language]])

    n_items = draw(st.integers(6, 24))
    numbers = st.integers(0, 10_000)
    items = []
    for number in range(n_items):
        phrases = draw(
            st.lists(st.sampled_from(PHRASES[language]), min_size=1, max_size=3)
        )
        items.append(
            Item(
                f"{draw(st.sampled_from(NOUNS[language]))} {draw(numbers)}",
                draw(st.sampled_from([" ", "\n"])).join(phrases),
                # The first ones show the whole tree.
                tuple(
                    paths[number]
                    if number < len(paths)
                    else draw(st.sampled_from(paths))
                ),
                draw(st.sampled_from(BRANDS)),
                draw(st.sampled_from(CONDITIONS[language])),
                draw(prices(writing.currency, has_decimals=number < 4)),
                draw(times(is_late=number == 0)),
            )
        )
    return writing, items


@st.composite
def prices(draw: st.DrawFn, currency: str, has_decimals: bool) -> int:
    """A price in hundredths, which no placeholder looks like."""
    factor = 100 if currency in WHOLE else 1
    number = draw(st.integers(300, 150_000))
    if factor == 1 and has_decimals and number % 100 == 0:
        number += 50
    while shape_of(number * factor / 100):
        number += 57
    return number * factor


@st.composite
def times(draw: st.DrawFn, is_late: bool) -> datetime:
    """A minute of the last years; one late in its month proves the order of day and month."""
    start = datetime(2019, 1, 1, tzinfo=UTC)
    time = start + timedelta(minutes=draw(st.integers(0, 2_000_000)))
    return time.replace(day=13 + time.day % 15) if is_late else time
