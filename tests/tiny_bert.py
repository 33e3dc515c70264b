"""The smallest text model, with weights of chance, for tests that need a text encoder."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from string import ascii_lowercase, digits

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LETTERS = (*ascii_lowercase, *(f"##{sign}" for sign in ascii_lowercase + digits))


def save_tiny_bert(folder: Path, words: Sequence[str] = LETTERS) -> str:
    """Save a model of one layer that knows these words, by default single letters.

    Returns the folder, as settings of encoders name it.
    """
    import torch
    import transformers

    vocabulary = [*SPECIAL, *words]
    config = transformers.BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
    )
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary_file = folder / "vocab.txt"
    vocabulary_file.write_text("\n".join(vocabulary))
    torch.manual_seed(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        transformers.BertModel(config).save_pretrained(folder)
        tokenizer = transformers.BertTokenizer(str(vocabulary_file))
        tokenizer.save_pretrained(folder)
    return str(folder)
