import { editButton, nameOf } from "./definitions.js";
import { byId, h, mark, part, write } from "./dom.js";
import { isInside } from "./geometry.js";
import { later } from "./later.js";
import { shapesOf } from "./masks.js";
import { picture } from "./picture.js";
import { keepPreference, preference } from "./preferences.js";
import { rows } from "./rows.js";
import { state } from "./state.js";
import { t } from "./text.js";
import { hold } from "./tools.js";
import { colorsOf, paintZone } from "./zonepaint.js";

/** @typedef {import("./masks.js").Shaped} Shaped */

const MARKS = { AREA: "▱", EXCLUDE: "⊘", LINE: "╱", MASK: "■" };
/** Id of the zone that the pointer is on, in the picture or in the list. */
let pointedAt = "";
/** What draws and changes zones, once somebody has begun to. @type {typeof import("./zonedrawing.js") | null} */
let drawing = null;
/** What is done until that is there. @type {ReturnType<typeof hold> | null} */
let held = null;

const openZone = later(async () => (await import("./zoneform.js")).openZone);

/** The zones of the camera, in a list and over the picture. */
export function startZones() {
  const shown = byId("show-zones", HTMLInputElement);
  shown.checked = preference("zones", true);
  shown.addEventListener("change", () => {
    keepPreference("zones", shown.checked);
    picture.draw();
  });
  byId("zone-add").addEventListener("click", () => withDrawing((zones) => zones.begin()));
  state.on(["cameras", "camera", "me"], draw);
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

/** @typedef {(zones: typeof import("./zonedrawing.js")) => void} Work */

/** @type {(work: Work, camera: string) => Promise<void>} */
const load = later(async () => {
  const loaded = await import("./zonedrawing.js");
  if (!drawing) loaded.startDrawing(draw);
  drawing = loaded;
  return (work, camera) => camera === state.camera && work(loaded);
});

/**
 * Draws or changes a zone. What is pressed until the module for it is there comes after it.
 *
 * @param {Work} work
 */
function withDrawing(work) {
  if (drawing) {
    work(drawing);
  } else if (held) {
    held.also(() => withDrawing(work));
  } else {
    held = hold();
    load(work, state.camera).then(() => {
      const all = held;
      held = null;
      all?.handOver();
    });
  }
}

/**
 * A shape that came from elsewhere, an outline for example, becomes a zone.
 *
 * @param {Point[]} points
 */
export const zoneFrom = (points) => withDrawing((zones) => zones.zoneFrom(points));

const draftNow = () => drawing?.zoneEditor.draft ?? null;

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
  const draft = draftNow();
  write(byId("zone-add"), draft && !draft.base ? t("camera.zoneFinish") : t("camera.zoneDraw"));
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
        onclick: () => withDrawing((zones) => zones.edit(current())), onfocus: pointAt, onblur: pointAway })
      : h("span", { class: "who" }),
    editButton("", () => openZone(state.camera, current())));
}

/**
 * @param {HTMLElement} element
 * @param {Shaped} zone
 * @param {string} color
 */
function update(element, zone, color) {
  const edited = draftNow()?.base?.id === zone.id;
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
    if (zone.id === draftNow()?.base?.id) continue;
    paintZone(context, zone, width, height, { color: colors.get(zone.id) ?? "#ffffff", filled: zone.id === pointedAt });
  }
}
