import { editButton, nameOf, saveDefinition } from "./definitions.js";
import { byId, h, select, toast } from "./dom.js";
import { field, openForm } from "./form.js";
import { fieldsOf, shapesOf } from "./masks.js";
import { picture } from "./picture.js";
import { state } from "./state.js";
import { activate, deactivate, toolChanged } from "./tools.js";

/** @typedef {import("./masks.js").Shaped} Shaped */

/** @type {[Shaped["kind"], string][]} */
const KINDS = [["AREA", "Measured area"], ["EXCLUDE", "Excluded area (burnt-in clock)"], ["LINE", "Line"],
  ["MASK", "Privacy mask: blacked out before it is sent"]];
const MARKS = { AREA: "▱", EXCLUDE: "⊘", LINE: "╱", MASK: "■" };

/** Corners of the zone that is being drawn; null when none is. @type {Point[] | null} */
let corners = null;

/** The tool that draws a zone; each click adds a corner. @type {Tool} */
const zoneTool = {
  hint: () => "Click the corners of the zone. Enter or “Finish” completes it, Backspace undoes a corner, Esc cancels.",
  up(at) {
    corners?.push(at);
    toolChanged();
  },
  key: (key) => ({ Enter: finish, Escape: cancel, Backspace: undo })[key] ?? null,
  paint: paintCorners,
};

export function startZones() {
  byId("zone-add").addEventListener("click", () => (corners ? finish() : begin()));
  byId("show-zones").addEventListener("change", () => picture.draw());
  state.on(["cameras", "camera"], draw);
  state.on("camera", () => corners && cancel());
  picture.layers.push(paintZones);
}

function begin() {
  if (!picture.shown) {
    toast("There is no picture to draw on yet.");
    return;
  }
  corners = [];
  byId("zone-add").textContent = "Finish";
  activate(zoneTool);
  picture.canvas.focus();
}

function undo() {
  corners?.pop();
  toolChanged();
}

function cancel() {
  corners = null;
  byId("zone-add").textContent = "Draw zone";
  deactivate();
}

function finish() {
  const points = corners ?? [];
  if (points.length < 2) {
    toast("A zone needs three corners, a line two.");
    return;
  }
  cancel();
  openZone({ id: "", name: "", version: 0, kind: points.length === 2 ? "LINE" : "AREA", rings: [{ points }] });
}

function draw() {
  const rows = shapes().map((zone) =>
    h("li", { class: "zone", "data-testid": "zone-item" },
      h("span", { class: "mark", title: zone.kind === "MASK" ? "Privacy mask" : "", "aria-hidden": "true" }, MARKS[zone.kind]),
      h("span", { class: "who" }, nameOf(zone)),
      editButton(`zone ${nameOf(zone)}`, () => openZone(zone))));
  if (!rows.length) {
    rows.push(h("li", { class: "empty-line" }, state.camera
      ? "No zones: the whole picture is measured. Draw a zone to measure a part, exclude one, or black one out."
      : "Zones belong to a camera."));
  }
  byId("zone-list").replaceChildren(...rows);
  byId("zone-add", HTMLButtonElement).disabled = !state.camera;
  picture.draw();
}

const shapes = () => shapesOf(state.cameras.get(state.camera));

/** @param {Shaped} zone */
function openZone(zone) {
  const isNew = !zone.id;
  const name = h("input", { value: zone.name, maxlength: 100, placeholder: "Driveway", required: true, "data-testid": "zone-name" });
  const kind = select({ "data-testid": "zone-kind" }, KINDS.filter(([key]) => key === "LINE" || zone.rings[0].points.length > 2));
  kind.value = zone.kind;
  openForm({
    title: isNew ? "New zone" : `${zone.kind === "MASK" ? "Privacy mask" : "Zone"} ${nameOf(zone)}`,
    testid: "zone-form",
    body: [field("Name", name), field("Kind", kind)],
    submitText: "Save",
    remove: isNew ? undefined : () => saveZones(shapes().filter((other) => other.id !== zone.id)),
    submit: () => {
      const changed = { ...zone, name: name.value.trim(), kind: /** @type {Shaped["kind"]} */ (kind.value) };
      return saveZones(isNew ? [...shapes(), changed] : shapes().map((other) => (other.id === zone.id ? changed : other)));
    },
  });
}

/** @param {Shaped[]} zones */
const saveZones = (zones) => saveDefinition("cameras", { ...state.cameras.get(state.camera), ...fieldsOf(zones) }, state.camera);

/** @type {Layer} */
function paintZones(context, width, height) {
  if (!byId("show-zones", HTMLInputElement).checked) return;
  const unit = Math.max(1, width / 640);
  for (const zone of shapes()) {
    const excluded = zone.kind === "EXCLUDE" || zone.kind === "MASK";
    for (const ring of zone.rings) trace(context, ring.points, width, height, zone.kind !== "LINE");
    context.lineWidth = 1.5 * unit;
    context.setLineDash(excluded ? [4 * unit, 4 * unit] : []);
    context.strokeStyle = excluded ? "#ff7a7acc" : "#ffffffb0";
    context.stroke();
    context.setLineDash([]);
    if (excluded) {
      context.fillStyle = "#00000055";
      context.fill("evenodd");
    }
    paintName(context, zone, width, height, unit);
  }
}

/** @type {Layer} */
function paintCorners(context, width, height) {
  if (!corners?.length) return;
  const unit = Math.max(1, width / 640);
  trace(context, corners, width, height, false);
  context.lineWidth = 2 * unit;
  context.strokeStyle = "#ffd84a";
  context.stroke();
  context.fillStyle = "#ffd84a";
  for (const { x, y } of corners) context.fillRect(x * width - 3 * unit, y * height - 3 * unit, 6 * unit, 6 * unit);
}

/**
 * Starts a path of these points.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Point[]} points
 * @param {number} width
 * @param {number} height
 * @param {boolean} close
 */
function trace(context, points, width, height, close) {
  context.beginPath();
  points.forEach(({ x, y }, i) => (i ? context.lineTo(x * width, y * height) : context.moveTo(x * width, y * height)));
  if (close) context.closePath();
}

/**
 * The zone's name at its highest corner.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Shaped} zone
 * @param {number} width
 * @param {number} height
 * @param {number} unit a pixel of a picture 640 wide
 */
function paintName(context, zone, width, height, unit) {
  const top = zone.rings[0].points.reduce((a, b) => (b.y < a.y ? b : a));
  context.font = `600 ${11 * unit}px system-ui, sans-serif`;
  const textWidth = context.measureText(nameOf(zone)).width + 10 * unit;
  const x = Math.min(width - textWidth, Math.max(0, top.x * width));
  const y = Math.min(height - 18 * unit, Math.max(0, top.y * height - 18 * unit));
  context.fillStyle = "#0009";
  context.fillRect(x, y, textWidth, 16 * unit);
  context.fillStyle = "#fff";
  context.fillText(nameOf(zone), x + 5 * unit, y + 12 * unit);
}
