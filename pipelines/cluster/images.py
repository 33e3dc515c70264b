"""Images of steps are named by their digest: what a name stands for may change, a digest not."""

from __future__ import annotations

import re

from common.errors import InputError


def check_image(image: str) -> None:
    """Raise ``InputError`` for an image without a digest, or with the tag ``latest``.

    The digest is part of the key of a step's result: a tag that moves would bring back the
    artifact of other code.
    """
    name, separator, digest = image.partition("@")
    if name.endswith(":latest"):
        raise InputError(
            f"the image {image!r} has the tag latest, which names another image tomorrow: use"
            " NAME@sha256:DIGEST"
        )
    if not (name and separator and re.fullmatch(r"sha256:[0-9a-f]{64}", digest)):
        raise InputError(
            f"the image {image!r} has no digest: use NAME@sha256:DIGEST, which the registry shows"
            " after a push"
        )
