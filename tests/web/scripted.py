"""Answers of the service for cases that a trained release does not give on demand."""

from dataclasses import asdict
from typing import Any

from common.listing import Earnings, Fee, Listing, PriceRange

Answer = dict[str, Any]

LEVELS = {0.05: 22, 0.1: 26, 0.25: 34, 0.5: 45, 0.75: 59, 0.9: 78, 0.95: 95}
"""Levels and prices of a price for shoes."""


def shoes(listing: Listing) -> Answer:
    """Answer as a release does that knows shoes; brand and price follow the category."""
    category = listing.category or ""
    is_boots = category.endswith("Boots")
    brand = {"Dr. Martens": 0.71, "Timberland": 0.11} if is_boots else {"Nike": 0.83}
    price = _price(2 if is_boots else 1)
    return {
        "suggestions": {
            "category": _suggestion(
                category={
                    "Women/Shoes/Sneakers": 0.78,
                    "Women/Shoes/Boots": 0.09,
                    "Men/Shoes/Sneakers": 0.06,
                }
            ),
            "brand": _suggestion(brand=brand),
            "price": {**_suggestion(), "price": price},
            "shipping": {
                **_suggestion(
                    shipping_payer={"seller": 0.72, "buyer": 0.28},
                    shipping_method={"tracked mail": 0.64, "courier": 0.2},
                    parcel_size={"medium": 0.58, "small": 0.31},
                ),
                "fee": asdict(Fee(6.9, "USD", low=4.5, high=9.8, source="learned")),
            },
        },
        "earnings": asdict(
            Earnings(
                price=listing.price or price["median"],
                basis="item",
                payer="seller",
                fee=6.9,
                item_price=price["median"],
                commission=price["median"] / 10,
                amount=price["median"] * 0.9 - 6.9,
                currency="USD",
            )
        ),
    }


def unsure(listing: Listing) -> Answer:
    """Answer with a category that is known in part, no brand, and models that are missing."""
    boots = {"Women/Shoes/Boots": 0.38, "Women/Shoes/Heels": 0.3, "Home/Decor": 0.1}
    nothing = _suggestion(brand={"Kyomi": 0.2}) | {"abstained": "no brand is likely"}
    return {
        "suggestions": {"category": _suggestion(category=boots), "brand": nothing},
        "missing": {"price": "deadline", "shipping": "unavailable: no connection"},
    }


def unsure_in_any_order(listing: Listing) -> Answer:
    """Answer a seller of the exploration: the likeliest category comes last."""
    drawn = {"Home/Decor": 0.1, "Women/Shoes/Heels": 0.3, "Women/Shoes/Boots": 0.38}
    answer = unsure(listing)
    answer["suggestions"]["category"] = _suggestion(category=drawn)
    return {**answer, "policy": "exploration"}


def shoes_in_any_order(listing: Listing) -> Answer:
    """Answer a seller of the exploration: a likely category comes last."""
    answer = shoes(listing)
    answer["suggestions"]["category"]["fields"]["category"].reverse()
    return {**answer, "policy": "exploration"}


def holdout(listing: Listing) -> Answer:
    """Answer a seller of the holdout, who sees no suggestions."""
    return {"suggestions": {}, "policy": "holdout"}


def keeps_listing(listing: Listing) -> Answer:
    """Answer for a shop that keeps the listings themselves."""
    return {**shoes(listing), "keeps_listing": True}


def _suggestion(**fields: dict[str, float]) -> Answer:
    ranked = {
        field: [
            {"value": value, "probability": share} for value, share in shares.items()
        ]
        for field, shares in fields.items()
    }
    return {
        "version": "v1",
        "fields": ranked,
        "price": None,
        "fee": None,
        "abstained": "",
        "used": ["text"],
        "unknown": [],
    }


def _price(factor: float) -> Answer:
    quantiles = [
        {"level": level, "price": price * factor} for level, price in LEVELS.items()
    ]
    price = asdict(PriceRange(45 * factor, 26 * factor, 78 * factor, "USD"))
    return {**price, "quantiles": quantiles}
