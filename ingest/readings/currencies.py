"""Signs, names and codes of currencies, in cells and in names of columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from ingest.readings.cells import name_words
from ingest.readings.customs import THREE_DECIMALS

_DOLLARS_TEXT = (
    "USD CAD AUD NZD SGD HKD TWD MXN CLP COP ARS JMD TTD UYU BBD BSD BZD FJD NAD"
)
_DOLLARS = tuple(_DOLLARS_TEXT.split())

SIGNS: dict[str, tuple[str, ...]] = {
    "$": _DOLLARS,
    "dollar": _DOLLARS,
    "dollars": _DOLLARS,
    "¥": ("JPY", "CNY"),
    "\\": ("JPY", "KRW"),  # byte 5C of Shift_JIS is a yen sign, in EUC-KR a won sign
    "£": ("GBP", "EGP", "GIP", "FKP"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "kr.": ("DKK", "SEK", "NOK", "ISK"),
    "rs": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "rs.": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "₨": ("INR", "PKR", "LKR", "NPR", "MUR"),
}
"""Signs that several currencies share, the likeliest first."""

_OWN_SIGNS = {
    "USD": "us$ u$s usd$ $us us-$ usdollar usdollars",
    "CAD": "c$ ca$ cad$ cdn$ can$",
    "AUD": "a$ au$ aud$",
    "NZD": "nz$ nzd$",
    "HKD": "hk$ hkd$",
    "SGD": "s$ sg$ sgd$",
    "TWD": "nt$ ntd nt",
    "MXN": "mx$ mex$ mxn$",
    "BRL": "r$ brl$ reais real",
    "ARS": "ar$ ars$",
    "CLP": "clp$ clp",
    "COP": "col$ cop$",
    "EUR": "€ euro euros eur.",
    "GBP": "gb£ £gb uk£ pound pounds quid",
    "JPY": "円 圓 jp¥ yen 日本円",
    "CNY": "元 cn¥ rmb 人民币 yuan 块",
    "KRW": "₩ 원 won",
    "INR": "₹ inr. rupees rupee",
    "CHF": "fr fr. sfr sfr. chf. franken",
    "PLN": "zł zl złotych pln.",
    "CZK": "kč kc kčs",
    "HUF": "ft ft. forint",
    "SEK": "skr sek. kronor",
    "NOK": "nkr nok. kroner",
    "DKK": "dkr dkk.",
    "RUB": "₽ руб руб. р. р рублей",
    "UAH": "₴ грн грн. гривень",
    "TRY": "₺ tl türklirası",
    "THB": "฿ บาท baht",
    "VND": "₫ đ vnđ đồng",
    "IDR": "rp rp. rupiah",
    "MYR": "rm ringgit",
    "PHP": "₱ php. peso",
    "ILS": "₪ nis שח",
    "RON": "lei leu",
    "BGN": "лв лв. leva",
    "NGN": "₦ naira",
    "GHS": "gh₵ ₵",
    "KZT": "₸ тг",
    "PEN": "s/ s/. soles",
    "ZAR": "r rand",
    "AED": "dh dhs dirham dirhams د.إ",
    "SAR": "﷼ sr ر.س ريال",
    "CRC": "₡",
    "PYG": "₲ gs",
    "GEL": "₾",
    "AZN": "₼",
    "BDT": "৳ tk",
    "KES": "ksh kshs",
    "VES": "bs bs.",
}
"""Signs and names of one currency each, in lower case and without blanks."""

SIGNS |= {
    sign: (code,) for code, signs in _OWN_SIGNS.items() for sign in signs.split(" ")
}

_CODES_TEXT = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP"
    " BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP"
    " GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS"
    " KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR"
    " MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF"
    " SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD"
    " TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
CODES = frozenset(_CODES_TEXT.split())
"""Codes of ISO 4217 in circulation, and the last of those that ended."""

_COMMON_WORDS_TEXT = "ALL BAM BOB CUP ERN GEL MAD MOP NAD PEN SOS TOP VES"
_COMMON_WORDS = frozenset(_COMMON_WORDS_TEXT.split())
"""Codes that are words in names of columns: ``all``, ``top``."""

_SHORT_WORDS = frozenset(["rs", "zł", "zl", "kč", "円", "元", "원", "tl"])
"""Signs of one or two letters that are no words in names of columns."""

_SIGN_OF_NAME = re.compile(r"[A-Za-z]{0,3}[$€£¥₹₩₽₺₴₫₱₪฿]|[円元圓원]")

_MICROS = frozenset(["micros", "micro"])
_HUNDREDTHS_TEXT = (
    "cent cents centimes centimos céntimos centavos centesimi pence penny pennies öre ore øre"
    " grosze grosz kopecks paise haléř bani kuruş rappen minorunits"
)
_HUNDREDTHS = frozenset(_HUNDREDTHS_TEXT.split())
_NO_MINOR_TEXT = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF"
_NO_MINOR = frozenset(_NO_MINOR_TEXT.split())
"""Currencies whose prices have no minor unit at payment services."""


@lru_cache(maxsize=1_000)
def currencies_of(text: str) -> tuple[str, ...]:
    """Return the currencies that a sign, a code or a name means, the likeliest first, or none.

    ``text`` is what stands beside a number: ``US $``, ``eur``, ``円``.
    """
    upper = text.upper()
    if upper in CODES:
        return (upper,)

    key = "".join(text.casefold().split())
    if key in SIGNS:
        return SIGNS[key]
    if len(key) < 4:
        return ()

    # "JPY¥", "$ CAD", "EUR €": a sign and a code, which have to agree.
    code_first = (key[:3].upper(), key[3:])
    code_last = (key[-3:].upper(), key[:-3])
    for code, sign in (code_first, code_last):
        if code in CODES and code in SIGNS.get(sign, ()):
            return (code,)
    return ()


def is_code(text: str) -> bool:
    """Return whether a text is a code of ISO 4217 in any letter case."""
    return text.upper() in CODES


def currency_of_name(name: str) -> str:
    """Return the currency that the name of a column says, or an empty text.

    ``price_gbp``, ``Price (EUR)``, ``priceUSD``, ``price in yen`` and ``価格(円)`` say one.
    """
    text = unicodedata.normalize("NFKC", name)
    for sign in _SIGN_OF_NAME.findall(text):
        # Letters before a sign may belong to it, as in "US$".
        codes = currencies_of(sign) or currencies_of(sign[-1])
        if codes:
            return codes[0]

    for word in reversed(name_words(name)):
        code = _of_word(word)
        if code:
            return code
    return ""


def narrow(codes: Sequence[str], stated: str) -> str:
    """Return the stated currency where a sign may mean it, else the likeliest, or empty."""
    if stated in codes:
        return stated
    return codes[0] if codes else ""


def minor_units(name: str, currency: str) -> int:
    """Return how many of a column's units are one of the currency: 100 for ``price_cents``.

    ``unit_amount`` (Stripe) and ``minor`` mean the currency's own minor unit, of which the yen has
    none; a name without any such word holds whole units.
    """
    words = set(name_words(name))
    if words & _MICROS:
        return 1_000_000
    if words & _HUNDREDTHS:
        return 100

    is_minor = "minor" in words or words >= {"unit", "amount"}
    if not is_minor or currency in _NO_MINOR:
        return 1
    return 1_000 if currency in THREE_DECIMALS else 100


def _of_word(word: str) -> str:
    """Return the likeliest currency that a word of a column's name means, or an empty text."""
    code = word.upper()
    if code in CODES and code not in _COMMON_WORDS:
        return code

    # "real" is an adjective far more often than Brazil's currency.
    is_sign = len(word) > 2 or word in _SHORT_WORDS
    if not is_sign or word == "real" or word not in SIGNS:
        return ""
    return SIGNS[word][0]
