"""How countries write numbers: decimal marks and decimals by currency."""

from __future__ import annotations

THREE_DECIMALS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
"""Currencies with 1000 minor units (ISO 4217)."""

_NO_DECIMALS_TEXT = (
    "CHF CLP COP CRC HUF IDR IQD ISK JPY KHR KRW LAK MMK PYG TWD TZS UGX UZS VND"
)
NO_DECIMALS = frozenset(_NO_DECIMALS_TEXT.split())
"""Currencies whose prices are written without minor units, and the franc, whose custom is a point
for decimals and for thousands alike: three digits after a mark are thousands."""

_COMMA_CURRENCIES_TEXT = (
    "ALL AMD ARS AZN BAM BGN BOB BRL BYN CLP COP CRC CZK DKK EUR GEL HRK HUF IDR ISK KZT MAD MDL"
    " MKD NOK PLN PYG RON RSD RUB SEK TND TRY UAH UYU VES VND XAF XOF ZAR"
)
COMMA_CURRENCIES = frozenset(_COMMA_CURRENCIES_TEXT.split())
"""Currencies of countries that write a decimal comma (Unicode CLDR)."""

_POINT_CURRENCIES_TEXT = (
    "AED AUD BDT CAD CNY EGP GBP GHS GTQ HKD ILS INR JMD KES LKR MXN MYR NGN NPR NZD PEN PHP PKR"
    " QAR SAR SGD THB TTD USD"
)
POINT_CURRENCIES = frozenset(_POINT_CURRENCIES_TEXT.split())
"""Currencies of countries that write a decimal point (Unicode CLDR)."""
