"""The events of experiments need few columns, and say the same as with all of them."""

from dataclasses import asdict
from datetime import UTC

from common.event_database.tables import to_row
from pipelines.experiments.experiment_events import (
    EVENT_COLUMNS,
    end_of,
    read_experiment_events,
)
from pipelines.experiments.make_record import make_record
from pipelines.outcomes.event_reader import open_events
from pipelines.outcomes.event_table import write_events
from pipelines.outcomes.tables import COLUMNS
from tests.pipelines.experiments.examples import EXPERIMENT
from tests.pipelines.experiments.market import simulate_experiment


def test_an_analysis_says_the_same_without_the_candidates(tmp_path):
    rows = [to_row(each) for each in simulate_experiment(EXPERIMENT, items=20)]
    path = tmp_path / "events.parquet"
    write_events(
        ({**row, "time": row["time"].replace(tzinfo=UTC)} for row in rows), path
    )

    records = []
    for columns in (COLUMNS, EVENT_COLUMNS):
        reader = open_events("", path, columns)
        [found] = read_experiment_events([EXPERIMENT], reader, end_of(EXPERIMENT))
        records.append(asdict(make_record(found, end_of(EXPERIMENT), {})))

    assert records[0] == records[1]
    assert len(records[0]["variants"][0]["metrics"]) > 5
    assert "candidates" not in EVENT_COLUMNS
