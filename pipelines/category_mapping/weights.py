"""The weights of the similarities, learned from pairs of categories that people judged.

``benchmarks.taxonomy.fit`` learns them and writes ``weights.json``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from common.errors import ArtifactError
from common.store.atomic import write_atomically
from pipelines.category_mapping.siblings import LEVELS
from pipelines.category_mapping.similarities import SIMILARITIES

FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class MappingWeights:
    """Weights of a log-linear model of the counterparts of a category.

    Attributes:
        first: weight of each similarity in the first pass, without siblings.
        second: weight of each similarity in the second pass.
        siblings: weight of the siblings' shares at each level, in the second pass.
        temperature: divides the scores, so that probabilities are calibrated.
    """

    first: tuple[float, ...]
    second: tuple[float, ...]
    siblings: tuple[float, ...]
    temperature: float

    @property
    def matrix(self) -> NDArray[np.float32]:
        """Weights of both passes, ``[similarities, 2]``."""
        return np.array([self.first, self.second], np.float32).T


@lru_cache(maxsize=1)
def load_weights() -> MappingWeights:
    """Return the weights of this package; ``ArtifactError`` where the code has changed since."""
    values = json.loads(FILE.read_text(encoding="utf-8"))
    if list(values["first"]) != list(SIMILARITIES) or len(values["siblings"]) != len(
        LEVELS
    ):
        raise ArtifactError(
            f"{FILE} is not of these similarities: learn it again with benchmarks.taxonomy.fit"
        )
    return MappingWeights(
        first=tuple(values["first"].values()),
        second=tuple(values["second"].values()),
        siblings=tuple(values["siblings"]),
        temperature=values["temperature"],
    )


def write_weights(weights: MappingWeights, path: Path = FILE) -> None:
    """Write weights with the names of their similarities, rounded to three digits."""
    values = asdict(weights)
    for name in ("first", "second"):
        rounded = [round(value, 3) for value in values[name]]
        values[name] = dict(zip(SIMILARITIES, rounded, strict=True))
    values["siblings"] = [round(value, 3) for value in values["siblings"]]
    values["temperature"] = round(values["temperature"], 3)
    write_atomically(path, json.dumps(values, indent=1) + "\n")
