/** The texts of the page in English and Japanese. */

import { language } from "./language.js";

const ENGLISH = {
  heading: "Sell an item", language: "Language", item: "Your item", photos: "Photos",
  takePhoto: "Take a photo", choosePhotos: "Choose photos",
  dropPhotos: "You can also drop photos here.",
  photo: "Photo {number}", cover: "Cover", earlier: "Move photo {number} to the front",
  later: "Move photo {number} back", remove: "Remove photo {number}",
  tooManyPhotos: "At most {limit} photos can be added.",
  unreadablePhoto: "{name} cannot be read as a photo. Choose a JPEG or PNG file.",
  unusablePhoto: "Photo {number} could not be used for the suggestions.",
  title: "Title", titleNote: "What is it?",
  condition: "Condition", description: "Description", details: "Details",
  start: "Start with a photo or a title. We may suggest the rest. "
    + "You can also fill in everything yourself.",
  holdout: "Please fill in the fields below yourself.",
  category: "Category", brand: "Brand", price: "Price", shipping_payer: "Who pays for shipping",
  shipping_method: "Shipping method", parcel_size: "Parcel size", shipping_fee: "Shipping fee",
  other: "Other…", ownValue: "{field}, your own entry", categoryHint: "For example Women/Shoes",
  ownAmount: "{field} in {currency}", accept: "Use {amount}",
  unsure: "We cannot tell. These are guesses:", cannotTell: "We cannot tell. Please fill it in.",
  missing: "There is no suggestion for this now. Please fill it in.",
  parent: "We are not sure which one. It is probably in {parent}:",
  unknown: "We do not know “{value}”, so the other suggestions do not use it.",
  feeIncluded: "Where the buyer pays for shipping, the price includes the fee.",
  chart: "Half of such items sell below {median}. 80 % sell between {low} and {high}.",
  chartOwn: "Your price is {price}.",
  feeRange: "In 80 % of cases between {low} and {high}.", feeFor: "For {method}, {size}.",
  badAmount: "Enter an amount above 0, such as 12.50.",
  earnings: "You earn",
  earningsParts: "Price {price} − commission {commission}",
  earningsFee: "− shipping {fee}",
  down: "Suggestions are not available now. You can fill in everything yourself. "
    + "We keep trying.",
  back: "Suggestions are available again.", updated: "The suggestions have changed.",
  refused: "The service cannot use this: {detail}",
  listIt: "List it", listing: "Listing…", done: "Listed",
  listed: "Thank you. Your item is listed.",
  kept: "What you chose, or left empty, is kept to improve suggestions.",
  keeps: "The shop keeps the text and the photos of your listing to improve suggestions.",
  empty: "Add a photo or a title first.",
  notKept: "The service does not answer. Your entries stay here, "
    + "and your choices are sent when it answers again.",
  again: "List another item",
  values: {
    "no brand": "No brand", seller: "Me", buyer: "The buyer", "": "Not stated",
    new: "New", "like new": "Like new", good: "Good", fair: "Fair", poor: "Poor",
  },
};

const JAPANESE = {
  heading: "商品を出品する", language: "言語", item: "商品", photos: "写真",
  takePhoto: "写真を撮る", choosePhotos: "写真を選ぶ",
  dropPhotos: "ここに写真をドロップすることもできます。",
  photo: "写真{number}", cover: "表紙", earlier: "写真{number}を前へ移動",
  later: "写真{number}を後ろへ移動", remove: "写真{number}を削除",
  tooManyPhotos: "写真は{limit}枚まで追加できます。",
  unreadablePhoto: "{name}は写真として読み込めません。JPEGまたはPNGを選んでください。",
  unusablePhoto: "写真{number}は提案に使えませんでした。",
  title: "タイトル", titleNote: "どんな商品ですか。",
  condition: "商品の状態", description: "商品の説明", details: "商品の詳細",
  start: "写真かタイトルから始めてください。残りの項目が提案されることがあります。"
    + "すべて自分で入力することもできます。",
  holdout: "下の項目を入力してください。",
  category: "カテゴリー", brand: "ブランド", price: "価格", shipping_payer: "送料の負担",
  shipping_method: "配送方法", parcel_size: "荷物のサイズ", shipping_fee: "送料",
  other: "その他…", ownValue: "{field}を自分で入力", categoryHint: "例：レディース/靴",
  ownAmount: "{field}（{currency}）", accept: "{amount}にする",
  unsure: "判断できません。候補は次のとおりです。",
  cannotTell: "判断できません。入力してください。",
  missing: "現在この項目の提案はありません。入力してください。",
  parent: "どれかは判断できませんが、おそらく{parent}です。",
  unknown: "「{value}」は登録にないため、他の提案には使われません。",
  feeIncluded: "購入者が送料を負担する場合、価格には送料が含まれます。",
  chart: "同様の商品の半数は{median}未満で売れます。80％は{low}から{high}の間で売れます。",
  chartOwn: "あなたの価格は{price}です。",
  feeRange: "80％の場合、{low}から{high}の間です。", feeFor: "{method}、{size}の場合。",
  badAmount: "0より大きい金額を入力してください。例：1200",
  earnings: "販売利益",
  earningsParts: "価格 {price} − 手数料 {commission}",
  earningsFee: "− 送料 {fee}",
  down: "現在、提案を利用できません。すべて自分で入力できます。接続を試み続けます。",
  back: "提案が再び利用できます。", updated: "提案が更新されました。",
  refused: "この内容は使えません：{detail}",
  listIt: "出品する", listing: "出品しています…", done: "出品しました",
  listed: "ありがとうございます。商品を出品しました。",
  kept: "選択や未選択は提案の改善のために保存されます。",
  keeps: "出品した商品の文章と写真は、提案の改善のためにショップが保存します。",
  empty: "先に写真かタイトルを追加してください。",
  notKept: "サービスが応答しません。入力内容はこのまま残り、応答が戻り次第、選択を送信します。",
  again: "続けて出品する",
  values: {
    "no brand": "ノーブランド", seller: "出品者（自分）", buyer: "購入者", "": "未選択",
    new: "新品", "like new": "未使用に近い", good: "良い", fair: "使用感あり", poor: "状態が悪い",
  },
};

export const TEXTS = { en: ENGLISH, ja: JAPANESE };

/** Return a text of the page in the chosen language, with `{name}` replaced by values. */
export function text(key, values = {}) {
  return TEXTS[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Return how a value of a field is shown: a few have words of each language. */
export function valueText(value) {
  return TEXTS[language].values[value] ?? value.replaceAll("/", " › ");
}

/** Return an amount in the form of the chosen language. */
export function money(amount, currency) {
  const form = currency ? { style: "currency", currency } : {};
  return new Intl.NumberFormat(language, form).format(amount);
}

/** Return a probability as a percentage. */
export function percent(probability) {
  const form = new Intl.NumberFormat(language, { style: "percent" });
  return probability < 0.01 ? `<${form.format(0.01)}` : form.format(probability);
}

/** Write the texts of the elements that name one, as in `data-text="title"`. */
export function writeTexts() {
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = text(element.dataset.text);
  }
  document.title = text("heading");
}
