/** What an answer of the service says about each field of the page. */

const MODELS = {
  category: "category", brand: "brand", price: "price", shipping_payer: "shipping",
  shipping_method: "shipping", parcel_size: "shipping", shipping_fee: "shipping",
};

/** The field that a model's abstention is about, where it has something to go by at all. */
const MAIN_FIELDS = ["category", "brand", "price", "shipping_payer"];

/** Return what to show for a field: see `ChoiceField.show` and `AmountField.show`. */
export function stateOf(field, answer) {
  const from = answer?.suggestions[MODELS[field]];
  const price = field === "price" ? from?.price : null;
  const fee = field === "shipping_fee" ? from?.fee : null;
  const abstained = from?.abstained && (MAIN_FIELDS.includes(field) || !from.used.length);
  return {
    candidates: from?.fields[field] ?? [],
    committed: field === "category" ? from?.fields.category_committed?.[0]?.value : undefined,
    price,
    fee,
    currency: (price ?? fee)?.currency ?? currencyOf(answer),
    abstained: Boolean(abstained),
    missing: Boolean(answer) && !from && !isHoldout(answer),
    isUnknown: Object.values(answer?.suggestions ?? {}).some((each) => each.unknown.includes(field)),
  };
}

/** Return whether the seller of an answer is to list without suggestions. */
export function isHoldout(answer) {
  return answer?.policy === "holdout";
}

/** Return the currency of an answer, else an empty text. */
export function currencyOf(answer) {
  const { price, shipping } = answer?.suggestions ?? {};
  return price?.price?.currency ?? shipping?.fee?.currency ?? "";
}

/** Return whether an answer has a suggestion for a field. */
export function isSuggested(field, answer) {
  const { candidates, price, fee } = stateOf(field, answer);
  return Boolean(candidates.length || price || fee);
}
