import { nameOf } from "./definitions.js";
import { picture } from "./picture.js";

/** @typedef {import("./masks.js").Shaped} Shaped */

/** Of measured zones and lines; apart from each other on light and dark pictures. */
const COLORS = ["#ffffff", "#ffd84a", "#7ee0ff", "#ffa3d1", "#b6f09c", "#ffb37a", "#c9b6ff", "#8ff0d4"];
const EXCLUDED = "#ff7a7a";

/**
 * A colour for each shape that stays while others come and go.
 *
 * @param {Shaped[]} shapes
 * @returns {Map<string, string>} by id
 */
export function colorsOf(shapes) {
  const taken = new Set();
  return new Map(shapes.map(({ id, kind }) => {
    if (kind === "EXCLUDE" || kind === "MASK") return [id, EXCLUDED];
    const start = [...id].reduce((sum, c) => (sum * 31 + (c.codePointAt(0) ?? 0)) % 9973, 7);
    let place = start % COLORS.length;
    while (taken.has(place) && taken.size < COLORS.length) place = (place + 1) % COLORS.length;
    taken.add(place);
    return [id, COLORS[place]];
  }));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Shaped} zone
 * @param {number} width of the whole picture, in pixels of the canvas
 * @param {number} height
 * @param {{color: string, filled: boolean}} style
 */
export function paintZone(context, zone, width, height, { color, filled }) {
  const { unit } = picture;
  const excluded = zone.kind === "EXCLUDE" || zone.kind === "MASK";
  context.beginPath();
  for (const ring of zone.rings) trace(context, ring.points, width, height, zone.kind !== "LINE");
  if ((excluded || filled) && zone.kind !== "LINE") {
    context.fillStyle = excluded ? "#00000055" : `${color}44`;
    context.fill("evenodd");
  }
  context.lineWidth = (filled ? 2.5 : 1.5) * unit;
  context.setLineDash(excluded ? [4 * unit, 4 * unit] : []);
  // A dark edge keeps light lines visible on a light picture.
  context.strokeStyle = "#0008";
  context.lineWidth += unit;
  context.stroke();
  context.lineWidth -= unit;
  context.strokeStyle = `${color}d8`;
  context.stroke();
  context.setLineDash([]);
  paintName(context, zone, width, height, color);
}

/**
 * Adds these points to the path.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Point[]} points
 * @param {number} width
 * @param {number} height
 * @param {boolean} close
 */
export function trace(context, points, width, height, close) {
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
 * @param {string} color
 */
function paintName(context, zone, width, height, color) {
  const { unit } = picture;
  const top = zone.rings[0].points.reduce((a, b) => (b.y < a.y ? b : a));
  context.font = `600 ${11 * unit}px system-ui, sans-serif`;
  const textWidth = context.measureText(nameOf(zone)).width + 10 * unit;
  const x = Math.min(width - textWidth, Math.max(0, top.x * width));
  const y = Math.min(height - 18 * unit, Math.max(0, top.y * height - 18 * unit));
  context.fillStyle = "#000a";
  context.fillRect(x, y, textWidth, 16 * unit);
  context.fillStyle = color;
  context.fillText(nameOf(zone), x + 5 * unit, y + 12 * unit);
}

/**
 * A draft with its corners, the side that is about to be set, and the crosshair.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} width
 * @param {number} height
 * @param {object} draft
 * @param {Point[][]} draft.rings
 * @param {boolean} draft.closed
 * @param {boolean} draft.bad whether it crosses itself
 * @param {Point | null} draft.next where the next corner would be
 * @param {{ring: number, corner: number} | null} draft.chosen
 * @param {Point | null} draft.ghost a corner that a press would add
 * @param {Point | null} draft.crosshair
 */
export function paintDraft(context, width, height, { rings, closed, bad, next, chosen, ghost, crosshair }) {
  const { unit } = picture;
  const color = bad ? "#ff5a5a" : "#ffd84a";
  context.beginPath();
  for (const ring of rings) trace(context, ring, width, height, closed);
  context.fillStyle = `${color}2e`;
  if (closed || rings[0].length > 2) context.fill("evenodd");
  stroke(context, color, unit);
  if (next && rings[0].length) {
    context.setLineDash([5 * unit, 4 * unit]);
    context.beginPath();
    trace(context, [/** @type {Point} */ (rings[0].at(-1)), next, ...(rings[0].length > 1 ? [rings[0][0]] : [])], width, height, false);
    stroke(context, color, unit);
    context.setLineDash([]);
  }
  rings.forEach((ring, r) => ring.forEach((point, i) => {
    const isChosen = chosen?.ring === r && chosen.corner === i;
    paintHandle(context, point.x * width, point.y * height, (isChosen ? 5.5 : 4) * unit, isChosen ? "#1769d2" : "#ffffff", color);
  }));
  if (ghost) paintHandle(context, ghost.x * width, ghost.y * height, 3.5 * unit, `${color}80`, "#ffffff");
  if (crosshair) paintCrosshair(context, width, height, crosshair);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} color
 * @param {number} unit
 */
function stroke(context, color, unit) {
  context.lineWidth = 3.5 * unit;
  context.strokeStyle = "#0007";
  context.stroke();
  context.lineWidth = 2 * unit;
  context.strokeStyle = color;
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string} fill
 * @param {string} edge
 */
function paintHandle(context, x, y, radius, fill, edge) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = radius / 2.5;
  context.strokeStyle = edge;
  context.stroke();
}

/**
 * Lines across the whole picture that meet at a place.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} width
 * @param {number} height
 * @param {Point} at
 */
export function paintCrosshair(context, width, height, { x, y }) {
  const { unit } = picture;
  for (const [color, line] of /** @type {[string, number][]} */ ([["#000a", 3 * unit], ["#fff", unit]])) {
    context.beginPath();
    context.moveTo(0, y * height);
    context.lineTo(width, y * height);
    context.moveTo(x * width, 0);
    context.lineTo(x * width, height);
    context.lineWidth = line;
    context.strokeStyle = color;
    context.stroke();
  }
}
