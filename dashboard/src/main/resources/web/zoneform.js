import { dependentLines, nameOf, offerUndo } from "./definitions.js";
import { h, select, toastFailure } from "./dom.js";
import { confirmed, field, openForm } from "./form.js";
import { t } from "./text.js";
import { addShape, removeShape, replaceShape } from "./zonestore.js";

/** @typedef {import("./masks.js").Shaped} Shaped */

/** @returns {[Shaped["kind"], string][]} */
const kinds = () => [["AREA", t("camera.kindArea")], ["EXCLUDE", t("camera.kindExclude")], ["LINE", t("camera.kindLine")],
  ["MASK", t("camera.kindMask")]];

/**
 * Deletes a zone and offers to undo it; rules that watch it are named before.
 *
 * @param {string} camera
 * @param {Shaped} zone
 */
async function removeZone(camera, zone) {
  const lines = zone.kind === "MASK" ? [] : dependentLines({ kind: "zones", id: zone.id, camera });
  if (lines.length && !(await confirmed(t("common.deleteAsk", { name: nameOf(zone) }), lines))) return false;
  await removeShape(camera, zone);
  offerUndo(zone, () => addShape(camera, zone).catch(toastFailure));
  return true;
}

/**
 * Name and kind of a zone.
 *
 * @param {string} camera
 * @param {Shaped} zone
 * @param {{isNew?: boolean, closed?: (saved: boolean) => void}} [how]
 */
export function openZone(camera, zone, { isNew = false, closed } = {}) {
  let saved = false;
  const name = h("input", { name: "name", value: zone.name, maxlength: 100, placeholder: t("camera.zoneNameExample"), required: true,
    "data-testid": "zone-name" });
  const kind = select({ name: "kind", "data-testid": "zone-kind" },
    kinds().filter(([key]) => (key === "LINE" ? zone.rings.length === 1 : zone.rings[0].points.length > 2)));
  kind.value = zone.kind;
  openForm({
    title: isNew ? t("camera.zoneNew") : t(zone.kind === "MASK" ? "camera.maskTitle" : "camera.zoneTitle", { name: nameOf(zone) }),
    testid: "zone-form",
    body: [field(t("camera.name"), name), field(t("camera.kind"), kind)],
    submitText: t("camera.zoneSave"),
    remove: isNew ? undefined : () => removeZone(camera, zone),
    submit: async () => {
      const changed = { ...zone, name: name.value.trim(), kind: /** @type {Shaped["kind"]} */ (kind.value) };
      await (isNew ? addShape(camera, changed) : replaceShape(camera, zone, changed));
      saved = true;
    },
  });
  document.querySelector("[data-testid=zone-form]")?.addEventListener("close", () => closed?.(saved));
}
