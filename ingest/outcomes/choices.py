"""How labels came about: chosen beside suggestions, or by sellers who saw none.

A label that was accepted from a suggestion agrees with the model more often than one that a seller
chose alone (anchoring; Tversky and Kahneman, 1974). The holdout shows by how much.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from common.validation.folding import fold_field
from ingest.outcomes.listed_items import ListedItem

Counts = defaultdict[str, Counter[str]]


def count_choices(items: Iterable[ListedItem]) -> dict[str, Any]:
    """Return counts of listings for the manifest of a snapshot.

    ``policies`` has the listings of each policy; ``actions``, by field, the labels of each action;
    ``accepted_from``, by field, the accepted ones of each release. ``comparable`` has, by field and
    policy, the labels that have a most probable candidate beside them, and ``agreeing`` those of
    them that are it.
    """
    policies: Counter[str] = Counter()
    actions, accepted, comparable, agreeing = (Counts(Counter) for _ in range(4))
    for item in items:
        policies[item.policy] += 1
        for field, action in item.actions.items():
            actions[field][action] += 1
            if action == "accepted" and item.release:
                accepted[field][item.release] += 1

        for field, candidate in item.suggested.items():
            label = item.labels.get(field)
            if label is not None:
                comparable[field][item.policy] += 1
                is_same = fold_field(field, str(label)) == fold_field(field, candidate)
                agreeing[field][item.policy] += is_same

    return {
        "policies": dict(policies),
        "actions": _to_json(actions),
        "accepted_from": _to_json(accepted),
        "comparable": _to_json(comparable),
        "agreeing": _to_json(agreeing),
    }


def _to_json(counts: Counts) -> dict[str, dict[str, int]]:
    return {field: dict(by_name) for field, by_name in sorted(counts.items())}
