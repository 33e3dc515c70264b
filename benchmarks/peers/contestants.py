"""The peers by name: what each predicts, and how it is run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers import lightgbm_peer, linear, networks
from benchmarks.peers.sentence_vectors import sentence_peer
from benchmarks.peers.subprocess_peer import isolated_peer
from benchmarks.shared.protocol import Peer

TFIDF, NETWORKS, FASTTEXT = "tf-idf + linear", "four networks", "fastText"
LIGHTGBM, CATBOOST, MINILM = "LightGBM", "CatBoost", "MiniLM + linear"

ISOLATED = (FASTTEXT, CATBOOST)
"""Peers that run in an environment of their own."""

PEERS = {
    TFIDF: ("category", "brand", "price", "shipping"),
    NETWORKS: ("price",),
    FASTTEXT: ("category", "brand"),
    LIGHTGBM: ("price", "shipping"),
    CATBOOST: ("price", "shipping"),
    MINILM: ("category", "price", "shipping"),
}
"""Peers and the models that they are compared with."""

VERSIONS = {
    TFIDF: 1,
    NETWORKS: 1,
    FASTTEXT: 1,
    LIGHTGBM: 1,
    CATBOOST: 1,
    MINILM: 1,
}
"""Versions of the peers' methods. Raise one when its answers change: they are kept for hours of
work, and a change of style must not spend these."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What some peers need.

    Attributes:
        python: interpreter of the isolated peers; empty if there is none.
        text_model: folder of a sentence model; empty if there is none.
    """

    python: str = ""
    text_model: str = ""

    def missing(self, peer: str) -> str:
        """Say what a peer lacks; empty if it can run."""
        if peer == MINILM and not self.text_model:
            return "no folder of a sentence model was given"
        if peer in ISOLATED and not Path(self.python or "-").exists():
            return "no python for it"
        return ""


def make_peer(name: str, environment: Environment, vectors: Path) -> Peer:
    """Make a peer; ``vectors`` is the folder of the sentence model's vectors."""
    if name in ISOLATED:
        return isolated_peer(name.lower(), Path(environment.python))
    if name == MINILM:
        return sentence_peer(vectors)

    peers: dict[str, Peer] = {
        TFIDF: linear.linear,
        NETWORKS: networks.networks,
        LIGHTGBM: lightgbm_peer.boosted,
    }
    return peers[name]
