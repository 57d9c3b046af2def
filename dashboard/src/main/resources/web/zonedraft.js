import { clamp, cross, crossesItself, distance, isInside, moved, nearestOn, sides } from "./geometry.js";
import { History } from "./history.js";

const MOST_CORNERS = 256;

/**
 * @typedef {import("./masks.js").Shaped} Shaped
 * @typedef {{ring: number, corner: number}} Corner
 * @typedef {{rings: Point[][], open: boolean}} Outline open while its corners are being set
 * @typedef {"crosses" | "tooFew" | "tooMany"} Refusal
 * @typedef {{what: "corner" | "side", ring: number, corner: number, at: Point} | {what: "inside"}} Part
 * @typedef {{width: number, height: number}} Size of the whole picture as it is shown, in pixels
 */

/** The shape of a zone while it is drawn or changed. It never crosses itself; every change can be undone. */
export class ZoneDraft {
  #history;

  /**
   * @param {string} camera
   * @param {Shaped | null} base what is changed; null for a new one
   * @param {Point[][]} rings of a new one, when it has a shape already
   */
  constructor(camera, base, rings = []) {
    this.camera = camera;
    this.base = base;
    const start = base ? base.rings.map((ring) => ring.points) : rings;
    this.#history = new History(/** @type {Outline} */ ({ rings: start.length ? start : [[]], open: !start.length }));
  }

  get rings() {
    return this.#history.now.rings;
  }

  /** Whether corners are still being set. */
  get open() {
    return this.#history.now.open;
  }

  /** Whether the last corner is joined to the first. */
  get closed() {
    return !this.open && this.base?.kind !== "LINE" && this.rings[0].length > 2;
  }

  get changed() {
    return this.#history.canUndo;
  }

  get canUndo() {
    return this.#history.canUndo;
  }

  get canRedo() {
    return this.#history.canRedo;
  }

  /**
   * Sets another corner of one that is being drawn.
   *
   * @param {Point} at
   * @returns {Refusal | null} why it was not set
   */
  add(at) {
    const [points] = this.rings;
    if (points.length >= MOST_CORNERS) return "tooMany";
    if (this.wouldCross(at)) return "crosses";
    this.#history.push({ rings: [[...points, at]], open: true });
    return null;
  }

  /** @param {Point} at whether a side from the last corner to here crosses another side */
  wouldCross(at) {
    const [points] = this.rings;
    const last = points.at(-1);
    return Boolean(last) && sides(points, false).some((side) => cross(side, [/** @type {Point} */ (last), at]));
  }

  /**
   * Ends drawing.
   *
   * @returns {Refusal | null} why it cannot end
   */
  close() {
    const [points] = this.rings;
    if (points.length < 2) return "tooFew";
    if (crossesItself(points)) return "crosses";
    this.#history.push({ rings: this.rings, open: false });
    return null;
  }

  /** Goes on drawing one that was ended. */
  reopen() {
    if (!this.open && this.#history.undo() && !this.open) this.#history.redo();
  }

  /**
   * @param {Point[][]} rings
   * @returns {Refusal | null} why it stays as it was
   */
  change(rings) {
    if (this.crosses(rings)) return "crosses";
    this.#history.push({ rings: rings.map((ring) => ring.map(({ x, y }) => ({ x, y }))), open: this.open });
    return null;
  }

  /** @param {Point[][]} rings whether one of them crosses itself or another */
  crosses(rings) {
    const all = rings.map((ring) => sides(ring, this.closed));
    return rings.some((ring) => crossesItself(ring, this.closed))
      || all.some((some, i) => all.slice(i + 1).some((others) => some.some((side) => others.some((other) => cross(side, other)))));
  }

  /**
   * @param {Corner} which
   * @param {Point} at
   */
  withMoved({ ring, corner }, at) {
    return this.rings.map((points, r) => (r === ring ? points.map((p, i) => (i === corner ? at : p)) : points));
  }

  /**
   * @param {Corner} after
   * @param {Point} at
   */
  withInserted({ ring, corner }, at) {
    return this.rings.map((points, r) => (r === ring ? [...points.slice(0, corner + 1), at, ...points.slice(corner + 1)] : points));
  }

  /** @param {Corner} corner the middle of the side behind it */
  halfWay({ ring, corner }) {
    const points = this.rings[ring];
    const [a, b] = [points[corner], points[(corner + 1) % points.length]];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  }

  /**
   * @param {Corner} which
   * @returns {Refusal | null}
   */
  remove({ ring, corner }) {
    const points = this.rings[ring].filter((_, i) => i !== corner);
    if (points.length >= (this.closed ? 3 : 2)) return this.change(this.rings.map((old, r) => (r === ring ? points : old)));
    // A hole that is left with a side is none.
    return ring > 0 ? this.change(this.rings.filter((_, r) => r !== ring)) : "tooFew";
  }

  /**
   * @param {number} dx
   * @param {number} dy
   */
  withAllMoved(dx, dy) {
    return moved(this.rings, dx, dy);
  }

  /** The last corner that was set is taken back, or the last change. */
  undo() {
    return this.#history.undo();
  }

  redo() {
    return this.#history.redo();
  }

  /**
   * What of the shape is at a place: a corner before a side before its inside.
   *
   * @param {Point} at
   * @param {Size} size
   * @param {number} reach pixels
   * @returns {Part | null}
   */
  partAt(at, size, reach) {
    const place = pixels(at, size);
    for (const [ring, points] of this.rings.entries()) {
      const corner = points.findIndex((point) => distance(pixels(point, size), place) <= reach);
      if (corner >= 0) return { what: "corner", ring, corner, at: points[corner] };
    }
    for (const [ring, points] of this.rings.entries()) {
      for (const [corner, [a, b]] of sides(points, this.closed).entries()) {
        const near = nearestOn(place, pixels(a, size), pixels(b, size));
        if (distance(near, place) <= reach) return { what: "side", ring, corner, at: { x: near.x / size.width, y: near.y / size.height } };
      }
    }
    return this.closed && isInside(at, this.rings[0]) ? { what: "inside" } : null;
  }

  /**
   * The next corner of all rings, or the one before; null past the ends.
   *
   * @param {Corner | null} now
   * @param {number} by 1 or -1
   */
  step(now, by) {
    const all = this.rings.flatMap((points, ring) => points.map((_, corner) => ({ ring, corner })));
    const at = now ? all.findIndex(({ ring, corner }) => ring === now.ring && corner === now.corner) + by : by > 0 ? 0 : all.length - 1;
    return all[at] ?? null;
  }
}

/**
 * @param {Point} one
 * @param {Point} other
 * @param {Size} size
 * @returns {number} pixels between them
 */
export const apart = (one, other, size) => distance(pixels(one, size), pixels(other, size));

/**
 * The place that a pointer means: a corner of another shape that is near, else a side of one or an edge of the picture.
 *
 * @param {Point} at
 * @param {{points: Point[], closed: boolean}[]} others
 * @param {Size} size
 * @param {number} reach pixels
 * @returns {Point & {snapped?: boolean}}
 */
export function snapped(at, others, size, reach) {
  const place = pixels(at, size);
  /** @param {Point[]} places */
  const nearest = (places) => places.reduce((/** @type {Point | null} */ best, one) => {
    const far = distance(pixels(one, size), place);
    return far <= reach && (!best || far < distance(pixels(best, size), place)) ? one : best;
  }, null);
  const corner = nearest(others.flatMap(({ points }) => points));
  if (corner) return { ...corner, snapped: true };
  const side = nearest(others.flatMap(({ points, closed }) => sides(points, closed).map(([a, b]) => {
    const near = nearestOn(place, pixels(a, size), pixels(b, size));
    return { x: near.x / size.width, y: near.y / size.height };
  })));
  if (side) return { ...side, snapped: true };
  const x = at.x * size.width <= reach ? 0 : (1 - at.x) * size.width <= reach ? 1 : at.x;
  const y = at.y * size.height <= reach ? 0 : (1 - at.y) * size.height <= reach ? 1 : at.y;
  return { x: clamp(x), y: clamp(y), snapped: x !== at.x || y !== at.y };
}

/**
 * @param {Point} point 0..1
 * @param {Size} size
 */
const pixels = ({ x, y }, { width, height }) => ({ x: x * width, y: y * height });
