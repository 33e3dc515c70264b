"""What mlflow and its models are called, in mlflow and in sentences for people."""

from __future__ import annotations

from urllib.parse import urlsplit

from common.settings import Settings


def registered_model(settings: Settings, target: str) -> str:
    """Return the registered model of a target: ``listing-price``, ``listing-encoder-photo``.

    A team's models have its name in front: ``kids-listing-price``.
    """
    team = f"{settings.team}-" if settings.team else ""
    return f"{team}listing-{target}"


def shown(address: str) -> str:
    """Return mlflow's address without a user's name, a password and parameters."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    # Not geturl(), which takes two slashes from sqlite:////folder.
    return f"{parts.scheme}://{host}{parts.path}" if parts.scheme else address
