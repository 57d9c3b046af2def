/**
 * What keys and the pointer do with tiles.
 *
 * @typedef {object} Actions
 * @property {(by: number) => void} turn
 * @property {() => void} pause
 * @property {(id: string) => void} spot
 * @property {(id: string, target: string) => void} move
 * @property {() => void} full
 */

/**
 * Arrow keys go from tile to tile, with Shift they take the tile along; a tile that is dragged onto another takes its place.
 * Call once.
 *
 * @param {HTMLElement} list of tiles
 * @param {Actions} actions
 */
export function startKeyboard(list, actions) {
  // Before the keys of the whole page, which belong to the camera's picture.
  document.addEventListener("keydown", (event) => pressed(event, list, actions), true);
  list.addEventListener("focusin", (event) => rove(list, /** @type {Element} */ (event.target)));
  list.addEventListener("dragstart", (event) => {
    const id = idOf(event.target);
    event.dataTransfer?.setData("text/plain", id);
    list.dataset.dragged = id;
  });
  list.addEventListener("dragend", () => delete list.dataset.dragged);
  list.addEventListener("dragover", (event) => {
    if (list.dataset.dragged && idOf(event.target)) event.preventDefault();
  });
  list.addEventListener("drop", (event) => {
    const target = idOf(event.target);
    if (!list.dataset.dragged || !target) return;
    event.preventDefault();
    actions.move(list.dataset.dragged, target);
  });
}

/** @param {EventTarget | null} target */
const tileOf = (target) => /** @type {HTMLElement | null} */ (target instanceof Element ? target.closest(".tile") : null);
/** @param {EventTarget | null} target */
const idOf = (target) => tileOf(target)?.dataset.camera ?? "";

/**
 * Only the tile that had the focus last is in the order of tabs.
 *
 * @param {HTMLElement} list
 * @param {Element} link
 */
function rove(list, link) {
  if (!link.matches(".tile a")) return;
  for (const one of list.querySelectorAll(".tile a")) one.setAttribute("tabindex", one === link ? "0" : "-1");
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} list
 * @param {Actions} actions
 */
function pressed(event, list, actions) {
  const { target } = event;
  const here = target instanceof Element && (target === document.body || target.closest(".view.wall"));
  if (!here || !list.isConnected || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const tile = tileOf(target);
  const action = (tile && tileAction(event, list, tile, actions)) ?? viewAction(event, actions);
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} list
 * @param {HTMLElement} tile
 * @param {Actions} actions
 */
function tileAction(event, list, tile, actions) {
  const to = neighbour(list, tile, event.key);
  if (event.key.startsWith("Arrow")) {
    if (!to) return () => {};
    if (event.shiftKey) return () => actions.move(tile.dataset.camera ?? "", to.dataset.camera ?? "");
    return () => to.querySelector("a")?.focus();
  }
  if (event.key === "s") return () => actions.spot(tile.dataset.camera ?? "");
  return null;
}

/**
 * @param {KeyboardEvent} event
 * @param {Actions} actions
 * @returns {(() => void) | null}
 */
function viewAction(event, actions) {
  const control = event.target instanceof Element && event.target.closest("button, select, input, label");
  switch (event.key) {
    case "f": return actions.full;
    case " ": return control ? null : actions.pause;
    case "PageDown": return () => actions.turn(1);
    case "PageUp": return () => actions.turn(-1);
    default: return null;
  }
}

/**
 * The tile beside, or that lies above or below with the nearest middle.
 *
 * @param {HTMLElement} list
 * @param {HTMLElement} tile
 * @param {string} key
 * @returns {HTMLElement | undefined}
 */
function neighbour(list, tile, key) {
  const all = /** @type {HTMLElement[]} */ ([...list.children]);
  const at = all.indexOf(tile);
  if (key === "ArrowLeft") return all[at - 1];
  if (key === "ArrowRight") return all[at + 1];
  if (key !== "ArrowUp" && key !== "ArrowDown") return undefined;
  const own = tile.getBoundingClientRect();
  const middle = own.left + own.width / 2;
  return all.map((one) => ({ one, box: one.getBoundingClientRect() }))
    .filter(({ box }) => (key === "ArrowUp" ? box.bottom <= own.top + 2 : box.top >= own.bottom - 2))
    .sort((a, b) => Math.abs(a.box.top - own.top) - Math.abs(b.box.top - own.top)
      || Math.abs(a.box.left + a.box.width / 2 - middle) - Math.abs(b.box.left + b.box.width / 2 - middle))[0]?.one;
}
