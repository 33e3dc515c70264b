"""A sample of a stream is fair, bounded and repeatable."""

from collections import Counter

from common.encoder_training.sampling import reservoir_sample


def test_a_short_stream_is_taken_whole_and_in_order():
    assert reservoir_sample(iter("abc"), 5, seed=1) == ["a", "b", "c"]
    assert reservoir_sample([], 5, seed=1) == []


def test_the_same_seed_draws_the_same_sample():
    first = reservoir_sample(range(1_000), 10, seed=3)
    assert first == reservoir_sample(range(1_000), 10, seed=3)
    assert first != reservoir_sample(range(1_000), 10, seed=4)
    assert len(set(first)) == 10


def test_every_item_has_the_same_chance():
    counts = Counter(
        item for seed in range(3_000) for item in reservoir_sample(range(10), 2, seed)
    )
    assert all(500 < counts[item] < 700 for item in range(10))
