"""Servers of their own processes follow the experiments that are published."""

from common.experiments.published import KEY
from common.listing import Listing
from serving.client import Client
from tests.serving.experiments.conftest import trial
from tests.serving.releases.conftest import until

POLL = {"LISTREC_EXPERIMENTS_POLL": "0.2"}
SELLERS = [f"u-{number}" for number in range(12)]


def answers(served, sellers=SELLERS):
    """An answer to each seller, over connections that all workers get some of."""
    found = []
    for seller in sellers:
        with Client(served.address) as client:
            listing = Listing(title="running shoes", seller_id=seller)
            found.append(client.suggest(listing, timeout=20))
    return found


def variants(served, key="trial"):
    """The variants of an experiment that sellers are in."""
    return {each.experiments.get(key, "") for each in answers(served)}


def test_experiments_are_followed_and_broken_ones_leave_those_before(serve, shop):
    served = serve("--workers", "2", **POLL)
    assert variants(served) == {""}

    shop.publish(trial=trial())
    until(lambda: variants(served) == {"control", "other"})
    [whole] = [shop.storage.read_text(KEY)]
    for broken in ("{", whole.replace("share: 0.5", "share: 0.9"), None):
        _put(shop, broken)
        seen = len(served.lines("experiments refused"))
        until(lambda: len(served.lines("experiments refused")) > seen)
        assert variants(served) == {"control", "other"}


def _put(shop, text):
    if text is None:
        shop.storage.remove(KEY)
    else:
        shop.storage.write_text(KEY, text)
