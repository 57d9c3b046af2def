import { meaning } from "../../querywords.js";

const MOST = 12;
const MOST_CHARACTERS = 200;

/**
 * The last searches, the newest first.
 *
 * @param {unknown} kept what this browser has kept
 * @param {string} [text] what is searched now
 * @returns {string[]}
 */
export function recent(kept, text = "") {
  const all = [text, ...(Array.isArray(kept) ? kept : [])];
  /** @type {Set<string>} */
  const seen = new Set();
  return all.filter((one) => {
    if (typeof one !== "string" || !one || one.length > MOST_CHARACTERS || seen.has(meaning(one))) return false;
    seen.add(meaning(one));
    return true;
  }).slice(0, MOST);
}
