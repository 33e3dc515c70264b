"""Words of shops that mean the same, by the names that taxonomies prefer.

General vocabulary: British and American English, everyday and trade names, and the same in
Japanese. Nothing here belongs to one shop.
"""

from __future__ import annotations

from collections.abc import Mapping

_ENGLISH = """
trainer: sneaker | jumper: sweater | pullover: sweater | knitwear: sweater | trouser: pant
slack: pant | cord: pant | khaki: chino pant | jewellery: jewelry | tyre: tire | nappy: diaper
pram: stroller | pushchair: stroller | buggy: stroller | cot: crib | hob: cooktop
cooker: range oven | fridge: refrigerator | tap: faucet | wardrobe: armoire | settee: sofa
couch: sofa | spanner: wrench | torch: flashlight | hoover: vacuum | telephone: phone
mobile: phone | smartphone: phone | tv: television | rucksack: backpack | waistcoat: vest
swimsuit: swimwear | bikini: swimwear | pyjama: pajama | nightwear: sleepwear | bicycle: bike
bike: bicycle | cycle: bicycle | lorry: truck | duvet: comforter | bin: trash
strimmer: trimmer | secateur: pruner | spectacle: eyeglass | netbook: laptop | notebook: laptop
pc: computer | tee: t-shirt | hoody: hoodie | romper: one-piece | jumpsuit: one-piece
playsuit: one-piece | dungaree: overall | vinyl: record | fragrance: perfume cologne
aftershave: cologne | manicure: nail | barbeque: grill | barbecue: grill | bbq: grill
raincoat: rain coat | wellington: boot | loafer: flat | ballerina: flat | mule: clog
flop: sandal | pump: heel | stiletto: heel | blazer: jacket coat | fleece: jacket
anorak: jacket | parka: coat | bridal: wedding | crockery: dinnerware | cutlery: flatware
glassware: drinkware | motorbike: motorcycle | caravan: recreational vehicle | satnav: gps
hifi: stereo | earphone: headphone | headset: headphone | shirtdress: dress | gown: dress
blouse: top | skort: skirt | sweat: sweatshirt | kid: child | children: child | boy: child
girl: child | infant: baby | toddler: baby | nursery: baby | newborn: baby | film: video movie
movie: video | dvd: video | cd: music | lp: record | book: print | toiletry: bath | basin: sink
carpet: rug | wood: lumber | timber: lumber | plasterboard: drywall | washing: laundry
tumble: laundry | suitcase: luggage | holdall: duffel | purse: wallet handbag | scooter: riding
ebook: reader | treadmill: cardio | sewing: craft | scrapbooking: craft | active: activewear
yoga: activewear | athletic: activewear | stationery: office paper | turtleneck: sweater
romper: one-piece | doll: toy | lego: building toy | worktop: countertop | skirting: molding
ladder: scaffolding | handtruck: truck | dumbbell: weight | racking: shelving | shelf: shelving
bookcase: shelving | chest: dresser | drawer: dresser | bedside: nightstand | lamp: lighting
light: lighting | curtain: drape window | blind: window | pot: cookware | pan: cookware
saucepan: cookware | teapot: tea | glove: mitten
"""

_JAPANESE = """
リュック: バックパック | リュックサック: バックパック | 携帯電話: スマートフォン
スマホ: スマートフォン | ズボン: パンツ | tv: テレビ | pc: コンピューター
パソコン: コンピューター | 電話機: 電話 | 釣り: フィッシング | フィッシング: 釣り | 魚釣り: 釣り
メガネ: 眼鏡 | 眼鏡: メガネ | ローファー: フラット | パンプス: ヒール | バレエシューズ: フラット
文房具: 事務用品 オフィス用品 | ハット: 帽子 | キャップ: 帽子 野球帽 | ニット帽: ビーニー
かばん: バッグ | 鞄: バッグ | 腕時計: 時計 | 玩具: おもちゃ | ホビー: 趣味 | 財布: ウォレット
自転車: サイクリング | 車: 自動車 乗り物 | 車用品: 乗り物用 | バイク: オートバイ | 本: 書籍
模型: モデル | 鉄道模型: 鉄道 モデル | コレクション: コレクター | 鍋: 調理鍋 | 調理器具: 調理鍋
ポット: ケトル | 電気ポット: 電気ケトル | マフラー: スカーフ ショール | ストール: ショール
バングル: ブレスレット | 指輪: リング | リング: 指輪 | イヤリング: ピアス | ピアス: イヤリング
ビジネスバッグ: ブリーフケース | ボストンバッグ: ダッフルバッグ | ボディバッグ: ウェストポーチ
ウエストポーチ: ウェストポーチ | インテリア小物: インテリア | 冷凍庫: フリーザー
掃除機: クリーナー | 寝袋: シュラフ | ロッド: 竿 釣り竿 | 竿: 釣り竿 | テント: シェルター
ディスプレイ: モニター | プリンタ: プリンター | スキャナ: スキャナー | ノートpc: ノートパソコン
デスクトップpc: デスクトップ | ストーブ: ヒーター | 扇風機: ファン | 工具: ツール
手動工具: 工具 | 電動工具本体: 工具 | 皿: プレート | グラス: コップ | マグカップ: マグ
花: フラワー | ガーデン: 庭 | 美容: 化粧 | コスメ: 化粧品 | 洋服: 衣料品 | 服: 衣料品
トップス: 衣類 | アウター: コート ジャケット | 喫煙具: タバコ | 麦わら帽子: 日よけ帽子
アウトドア: 屋外 キャンプ | チェア: 椅子 | イス: 椅子 | 椅子: チェア | 机: テーブル
blu-ray: ブルーレイ | ブルーレイ: blu-ray | ウェア: 衣料品 | ウエア: 衣料品 | 照明: ライト
バーナー: コンロ | フィギュア: 人形 | ぬいぐるみ: 人形 | 炊飯器: 炊飯
"""


def read_synonyms() -> Mapping[str, tuple[str, ...]]:
    """Return the words that each word may stand for; entries stand between bars and line ends."""
    synonyms = {}
    for entry in f"{_ENGLISH}|{_JAPANESE}".replace("\n", "|").split("|"):
        word, _, others = entry.partition(":")
        if others:
            synonyms[word.strip()] = tuple(others.split())
    return synonyms
