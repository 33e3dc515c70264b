"""Prints the example of docs/replay.md: ``python -m tests.pipelines.replay.simulated``."""

from collections.abc import Iterator

from pipelines.replay.challengers import replay_release
from pipelines.replay.sentences import describe_release
from tests.pipelines.outcomes.examples import table_of
from tests.pipelines.replay.market import (
    challenge,
    drafts_of,
    events_of,
    rankings_of,
)

LISTINGS = 12_000


def example() -> Iterator[str]:
    """What is said of the challenger of the synthetic market."""
    drafts = drafts_of(1, LISTINGS)
    events = table_of(events_of(drafts, sellers=3_000, exploration=0.25))
    rankings = rankings_of(challenge(drafts, 1))
    return describe_release(replay_release(events, lambda _: rankings), "4f2a9c0d", 1)


if __name__ == "__main__":
    print(*example(), sep="\n")
