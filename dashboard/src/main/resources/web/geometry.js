/**
 * Geometry of polygons. A point is in any unit as long as all are: 0..1 of the picture, or pixels where distances matter.
 *
 * @param {Point} a
 * @param {Point} b
 */
export const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

/**
 * The place on the side from a to b that is nearest to p.
 *
 * @param {Point} p
 * @param {Point} a
 * @param {Point} b
 * @returns {Point}
 */
export function nearestOn(p, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const along = length ? Math.min(1, Math.max(0, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length)) : 0;
  return { x: a.x + along * dx, y: a.y + along * dy };
}

/**
 * Sides of a polygon, or of a line, which is not closed.
 *
 * @param {Point[]} points
 * @param {boolean} [closed]
 * @returns {[Point, Point][]}
 */
export const sides = (points, closed = true) =>
  points.slice(0, closed ? points.length : -1).map((point, i) => [point, points[(i + 1) % points.length]]);

/**
 * @param {Point} p
 * @param {Point[]} ring
 */
export function isInside(p, ring) {
  let inside = false;
  for (const [a, b] of sides(ring)) {
    if ((a.y > p.y) !== (b.y > p.y) && p.x < ((b.x - a.x) * (p.y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}

/**
 * Positive where a, b, c turn to the right on the screen.
 *
 * @param {Point} a
 * @param {Point} b
 * @param {Point} c
 */
const turn = (a, b, c) => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);

/**
 * Whether two sides cross; touching is not crossing.
 *
 * @param {[Point, Point]} one
 * @param {[Point, Point]} other
 */
export const cross = ([a, b], [c, d]) =>
  turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;

/**
 * Whether a polygon, or a line, crosses itself.
 *
 * @param {Point[]} points
 * @param {boolean} [closed]
 */
export function crossesItself(points, closed = true) {
  const all = sides(points, closed);
  return all.some((side, i) => all.slice(i + 2).some((other) => cross(side, other)));
}

/**
 * Twice the area that the points go round, positive where they do so clockwise on the screen.
 *
 * @param {Point[]} ring
 */
export const doubleArea = (ring) => sides(ring).reduce((sum, [a, b]) => sum + a.x * b.y - b.x * a.y, 0);

/**
 * Fewer corners for nearly the same polygon: corner by corner, the one that changes the area least is left out
 * (Visvalingam and Whyatt), as long as that change is small or there are too many, and never so that sides cross.
 *
 * @param {Point[]} ring
 * @param {number} most corners
 * @param {number} change of the area that may be left out at once, in the square of the points' unit
 * @returns {Point[]}
 */
export function simplified(ring, most, change) {
  const points = [...ring];
  /** @param {number} i */
  const area = (i) => Math.abs(turn(points[(i + points.length - 1) % points.length], points[i], points[(i + 1) % points.length])) / 2;
  const areas = points.map((_, i) => area(i));
  const kept = new Set();
  while (points.length > 3) {
    let least = -1;
    for (let i = 0; i < points.length; i++) if (!kept.has(points[i]) && (least < 0 || areas[i] < areas[least])) least = i;
    if (least < 0 || (areas[least] > change && points.length <= most)) break;
    const [point] = points.splice(least, 1);
    const cut = /** @type {[Point, Point]} */ ([points[(least + points.length - 1) % points.length], points[least % points.length]]);
    if (points.length <= 4 * most && sides(points).some((side) => cross(side, cut))) {
      points.splice(least, 0, point);
      kept.add(point);
      continue;
    }
    areas.splice(least, 1);
    for (const i of [(least + points.length - 1) % points.length, least % points.length]) areas[i] = area(i);
  }
  return points;
}

/**
 * @param {number} value
 * @param {number} [most]
 */
export const clamp = (value, most = 1) => Math.min(most, Math.max(0, value));

/**
 * Moves points together, as far as the picture goes.
 *
 * @param {Point[][]} rings 0..1
 * @param {number} dx
 * @param {number} dy
 * @returns {Point[][]}
 */
export function moved(rings, dx, dy) {
  const all = rings.flat();
  const x = Math.min(1 - Math.max(...all.map((p) => p.x)), Math.max(-Math.min(...all.map((p) => p.x)), dx));
  const y = Math.min(1 - Math.max(...all.map((p) => p.y)), Math.max(-Math.min(...all.map((p) => p.y)), dy));
  return rings.map((ring) => ring.map((p) => ({ x: p.x + x, y: p.y + y })));
}
