"""How similar every category of a source is to every node of a target, in several ways."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from common.category_trees.tree import CategoryTree
from common.listing import CATEGORY_SEPARATOR
from pipelines.category_mapping.categories import MAX_TITLES, Categories
from pipelines.category_mapping.documents import Documents, make_documents
from pipelines.category_mapping.kinds import Kinds
from pipelines.category_mapping.text_matrices import (
    Vocabulary,
    Weights,
    title_frequencies,
)
from pipelines.category_mapping.words import Relations, is_japanese

Array = NDArray[np.float32]

BATCH = 64
"""Categories that are compared with the whole target at a time, to bound memory."""

SIMILARITIES = (
    "name words",
    "name characters",
    "path words",
    "path characters",
    "heads",
    "name found",
    "name characters found",
    "target name found",
    "target path found",
    "title words",
    "title name found",
    "title path words",
    "audience added",
    "audience missing",
    "part added",
    "part missing",
    "is department",
    "is second level",
    "depth",
    "is leaf",
    "depth of a rest",
    "leaf of a rest",
)
"""Names of the similarities, in the order of the columns of ``Similarities.batches``."""

NGRAM_SIZES = (3, 4)
JAPANESE_NGRAM_SIZES = (1, 2, 3)
"""Characters of an n-gram; a character of Japanese says more."""


@dataclass(frozen=True, slots=True)
class Similarities:
    """What is computed once for a target.

    Attributes:
        tree: the target.
        relations: what else its words may stand for.
        vocabularies: vocabulary of each kind of document.
        matrices: the target's names as tf-idf rows of unit length, by kind of document.
        named: which words each node's name has, ``[nodes, words]``.
        on_path: which words each node's path has.
        kinds: what kind of things each node says that it holds.
        sizes: characters of an n-gram.
    """

    tree: CategoryTree
    relations: Relations
    vocabularies: Mapping[str, Vocabulary]
    matrices: Mapping[str, sparse.csr_matrix]
    named: sparse.csr_matrix
    on_path: sparse.csr_matrix
    kinds: Kinds
    sizes: tuple[int, ...]

    @classmethod
    def fit(cls, tree: CategoryTree) -> Similarities:
        """Number and weigh the words of a target's names."""
        sizes = _ngram_sizes(tree)
        relations = Relations(tree.paths)
        documents = make_documents(tree.paths, sizes, relations)
        vocabularies = _vocabularies(documents)
        words = vocabularies["name words"]

        texts = documents.by_kind()
        matrices = {}
        for kind, vocabulary in vocabularies.items():
            matrices[kind] = vocabulary.matrix(texts[kind])

        return cls(
            tree=tree,
            relations=relations,
            vocabularies=vocabularies,
            matrices=matrices,
            named=words.presence(documents.named),
            on_path=words.presence(map(_ones, documents.on_path)),
            kinds=Kinds.fit(tree),
            sizes=sizes,
        )

    def batches(self, source: Categories) -> Iterator[Array]:
        """Yield similarities ``[paths, nodes, similarities]`` of the source's mapped paths.

        The paths are in their order, ``BATCH`` at a time.
        """
        paths = source.mapped_paths()
        unspecific = source.unspecific_names()
        for start in range(0, len(paths), BATCH):
            yield self._compute(source, paths[start : start + BATCH], unspecific)

    def _compute(
        self, source: Categories, paths: Sequence[str], unspecific: Collection[str]
    ) -> Array:
        specific = [_without(path, unspecific) for path in paths]
        documents = make_documents(specific, self.sizes, self.relations)
        frequencies = [self._frequencies(source, path) for path in paths]

        columns = (
            self._cosines(documents)
            | self._own_words_found(documents)
            | self._target_words_found(documents, frequencies)
            | self._titles(frequencies)
            | self.kinds.compare(specific)
        )
        return self._stack(columns)

    def _stack(self, columns: Mapping[str, Array]) -> Array:
        """Return the similarities in the order of their names."""
        n_paths = len(columns[SIMILARITIES[0]])
        shape = (n_paths, len(self.tree), len(SIMILARITIES))
        # Filled in place: columns are large, and may be rows that all paths share.
        values = np.empty(shape, np.float32)
        for number, name in enumerate(SIMILARITIES):
            values[:, :, number] = columns[name]
        return values

    def _frequencies(self, source: Categories, path: str) -> Weights:
        titles = source.titles.get(path, ())
        return title_frequencies(titles[:MAX_TITLES], self.relations)

    def _cosines(self, documents: Documents) -> dict[str, Array]:
        """Cosines of tf-idf vectors of names and paths."""
        texts = documents.by_kind()
        cosines = {}
        for kind, vocabulary in self.vocabularies.items():
            rows = vocabulary.matrix(texts[kind])
            cosines[kind] = _dense(rows @ self.matrices[kind].T)
        return cosines

    def _own_words_found(self, documents: Documents) -> dict[str, Array]:
        """Shares of the words and n-grams of a name, by weight, that the node's path has."""
        ngrams = [_ones(document) for document in documents.name_characters]
        return {
            "name found": self._found("path words", documents.named),
            "name characters found": self._found("path characters", ngrams),
        }

    def _found(self, kind: str, documents: Sequence[Weights]) -> Array:
        vocabulary = self.vocabularies[kind]
        weighed = vocabulary.presence(documents) @ _diagonal(vocabulary)
        found = _dense(weighed @ _ones_of(self.matrices[kind]).T)

        # Words that no node has count too: they are not found.
        totals = [vocabulary.total(document) for document in documents]
        shares: Array = found / _at_least_a_little(totals)[:, None]
        return shares

    def _target_words_found(
        self, documents: Documents, frequencies: Sequence[Weights]
    ) -> dict[str, Array]:
        """Shares of the words of a node, by weight, that the path or the titles have."""
        words = self.vocabularies["name words"]
        path = words.presence(map(_ones, documents.path_words))
        # A word that half of the titles have is half found.
        mentioned = path.maximum(words.presence(frequencies))
        return {
            "target name found": self._share_of(self.named, path),
            "target path found": self._share_of(self.on_path, mentioned),
        }

    def _titles(self, frequencies: Sequence[Weights]) -> dict[str, Array]:
        """Cosines of the words of titles with names, and how often titles have a whole name."""
        words = self.vocabularies["name words"]
        vectors = words.matrix(frequencies)
        shares = words.presence(frequencies)
        return {
            "title words": _dense(vectors @ self.matrices["name words"].T),
            "title path words": _dense(vectors @ self.matrices["path words"].T),
            "title name found": self._share_of(self.named, shares),
        }

    def _share_of(self, nodes: sparse.csr_matrix, found: sparse.csr_matrix) -> Array:
        """Return the share of each node's words, by weight, that are ``found``."""
        weighed = nodes @ _diagonal(self.vocabularies["name words"])
        totals = _at_least_a_little(np.asarray(weighed.sum(axis=1)).ravel())
        shares: Array = _dense(found @ weighed.T) / totals
        return shares


def _ngram_sizes(tree: CategoryTree) -> tuple[int, ...]:
    first_paths = "".join(tree.paths[:50])
    return JAPANESE_NGRAM_SIZES if is_japanese(first_paths) else NGRAM_SIZES


def _vocabularies(documents: Documents) -> dict[str, Vocabulary]:
    """Number the words of a target's documents, by kind of document."""
    words = Vocabulary(documents.name_words)
    characters = Vocabulary(documents.name_characters)
    # The words of paths are those of names too, as parents are nodes.
    return {
        "name words": words,
        "path words": words,
        "name characters": characters,
        "path characters": characters,
        "heads": Vocabulary(documents.heads),
    }


def _without(path: str, names: Collection[str]) -> str:
    """Return a path without the levels called ``names``, or the path if nothing would be left."""
    levels = path.split(CATEGORY_SEPARATOR)
    telling = [each for each in levels if each not in names]
    return CATEGORY_SEPARATOR.join(telling) or path


def _ones(words: Weights) -> Weights:
    return dict.fromkeys(words, 1.0)


def _ones_of(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    ones = matrix.copy()
    ones.data[:] = 1
    return ones


def _diagonal(vocabulary: Vocabulary) -> sparse.dia_matrix:
    return sparse.diags(vocabulary.idf.astype(np.float32))


def _at_least_a_little(totals: Sequence[float] | NDArray[np.floating]) -> Array:
    """Return divisors: what has no words has no share of them."""
    return np.maximum(np.asarray(totals, np.float32), np.float32(1e-6))


def _dense(matrix: sparse.spmatrix) -> Array:
    dense: Array = np.asarray(matrix.todense(), np.float32)
    return dense
