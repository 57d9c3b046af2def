import { put } from "./api.js";
import { byId, field, h, openForm, toast } from "./dom.js";
import { picture } from "./picture.js";
import { state } from "./state.js";

const KINDS = { AREA: "Measured area", EXCLUDE: "Left out (privacy, burnt-in clock)", LINE: "Line" };
const MARKS = { AREA: "▱", EXCLUDE: "⊘", LINE: "╱" };

/** Points of the zone that is being drawn, 0..1; null when none is. */
let drawing = null;

export const isDrawing = () => drawing !== null;

export function startZones() {
  byId("zone-add").addEventListener("click", () => (drawing ? finish() : begin()));
  byId("show-zones").addEventListener("change", () => picture.draw());
  state.on(["cameras", "camera"], draw);
  picture.layers.push(paintZones);
}

function begin() {
  if (!picture.shown) {
    toast("There is no picture to draw on yet.");
    return;
  }
  drawing = [];
  byId("zone-add").textContent = "Finish";
  hint("Click the corners of the zone. Enter or “Finish” ends it, Backspace takes back a corner, Esc gives up.");
  picture.canvas.focus();
}

/** A click on the picture while a zone is drawn. */
export function addCorner(point) {
  drawing.push(point);
  picture.draw();
}

export function takeBackCorner() {
  drawing.pop();
  picture.draw();
}

export function giveUp() {
  drawing = null;
  byId("zone-add").textContent = "Draw zone";
  hint("");
  picture.draw();
}

export function finish() {
  const points = drawing;
  if (points.length < 2) {
    toast("A zone needs three corners, a line two.");
    return;
  }
  giveUp();
  openZone({ id: "", name: "", kind: points.length === 2 ? "LINE" : "AREA", rings: [{ points }] });
}

function hint(text) {
  byId("hint").textContent = text;
  byId("hint").hidden = !text;
}

function draw() {
  const rows = state.zones().map((zone) =>
    h("li", { class: "zone", "data-testid": "zone-item" },
      h("span", { class: "mark", "aria-hidden": "true" }, MARKS[zone.kind]),
      h("span", { class: "who" }, zone.name || zone.id),
      h("button", { type: "button", class: "mini", "aria-label": `Change zone ${zone.name || zone.id}`, title: "Change",
        onclick: () => openZone(zone) }, "⋯")));
  if (!rows.length) {
    rows.push(h("li", { class: "empty-line" }, state.camera
      ? "The whole picture is measured. Draw a zone to measure a part, or to leave one out."
      : "Zones belong to a camera."));
  }
  byId("zone-list").replaceChildren(...rows);
  byId("zone-add").disabled = !state.camera;
  picture.draw();
}

function openZone(zone) {
  const isNew = !zone.id;
  const name = h("input", { value: zone.name, maxlength: 100, placeholder: "Driveway", required: true, "data-testid": "zone-name" });
  const kind = h("select", {}, ...Object.entries(KINDS)
    .filter(([key]) => key === "LINE" || zone.rings[0].points.length > 2)
    .map(([key, label]) => h("option", { value: key }, label)));
  kind.value = zone.kind;
  const dialog = openForm({
    title: isNew ? "New zone" : `Zone ${zone.name || zone.id}`,
    testid: "zone-form",
    body: [field("Name", name), field("Kind", kind)],
    submitText: "Save",
    extra: isNew ? [] : [h("button", { type: "button", class: "danger",
      onclick: () => saveZones(state.zones().filter((z) => z.id !== zone.id)).then(() => dialog.close(), (e) => toast(e.message)) }, "Delete")],
    submit: () => {
      const changed = { ...zone, name: name.value.trim(), kind: kind.value };
      return saveZones(isNew ? [...state.zones(), changed] : state.zones().map((z) => (z.id === zone.id ? changed : z)));
    },
  });
}

async function saveZones(zones) {
  const camera = await put(`/api/cameras/${state.camera}`, { ...state.cameras.get(state.camera), zones });
  state.changed({ kind: "cameras", id: camera.id, value: camera });
}

function paintZones(context, w, h) {
  const line = Math.max(1, w / 640);
  if (byId("show-zones").checked) {
    for (const zone of state.zones()) {
      for (const ring of zone.rings) trace(context, ring.points, w, h, zone.kind !== "LINE");
      context.lineWidth = 1.5 * line;
      context.setLineDash(zone.kind === "EXCLUDE" ? [4 * line, 4 * line] : []);
      context.strokeStyle = zone.kind === "EXCLUDE" ? "#ff7a7acc" : "#ffffffb0";
      context.stroke();
      context.setLineDash([]);
      if (zone.kind === "EXCLUDE") {
        context.fillStyle = "#00000055";
        context.fill("evenodd");
      }
      label(context, zone, w, h, line);
    }
  }
  if (drawing?.length) {
    trace(context, drawing, w, h, false);
    context.lineWidth = 2 * line;
    context.strokeStyle = "#ffd84a";
    context.stroke();
    context.fillStyle = "#ffd84a";
    for (const { x, y } of drawing) context.fillRect(x * w - 3 * line, y * h - 3 * line, 6 * line, 6 * line);
  }
}

function trace(context, points, w, h, close) {
  context.beginPath();
  points.forEach(({ x, y }, i) => (i ? context.lineTo(x * w, y * h) : context.moveTo(x * w, y * h)));
  if (close) context.closePath();
}

function label(context, zone, w, h, line) {
  const top = zone.rings[0].points.reduce((a, b) => (b.y < a.y ? b : a));
  context.font = `600 ${11 * line}px system-ui, sans-serif`;
  const text = zone.name || zone.id;
  const width = context.measureText(text).width + 10 * line;
  const x = Math.min(w - width, Math.max(0, top.x * w));
  const y = Math.min(h - 18 * line, Math.max(0, top.y * h - 18 * line));
  context.fillStyle = "#0009";
  context.fillRect(x, y, width, 16 * line);
  context.fillStyle = "#fff";
  context.fillText(text, x + 5 * line, y + 12 * line);
}
