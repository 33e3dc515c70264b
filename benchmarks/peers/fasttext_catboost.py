"""fastText and CatBoost, in an environment whose pins clash with ours: imports nothing of ours.

  .venv-peers/bin/python benchmarks/peers/fasttext_catboost.py FOLDER

The folder holds columns of ``train``, ``validation`` and ``test`` rows as JSON: ``title``,
``description``, the confirmed fields that peers may use, and ``label``. ``task.json`` names the
``peer``, the ``target`` (``ranking``, ``price`` or ``payer``), and the ``fields``.
``answers.json`` is written, with the attributes of ``protocol.Answers``. ``task.json`` also has
``views``, the names of further files of rows to answer for, and ``chosen``, settings to use again.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

FASTTEXT_CANDIDATES: tuple[dict[str, Any], ...] = (
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

FASTTEXT_SETTINGS = {"dim": 50, "bucket": 200_000, "thread": 1, "verbose": 0}

CATBOOST_CANDIDATES: tuple[dict[str, Any], ...] = (
    {"learning_rate": 0.2, "depth": 6},
    {"learning_rate": 0.1, "depth": 6},
)
"""Settings to choose from on validation rows."""

LARGE_ROWS = 20_000
"""Training rows from which on CatBoost gets the first candidate: a fold would take hours."""

CATBOOST_SETTINGS = {
    "boosting_type": "Plain",
    "max_ctr_complexity": 1,
    "random_seed": 0,
    "thread_count": 1,
    "allow_writing_files": False,
    "verbose": False,
}

BAG_OF_WORDS = ["BoW:top_tokens_count=500"]
"""Words that are columns; more cost minutes and bring nothing."""

MAX_TREES, PATIENCE = 300, 30
N_RANKED = 5

MIN_WORD_ROWS = 5
"""Times that a word must occur to be a column."""

BATCH_SIZE, N_TIMED_BATCHES = 32, 10

Frame = pd.DataFrame
Settings = Mapping[str, Any]
AnswerColumns = dict[str, Any]
"""Attributes of ``protocol.Answers``."""

Predict = Callable[[Frame], AnswerColumns]


def main() -> None:
    """Train the peer that the task names, and write its answers for the test rows."""
    folder = Path(sys.argv[1])
    task = _read(folder / "task.json")
    train = _read_rows(folder, "train")
    validation = _read_rows(folder, "validation")
    start = time.perf_counter()

    if task["peer"] == "fasttext":
        predict, chosen = fasttext(train, validation, task["chosen"], folder)
    else:
        predict, chosen = catboost(
            train, validation, task["chosen"], task["target"], task["fields"]
        )
    answers = {"seconds": time.perf_counter() - start, "chosen": chosen}

    test = _read_rows(folder, "test")
    answers |= {"microseconds": _time_batches(predict, test), **predict(test)}
    answers["views"] = {
        name: predict(_read_rows(folder, name))["ranked"] for name in task["views"]
    }
    answers["stated"] = task["target"] != "price"
    (folder / "answers.json").write_text(json.dumps(answers), encoding="utf-8")


def fasttext(
    train: Frame, validation: Frame, chosen: Settings, folder: Path
) -> tuple[Predict, Settings]:
    """Rank labels by title and description; settings are chosen on validation rows."""
    names = sorted({*train["label"], *validation["label"]})
    classifier = _FastText(names, folder)
    score = partial(classifier.score, train, validation)

    if not chosen:
        short = [{**candidate, "epoch": EPOCHS[0]} for candidate in FASTTEXT_CANDIDATES]
        scores = [score(candidate) for candidate in short]
        best = short[int(np.argmax(scores))]
        longer = [{**best, "epoch": epochs} for epochs in EPOCHS[1:]]
        chosen = max([best, *longer], key=score)

    rows = pd.concat([train, validation])
    model = classifier.fit(rows, chosen)
    return partial(classifier.predict, model, chosen), chosen


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
            **FASTTEXT_SETTINGS,
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


def catboost(
    train: Frame,
    validation: Frame,
    chosen: Settings,
    target: str,
    fields: Sequence[str],
) -> tuple[Predict, Settings]:
    """Predict price or payer from text and categorical features."""
    is_price = target == "price"
    columns = _Columns(train, fields)
    pool = partial(_pool, columns=columns, is_price=is_price)
    model, chosen = _fit_catboost(train, validation, chosen, columns, target, pool)

    def predict(rows: Frame) -> AnswerColumns:
        """Prices, or probabilities that the seller pays."""
        inputs = pool(rows, is_labelled=False)
        if is_price:
            prices = np.expm1(model.predict(inputs))
            return {"numbers": prices.clip(0).tolist()}

        probabilities = model.predict_proba(inputs)
        return {"numbers": probabilities[:, 1].tolist()}

    return predict, chosen


class _Columns:
    """The columns that a shop has: texts with enough words, and fields."""

    def __init__(self, train: Frame, fields: Sequence[str]) -> None:
        self.fields = list(fields)
        # CatBoost refuses a text in which no word is frequent enough.
        self.texts = [
            name for name in ("title", "description") if _has_frequent_word(train[name])
        ]

    def of_rows(self, rows: Frame) -> Frame:
        """Categorical fields as text, then the log price, then the texts."""
        columns: dict[str, Any] = {}
        for name in self.fields:
            if name != "price":
                columns[name] = rows[name].fillna("?").astype(str)
        if "price" in self.fields:
            columns["price"] = np.log1p(rows["price"].astype(float))

        # The index is given, because without fields there would be no rows.
        frame = pd.DataFrame(columns, index=rows.index)
        for name in self.texts:
            frame[name] = [_clean(text) for text in rows[name]]
        return frame


def _has_frequent_word(texts: Iterable[object]) -> bool:
    counts = Counter(word for text in texts for word in set(_clean(text).split()))
    return any(count >= MIN_WORD_ROWS for count in counts.values())


def _fit_catboost(
    train: Frame,
    validation: Frame,
    chosen: Settings,
    columns: _Columns,
    target: str,
    pool: Callable[..., Any],
) -> tuple[Any, Settings]:
    """Train on all rows the candidate that is best on validation rows, with as many trees."""
    from catboost import CatBoostClassifier, CatBoostRegressor

    model_class = CatBoostRegressor if target == "price" else CatBoostClassifier
    settings = dict(CATBOOST_SETTINGS)
    if columns.texts:
        settings["text_processing"] = _text_processing(target)

    train_pool, validation_pool = pool(train), pool(validation)
    probes: list[tuple[float, int, int, Settings]] = []
    candidates = CATBOOST_CANDIDATES[: 1 if len(train) >= LARGE_ROWS else None]
    for candidate in [chosen] if chosen else candidates:
        probe = model_class(
            iterations=MAX_TREES,
            early_stopping_rounds=PATIENCE,
            **settings,
            **candidate,
        )
        probe.fit(train_pool, eval_set=validation_pool)
        (loss,) = probe.get_best_score()["validation"].values()
        probes.append((loss, len(probes), probe.get_best_iteration() + 1, candidate))

    # Validation rows are learned too, as ours are, once they have given the number of trees.
    _, _, n_trees, best = min(probes)
    model = model_class(iterations=max(n_trees, 1), **settings, **best)
    model.fit(pool(pd.concat([train, validation])))
    return model, best


def _pool(
    rows: Frame, columns: _Columns, is_price: bool, is_labelled: bool = True
) -> Any:
    """Rows as CatBoost reads them; the label of a price is its log."""
    from catboost import Pool

    label: Any = None
    if is_labelled:
        label = rows["label"].to_numpy(float)
        # The score for prices is the error of their logarithm.
        label = np.log1p(label) if is_price else label

    return Pool(
        columns.of_rows(rows),
        label,
        cat_features=[name for name in columns.fields if name != "price"],
        text_features=columns.texts,
    )


def _text_processing(target: str) -> dict[str, Any]:
    """CatBoost's settings for text: counts of single words, and naive Bayes for classes."""
    calcers = BAG_OF_WORDS if target == "price" else [*BAG_OF_WORDS, "NaiveBayes"]
    dictionary = {
        "dictionary_id": "Word",
        "gram_order": "1",
        "occurrence_lower_bound": str(MIN_WORD_ROWS),
    }
    feature = {
        "dictionaries_names": ["Word"],
        "feature_calcers": calcers,
        "tokenizers_names": ["Space"],
    }
    return {
        "tokenizers": [{"tokenizer_id": "Space", "delimiter": " "}],
        "dictionaries": [dictionary],
        "feature_processing": {"default": [feature]},
    }


def _time_batches(predict: Predict, test: Frame) -> float | None:
    """Median microseconds of the processor for a listing, as ``protocol.time_batches``."""
    # Written again, because this environment cannot import anything of ours.
    durations = []
    n_batches = min(N_TIMED_BATCHES + 1, len(test) // BATCH_SIZE)
    for number in range(n_batches):
        first = number * BATCH_SIZE
        batch = test.iloc[first : first + BATCH_SIZE]
        batch_start = time.process_time()
        predict(batch)
        batch_seconds = time.process_time() - batch_start
        durations.append(batch_seconds / BATCH_SIZE * 1e6)

    # The first batch warms up.
    timed = durations[1:]
    if not timed:
        return None
    return float(np.median(timed))


def _read_rows(folder: Path, name: str) -> Frame:
    return pd.DataFrame(_read(folder / f"{name}.json"))


def _read(path: Path) -> Any:
    content = path.read_text(encoding="utf-8")
    return json.loads(content)


def _texts(rows: Frame, n_words: int) -> list[str]:
    """Words of each title, and the first ``n_words`` of its description."""
    texts = []
    for title, description in zip(rows["title"], rows["description"], strict=True):
        words = _clean(description).split()[:n_words]
        text = " ".join([_clean(title), *words]).strip()
        texts.append(text or "nothing")
    return texts


def _clean(text: object) -> str:
    lower = str(text).lower()
    words = re.findall(r"\w+", lower)
    return " ".join(words)


if __name__ == "__main__":
    main()
