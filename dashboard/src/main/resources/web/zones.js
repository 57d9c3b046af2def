import { editButton, nameOf } from "./definitions.js";
import { byId, h, toast } from "./dom.js";
import { isInside } from "./geometry.js";
import { shapesOf } from "./masks.js";
import { picture } from "./picture.js";
import { keepPreference, preference } from "./preferences.js";
import { state } from "./state.js";
import { t } from "./text.js";
import { ZoneDraft } from "./zonedraft.js";
import { zoneEditor } from "./zoneeditor.js";
import { openZone } from "./zoneform.js";
import { colorsOf, paintZone } from "./zonepaint.js";

/** @typedef {import("./masks.js").Shaped} Shaped */

const MARKS = { AREA: "▱", EXCLUDE: "⊘", LINE: "╱", MASK: "■" };
/** Id of the zone that the pointer is on, in the picture or in the list. */
let pointedAt = "";

/** The zones of the camera, in a list and over the picture. */
export function startZones() {
  const shown = byId("show-zones", HTMLInputElement);
  shown.checked = preference("zones", true);
  shown.addEventListener("change", () => {
    keepPreference("zones", shown.checked);
    picture.draw();
  });
  byId("zone-add").addEventListener("click", begin);
  state.on(["cameras", "camera", "me"], draw);
  zoneEditor.on("changed", draw);
  zoneEditor.on("closed", nameIt);
  zoneEditor.start();
  picture.layers.push(paintZones);
  picture.canvas.addEventListener("pointerleave", () => point(""));
  picture.on("pointed", (at) => point(shapes().findLast((zone) =>
    zone.kind !== "LINE" && zone.rings.every(({ points }, i) => isInside(at, points) === (i === 0)))?.id ?? ""));
}

/** @param {string} id */
function point(id) {
  if (pointedAt === id) return;
  pointedAt = id;
  picture.draw();
}

const shapes = () => shapesOf(state.cameras.get(state.camera));

function begin() {
  if (!picture.shown) toast(t("camera.zoneNoPicture"));
  else if (zoneEditor.draft && !zoneEditor.draft.base) zoneEditor.finish();
  else zoneEditor.open(new ZoneDraft(state.camera, null));
}

/** @param {Shaped} zone */
function edit(zone) {
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

function draw() {
  const may = state.me.role !== "VIEWER";
  const colors = colorsOf(shapes());
  const rows = shapes().map((zone) => row(zone, colors.get(zone.id) ?? "", may));
  if (!rows.length) {
    rows.push(h("li", { class: "empty-line" }, state.camera ? t("camera.noZones") : t("camera.zonesOfCamera")));
  }
  byId("zone-list").replaceChildren(...rows);
  const add = byId("zone-add", HTMLButtonElement);
  add.disabled = !state.camera;
  const drawing = zoneEditor.draft && !zoneEditor.draft.base;
  add.textContent = drawing ? t("camera.zoneFinish") : t("camera.zoneDraw");
  picture.draw();
}

/**
 * @param {Shaped} zone
 * @param {string} color
 * @param {boolean} may whether its shape may be changed
 */
function row(zone, color, may) {
  const name = nameOf(zone);
  const edited = zoneEditor.draft?.base?.id === zone.id;
  return h("li", { class: `zone${edited ? " chosen" : ""}`, "data-testid": "zone-item", color,
    onpointerenter: () => point(zone.id), onpointerleave: () => point("") },
  h("span", { class: "mark", title: zone.kind === "MASK" ? t("camera.mask") : "", "aria-hidden": "true" }, MARKS[zone.kind]),
  may
    ? h("button", { type: "button", class: "pick who", title: t("camera.zoneShape"), "data-testid": "zone-shape",
      "aria-pressed": String(edited), onclick: () => edit(zone),
      onfocus: () => point(zone.id), onblur: () => point("") }, name)
    : h("span", { class: "who" }, name),
  editButton(`zone ${name}`, () => openZone(state.camera, zone)));
}

/** @type {Layer} */
function paintZones(context, width, height) {
  if (!byId("show-zones", HTMLInputElement).checked) return;
  const all = shapes();
  const colors = colorsOf(all);
  for (const zone of all) {
    if (zone.id === zoneEditor.draft?.base?.id) continue;
    paintZone(context, zone, width, height, { color: colors.get(zone.id) ?? "#ffffff", filled: zone.id === pointedAt });
  }
}
