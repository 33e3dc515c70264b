"""A release of which some models are those of other releases, as variants of experiments are."""

from __future__ import annotations

from dataclasses import replace

from models.suggester import Suggester


def has_model(loaded: Suggester, name: str) -> bool:
    """Return whether a release has a model, loaded here or in another process."""
    return name in loaded.predictors or name in loaded.needs


def with_model(loaded: Suggester, name: str, other: Suggester) -> Suggester:
    """Return a release with the model ``name`` of another one, and the encoders that it needs.

    All else stays, the id too: ``Suggester.origin`` tells which release a model is of. Nothing is
    loaded: both share models and encoders with what is returned.
    """
    own = {name: other.predictors[name]} if name in other.predictors else {}
    refs = own[name].encoder_ids if own else other.needs[name]
    return replace(
        loaded,
        predictors={**loaded.predictors, **own},
        encoders={**loaded.encoders, **{ref: other.encoders[ref] for ref in refs}},
        needs={**loaded.needs, name: refs},
        origins={**loaded.origins, name: other.release},
    )
