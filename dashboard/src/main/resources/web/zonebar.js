import { byId } from "./dom.js";
import { t } from "./text.js";

/** @typedef {import("./zonedraft.js").ZoneDraft} ZoneDraft */

/**
 * The buttons beneath the picture while a zone is drawn or changed.
 *
 * @param {{undo: () => void, redo: () => void, remove: () => void, finish: () => void, cancel: () => void}} actions
 */
export function startZoneBar({ undo, redo, remove, finish, cancel }) {
  byId("zone-undo").addEventListener("click", undo);
  byId("zone-redo").addEventListener("click", redo);
  byId("zone-corner-remove").addEventListener("click", remove);
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
  return draft.open ? t("camera.zoneDrawHint") : t("camera.zoneEditHint");
}

/** @param {Point} place in per cent of the picture */
const words = ({ x, y }) => ({ x: (x * 100).toFixed(1), y: (y * 100).toFixed(1) });
