/**
 * Groups of cameras, and the order in which cameras stand on the wall, as this browser keeps them.
 *
 * @typedef {{name: string, cameras: string[]}} Group
 * @typedef {{order: string[], groups: Group[]}} Arrangement
 */

const MAX_CAMERAS = 10_000;
export const MAX_GROUPS = 50;
export const MAX_NAME = 60;

/**
 * What was kept, as far as it is one.
 *
 * @param {string | null} text
 * @returns {Arrangement}
 */
export function readArrangement(text) {
  try {
    const { order, groups } = JSON.parse(text ?? "{}");
    const known = list(groups).filter(isGroup).slice(0, MAX_GROUPS);
    return { order: ids(order), groups: known.map(({ name, cameras }) => ({ name, cameras: ids(cameras) })) };
  } catch {
    return { order: [], groups: [] };
  }
}

/** @param {unknown} value @returns {any[]} */
const list = (value) => (Array.isArray(value) ? value : []);
/** @param {unknown} value @returns {string[]} */
const ids = (value) => list(value).filter((id) => typeof id === "string").slice(0, MAX_CAMERAS);
/** @param {any} value */
const isGroup = (value) => typeof value?.name === "string" && value.name !== "" && value.name.length <= MAX_NAME;

/** Camera 2 comes before camera 10. */
const byName = new Intl.Collator(undefined, { numeric: true });

/**
 * Cameras in their order; those that were never moved come last, by name.
 *
 * @template {{id: string, name: string}} One
 * @param {One[]} cameras
 * @param {string[]} order
 * @returns {One[]}
 */
export function inOrder(cameras, order) {
  const places = new Map(order.map((id, place) => [id, place]));
  const place = (/** @type {One} */ one) => places.get(one.id) ?? order.length;
  return [...cameras].sort((a, b) => place(a) - place(b) || byName.compare(a.name || a.id, b.name || b.id) || byName.compare(a.id, b.id));
}

/**
 * The order once a camera has gone to the place of another.
 *
 * @param {string[]} shown ids as they stand now
 * @param {string} id
 * @param {string} target
 * @returns {string[]}
 */
export function moved(shown, id, target) {
  const to = shown.indexOf(target);
  const from = shown.indexOf(id);
  if (to < 0 || from < 0 || to === from) return shown;
  const rest = shown.filter((one) => one !== id);
  rest.splice(to, 0, id);
  return rest;
}

/**
 * A new order of some cameras put into the order of all.
 *
 * @param {string[]} all
 * @param {string[]} some in their new order
 * @returns {string[]}
 */
export function merged(all, some) {
  const mine = new Set(some);
  const next = some.values();
  const order = all.map((id) => (mine.has(id) ? /** @type {string} */ (next.next().value) : id));
  return [...order, ...next];
}
