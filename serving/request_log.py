"""One line of the log for each request that matters, without anything that a seller wrote."""

from __future__ import annotations

import logging
import re
from typing import Any

from serving.logs import Sampler, log

LOG = logging.getLogger(__name__)

_SAMPLER = Sampler()
_REFUSALS = Sampler()

MAX_LOGGED_MODELS = 20
MAX_LOGGED_CHARACTERS = 40


def log_request(
    name: str, request: Any, response: Any, seconds: float, status: str
) -> None:
    """Log a request; of those that went well only a few a second."""
    went_well = status == "OK" and not getattr(response, "missing", None)
    skipped = _SAMPLER.choose() if went_well else 0
    if skipped is None:
        return

    fields = _describe(request, response)
    if skipped:
        fields["skipped"] = skipped
    milliseconds = round(1000 * seconds, 1)
    log(
        LOG,
        logging.INFO,
        "request",
        method=name,
        status=status,
        ms=milliseconds,
        **fields,
    )


def log_refusal(name: str, client: str, status: str) -> None:
    """Log a request that was refused before it was looked at; of many only a few a second.

    ``client`` is its name in the file of tokens, empty for one that is not known.
    """
    # Whoever asks without a pause would fill the disk.
    skipped = _REFUSALS.choose()
    if skipped is None:
        return

    fields: dict[str, Any] = {"client": client} if client else {}
    if skipped:
        fields["skipped"] = skipped
    log(LOG, logging.INFO, "request", method=name, status=status, **fields)


def describe_response(response: Any) -> dict[str, Any]:
    """Return what models an answer of either service has, and of which release or version."""
    if response is None:
        return {}
    if hasattr(response, "missing"):
        models, missing = sorted(response.suggestions), sorted(response.missing)
        return {"release": response.release, "models": models, "missing": missing}
    return {
        "release": response.release,
        "models": [response.model],
        "version": response.version,
        "listings": len(response.suggestions),
    }


def _describe(request: Any, response: Any) -> dict[str, Any]:
    """What was requested of either service, the release that answered, and who did not."""
    if request is None:  # bytes that were no message
        return {}
    # Not the one that is requested, which may be any word.
    release = {"release": response.release} if response is not None else {}
    if hasattr(request, "listings"):
        models = [_loggable(request.model)] if request.model else []
        return {**release, "models": models, "listings": len(request.listings)}

    models = list(map(_loggable, request.models[:MAX_LOGGED_MODELS]))
    missing = sorted(response.missing) if response is not None else []
    return {**release, "models": models, "listings": 1, "missing": missing}


def _loggable(word: str) -> str:
    """Make a client's word harmless for a log: no blanks, no line breaks, not long."""
    return re.sub(r"[^\w.-]", "?", word)[:MAX_LOGGED_CHARACTERS]
