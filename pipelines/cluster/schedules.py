"""Brings the recurring runs of a cluster in line with a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from common.config import build
from common.errors import InputError
from pipelines.cluster.arguments import defaults, parse_arguments
from pipelines.cluster.client import answering
from pipelines.cluster.config import ClusterConfig, read_mapping
from pipelines.monitoring.compile import is_monitoring
from pipelines.training.targets import choose

MARK = "listrec schedule "
"""Begins the description of recurring runs that are ours; a hash of their contents follows."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A run that recurs.

    Attributes:
        name: its name, once in a file.
        cron: when it begins, in UTC: six fields, beginning with seconds.
        targets: what it trains, or ``monitor`` alone.
        arguments: arguments of the pipeline (see ``arguments.defaults``).
        enabled: whether it is to begin at all.
    """

    name: str
    cron: str
    targets: tuple[str, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """Something that differs between the file and the cluster.

    Attributes:
        sentence: what is to be done.
        carry_out: does it.
    """

    sentence: str
    carry_out: Callable[[], None]


def read_schedules(path: Path) -> list[Schedule]:
    """Read the list ``schedules`` of a file; ``InputError`` names the key of what is wrong."""
    entries = read_mapping(path).get("schedules")
    if not isinstance(entries, list):
        raise InputError(f"{path} must have a list 'schedules'")

    schedules = []
    for number, entry in enumerate(entries):
        where = f"{path}: schedules[{number}]"
        schedules.append(_parse(entry, where))
    names = [schedule.name for schedule in schedules]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{path} has two schedules with the name {name!r}")
    return schedules


def _parse(entry: Any, where: str) -> Schedule:
    missing = {"name", "cron", "targets"} - set(entry or {})
    if not isinstance(entry, dict) or missing:
        raise InputError(
            f"{where} needs name, cron, targets and arguments, and lacks"
            f" {', '.join(sorted(missing))}"
        )
    schedule = build(Schedule, entry, where)
    if len(schedule.cron.split()) != 6:
        raise InputError(
            f"{where}.cron is {schedule.cron!r}: it needs six fields, beginning with seconds, such"
            " as '0 0 2 * * *' for two o'clock at night"
        )
    if not is_monitoring(schedule.targets):
        choose(schedule.targets)
    try:
        arguments = parse_arguments(schedule.targets, schedule.arguments)
    except InputError as error:
        raise InputError(f"{where}.arguments: {error}") from None
    return replace(schedule, arguments=arguments)


def find_changes(
    client: Any,
    host: str,
    schedules: Sequence[Schedule],
    packages: Mapping[str, Path],
    config: ClusterConfig,
) -> list[Change]:
    """Return what has to be done on the cluster; carried out, nothing is left to be done.

    ``packages`` are the compiled pipelines by the name of the schedule. Kubeflow cannot change a
    recurring run: one that differs is created anew, then the old one is deleted. Ours that the file
    does not have are disabled; those of others are left alone.
    """
    with answering(host):
        experiment = _find_experiment(client, config)
        ours: dict[str, list[Any]] = {}
        for recurring in _list_ours(client, experiment):
            ours.setdefault(recurring.display_name, []).append(recurring)

    make = partial(_create, client, host, config)
    changes: list[Change] = []
    for schedule in schedules:
        package = packages[schedule.name]
        present = ours.pop(schedule.name, [])
        changes += _compare(client, host, schedule, package, present, make)
    for name, left in ours.items():
        for recurring in left:
            if recurring.mode == "ENABLE":
                changes.append(
                    _disable(client, host, recurring, f"{name} is in no file")
                )
    return changes


def _compare(
    client: Any,
    host: str,
    schedule: Schedule,
    package: Path,
    present: Sequence[Any],
    make: Callable[[Schedule, Path], None],
) -> Iterator[Change]:
    """Yield what has to be done for one schedule, whose recurring runs are ``present``."""
    mark = _description(schedule, package)
    same = [recurring for recurring in present if recurring.description == mark]
    if not same:
        verb = "update" if present else "create"
        yield Change(f"{verb} {schedule.name}", lambda: make(schedule, package))
    elif (same[0].mode == "ENABLE") != schedule.enabled:
        verb = "enable" if schedule.enabled else "disable"
        action = getattr(client, f"{verb}_recurring_run")
        identity = same[0].recurring_run_id
        yield Change(f"{verb} {schedule.name}", _call(host, action, identity))

    for old in present:
        if old not in same[:1]:
            action = _call(host, client.delete_recurring_run, old.recurring_run_id)
            yield Change(f"delete the old {schedule.name}", action)


def _disable(client: Any, host: str, recurring: Any, reason: str) -> Change:
    action = _call(host, client.disable_recurring_run, recurring.recurring_run_id)
    return Change(f"disable {recurring.display_name}: {reason}", action)


def _call(host: str, action: Callable[[str], Any], identity: str) -> Callable[[], None]:
    def call() -> None:
        """Ask the cluster."""
        with answering(host):
            action(identity)

    return call


def _create(
    client: Any, host: str, config: ClusterConfig, schedule: Schedule, package: Path
) -> None:
    with answering(host):
        experiment = client.create_experiment(
            config.experiment, namespace=config.namespace or None
        )
        client.create_recurring_run(
            experiment.experiment_id,
            schedule.name,
            description=_description(schedule, package),
            cron_expression=schedule.cron,
            # A night that was missed is not made up for: the next one has its rows too.
            no_catchup=True,
            params={**defaults(schedule.targets), **schedule.arguments},
            pipeline_package_path=str(package),
            enabled=schedule.enabled,
        )


def _description(schedule: Schedule, package: Path) -> str:
    """Return a description with a hash of all that a recurring run is made of."""
    parts = [schedule.cron, dict(schedule.arguments), package.read_text("utf-8")]
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode())
    return MARK + digest.hexdigest()[:16]


def _find_experiment(client: Any, config: ClusterConfig) -> str:
    """Return the id of the team's experiment, or nothing where there is none yet."""
    try:
        found = client.get_experiment(
            experiment_name=config.experiment, namespace=config.namespace or None
        )
    except ValueError:  # Kubeflow's client has no kind of its own for this
        return ""
    return str(found.experiment_id)


def _list_ours(client: Any, experiment: str) -> Iterator[Any]:
    """Yield the recurring runs of an experiment that this command made."""
    page = "" if experiment else None
    while page is not None:
        answer = client.list_recurring_runs(
            page_token=page, page_size=100, experiment_id=experiment
        )
        for recurring in answer.recurring_runs or ():
            if (recurring.description or "").startswith(MARK):
                yield recurring
        page = answer.next_page_token or None
