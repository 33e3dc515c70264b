"""Orders of one list of categories, as if each had been drawn."""

from itertools import permutations

import numpy as np

from common.plackett_luce import conditional_propensities
from pipelines.replay.logged_orders import LoggedOrders

PROBABILITIES = {"Boots": 0.5, "Sandals": 0.3, "Sneakers": 0.15, "Dresses": 0.05}


def every_order(probabilities=PROBABILITIES):
    """All orders of the categories, each once; and the probability of each."""
    orders = list(permutations(probabilities))
    return orders_of(orders, probabilities), np.array(
        [
            np.prod(conditional_propensities([probabilities[v] for v in order]))
            for order in orders
        ]
    )


def orders_of(orders, probabilities=PROBABILITIES, chosen=None, sellers=None):
    """Drawn orders of categories; nobody chooses any, and each is of a seller of its own."""
    stated = np.array([[probabilities[value] for value in order] for order in orders])
    n_orders = len(orders)
    return LoggedOrders(
        requests=np.array([f"r{row}" for row in range(n_orders)], object),
        sellers=np.arange(n_orders) if sellers is None else np.array(sellers),
        values=np.array(orders, object),
        probabilities=stated,
        propensities=np.array([conditional_propensities(row) for row in stated]),
        chosen=np.zeros(n_orders, int) if chosen is None else np.array(chosen),
    )
