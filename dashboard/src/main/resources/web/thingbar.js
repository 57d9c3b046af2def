import { cocoFile } from "./coco.js";
import { byId, h, mark, part, select, toast, write } from "./dom.js";
import { download, fileName } from "./download.js";
import { field, openForm } from "./form.js";
import { percent } from "./format.js";
import { crossesItself, doubleArea, simplified } from "./geometry.js";
import { picture } from "./picture.js";
import { rows } from "./rows.js";
import { state } from "./state.js";
import { t } from "./text.js";
import { things } from "./things.js";
import { outlines } from "./trace.js";
import { zoneFrom } from "./zones.js";

/** @typedef {import("./things.js").Thing} Thing */

/** Corners of a zone that is made from an outline. */
const MOST_CORNERS = 40;
/** What a corner may change of the outline's area, in pixels of the mask. */
const SMOOTHING = 1.5;
/** Of so many pictures it is known when they were taken. */
const REMEMBERED = 100;

/** When the last pictures were taken, by epoch/sequence. @type {Map<string, number>} */
const capturedAt = new Map();

/** The things that are outlined: choose one, take one away, and what can be made of them. */
export function startThingBar() {
  things.on("changed", draw);
  picture.on("shown", ({ header }) => {
    capturedAt.set(`${header.epoch}/${header.sequence}`, header.capturedAt);
    if (capturedAt.size > REMEMBERED) capturedAt.delete(capturedAt.keys().next().value ?? "");
  });
  byId("thing-new").addEventListener("click", () => things.choose(null));
  byId("prompt-undo").addEventListener("click", () => things.undo());
  byId("prompt-redo").addEventListener("click", () => things.redo());
  byId("prompt-clear").addEventListener("click", () => things.clear());
  byId("thing-zone").addEventListener("click", toZone);
  byId("thing-coco").addEventListener("click", askCoco);
  draw();
}

function draw() {
  byId("things").hidden = !things.all.length && !things.canRedo;
  rows(byId("thing-list"), things.all, { key: ({ id }) => id, make: chip, update });
  byId("thing-new").hidden = !things.all.length || !things.chosen;
  byId("prompt-undo", HTMLButtonElement).disabled = !things.canUndo;
  byId("prompt-redo", HTMLButtonElement).disabled = !things.canRedo;
  byId("prompt-clear").hidden = !things.all.length;
  const outlined = things.all.some(({ answer }) => answer?.shape);
  byId("thing-zone").hidden = !outlined || state.me.role === "VIEWER";
  byId("thing-coco").hidden = !outlined;
}

/**
 * @param {Thing} thing
 * @param {() => Thing} current
 */
const chip = (thing, current) =>
  h("li", { class: "chip thing", color: thing.color, "data-testid": "thing" },
    h("button", { type: "button", class: "name", "data-testid": "thing-choose",
      onclick: () => things.choose(things.chosen === current() ? null : current()) }),
    h("button", { type: "button", class: "mini", "data-testid": "thing-remove", "aria-label": t("camera.thingRemove", { n: thing.number }),
      onclick: () => things.remove(current()) }, "✕"));

/**
 * @param {HTMLElement} element
 * @param {Thing} thing
 */
function update(element, thing) {
  const share = thing.answer ? ` · ${percent(thing.answer.share)}` : thing.waiting ? " …" : "";
  write(part(element, ".name"), t("camera.thing", { n: thing.number }) + share);
  mark(part(element, ".name"), { "aria-pressed": String(thing === things.chosen) });
  element.classList.toggle("seen", thing === things.chosen);
}

/** The chosen thing, or the last one, as far as its outline is known. */
const subject = () => [things.chosen, ...[...things.all].reverse()].find((thing) => thing?.answer?.shape) ?? null;

/** The largest part of the outline becomes a zone. */
function toZone() {
  const shape = subject()?.answer?.shape;
  const points = shape && polygonOf(shape);
  if (points) zoneFrom(points);
  else toast(t("camera.thingTooSmall"));
}

/**
 * @param {Shape} shape
 * @returns {Point[] | null} 0..1; null when there is next to nothing
 */
function polygonOf({ pixels, width, height }) {
  const ring = outlines(pixels, width, height).find((one) => doubleArea(one) > 0);
  if (!ring || ring.length < 4) return null;
  const few = simplified(ring, MOST_CORNERS, SMOOTHING);
  return few.length < 3 || crossesItself(few) ? null : few.map(({ x, y }) => ({ x: x / width, y: y / height }));
}

/** Asks for the name of what was outlined, and keeps all outlines in a file. */
function askCoco() {
  const label = h("input", { name: "label", value: "object", required: true, maxlength: 100, "data-testid": "coco-label", list: "coco-labels" });
  const format = select({ name: "format", "data-testid": "coco-format" },
    [["polygons", t("camera.cocoPolygons")], ["rle", t("camera.cocoRle")]]);
  openForm({
    title: t("camera.cocoTitle"),
    testid: "coco-form",
    body: [
      field(t("camera.cocoLabel"), label),
      h("datalist", { id: "coco-labels" }, state.cameraQueries().map(({ text }) => h("option", { value: text }))),
      field(t("camera.cocoFormat"), format, t("camera.cocoHelp")),
    ],
    submitText: t("camera.download"),
    submit: () => Promise.resolve(keepCoco(label.value.trim(), format.value === "rle" ? "rle" : "polygons")),
  });
}

/**
 * @param {string} label
 * @param {"polygons" | "rle"} format
 */
function keepCoco(label, format) {
  const { camera } = state;
  const { shown } = picture;
  const outlined = things.all.flatMap(({ answer }) => (answer?.shape ? [{ answer, shape: answer.shape }] : []));
  const all = outlined.map(({ answer: { epoch, sequence }, shape }) => {
    const at = capturedAt.get(`${epoch}/${sequence}`) ?? shown?.header.capturedAt ?? Date.now();
    return { shape, label, image: {
      name: `${camera}-${epoch}-${sequence}.jpg`,
      url: new URL(`api/cameras/${encodeURIComponent(camera)}/frames/${epoch}/${sequence}?atMs=${at}`, document.baseURI).href,
      width: shown?.header.width || shape.width, height: shown?.header.height || shape.height, capturedAt: at,
    } };
  });
  const text = JSON.stringify(cocoFile(all, format), null, 1);
  download(fileName(camera, Date.now(), ".coco.json"), new Blob([text], { type: "application/json" }));
}
