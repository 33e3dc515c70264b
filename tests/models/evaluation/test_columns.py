"""Columns of an outcome: a label counts in any of its spellings."""

from common.listing import Candidate, Suggestion
from models.evaluation.columns import ranked_columns


def _suggest(field, value):
    return Suggestion("any", "v", {field: (Candidate(value, 0.8),)})


def test_another_spelling_of_the_truth_is_a_hit():
    answers = [_suggest("brand", "Kestrel"), _suggest("brand", "Kestrel")]
    columns = ranked_columns("brand", ["KESTREL®", "Acme"], answers)
    assert columns["hit"].tolist() == [1, 0]


def test_a_path_in_another_case_lies_below_the_committed_one():
    candidates = {
        "category": (Candidate("Men/Shoes", 0.8),),
        "category_committed": (Candidate("Men", 0.9),),
    }
    answer = Suggestion("category", "v", candidates)
    columns = ranked_columns("category", ["men/shoes"], [answer])
    assert columns["committed_hit"].tolist() == columns["hit"].tolist() == [1]
