"""The text models that can become encoders, from transformers to our artifact."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from common.encoder_training.export_onnx import export
from common.encoder_training.pretrained import load_model
from common.encoders import text as sentence
from common.encoders.text import Settings
from common.errors import InputError

FAMILIES: Mapping[str, str] = {
    "bert": "BertModel",
    "xlm-roberta": "XLMRobertaModel",
    "modernbert": "ModernBertModel",
}
"""Class by ``model_type``; MiniLM, E5 and many sentence encoders are of the first two."""


class MeanPooled(nn.Module):
    """A text model that gives the mean over the tokens of a text, as sentence encoders do.

    Reimers and Gurevych 2019, Sentence-BERT; padding is left out of the mean.
    """

    def __init__(self, model: nn.Module) -> None:
        """Wrap a loaded model."""
        super().__init__()
        self.model = model.eval()
        self.config: Any = model.config

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return vectors ``[texts, dims]`` of tokens ``[texts, tokens]``; mask 0 is padding."""
        states = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).to(states.dtype)
        total: Tensor = (states * weights).sum(1)
        return total / weights.sum(1).clamp(min=1e-9)


def load_text(name: str, model_type: str) -> MeanPooled:
    """Load a text model of one of ``FAMILIES`` in float32."""
    wanted = {} if model_type == "modernbert" else {"add_pooling_layer": False}
    return MeanPooled(load_model(FAMILIES[model_type], name, **wanted))


def load_tokenizer(name: str, model: MeanPooled) -> Any:
    """Load the tokenizer of a model, one that the library ``tokenizers`` can run.

    Where a folder has none, transformers makes an empty one, which is refused like any that is not
    the model's own.
    """
    from transformers import AutoTokenizer

    try:
        found = AutoTokenizer.from_pretrained(name)
    except (OSError, ValueError) as error:
        reason = str(error).strip().split("\n")[0]
        raise InputError(f"the tokenizer of {name} cannot be loaded: {reason}") from None
    if not found.is_fast:
        raise InputError(f"{name} has no tokenizer.json, which serving needs")
    known, wanted = len(found), int(model.config.vocab_size)
    if not wanted / 2 <= known <= wanted:
        raise InputError(
            f"the tokenizer of {name} knows {known} tokens and its model {wanted}:"
            " they do not belong together"
        )
    return found


def export_text(model: MeanPooled, tokenizer: Any, max_tokens: int, folder: Path) -> None:
    """Write the network, its tokenizer and settings into a folder."""
    example = torch.ones(2, 4, dtype=torch.int64)
    example[0, 2:] = 0
    ids = torch.full((2, 4), 5)
    export(model, {"ids": ids, "mask": example}, ("rows", "tokens"), folder)
    text = tokenizer.backend_tokenizer.to_str(pretty=False)
    (folder / sentence.TOKENIZER).write_text(text, encoding="utf-8")
    sentence.save_settings(folder, Settings(max_tokens))


def check_tokens(model: MeanPooled, max_tokens: int) -> None:
    """Raise ``InputError`` unless the model has positions for so many tokens."""
    config = model.config
    skipped = config.pad_token_id + 1 if config.model_type == "xlm-roberta" else 0
    longest = int(config.max_position_embeddings) - int(skipped)
    if not 4 <= max_tokens <= longest:
        raise InputError(f"max_tokens must be from 4 to {longest} for this model, not {max_tokens}")
