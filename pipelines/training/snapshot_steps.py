"""The first step of a training run: its snapshot; ``train_steps.py`` follows.

A step takes a ``Context`` and small records. Whatever is large goes through the store by its id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from common.errors import InputError
from common.runs.records import DATA_REPORT, Request
from pipelines.data_checks.check import check_data
from pipelines.evaluation.unseen_rows import keep_split
from pipelines.training import targets
from pipelines.training.process import Context
from pipelines.training.run_snapshot import find_run_snapshot
from pipelines.training.unused_rows import describe_unused_rows

if TYPE_CHECKING:
    pass


def check_snapshot(
    context: Context, path: str, wanted: Sequence[str], options: Mapping[str, Any]
) -> dict[str, str]:
    """Find the snapshot, or make it, and check that it has rows to train and to test on.

    Returns what later steps open it by. Keeps what the run is asked for: the targets ``wanted``,
    the snapshot, and the other ``options`` of the pipeline. Notes which rows the targets will not
    learn from. Raises ``InputError`` where the snapshot differs from that of the champion more than
    it may. mlflow is asked too, before anything is trained that it would have to take.
    """
    from pipelines.tracking import connection

    _keep_request(context, wanted, {"snapshot": path, **options})
    config = targets.parse_config(options["config"])
    snapshot, data = find_run_snapshot(context, path, config)
    for split in ("train", "test"):
        if not snapshot.count(split):
            raise InputError(
                f"snapshot {path or snapshot.id} has no rows in its {split} split: ingest its"
                " table again, with more rows or with another --seed"
            )
    keep_split(context.store.storage, snapshot.id, snapshot.manifest.split)
    for sentence in describe_unused_rows(snapshot, wanted):
        context.note(sentence)

    data_config = targets.config(targets.DATA, config.get(targets.DATA, {}))
    keep_report = partial(context.records.write_page, DATA_REPORT)
    check_data(context.store, snapshot, data_config, context.note, keep_report)
    connection.check_answers(context.settings)
    return data


def _keep_request(
    context: Context, wanted: Sequence[str], arguments: Mapping[str, Any]
) -> None:
    request = Request(
        run=context.run,
        targets=tuple(wanted),
        arguments=arguments,
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=context.settings.commit,
        image=context.settings.image,
    )
    context.records.write_request(request)
