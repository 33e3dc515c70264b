"""Plain methods that category mapping is compared with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.taxonomy.methods import Method
from common.category_trees.tree import CategoryTree
from common.validation.folding import fold_label
from pipelines.category_mapping.categories import Categories

Floats = NDArray[np.float32]

BATCH = 64


def baselines(sentence_model: str = "") -> Mapping[str, Method]:
    """Return every baseline by its name; that of sentences needs the folder of a model."""
    methods: dict[str, Method] = {
        "exact name": match_names,
        "tf-idf of words of the path": compare_words,
        "tf-idf of characters of the path": compare_characters,
    }
    if sentence_model:
        methods["MiniLM on the path"] = lambda source, target: _compare_sentences(
            source, target, sentence_model
        )
    return methods


def match_names(source: Categories, target: CategoryTree) -> Floats:
    """Score 1 where the names are the same but for case, and more where parents are too."""
    scores = np.zeros((len(source.mapped_paths()), len(target)), np.float32)
    levels_of_nodes = [_levels(path) for path in target.paths]
    for row, path in enumerate(source.mapped_paths()):
        levels = _levels(path)
        for node, of_node in enumerate(levels_of_nodes):
            if levels[-1] == of_node[-1]:
                scores[row, node] = 1 + len(set(levels) & set(of_node))
    return scores


def compare_words(source: Categories, target: CategoryTree) -> Floats:
    """Cosines of tf-idf vectors of the words of both paths."""
    return _compare(source, target, TfidfVectorizer(sublinear_tf=True))


def compare_characters(source: Categories, target: CategoryTree) -> Floats:
    """Cosines of tf-idf vectors of the character n-grams of both paths."""
    vectorizer = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True
    )
    return _compare(source, target, vectorizer)


def _compare(source: Categories, target: CategoryTree, vectorizer: Any) -> Floats:
    nodes = vectorizer.fit_transform(map(_text, target.paths))
    paths = vectorizer.transform(map(_text, source.mapped_paths()))
    cosines: Floats = np.asarray((paths @ nodes.T).todense(), np.float32)
    return cosines


def _compare_sentences(source: Categories, target: CategoryTree, model: str) -> Floats:
    """Cosines of the vectors of a sentence model for both paths."""
    nodes = _encode(model, target.paths)
    paths = _encode(model, tuple(source.mapped_paths()))
    cosines: Floats = paths @ nodes.T
    return cosines


@lru_cache(maxsize=4)
def _encode(model: str, paths: tuple[str, ...]) -> Floats:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from benchmarks.peers.sentence_vectors import load_network

    network = load_network(str(Path(model)))
    texts = [path.replace("/", " > ") for path in paths]
    vectors: Floats = network.encode(texts, batch_size=BATCH, normalize_embeddings=True)
    return vectors


def _levels(path: str) -> list[str]:
    return fold_label(path).split("/")


def _text(path: str) -> str:
    return fold_label(path).replace("/", " ")
