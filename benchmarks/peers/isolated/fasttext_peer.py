"""fastText: a ranking of labels by title and description."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers.isolated.frames import (
    AnswerColumns,
    Frame,
    Predict,
    Settings,
    clean,
)

CANDIDATES: tuple[dict[str, Any], ...] = (
    {"words": 0, "minn": 3, "maxn": 5, "lr": 0.5},
    {"words": 200, "minn": 3, "maxn": 5, "lr": 0.5},
    {"words": 200, "lr": 0.2},
    {"words": 200, "lr": 0.5},
    {"words": 200, "wordNgrams": 2, "lr": 0.5},
    {"words": 200, "wordNgrams": 2, "lr": 1.0},
)
"""Settings to choose from on validation rows; ``words`` of the description are read."""

EPOCHS = (20, 50)
"""Numbers of epochs to choose from, for the best of the candidates after the first."""

SETTINGS = {"dim": 50, "bucket": 200_000, "thread": 1, "verbose": 0}

N_RANKED = 5


def fasttext(
    train: Frame, validation: Frame, chosen: Settings, folder: Path
) -> tuple[Predict, Settings]:
    """Rank labels by title and description; settings are chosen on validation rows."""
    names = sorted({*train["label"], *validation["label"]})
    classifier = _FastText(names, folder)
    score = partial(classifier.score, train, validation)

    settings = chosen or _choose(score)
    model = classifier.fit(pd.concat([train, validation]), settings)
    return partial(classifier.predict, model, settings), settings


def _choose(score: Callable[[Settings], float]) -> Settings:
    """The best candidate of the shortest training, then its best number of epochs."""
    short = [{**candidate, "epoch": EPOCHS[0]} for candidate in CANDIDATES]
    best = max(short, key=score)
    longer = [{**best, "epoch": epochs} for epochs in EPOCHS]
    return max(longer, key=score)


class _FastText:
    """fastText with labels as numbers, which its text format needs."""

    def __init__(self, names: Sequence[str], folder: Path) -> None:
        import fasttext as library

        library.FastText.eprint = lambda *words: None  # it warns on every load
        self._library = library
        self._names = names
        self._number_of = {name: number for number, name in enumerate(names)}
        self._path = folder / "rows.txt"

    def fit(self, rows: Frame, settings: Settings) -> Any:
        """Train a model."""
        lines = []
        for label, text in zip(
            rows["label"], _texts(rows, settings["words"]), strict=True
        ):
            number = self._number_of[label]
            lines.append(f"__label__{number} {text}")
        self._path.write_text("\n".join(lines) + "\n", encoding="utf-8")

        own = {name: value for name, value in settings.items() if name != "words"}
        return self._library.train_supervised(
            str(self._path),
            **SETTINGS,
            **own,
        )

    def predict(self, model: Any, settings: Settings, rows: Frame) -> AnswerColumns:
        """The best labels of each row with their probabilities."""
        labels, scores = model.predict(_texts(rows, settings["words"]), k=N_RANKED)
        ranked, probabilities = [], []
        for row_labels, row_scores in zip(labels, scores, strict=True):
            names = [self._name(label) for label in row_labels]
            ranked.append(names)
            # Rounding lets fastText state a little more than one.
            probabilities.append(np.minimum(row_scores, 1).tolist())
        return {"ranked": ranked, "scores": probabilities}

    def score(self, train: Frame, validation: Frame, settings: Settings) -> float:
        """Accuracy on validation rows after training on ``train``."""
        model = self.fit(train, settings)
        answers = self.predict(model, settings, validation)

        pairs = zip(answers["ranked"], validation["label"], strict=True)
        is_right = [row[:1] == [label] for row, label in pairs]
        return float(np.mean(is_right))

    def _name(self, label: str) -> str:
        number = int(label.removeprefix("__label__"))
        return self._names[number]


def _texts(rows: Frame, n_words: int) -> list[str]:
    """Words of each title, and the first ``n_words`` of its description."""
    texts = []
    for title, description in zip(rows["title"], rows["description"], strict=True):
        words = clean(description).split()[:n_words]
        text = " ".join([clean(title), *words]).strip()
        texts.append(text or "nothing")
    return texts
