import { editButton, nameOf } from "./definitions.js";
import { byId, h, mark, part, toast, write } from "./dom.js";
import { isInside } from "./geometry.js";
import { shapesOf } from "./masks.js";
import { picture } from "./picture.js";
import { keepPreference, preference } from "./preferences.js";
import { rows } from "./rows.js";
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
  const all = shapes();
  const colors = colorsOf(all);
  const may = state.me.role !== "VIEWER";
  rows(byId("zone-list"), all, {
    key: ({ id }) => `${id} ${may}`,
    make: (_, current) => row(current, may),
    update: (element, zone) => update(element, zone, colors.get(zone.id) ?? ""),
    empty: state.camera ? t("camera.noZones") : t("camera.zonesOfCamera"),
  });
  byId("zone-add", HTMLButtonElement).disabled = !state.camera;
  write(byId("zone-add"), zoneEditor.draft && !zoneEditor.draft.base ? t("camera.zoneFinish") : t("camera.zoneDraw"));
  picture.draw();
}

/**
 * @param {() => Shaped} current
 * @param {boolean} may whether its shape may be changed
 */
function row(current, may) {
  const pointAt = () => point(current().id);
  const pointAway = () => point("");
  return h("li", { class: "zone", "data-testid": "zone-item", onpointerenter: pointAt, onpointerleave: pointAway },
    h("span", { class: "mark", "aria-hidden": "true" }),
    may
      ? h("button", { type: "button", class: "pick who", title: t("camera.zoneShape"), "data-testid": "zone-shape",
        onclick: () => edit(current()), onfocus: pointAt, onblur: pointAway })
      : h("span", { class: "who" }),
    editButton("", () => openZone(state.camera, current())));
}

/**
 * @param {HTMLElement} element
 * @param {Shaped} zone
 * @param {string} color
 */
function update(element, zone, color) {
  const edited = zoneEditor.draft?.base?.id === zone.id;
  element.style.setProperty("--color", color);
  element.classList.toggle("chosen", edited);
  write(part(element, ".mark"), MARKS[zone.kind]);
  mark(part(element, ".mark"), { title: zone.kind === "MASK" ? t("camera.mask") : null });
  write(part(element, ".who"), nameOf(zone));
  if (element.querySelector("button.who")) mark(part(element, ".who"), { "aria-pressed": String(edited) });
  mark(part(element, ".mini"), { "aria-label": t("common.editWhat", { what: t("camera.zoneWhat", { name: nameOf(zone) }) }) });
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
