import { byId } from "./dom.js";
import { picture } from "./picture.js";
import { t } from "./text.js";

/** @typedef {import("./zonedraft.js").ZoneDraft} ZoneDraft */

/** Where there are no keys to tell of. */
const fingers = matchMedia("(pointer: coarse)");

/**
 * The buttons beneath the picture while a zone is drawn or changed.
 *
 * @param {{undo: () => void, redo: () => void, remove: () => void, finish: () => void, cancel: () => void}} actions
 */
export function startZoneBar({ undo, redo, remove, finish, cancel }) {
  for (const [id, action] of Object.entries({ "zone-undo": undo, "zone-redo": redo, "zone-corner-remove": remove })) {
    byId(id).addEventListener("click", (event) => {
      action();
      // Whoever clicks goes on with the picture, and whoever presses keys with the button.
      if (event.detail > 0) picture.canvas.focus({ preventScroll: true });
    });
  }
  byId("zone-finish").addEventListener("click", finish);
  byId("zone-cancel").addEventListener("click", cancel);
}

/**
 * @param {ZoneDraft | null} draft
 * @param {boolean} cornerChosen
 */
export function showZoneBar(draft, cornerChosen) {
  byId("zone-bar").hidden = !draft;
  if (!draft) return;
  byId("zone-undo", HTMLButtonElement).disabled = !draft.canUndo;
  byId("zone-redo", HTMLButtonElement).disabled = !draft.canRedo;
  byId("zone-corner-remove").hidden = draft.open;
  byId("zone-corner-remove", HTMLButtonElement).disabled = !cornerChosen;
  byId("zone-finish").textContent = draft.open ? t("camera.zoneFinish") : draft.base ? t("camera.zoneSave") : t("camera.zoneGiveName");
}

/**
 * What can be done now, or where the keys are.
 *
 * @param {ZoneDraft} draft
 * @param {Point | null} crosshair
 * @param {{ring: number, corner: number} | null} chosen
 */
export function draftHint(draft, crosshair, chosen) {
  if (crosshair) return t("camera.crosshairAt", words(crosshair));
  if (chosen) {
    const points = draft.rings[chosen.ring];
    return t("camera.cornerAt", { n: chosen.corner + 1, of: points.length, ...words(points[chosen.corner]) });
  }
  if (fingers.matches) return t(draft.open ? "camera.zoneDrawTouch" : "camera.zoneEditTouch");
  return t(draft.open ? "camera.zoneDrawHint" : "camera.zoneEditHint");
}

/** @param {Point} place in per cent of the picture */
const words = ({ x, y }) => ({ x: (x * 100).toFixed(1), y: (y * 100).toFixed(1) });
