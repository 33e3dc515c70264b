"""The benchmark of the log of events measures both forms, and its section has all callers."""

from benchmarks import event_log
from benchmarks.serving.goals import value_of
from benchmarks.shared.results import Run

RUN = Run("event-log", "synthetic", "2026-01-01", "abc", "3.11", "make bench-events")


def test_both_forms_are_measured_for_all_callers(tmp_path):
    results = event_log.collect(tmp_path, 0.05, RUN)

    page = event_log.page_section(RUN, results)

    for callers in map(str, event_log.CALLERS):
        for form in (event_log.LOG, event_log.ONE_BY_ONE):
            assert value_of(results, "per_second", form, callers)
        assert f"\n| {callers} | " in page
