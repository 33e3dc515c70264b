/** What the seller earns. */

import { byId } from "./elements.js";
import { money, text } from "./texts.js";

/** Show the earnings of an answer, or nothing where the service does not state them. */
export function showEarnings(earnings) {
  const [box, amount, parts] = ["earnings", "earnings-amount", "earnings-parts"].map(byId);
  box.hidden = !earnings;
  if (!earnings) return;

  const shown = (value) => money(value, earnings.currency);
  const { price, commission, fee } = earnings;
  // The fee counts where the seller pays it, or the price includes it.
  const hasFee = fee !== null && (earnings.payer === "seller" || earnings.basis === "fee included");
  amount.textContent = shown(earnings.amount);
  parts.textContent = [
    text("earningsParts", { price: shown(price), commission: shown(commission) }),
    hasFee ? text("earningsFee", { fee: shown(fee) }) : "",
  ].join(" ").trim();
}
