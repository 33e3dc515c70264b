"""A model card says how labels came about that sellers chose beside suggestions."""

from pipelines.reports.choices import INTRODUCTION, describe_choices

CHOICES = {
    "policies": {"holdout": 10, "greedy": 90},
    "actions": {"brand": {"accepted": 60, "changed": 12}, "size": {"entered": 3}},
    "accepted_from": {"brand": {"old": 20, "new": 40}},
    "comparable": {"brand": {"greedy": 80, "holdout": 8}},
    "agreeing": {"brand": {"greedy": 60, "holdout": 4}},
}


def test_the_agreement_of_the_holdout_stands_beside_that_of_all_others():
    introduction, policies, table, accepted = describe_choices({"choices": CHOICES})

    assert introduction == INTRODUCTION
    assert policies == "Rows by policy: greedy 90, holdout 10."
    assert table.splitlines()[2:] == [
        "| brand | 60 | 12 | 0 | 0 | 75% of 80 | 50% of 8 |",
        "| size | 0 | 0 | 0 | 3 | no rows | no rows |",
    ]
    assert accepted == "Accepted labels of brand by release: new 40, old 20."


def test_a_table_has_no_such_section():
    assert list(describe_choices({"name": "shop.csv", "kind": "csv"})) == []
