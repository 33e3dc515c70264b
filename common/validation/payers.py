"""Words for who pays the shipping, as shops and sellers write them in single values."""

from __future__ import annotations

import re
from functools import lru_cache

from common.listing import PAYERS
from common.validation.folding import fold_label
from common.validation.texts import parse_label, quote
from common.validation.word_lists import words

PAYER_WORDS = {
    "seller": """
    seller | seller pays | paid by seller | by seller | free | free shipping |
    free delivery | free postage | shipping included | includes shipping |
    postage included | incl. shipping | delivery included | verkäufer |
    verkäufer zahlt | versandkostenfrei | kostenloser versand | versand kostenlos |
    gratis versand | gratisversand | inkl. versand | versand inklusive |
    versand inbegriffen | kostenlos | vendeur | livraison gratuite | livraison offerte |
    frais de port offerts | port offert | port inclus | franco de port | gratuit |
    gratuite | venditore | spedizione gratuita | spedizione inclusa |
    spedizione gratis | gratis | vendedor | envío gratis | envío gratuito |
    envío incluido | portes gratis | gastos incluidos | frete grátis | frete incluso |
    gratis verzending | verkoper | 送料込み | 送料込 | 送料込み(出品者負担) | 送料無料 |
    送料出品者負担 | 出品者負担 | 出品者 | 元払い | 元払 | 発払い | 包邮 | 무료배송 |
    배송비 포함
    """,
    "buyer": """
    buyer | buyer pays | paid by buyer | by buyer | customer | customer pays | collect |
    shipping not included | shipping extra | plus shipping | excl. shipping |
    postage extra | cash on delivery | käufer | käufer zahlt | zzgl. versand |
    zzgl. versandkosten | zuzüglich versand | versand extra | unfrei | acheteur |
    à la charge de l'acheteur | frais de port en sus | livraison en sus | port en sus |
    port dû | acquirente | compratore | spedizione esclusa | a carico dell'acquirente |
    spedizione a carico dell'acquirente | spedizione non inclusa | comprador |
    envío no incluido | a cargo del comprador | portes debidos | gastos no incluidos |
    koper | 着払い | 着払 | 着払い(購入者負担) | 送料別 | 送料別途 | 購入者負担 |
    送料購入者負担 | 落札者負担 | 落札者 | 購入者 | 不包邮 | 착불 | 배송비 별도
    """,
}
"""For each of ``PAYERS`` its usual names; ``0``, ``1`` and amounts depend on the column."""


def parse_payer(value: object) -> str | None:
    """Return the payer of the shipping, one of ``PAYERS``; ``free shipping`` is ``seller``."""
    text = parse_label(value)
    if text is None:
        return None
    payer = find_payer(text)
    if payer is None:
        raise ValueError(
            f"{quote(text)} is none of {', '.join(PAYERS)} and no usual word for either"
        )
    return payer


def find_payer(text: str) -> str | None:
    """Return the payer that a word names, or ``None`` for an unknown word."""
    return _payers().get(_key(text))


@lru_cache(maxsize=1)
def _payers() -> dict[str, str]:
    payers = {}
    for payer in PAYERS:
        payers.update({_key(word): payer for word in words(PAYER_WORDS[payer])})
    return payers


def _key(text: str) -> str:
    blanked = re.sub("[-_]", " ", fold_label(text))
    return " ".join(blanked.split())
