"""Words that stand where a value was not given, in any field that holds a label."""

from __future__ import annotations

import re
from functools import lru_cache

from common.validation.folding import fold_label
from common.validation.word_lists import words

NOT_STATED_WORDS = words(
    """
    nan | null | (null) | none | n/a | n.a. | n.a | #n/a | #null! | #value! | \\n |
    <na> | <null> | undefined | tbd | tba | unknown | not known | unspecified |
    not specified | not stated | not set | not given | not provided | not available |
    not sure | unsure | don't know | do not know | no data | no information | no info |
    please select | unbekannt | keine angabe | keine angaben | k.a. | k. a. |
    nicht angegeben | nicht bekannt | bitte wählen | inconnu | inconnue | non précisé |
    non précisée | non renseigné | non renseignée | non spécifié | non spécifiée |
    non communiqué | pas précisé | sconosciuto | sconosciuta | non specificato |
    non specificata | non disponibile | non indicato | non indicata | desconocido |
    desconocida | no especificado | no especificada | sin especificar | no disponible |
    no indicado | desconhecido | desconhecida | não especificado | não informado |
    não informada | onbekend | niet opgegeven | nieznany | nieznana | nie podano |
    okänd | okänt | ukendt | не указан | не указано | не указана | неизвестно | 不明 |
    未設定 | 未選択 | 未記入 | 未入力 | 未指定 | 指定なし | 選択してください |
    わからない | 分からない | 不詳 | 未知 | 未填写 | 모름 | 알 수 없음
    """
)
"""Spellings of "it is not known" and "nobody said", folded, in the usual languages."""

_STROKES = re.compile(
    r"""[-_.,:;?!*/\\|#'"~^=()\[\]{}<>\u2026\u30fb\u30fc\u3002\u3001\u2215\s]+"""
)


def is_not_stated(text: str) -> bool:
    """Tell whether a label only says that there is none: ``-``, ``???``, ``unknown``, ``不明``."""
    folded = fold_label(text)
    return not folded or is_only_strokes(folded) or folded in _folded_words()


def is_only_strokes(text: str) -> bool:
    """Tell whether a text has dashes, dots, question marks and the like only; ``&`` is a name."""
    return bool(_STROKES.fullmatch(text))


@lru_cache(maxsize=1)
def _folded_words() -> frozenset[str]:
    return frozenset(map(fold_label, NOT_STATED_WORDS))
