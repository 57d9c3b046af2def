/** Cameras that a service sends at a time. */
export const MOST = 36;
/** So many columns and rows; "fit" for as many as there are cameras. */
export const LAYOUTS = /** @type {const} */ (["fit", "1", "2", "3", "4", "5", "6"]);
/** @typedef {typeof LAYOUTS[number]} LayoutName */

const ASPECT = 16 / 9;
/** Narrower, and nothing is to be recognised on a tile. */
const MIN_TILE = 160;
/** A tile is as good in a picture that is a little smaller. */
const ENOUGH = 0.75;
const FULL_FROM = 640;
/** Tiles are drawn so often a second: up to so many tiles. @type {[tiles: number, fps: number][]} */
const RATES = [[1, 25], [4, 10], [16, 4], [MOST, 2]];

/**
 * How many tiles a page has, and in how many columns and rows.
 *
 * @param {LayoutName} name
 * @param {number} count of cameras
 * @param {{width: number, height: number}} area that there is
 * @param {boolean} spotlight whether one tile is large
 * @returns {{columns: number, rows: number, large: number, capacity: number, scrolls: boolean}} large: columns and rows of the large tile
 */
export function grid(name, count, area, spotlight) {
  const shown = Math.max(1, Math.min(count, MOST));
  const most = Math.max(1, Math.floor(area.width / MIN_TILE));
  if (spotlight && count > 1) return withLarge(name, shown, most);
  const { columns, rows } = name === "fit" ? fitting(shown, area) : { columns: Number(name), rows: Number(name) };
  const capacity = name === "fit" ? shown : columns * rows;
  if (columns <= most) return { columns, rows, large: 0, capacity, scrolls: false };
  return { columns: most, rows: Math.ceil(capacity / most), large: 0, capacity, scrolls: true };
}

/**
 * @param {LayoutName} name
 * @param {number} shown
 * @param {number} most columns that there is room for
 */
function withLarge(name, shown, most) {
  let side = name === "fit" ? 3 : Math.max(3, Number(name));
  while (name === "fit" && spotlightCapacity(side) < shown) side++;
  const large = largeOf(side);
  const capacity = name === "fit" ? shown : Math.min(MOST, spotlightCapacity(side));
  // Rows that would stay empty are left out.
  const rows = name === "fit" ? Math.max(large, Math.ceil((large * large + shown - 1) / side)) : side;
  if (side <= most) return { columns: side, rows, large, capacity, scrolls: false };
  return { columns: most, rows: Math.ceil(capacity / most), large: most, capacity, scrolls: true };
}

/** @param {number} side */
const largeOf = (side) => Math.max(2, Math.floor(side / 2));

/** @param {number} side */
const spotlightCapacity = (side) => side * side - largeOf(side) ** 2 + 1;

/**
 * The columns with which so many pictures are largest.
 *
 * @param {number} count
 * @param {{width: number, height: number}} area
 */
function fitting(count, { width, height }) {
  let best = { columns: 1, rows: count, size: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const size = Math.min(width / columns, (height / rows) * ASPECT);
    if (size > best.size) best = { columns, rows, size };
  }
  return best;
}

/**
 * The pictures that a tile is sent.
 *
 * @param {string} id
 * @param {number} width of the tile, CSS pixels
 * @param {number} ratio device pixels of a CSS pixel
 * @param {number} tiles in view
 * @returns {import("../../watching.js").Wanted}
 */
export function wantedFor(id, width, ratio, tiles) {
  const fps = (RATES.find(([most]) => tiles <= most) ?? RATES[RATES.length - 1])[1];
  if (width >= FULL_FROM) return { id, fps: Math.max(fps, 10) };
  return { id, width: Math.max(1, Math.round(width * ENOUGH * Math.min(ratio, 1.5))), fps };
}

/**
 * @template Item
 * @param {Item[]} items
 * @param {number} size of a page
 * @param {number} page from 0 on
 * @returns {{items: Item[], page: number, pages: number}} the last one for a page that there is not
 */
export function pageOf(items, size, page) {
  const pages = Math.max(1, Math.ceil(items.length / size));
  const there = Math.max(0, Math.min(page, pages - 1));
  return { items: items.slice(there * size, (there + 1) * size), page: there, pages };
}
