"""Usual names of conditions on a scale from 0, new, to 4, poor; see ``conditions``.

The steps are those of ``common.listing.CONDITIONS``. Names between two steps have fractions, so
that any shop's scale keeps its order: eBay's and Amazon's, Mercari's in English and Japanese,
Vinted's, Kleinanzeigen's, Leboncoin's, Wallapop's, schema.org's and Google's.
"""

from __future__ import annotations

from common.validation.word_lists import words

NAMES_BY_RANK: dict[float, str] = {
    0.0: """
    new | brand new | new with tags | new with tag | nwt | bnwt | new with box |
    new in box | nib | bnib | bnip | new in package | new in packaging | new sealed |
    sealed | factory sealed | brand new in box | brand new with tags | new item |
    factory new | deadstock | neu | neu mit etikett | neu mit etiketten |
    neu mit karton | neu mit ovp | neu in ovp | neuware | fabrikneu | brandneu |
    originalverpackt | neu originalverpackt | neu versiegelt | neuf | neuve |
    neuf avec étiquette | neuf avec étiquettes | neuf avec boîte | neuf emballé |
    neuf sous blister | tout neuf | neuf dans son emballage | nuovo | nuova |
    nuovo con cartellino | nuovo con etichetta | nuovo con cartellini |
    nuovo con etichette | nuovo con scatola | nuovo di zecca | nuovo sigillato | nuevo |
    nueva | nuevo con etiquetas | nuevo con etiqueta | nuevo con caja | a estrenar |
    nuevo precintado | precintado | sin abrir | novo | nova | novo com etiqueta |
    novo na caixa | nieuw | nieuw met prijskaartje | nowy | nowa | nowy z metką | ny |
    ny med etikett | новый | новое | новая | 新品 | 新品、未使用 | 新品・未使用 |
    新品未使用 | 新品未開封 | 未開封 | 未開封品 | 未使用新品 | 全新 | 새상품 | 새 상품 |
    미개봉
    """,
    0.25: """
    new without tags | new without tag | nwot | bnwot | new without box | new other |
    new other see details | new no tags | new never used | never used | never worn |
    unused | unworn | neu ohne etikett | neu ohne etiketten | neu ohne karton |
    neu sonstige | neu sonstige siehe artikelbeschreibung | ungetragen | unbenutzt |
    nie getragen | nie benutzt | neuf sans étiquette | neuf sans étiquettes |
    neuf sans boîte | neuf autre | neuf autre voir les détails | jamais porté |
    jamais portée | jamais utilisé | jamais servi | nuovo senza cartellino |
    nuovo senza etichetta | nuovo senza scatola | nuovo altro |
    nuovo altro vedi dettagli | mai usato | mai indossato | mai usata | mai indossata |
    nuevo sin etiquetas | nuevo sin etiqueta | nuevo sin caja | nuevo otro |
    nuevo otro ver detalles | sin usar | sin estrenar | nunca usado |
    novo sem etiqueta | nunca usada | nieuw zonder prijskaartje | ongebruikt |
    ongedragen | nowy bez metki | oanvänd | 未使用 | 未使用品 | 新品同等 | 미사용
    """,
    0.5: """
    open box | opened box | opened never used | box opened | display model |
    ex display | demo | new old stock | nos | overstock | like new open box |
    geöffnete verpackung | vorführer | vorführgerät | ausstellungsstück | b ware |
    emballage ouvert | produit d'exposition | déballé | scatola aperta | esposizione |
    da esposizione | caja abierta | en su caja | de exposición | 開封済み |
    開封済み未使用 | 開封未使用 | 開封品 | 展示品 | 新古品 | 未使用保管品
    """,
    0.75: """
    new with defects | new with imperfections | new with defect | nwd |
    factory seconds | certified refurbished | certified pre owned |
    manufacturer refurbished | factory refurbished | refurbished certified |
    excellent refurbished | refurbished excellent | neu mit fehlern | neu mit mängeln |
    vom hersteller generalüberholt | zertifiziert refurbished | neuf avec défauts |
    reconditionné certifié | remis à neuf par le fabricant |
    reconditionné par le fabricant | nuovo con difetti | ricondizionato certificato |
    ricondizionato dal produttore | nuevo con defectos | reacondicionado certificado |
    reacondicionado por el fabricante
    """,
    1.0: """
    like new | as new | almost new | nearly new | near new | mint | near mint |
    mint condition | pristine | flawless | perfect | used like new |
    pre owned like new | worn once | used once | renewed | very good refurbished |
    refurbished very good | barely used | hardly used | neuwertig | wie neu | fast neu |
    so gut wie neu | neuwertiger zustand | neuwertigem zustand | gebraucht wie neu |
    einmal getragen | makellos | perfekt | generalüberholt sehr gut | comme neuf |
    comme neuve | quasi neuf | presque neuf | état neuf | impeccable | parfait état |
    parfait | porté une fois | come nuovo | come nuova | pari al nuovo | quasi nuovo |
    perfetto | perfette | indossato una volta | como nuevo | como nueva | casi nuevo |
    seminuevo | impecable | perfecto estado | perfecto | como novo | seminovo |
    zo goed als nieuw | als nieuw | jak nowy | som ny | nyskick | как новый |
    未使用に近い | 新品同様 | ほぼ新品 | ほぼ未使用 | 極美品 | 超美品 | 新同 | 新同品 |
    九成新 | 几乎全新 | 거의 새것
    """,
    1.25: """
    excellent | excellent condition | excellent used condition | euc | superb |
    outstanding | refurbished | seller refurbished | remanufactured | reconditioned |
    good refurbished | refurbished good | used excellent | pre owned excellent |
    ausgezeichnet | hervorragend | exzellent | generalüberholt | refurbisht |
    aufbereitet | vom verkäufer generalüberholt | wiederaufbereitet | excellent état |
    reconditionné | reconditionnée | remis à neuf | reconditionné par le vendeur |
    remis à neuf par le vendeur | eccellente | eccellenti | ricondizionato |
    ricondizionata | rigenerato | ricondizionato dal venditore | excelente |
    excelente estado | reacondicionado | reacondicionada |
    reacondicionado por el vendedor | recondicionado | restaurado | uitstekend |
    gereviseerd | odnowiony | renoverad | 美品 | 非常に状態が良い | 再生品 | 整備済み |
    整備済み品 | 整備済品 | リファービッシュ | リファービッシュ品 | 翻新 | 리퍼
    """,
    1.5: """
    very good | very good condition | vgc | vguc | very good used condition |
    used very good | gently used | lightly used | light wear | minor wear |
    pre owned very good | great | great condition | used great | great used condition |
    sehr gut | sehr guter zustand | sehr gutem zustand | sehr gut erhalten |
    gebraucht sehr gut | kaum getragen | kaum benutzt | leichte gebrauchsspuren |
    très bon | très bon état | très bonne | occasion très bon état | très peu porté |
    ottime | ottimo | ottima | ottimo stato | ottime condizioni | molto buono |
    molto buone | usato ottimo | usato pochissimo | muy bueno | muy buena | muy bien |
    muy buen estado | usado muy bueno | poco uso | muito bom | heel goed | zeer goed |
    bardzo dobry | mycket bra | mycket bra skick | 非常に良い | とても良い | 大変良い |
    かなり良い | 目立った傷や汚れなし、美品
    """,
    2.0: """
    good | good condition | guc | good used condition | used good | used | pre owned |
    preowned | pre loved | preloved | second hand | secondhand | pre worn | worn |
    vintage | normal wear | used condition | pre owned good | works | working |
    fully functional | gut | guter zustand | gutem zustand | gut erhalten | gebraucht |
    gebraucht gut | secondhand gut | gebrauchter zustand | gebrauchsspuren |
    normale gebrauchsspuren | getragen | bon | bonne | bon état | bonne état |
    occasion | d'occasion | usagé | usagée | seconde main | de seconde main |
    occasion bon état | utilisé | porté | buone | buono | buona | buono stato |
    buone condizioni | usato | usata | usato buono | di seconda mano | seconda mano |
    bueno | buena | bien | buen estado | buenas condiciones | usado | usada |
    usado bueno | de segunda mano | segunda mano | de ocasión | bom | bom estado |
    usado bom | goed | gebruikt | tweedehands | dobry | używany | używane | bra |
    bra skick | begagnad | begagnat | б/у | хорошее | 目立った傷や汚れなし |
    目立った傷や汚れ無し | 良い | 良品 | 良好 | 中古 | 中古品 | 中古美品 | ユーズド |
    二手 | 중고
    """,
    2.5: """
    average | ok | okay | used acceptable good | average condition | visible wear |
    signs of wear | decent | some wear | used with defects | mittel | normal |
    deutliche gebrauchsspuren | moyen | état moyen | état d'usage | nella media |
    regular | medio | średni | 並品 | 並 | 普通 | 使用感あり | 多少の使用感あり
    """,
    2.75: """
    やや傷や汚れあり | やや傷や汚れ有り | 小傷あり | 多少の傷や汚れあり | やや傷あり
    """,
    3.0: """
    fair | fair condition | acceptable | used acceptable | satisfactory | used fair |
    pre owned fair | heavily used | well worn | well used | heavy wear |
    play condition | played | zufriedenstellend | akzeptabel | in ordnung |
    ausreichend | befriedigend | gebraucht akzeptabel | stark gebraucht |
    starke gebrauchsspuren | abgenutzt | stark getragen | satisfaisant | satisfaisante |
    état satisfaisant | acceptable | correct | état correct | passable |
    occasion acceptable | très usé | usé | discrete | discreto | discreta |
    discreto stato | discrete condizioni | accettabile | accettabili | sufficiente |
    usato accettabile | satisfactorio | satisfactoria | aceptable | estado aceptable |
    condiciones aceptables | en condiciones aceptables | usado aceptable | suficiente |
    muy usado | desgastado | satisfatório | aceitável | redelijk | acceptabel | matig |
    zadowalający | dostateczny | godtagbart | tillfredsställande | удовлетворительное |
    可 | まあまあ | 訳あり | 訳あり品 | わけあり | 使用感が強い
    """,
    3.25: """
    傷や汚れあり | 傷や汚れ有り | 傷あり | 汚れあり | 傷・汚れあり | キズあり |
    used with flaws | flawed | with flaws | with defects | has flaws
    """,
    3.5: """
    難あり | 難有り | 難あり品 | 現状品 | 現状渡し | as is | as found | mit mängeln |
    mit fehlern | reparaturbedürftig | avec défauts | à réparer | à rénover |
    con difetti | da riparare | da restaurare | con defectos | para reparar |
    needs repair | for repair | needs work
    """,
    4.0: """
    poor | poor condition | bad | very bad | for parts | for parts or not working |
    parts only | for parts not working | parts or not working | for parts or repair |
    spares or repair | spares or repairs | spares and repairs | for spares | spares |
    not working | non working | does not work | broken | damaged | defective | faulty |
    salvage | junk | unserviceable | very worn | schlecht | sehr schlecht | defekt |
    kaputt | beschädigt | als ersatzteil | als ersatzteil defekt | für bastler |
    bastler | ersatzteile | ersatzteil | nicht funktionsfähig | stark beschädigt |
    mauvais | mauvais état | pour pièces | pour pièces détachées | hors service | hs |
    en panne | pour pièces ou ne fonctionne pas |
    pour pièces détachées ne fonctionne pas | cassé | abîmé | endommagé | défectueux |
    épave | scarso | scarse | cattivo stato | pessimo | pessime condizioni |
    per pezzi di ricambio | per parti di ricambio o non funzionante | per ricambi |
    non funzionante | rotto | danneggiato | guasto | difettoso | malo | mal estado |
    mala | muy malo | para piezas | para repuestos | para desguace | averiado |
    para piezas o no funciona | no funciona | roto | dañado | defectuoso |
    lo ha dado todo | ruim | com defeito | não funciona | quebrado | danificado |
    slecht | defect | kapot | uszkodzony | zły | dåligt skick | defekt skick | плохое |
    на запчасти | 悪い | 状態が悪い | 全体的に状態が悪い | ジャンク | ジャンク品 |
    故障 | 故障品 | 破損 | 破損品 | 不良 | 不動品 | 部品取り | 动不了 | 损坏 | 고장
    """,
}  # fmt: skip
"""Names by rank, separated by ``|``; blanks and ``-`` are one, accents do not count."""

GRADES = {
    "n": 0.0, "s": 0.0, "sa": 0.5, "a": 1.0, "ab": 1.5, "b": 2.0, "bc": 2.5, "c": 3.0, "cd": 3.5,
    "d": 4.0, "j": 4.0, "1": 0.0, "2": 1.0, "3": 2.0, "4": 3.0, "5": 4.0,
}  # fmt: skip
"""Ranks of grades: letters of dealers in second-hand goods, and Mercari's numbers from 1, new."""

GRADE_STEP = 0.25
"""What ``+`` or ``-`` behind a letter is worth."""

GENERAL_NAMES = words(
    """
    used | pre owned | preowned | pre loved | preloved | second hand | secondhand |
    refurbished | seller refurbished | certified refurbished |
    manufacturer refurbished | gebraucht | generalüberholt | occasion | d'occasion |
    reconditionné | usato | ricondizionato | usado | reacondicionado | de segunda mano |
    seconde main | gebruikt | begagnad | używany | 中古 | 中古品 | ユーズド |
    整備済み品 | 再生品 | 二手 | new | neu | neuf | nuovo | nuevo | 新品 | vintage
    """
)
"""Names that only say which part of the scale another name is about: ``used - very good``."""

FILLERS = words(
    """
    in | en | the | a | an | is | are | condition | conditions | cond | state | item |
    status | grade | rank | level | quality | zustand | im | ist | allgemeinzustand |
    état | stato | condizioni | condizione | estado | condición | condiciones | de |
    la | del | staat | conditie | stan | skick | 状態 | ランク | 商品の状態 |
    コンディション
    """
)
"""Words that say only that a condition is meant."""
