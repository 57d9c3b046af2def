import { h } from "./dom.js";

/** Rows by key, of each list that was drawn. @type {WeakMap<Element, Map<string, Kept<any>>>} */
const lists = new WeakMap();

/**
 * A row of a list.
 *
 * @template Item
 * @typedef {{element: HTMLElement, item: Item}} Kept
 */

/**
 * Draws a list whose rows are changed in place: a row that stays keeps its element, and with it the focus, a press that is
 * under way, and what is scrolled or unfolded. Rows that go, come or change their order disturb no other row.
 *
 * `make` makes an item's row once; what its buttons do asks `current()` for the item as it is by then. `update` is called each
 * time, the first included, and writes what may change: use `write` and `mark` of dom.js, which leave alone what is already so.
 *
 * @template Item
 * @param {HTMLElement} list
 * @param {Item[]} items in the order in which they are shown
 * @param {object} how
 * @param {(item: Item) => string} how.key what an item is known by; its own in the list
 * @param {(item: Item, current: () => Item) => HTMLElement} how.make
 * @param {(element: HTMLElement, item: Item) => void} [how.update]
 * @param {string} [how.empty] is shown when there is no item
 */
export function rows(list, items, { key, make, update, empty }) {
  /** @type {Map<string, Kept<Item>>} */
  const known = lists.get(list) ?? new Map();
  /** @type {Map<string, Kept<Item>>} */
  const kept = new Map();
  for (const item of items) {
    const id = key(item);
    const row = known.get(id) ?? made(item, make);
    row.item = item;
    update?.(row.element, item);
    kept.set(id, row);
  }
  lists.set(list, kept);
  place(list, [...kept.values()].map(({ element }) => element));
  if (!kept.size && empty) list.append(h(list.localName === "ul" || list.localName === "ol" ? "li" : "p", { class: "empty-line" }, empty));
}

/**
 * @template Item
 * @param {Item} item
 * @param {(item: Item, current: () => Item) => HTMLElement} make
 * @returns {Kept<Item>}
 */
function made(item, make) {
  /** @type {Kept<Item>} */
  const row = { item, element: /** @type {any} */ (null) };
  row.element = make(item, () => row.item);
  return row;
}

/**
 * Puts the elements in this order, and no other ones, without moving the one that has the focus.
 *
 * @param {HTMLElement} list
 * @param {HTMLElement[]} elements
 */
function place(list, elements) {
  const wanted = new Set(elements);
  const old = /** @type {HTMLElement[]} */ ([...list.children]);
  const lost = old.findIndex((element) => !wanted.has(element) && element.contains(document.activeElement));
  for (const element of old) {
    if (!wanted.has(element)) element.remove();
  }
  if (!elements.length) return;
  const fixed = Math.max(0, elements.findIndex((element) => element.contains(document.activeElement)));
  if (elements[fixed].parentElement !== list) list.prepend(elements[fixed]);
  for (let i = fixed - 1; i >= 0; i--) {
    if (elements[i].nextElementSibling !== elements[i + 1]) elements[i + 1].before(elements[i]);
  }
  if (fixed === 0 && list.firstElementChild !== elements[0] && !elements[0].contains(document.activeElement)) list.prepend(elements[0]);
  for (let i = fixed + 1; i < elements.length; i++) {
    if (elements[i - 1].nextElementSibling !== elements[i]) elements[i - 1].after(elements[i]);
  }
  if (lost >= 0) focusIn(elements[Math.min(lost, elements.length - 1)]);
}

/**
 * The focus was in a row that is gone: it goes to the row in its place, so that the keyboard is not thrown out of the list.
 *
 * @param {HTMLElement} row
 */
function focusIn(row) {
  const first = row.matches("button, a[href], input") ? row : row.querySelector("button, a[href], input");
  if (first instanceof HTMLElement) first.focus({ preventScroll: true });
}
