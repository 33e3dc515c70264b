"""The SDK hashes as GrowthBook's specification says.

The vectors are those of "hash" in ``tests/cases.json`` of github.com/growthbook/growthbook-python,
version 0.7.1 of the specification (Copyright (c) 2021 GrowthBook, MIT License).
"""

import pytest
from growthbook.core import gbhash

VECTORS = (
    ("", "a", 1, 0.22),
    ("", "b", 1, 0.077),
    ("b", "a", 1, 0.946),
    ("ef", "d", 1, 0.652),
    ("asdf", "8952klfjas09ujk", 1, 0.549),
    ("", "123", 1, 0.011),
    ("", '___)((*":&', 1, 0.563),
    ("seed", "a", 2, 0.0505),
    ("seed", "b", 2, 0.2696),
    ("foo", "ab", 2, 0.2575),
    ("foo", "def", 2, 0.2019),
    ("89123klj", "8952klfjas09ujkasdf", 2, 0.124),
    ("90850943850283058242805", "123", 2, 0.7516),
    ("()**(%$##$%#$#", '___)((*":&', 2, 0.0128),
    ("abc", "def", 99, None),
)


@pytest.mark.parametrize(("seed", "value", "version", "expected"), VECTORS)
def test_the_hash_is_that_of_the_specification(seed, value, version, expected):
    assert gbhash(seed, value, version) == expected
