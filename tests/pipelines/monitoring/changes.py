"""What may happen to a shop from one day on, as changes of drafts."""

from dataclasses import replace


def inflate(draft):
    """Sellers ask 30 % more; the suggestions stay as they were."""
    return replace(draft, truth={**draft.truth, "price": draft.truth["price"] * 1.3})


def add_brand(draft):
    """A fifth of the items are of a brand that no model knows."""
    # The cents of a price are as good as a number that is drawn.
    if draft.truth["price"] * 100 % 97 >= 97 / 5:
        return draft
    return replace(draft, truth={**draft.truth, "brand": "Novella"})


def lose_photos(draft):
    """Models that get no photos are half as certain of categories."""
    candidates = [
        replace(each, probability=each.probability / 2)
        if each.field == "category"
        else each
        for each in draft.candidates
    ]
    return replace(draft, candidates=tuple(candidates))


def know_inflation(draft):
    """Models have learned that sellers ask 30 % more."""
    amounts = [
        replace(
            each, low=1.3 * each.low, amount=1.3 * each.amount, high=1.3 * each.high
        )
        for each in draft.amounts
    ]
    return replace(inflate(draft), amounts=tuple(amounts))
