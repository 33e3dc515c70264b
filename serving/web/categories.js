/** Paths of categories, such as `Women/Shoes/Boots`. */

const SURE = 0.5;

/**
 * Return the parent to show where no candidate is above a half, else an empty text: the deepest
 * one below which more than a half of the probability lies, or the one that the model committed to.
 */
export function likelyParent(candidates, committed = "") {
  // They need not be in the order of their probabilities.
  if (!candidates.length || candidates.some((each) => each.probability > SURE)) return "";

  const totals = new Map();
  for (const { value, probability } of candidates) {
    for (const parent of parents(value)) {
      totals.set(parent, (totals.get(parent) ?? 0) + probability);
    }
  }
  const likely = [...totals].filter(([, total]) => total > SURE).map(([parent]) => parent);
  return likely.reduce((deepest, parent) =>
    (depth(parent) > depth(deepest) ? parent : deepest), committed);
}

function parents(path) {
  const levels = path.split("/");
  return levels.slice(0, -1).map((_, index) => levels.slice(0, index + 1).join("/"));
}

function depth(path) {
  return path ? path.split("/").length : 0;
}
