"""From a fetched release to what answers: its predictors and the encoders they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import models
from common import artifacts, encoders
from common.encoders import Encoder
from common.errors import ArtifactError
from common.release import Local
from models import Predictor


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a server process answers with; predictors by name, encoders by id.

    ``needs`` maps each model of the release to the encoders it was trained on, also for models
    that another process answers for.
    """

    release: str
    predictors: Mapping[str, Predictor]
    encoders: Mapping[str, Encoder]
    needs: Mapping[str, Sequence[str]] = field(default_factory=dict)


def load(local: Local, names: Sequence[str] | None = None, threads: int = 1) -> Loaded:
    """Load the named models of a release, all by default, and their encoders.

    Without any name the encoders of all models are loaded, for a suggester of its own. An encoder
    may use as many ``threads`` for one call. Raises ``ArtifactError`` when the release has no such
    model.
    """
    known = [name for name in models.NAMES if name in local.models]
    wanted = known if names is None else [_check(name, local) for name in names]
    needs = {
        name: artifacts.read(local.models[name], verify=False).encoders for name in local.models
    }
    asked = {ref for name in wanted or known for ref in needs[name]}
    shared = {ref: encoders.load(local.encoders[ref], threads) for ref in sorted(asked)}
    predictors = {
        name: models.load(name, local.models[name], [shared[ref] for ref in needs[name]])
        for name in wanted
    }
    return Loaded(local.release.id, predictors, shared, needs)


def _check(name: str, local: Local) -> str:
    if models.check_name(name) not in local.models:
        raise ArtifactError(
            f"release {local.release.id} has no model {name!r}; it has {', '.join(local.models)}:"
            f" run 'listrec train {name} --snapshot DIR'"
        )
    return name
