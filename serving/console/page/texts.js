/** The texts of the console in English and Japanese, and numbers and times in their forms. */

import { language } from "./language.js";

const ENGLISH = {
  heading: "Console", language: "Language", sections: "Sections", loading: "Loading…",
  asOf: "As of {time}", comma: ", ",
  releases: "Releases", runs: "Training runs", sellers: "Sellers", monitoring: "Monitoring",
  experiments: "Experiments", costs: "Costs of training", releasesAndRuns: "Releases and runs",
  allWell: "All is well: release {champion} is the champion, and nothing waits for you.",
  serious: "Look at this today:", attention: "Nothing is broken. When you have time:",
  down: "The console does not answer. It is asked again every half minute.",
  unread: "This cannot be read now.",
  unreadSince: "This cannot be read now; it is shown as it was at {time}.",
  "found unread": "{subject} cannot be read:",
  "found no_champion": "Nothing has been released yet, so sellers get no suggestions.",
  "found run_failed": "The last training run failed:",
  "found run_lost": "The last training run has not ended, and nothing is heard of it.",
  "found run_refused": "The last training run made no release, so the champion stays:",
  "found awaiting_approval": "Release {subject} waits for your approval.",
  "found held": "Promotions are held until {subject}:",
  "found retrain": "Monitoring asks for new models:",
  "found drift": "Drift was found, too little to retrain ({subject}):",
  "found monitoring_old": "The last monitoring was at {subject}. It should run every day.",
  "found experiment_void": "Experiment {subject} tells nothing, because sellers are missing:",
  "found experiment_harm": "Experiment {subject} breaks a guardrail:",
  "found experiment_decided": "Experiment {subject} is over and can be decided:",
  copy: "Copy", copyIt: "Copy: {words}", copied: "Copied", selected: "Selected: press Ctrl+C",
  noReleases: "Nothing has been released yet.", champion: "Champion", earlier: "Earlier champion",
  candidate: "Not promoted", promotedBy: "Became the champion at {time}, by {by}.",
  published: "Published at {time}.", rollback: "Return to the newest of them:",
  earlierChampions: "Earlier champions ({number})", olderRuns: "Older runs ({number})",
  noRuns: "There has been no training run.", promoted: "Promoted", refused: "Refused",
  failed: "Failed", trained: "Trained", held: "Held", "awaiting approval": "Awaits approval",
  running: "Running", lost: "Lost", planned: "Planned", stopped: "Stopped", ended: "Ended",
  gate: "What the gate said", model: "Model", decision: "Decision", because: "Because",
  passed: "Passed", missed: "Missed",
  better: "{metric} is {gain} better than the champion’s, on {rows} listings",
  worse: "{metric} is {gain} worse than the champion’s, on {rows} listings",
  period: "Period", lastDays: "Last {days} days", nRuns: "Runs", cost: "Cost", hours: "Hours",
  cpuHours: "CPU hours", gpuHours: "GPU hours",
  estimate: "Costs are estimated from the prices in LISTREC_MACHINE_PRICES.",
  unpriced: "Runs without a cost: {runs}.",
  noPrices: "LISTREC_MACHINE_PRICES says what machines cost. Until then no costs are estimated.",
  noEvents: "The shop keeps no events (LISTREC_EVENTS), so nothing is known of sellers.",
  noSellers: "No item was put up in the last 14 days.",
  acceptance: "The share of suggestions on the screen that sellers accepted, in the last 7 days. "
    + "The holdout is left out.",
  ofAnswers: "of {answers}; {before} in the 7 days before",
  acceptedOf: "Accepted, by day: {field}", items: "Items put up",
  ofHoldout: "in the last 7 days, {holdout} of them in the holdout", holdout: "Holdout",
  byDay: "Figures by day", day: "Day (UTC)",
  noMonitoring: "Nothing was monitored yet.", retrainNow: "Retrain now",
  noRetrain: "No reason to retrain",
  daysListings: "{first} to {last}, {listings} items",
  waits: "No run is started before {time}.", startedRun: "A training run was started for this.",
  drifts: "Drifts", asBefore: "As before", driftOf: "Drift in {found} of {compared} features",
  feature: "Feature", effect: "Size", quality: "Quality", metric: "Metric", value: "Value",
  interval: "95 % interval", rows: "Rows", monitoredAt: "Monitored at {time}.",
  changedAt: "Published or stopped last at {time}, by {by}.",
  noExperiments: "No experiment is published.", notAnalyzed: "It was not analyzed yet.",
  overExperiments: "Experiments that are over ({number})",
  facts: "{layer}, decided by {metric}, {start} to {end}, owner {owner}",
  wholePage: "The whole page", analyzedAt: "Analyzed at {time}, after {day} of {days} days.",
  effectOf: "{variant} against {control}: {metric}", effects: "Effects", variants: "Variants",
  variant: "Variant", difference: "Difference", shareOfSellers: "Share", sellersSeen: "Sellers",
  whatItGets: "Notes", shadow: "computed, not shown",
  stoppedBy: "{variant} was stopped by {by} at {time}.",
  "verdict void": "Tells nothing", "verdict harm": "Harms", "verdict running": "Too early",
  "verdict better": "Better", "verdict worse": "Worse", "verdict no difference": "No difference",
  "verdict unclear": "Unclear", "verdict stopped": "Stopped",
  plotShares: "{title}, {from} to {to}: from {first} to {last}.",
  plotBars: "{title}, {from} to {to}: {total} in all, {most} at most on a day.",
  plotEffect: "{title}, {from} to {to}: {effect} in the end, between {low} and {high}.",
  names: {
    category: "Category", brand: "Brand", price: "Price", shipping: "Shipping",
    encoders: "Encoders", shipping_payer: "Who pays", shipping_method: "Shipping method",
    parcel_size: "Parcel size", shipping_fee: "Shipping fee",
  },
  metrics: {
    acceptance: "acceptance", top1: "accuracy", top_1_accuracy: "accuracy",
    top_k_accuracy: "accuracy of all candidates", expected_accuracy: "expected accuracy",
    coverage: "coverage", expected_coverage: "expected coverage", rmsle: "error of prices",
    calibration_error: "calibration error", pinball_loss: "pinball loss",
    expected_pinball_loss: "expected pinball loss", seconds: "seconds an item takes",
    listings: "items of a seller", price_error: "error of suggested prices",
    sold_in_7_days: "sold in 7 days", revenue_in_7_days: "revenue in 7 days",
  },
};

const JAPANESE = {
  heading: "コンソール", language: "言語", sections: "項目", loading: "読み込んでいます…",
  asOf: "{time}時点", comma: "、",
  releases: "リリース", runs: "学習の実行", sellers: "出品者", monitoring: "モニタリング",
  experiments: "実験", costs: "学習の費用", releasesAndRuns: "リリースと学習の実行",
  allWell: "問題ありません。リリース{champion}がチャンピオンで、対応が必要なものはありません。",
  serious: "今日、確認してください：", attention: "障害はありません。時間のあるときに確認してください：",
  down: "コンソールが応答しません。30秒ごとに再試行します。",
  unread: "現在、読み込めません。", unreadSince: "現在、読み込めません。{time}時点の内容です。",
  "found unread": "{subject}を読み込めません：",
  "found no_champion": "まだ何もリリースされていないため、出品者に提案が表示されません。",
  "found run_failed": "前回の学習が失敗しました：",
  "found run_lost": "前回の学習が終わらないまま、記録が途絶えています。",
  "found run_refused": "前回の学習ではリリースが作られず、チャンピオンは変わりません：",
  "found awaiting_approval": "リリース{subject}が承認を待っています。",
  "found held": "昇格は{subject}まで保留されています：",
  "found retrain": "モニタリングが再学習を求めています：",
  "found drift": "ドリフトがあります（{subject}件）。再学習が必要なほどではありません：",
  "found monitoring_old": "前回のモニタリングは{subject}でした。毎日実行してください。",
  "found experiment_void": "実験{subject}は出品者が欠けているため、何も判断できません：",
  "found experiment_harm": "実験{subject}がガードレールに違反しています：",
  "found experiment_decided": "実験{subject}が終わり、判断できます：",
  copy: "コピー", copyIt: "コピー：{words}", copied: "コピーしました",
  selected: "選択しました。Ctrl+Cでコピーできます",
  noReleases: "まだ何もリリースされていません。", champion: "チャンピオン",
  earlier: "以前のチャンピオン", candidate: "未昇格",
  promotedBy: "{time}に{by}がチャンピオンにしました。", published: "{time}に公開されました。",
  rollback: "直前のチャンピオンに戻す：",
  earlierChampions: "以前のチャンピオン（{number}件）", olderRuns: "それ以前の実行（{number}件）",
  noRuns: "学習はまだ実行されていません。", promoted: "昇格", refused: "却下", failed: "失敗",
  trained: "学習済み", held: "保留", "awaiting approval": "承認待ち", running: "実行中",
  lost: "不明", planned: "予定", stopped: "停止", ended: "終了",
  gate: "ゲートの判定", model: "モデル", decision: "判定", because: "理由",
  passed: "合格", missed: "不合格",
  better: "{rows}件の商品で、{metric}がチャンピオンより{gain}良い",
  worse: "{rows}件の商品で、{metric}がチャンピオンより{gain}悪い",
  period: "期間", lastDays: "過去{days}日", nRuns: "実行", cost: "費用", hours: "時間",
  cpuHours: "CPU時間", gpuHours: "GPU時間",
  estimate: "費用はLISTREC_MACHINE_PRICESの単価による概算です。",
  unpriced: "費用のない実行：{runs}件。",
  noPrices: "LISTREC_MACHINE_PRICESに機械の単価を設定すると、費用が概算されます。",
  noEvents: "イベントを保存していないため（LISTREC_EVENTS）、出品者のことは分かりません。",
  noSellers: "過去14日間に出品はありません。",
  acceptance: "画面に出た提案のうち、過去7日間に出品者が採用した割合です。ホールドアウトは含みません。",
  ofAnswers: "（{answers}件中）、その前の7日間は{before}",
  acceptedOf: "日ごとの採用率：{field}", items: "出品数",
  ofHoldout: "過去7日間、うちホールドアウト{holdout}件", holdout: "ホールドアウト",
  byDay: "日ごとの数値", day: "日（UTC）",
  noMonitoring: "まだモニタリングされていません。", retrainNow: "再学習が必要",
  noRetrain: "再学習は不要",
  daysListings: "{first}から{last}まで、{listings}件",
  waits: "{time}までは学習を始めません。", startedRun: "このため学習が開始されました。",
  drifts: "ドリフトあり", asBefore: "変化なし",
  driftOf: "{compared}個の特徴のうち{found}個でドリフト",
  feature: "特徴", effect: "大きさ", quality: "品質", metric: "指標", value: "値",
  interval: "95％区間", rows: "件数", monitoredAt: "{time}にモニタリングされました。",
  changedAt: "最後の公開または停止：{time}、{by}。",
  noExperiments: "公開中の実験はありません。", notAnalyzed: "まだ分析されていません。",
  overExperiments: "終わった実験（{number}件）",
  facts: "{layer}、判断の指標：{metric}、{start}から{end}まで、担当：{owner}",
  wholePage: "ページ全体", analyzedAt: "{time}に分析（{days}日中{day}日目まで）。",
  effectOf: "{control}と比べた{variant}：{metric}", effects: "効果", variants: "バリアント",
  variant: "バリアント", difference: "差", shareOfSellers: "割合", sellersSeen: "出品者",
  whatItGets: "備考", shadow: "計算のみ、非表示",
  stoppedBy: "{time}に{by}が{variant}を停止しました。",
  "verdict void": "判断不能", "verdict harm": "悪影響", "verdict running": "未定",
  "verdict better": "良い", "verdict worse": "悪い", "verdict no difference": "差なし",
  "verdict unclear": "不明確", "verdict stopped": "停止",
  plotShares: "{title}、{from}から{to}まで：{first}から{last}。",
  plotBars: "{title}、{from}から{to}まで：合計{total}、1日最大{most}。",
  plotEffect: "{title}、{from}から{to}まで：最後は{effect}、{low}から{high}の間。",
  names: {
    category: "カテゴリー", brand: "ブランド", price: "価格", shipping: "配送",
    encoders: "エンコーダー", shipping_payer: "送料の負担", shipping_method: "配送方法",
    parcel_size: "荷物のサイズ", shipping_fee: "送料",
  },
  metrics: {
    acceptance: "採用率", top1: "正解率", top_1_accuracy: "正解率",
    top_k_accuracy: "候補全体の正解率", expected_accuracy: "予想正解率",
    coverage: "カバー率", expected_coverage: "予想カバー率", rmsle: "価格の誤差",
    calibration_error: "較正誤差", pinball_loss: "ピンボール損失",
    expected_pinball_loss: "予想ピンボール損失", seconds: "出品の秒数",
    listings: "出品者ごとの出品数", price_error: "提案価格の誤差",
    sold_in_7_days: "7日以内の販売", revenue_in_7_days: "7日間の売上",
  },
};

export const TEXTS = { en: ENGLISH, ja: JAPANESE };

/** Return a text in the chosen language, with `{name}` replaced by values. */
export function text(key, values = {}) {
  return TEXTS[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Return how a model or a field is called. */
export function name(key) {
  return TEXTS[language].names[key] ?? key;
}

/** Return how a metric is called; that of an experiment may have the name of a field in it. */
export function metric(key) {
  const { metrics } = TEXTS[language];
  const [field, isShare] = key.split(/_(acceptance)$/);
  return metrics[key] ?? (isShare ? `${metrics.acceptance} (${name(field)})` : key);
}

/** Return a number with at most three significant digits, whole ones above 100. */
export function number(value) {
  const form = Math.abs(value) < 100
    ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 };
  return new Intl.NumberFormat(language, form).format(value);
}

/** Return a share as a percentage. */
export function percent(value) {
  return new Intl.NumberFormat(language, { style: "percent" }).format(value);
}

/** Return an amount of money. */
export function amount(value, currency) {
  const form = { style: "currency", currency, maximumSignificantDigits: 3 };
  return new Intl.NumberFormat(language, form).format(value);
}

/** Return seconds in the unit that suits them. */
export function duration(seconds) {
  const [value, unit] = seconds < 120 ? [seconds, "second"]
    : seconds < 7200 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  const form = { style: "unit", unit, maximumFractionDigits: unit === "hour" ? 1 : 0 };
  return new Intl.NumberFormat(language, form).format(value);
}

/** Return a time in the zone of the reader. */
export function moment(time) {
  if (!time) return "";
  const form = { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(language, form).format(new Date(time));
}

/** Return a day, which is one of UTC. */
export function day(iso) {
  const form = { month: "short", day: "numeric", timeZone: "UTC" };
  return new Intl.DateTimeFormat(language, form).format(new Date(iso));
}

/** Write the texts of the elements that name one, as in `data-text="runs"`. */
export function writeTexts() {
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = text(element.dataset.text);
  }
  document.title = text("heading");
}
