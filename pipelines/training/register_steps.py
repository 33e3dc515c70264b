"""The step that registers what was trained, and what it keeps where mlflow does not answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import models
from common.crash_points import crash_point
from common.errors import ArtifactError, UnavailableError
from common.store.artifacts import Manifest
from common.store.release import ReleaseStore
from pipelines.records import Challenger, Proposal, split_trained
from pipelines.reports import model_card
from pipelines.reports.data_card import describe_data
from pipelines.training import release_steps, targets
from pipelines.training.costs import measure_use
from pipelines.training.process import Context
from pipelines.training.run_snapshot import open_run_snapshot

if TYPE_CHECKING:
    from common.snapshot import Snapshot


def register(
    context: Context,
    challengers: Sequence[Challenger],
    data: Mapping[str, str],
    force: bool,
) -> list[Challenger]:
    """Write model cards, log runs and register a version of what passed or is forced.

    One step does it for all, because importing mlflow costs more than everything it does here.
    Where mlflow does not answer any more, the records are kept in the store for
    ``register_pending``, and ``UnavailableError`` says so.
    """
    trained, left_out = split_trained(challengers)
    trained = _with_use(context, trained)
    cards = _write_cards(context.store, trained, open_run_snapshot(context, data))
    crash_point("register.after-cards")

    registered: list[Challenger] = []
    try:
        for record in _log_each(context, trained, cards, force):
            registered.append(record)
            crash_point("register.after-version")
    except UnavailableError as error:
        # What is registered already keeps its version: it will not be logged twice.
        records = [*registered, *trained[len(registered) :], *left_out]
        kept = _keep(context.store, records, data, force)
        raise _name_kept(error, context.store, kept) from None

    _set_newest(context.store, registered, force)
    return [*registered, *left_out]


def register_pending(context: Context, name: str) -> Proposal:
    """Register and release what a run had trained when mlflow did not answer any more.

    ``name`` is that of the records in the store. Encoders alone make no release: its id is empty
    then. Raises ``ArtifactError`` where there are no such records, and what the steps raise.
    """
    kept = _read_kept(context.store, name)
    records, force = kept["challengers"], kept["force"]
    registered = register(context, records, kept["data"], force)
    admitted = release_steps.admit(context, registered, force)
    if not any(record["target"] in models.NAMES for record in admitted):
        return Proposal(release="", note="")

    published = release_steps.publish(context, admitted)
    verified = release_steps.verify(context, published)
    return release_steps.promote(context, verified)


def _with_use(context: Context, challengers: Sequence[Challenger]) -> list[Challenger]:
    """Add the run and what it used so far; records that were kept have that already."""
    prices = context.settings.machine_prices
    steps = context.records.steps() if context.run else []
    measured: list[Challenger] = []
    for challenger in challengers:
        if context.run and "run" not in challenger:
            challenger = {
                **challenger,
                "run": context.run,
                "use": measure_use(challenger, steps, prices),
                "currency": prices.currency if prices else "",
            }
        measured.append(challenger)
    return measured


def _log_each(
    context: Context,
    trained: Sequence[Challenger],
    cards: Sequence[tuple[Manifest, str]],
    force: bool,
) -> Iterator[Challenger]:
    """Log a run for each challenger; yield its record with the version, as soon as it has one."""
    for number, (challenger, card) in enumerate(zip(trained, cards, strict=True)):
        context.progress(challenger["target"], number / len(trained))
        version = _log(context, challenger, *card, force)
        yield {**challenger, "version": version}


def _log(
    context: Context,
    challenger: Challenger,
    manifest: Manifest,
    card: str,
    force: bool,
) -> str:
    """Log one run in mlflow; return its version in the registry, or an empty string."""
    from pipelines.tracking import runs

    earlier = challenger.get("version")
    if earlier:
        return earlier
    # A version that missed its gate has a run, to look into, but no place in the registry.
    accepted = _is_accepted(challenger, force)
    return runs.log_run(
        context.settings,
        challenger,
        manifest,
        card,
        register=accepted,
        note=context.note,
    )


def _keep(
    store: ReleaseStore,
    challengers: Sequence[Challenger],
    data: Mapping[str, str],
    force: bool,
) -> str:
    """Write the arguments of ``register`` to the store; return their name."""
    records = {"challengers": challengers, "data": dict(data), "force": force}
    return store.write_pending(json.dumps(records, indent=2, sort_keys=True))


def _name_kept(
    error: UnavailableError, store: ReleaseStore, name: str
) -> UnavailableError:
    """Return the error with the command that takes up the records kept under ``name``."""
    return UnavailableError(
        f"{error}; nothing that was trained is lost, it is in the store {store.url}:"
        f" once mlflow answers, 'listrec registry register {name}' registers and releases it"
    )


def _read_kept(store: ReleaseStore, name: str) -> dict[str, Any]:
    """Return the arguments of ``register`` that ``_keep`` wrote under ``name``."""
    text = store.pending(name)
    if text is None:
        raise ArtifactError(
            f"the store holds no run {name!r} that waits to be registered"
        )
    kept: dict[str, Any] = json.loads(text)
    return kept


def _write_cards(
    store: ReleaseStore, trained: Sequence[Challenger], snapshot: Snapshot
) -> list[tuple[Manifest, str]]:
    """Write a model card for each challenger; return its manifest and its card."""
    data_card = describe_data(snapshot)
    return [_write_card(store, challenger, data_card) for challenger in trained]


def _write_card(
    store: ReleaseStore, challenger: Challenger, data_card: list[str]
) -> tuple[Manifest, str]:
    manifest = store.manifest(challenger["artifact"])
    card = model_card.write(challenger, manifest, data_card)
    store.write_card(manifest.id, card)
    return manifest, card


def _is_accepted(challenger: Challenger, force: bool) -> bool:
    return challenger["passed"] or force


def _set_newest(
    store: ReleaseStore, registered: Sequence[Challenger], force: bool
) -> None:
    """Make what passed, or is forced, the newest artifacts: the next run trains on the encoders."""
    for challenger in registered:
        if challenger["target"] in models.NAMES and _is_accepted(challenger, force):
            store.set_newest(challenger["target"], challenger["artifact"])

    encoders = [record for record in registered if record["target"] not in models.NAMES]
    # Encoders of one run belong together: one that missed its gate keeps back all of them.
    all_accepted = all(_is_accepted(encoder, force) for encoder in encoders)
    if encoders and all_accepted:
        ids = [encoder["artifact"] for encoder in encoders]
        store.set_newest(targets.ENCODERS, "\n".join(ids))
