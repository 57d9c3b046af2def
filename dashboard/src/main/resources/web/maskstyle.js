import { DEFAULT_COLOR, picture } from "./picture.js";
import { keepPreference, preference } from "./preferences.js";
import { state } from "./state.js";

/** The one query whose mask is drawn alone, or "". */
let solo = preference("solo", "");
/** How strongly a query's mask is drawn, 0..1 of the whole overlay. @type {Record<string, number>} */
const opacities = preference("opacities", /** @type {Record<string, number>} */ ({}));
/** Colours and the like that are tried before they are saved. @type {Map<string, string>} */
const tried = new Map();

/** Which queries' masks are drawn, and how: this browser's choice, which stays. */
export function startMaskStyle() {
  for (const id of preference("hidden", /** @type {string[]} */ ([]))) state.hidden.add(id);
  picture.style = (mask) => {
    const query = state.queries.get(mask.id);
    if (!query || query.disabled || !isDrawn(mask.id)) return null;
    return { color: tried.get(mask.id) ?? (query.color || DEFAULT_COLOR), fill: picture.opacity * opacityOf(mask.id) };
  };
}

/** @param {string} id */
export const isDrawn = (id) => (state.queries.has(solo) ? id === solo : !state.hidden.has(id));

/** @param {string} id */
export const isSolo = (id) => solo === id;

/** @param {string} id of a query that is hidden, or shown again */
export function toggleHidden(id) {
  // Who shows one while another is alone wants to see it.
  const wasDrawn = isDrawn(id);
  solo = "";
  if (wasDrawn) state.hidden.add(id);
  else state.hidden.delete(id);
  keep();
}

/** @param {string} id of a query that is drawn alone, or no longer */
export function toggleSolo(id) {
  solo = solo === id ? "" : id;
  keep();
}

/** @param {string} id */
export const opacityOf = (id) => opacities[id] ?? 1;

/**
 * @param {string} id
 * @param {number} opacity 0..1
 */
export function setOpacity(id, opacity) {
  opacities[id] = opacity;
  keep();
}

/**
 * @param {string} id
 * @param {string | null} color is drawn until it is saved; null for the query's own
 */
export function tryColor(id, color) {
  if (color) tried.set(id, color);
  else tried.delete(id);
  picture.draw();
}

function keep() {
  const known = (/** @type {string} */ id) => !state.queries.size || state.queries.has(id);
  keepPreference("hidden", [...state.hidden].filter(known));
  keepPreference("solo", solo);
  keepPreference("opacities", Object.fromEntries(Object.entries(opacities).filter(([id, value]) => known(id) && value !== 1)));
  picture.draw();
}
