from pipelines.reports.time_axis import TimeAxis


def test_the_first_and_the_last_day_have_their_labels():
    axis = TimeAxis(left=0, right=100, n=4)
    assert axis.ends(["11-01", "11-02", "11-03"]) == ((12.5, "11-01"), (62.5, "11-03"))


def test_a_single_day_has_one_label():
    assert TimeAxis(left=0, right=100, n=1).ends(["11-01"]) == ((50.0, "11-01"),)
