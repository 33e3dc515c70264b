"""Checks a snapshot against the one that the champion was trained on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from common.errors import InputError
from common.store.release import ReleaseStore
from pipelines.data_checks.compare import Change, find_changes
from pipelines.data_checks.config import DataConfig
from pipelines.data_checks.profile import Profile, profile, read_profile, write_profile

if TYPE_CHECKING:
    from common.snapshot import Snapshot


def check_data(
    store: ReleaseStore,
    snapshot: Snapshot,
    config: DataConfig,
    note: Callable[[str], None],
    keep_report: Callable[[str], str],
) -> None:
    """Keep the profile of a snapshot in the store, and compare it with that of the champion.

    Raises ``InputError`` with all differences that are larger than they may be. ``note`` takes
    them where nothing is to be checked. ``keep_report`` takes a page about them, in HTML, and
    returns its address.
    """
    storage = store.storage
    now = profile(snapshot)
    write_profile(storage, now)

    before = champion_profile(store)
    if before is None or before.id == now.id:
        return
    changes = find_changes(before, now, config)
    if not changes:
        return

    report = keep_report(_render(before, now, config, changes))
    sentences = [change.sentence for change in changes]
    if config.check:
        raise InputError(
            f"snapshot {now.id} differs from {before.id}, which the champion was trained on:"
            f" {'; '.join(sentences)}; mend its table, or train on it with --accept-data"
            f" (report: {report})"
        )
    for sentence in sentences:
        note(f"accepted: {sentence}")
    note(f"report: {report}")


def _render(
    before: Profile, now: Profile, config: DataConfig, changes: Sequence[Change]
) -> str:
    # Most runs need no page.
    from pipelines.reports import data_report

    return data_report.render(before, now, config, changes)


def champion_profile(store: ReleaseStore) -> Profile | None:
    """Return the profile of the newest snapshot that a model of the champion was trained on.

    There is none before the first release, and for one of a version that kept no profiles.
    """
    if store.champion() is None:
        return None
    models = store.read().models.values()
    ids = {store.snapshot_of(artifact) for artifact in models}
    kept = [read_profile(store.storage, snapshot_id) for snapshot_id in sorted(ids)]
    profiles = [profile for profile in kept if profile is not None]
    return max(profiles, key=lambda profile: profile.created_at, default=None)
