"""What the gate would say of a challenger beside the champion; nothing is counted or changed."""

from __future__ import annotations

from pathlib import Path

from common.settings import Settings
from common.store.release import ReleaseStore
from pipelines.evaluation.champion_comparison import compare_with_champion
from pipelines.evaluation.load import open_snapshot
from pipelines.evaluation.measure import measure
from pipelines.records import ChampionComparison
from pipelines.training.challenger_count import read_attempt
from pipelines.training.champion_gate import check_against_champion
from pipelines.training.gate import Verdict
from pipelines.training.gate_config import GateConfig


def try_gate(
    settings: Settings,
    name: str,
    challenger: str,
    champion: str,
    path: Path,
    config: GateConfig | None = None,
) -> tuple[ChampionComparison, Verdict]:
    """Compare two artifacts of a model as a training run does, on the test rows of a snapshot.

    Returns the comparison and the verdict of the gate, with ``config`` or its defaults. Raises
    ``ArtifactError`` where the challenger cannot be loaded.
    """
    config = config or GateConfig()
    store = ReleaseStore(settings.store)
    snapshot = open_snapshot(str(path))
    measured = measure(store, settings.cache, name, challenger, snapshot)
    comparison = compare_with_champion(
        store,
        settings.cache,
        champion,
        challenger,
        measured,
        snapshot,
        config.recent_days,
    )
    attempt = read_attempt(store.storage, snapshot.id, name, challenger)
    comparison["attempt"] = attempt
    return comparison, check_against_champion(comparison, config)
