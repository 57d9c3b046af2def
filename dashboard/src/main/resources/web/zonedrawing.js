import { toast } from "./dom.js";
import { picture } from "./picture.js";
import { state } from "./state.js";
import { t } from "./text.js";
import { ZoneDraft } from "./zonedraft.js";
import { zoneEditor } from "./zoneeditor.js";
import { openZone } from "./zoneform.js";

/** @typedef {import("./masks.js").Shaped} Shaped */

export { zoneEditor } from "./zoneeditor.js";

/** @param {() => void} changed is called when another draft or none is being worked on */
export function startDrawing(changed) {
  zoneEditor.on("changed", changed);
  zoneEditor.on("closed", nameIt);
  zoneEditor.start();
}

/** Begins a new zone, or ends the one that is being drawn. */
export function begin() {
  if (!picture.shown) toast(t("camera.zoneNoPicture"));
  else if (zoneEditor.draft && !zoneEditor.draft.base) zoneEditor.finish();
  else zoneEditor.open(new ZoneDraft(state.camera, null));
}

/** @param {Shaped} zone */
export function edit(zone) {
  if (picture.shown) zoneEditor.open(new ZoneDraft(state.camera, zone));
  else toast(t("camera.zoneNoPicture"));
}

/**
 * A shape that came from elsewhere, an outline for example, becomes a zone.
 *
 * @param {Point[]} points
 */
export function zoneFrom(points) {
  const draft = new ZoneDraft(state.camera, null, [points]);
  zoneEditor.open(draft);
  nameIt(draft);
}

/** @param {ZoneDraft} draft that has all its corners */
function nameIt(draft) {
  const line = draft.rings[0].length === 2;
  const zone = { id: "", name: "", version: 0, kind: /** @type {Shaped["kind"]} */ (line ? "LINE" : "AREA"),
    rings: draft.rings.map((points) => ({ points })) };
  openZone(draft.camera, zone, {
    isNew: true,
    closed: (saved) => {
      if (zoneEditor.draft !== draft) return;
      if (saved) zoneEditor.cancel();
      else zoneEditor.resume();
    },
  });
}
