"""Reports of bugs: a number, a line in the log, and Sentry where there is one.

No report has anything that a seller wrote.
"""

from __future__ import annotations

import logging
import traceback
import uuid
from typing import Any

from serving import sentry
from serving.logs import log

LOG = logging.getLogger(__name__)


def report_bug(error: BaseException, where: str, release: str = "") -> str:
    """Log an unexpected exception with its traceback; return the short id of the log line.

    ``release`` is the one that has failed, where that is known. The exception's message is not
    logged: it could quote what a seller wrote.
    """
    number = uuid.uuid4().hex[:8]
    frames = _format_frames(error)
    kind = type(error).__name__
    fields: dict[str, Any] = {"where": where, "type": kind, "traceback": frames}
    if release:
        fields["release"] = release
    log(LOG, logging.ERROR, "bug", id=number, **fields)
    sentry.send(error, number, where, release)
    return number


def _format_frames(error: BaseException) -> list[str]:
    """Format a traceback, innermost frame last; positions in the code only."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
