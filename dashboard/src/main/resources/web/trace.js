import { doubleArea } from "./geometry.js";

/**
 * The outlines of a mask as closed polygons along its pixels' edges, the largest first: clockwise around what is set,
 * the other way round around a hole. Pixels that touch at a corner alone are apart.
 *
 * @param {Uint8Array} pixels row-major, 0 and 1
 * @param {number} width
 * @param {number} height
 * @returns {Point[][]} corners in mask pixels
 */
export function outlines(pixels, width, height) {
  /**
   * @param {number} x
   * @param {number} y
   */
  const set = (x, y) => x >= 0 && y >= 0 && x < width && y < height && pixels[y * width + x] === 1;
  const stride = width + 1;
  const seen = new Uint8Array(stride * (height + 1));
  const rings = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // Each outline has an upper edge that goes right, or as a hole's lower one goes left.
      if (set(x, y) && !set(x, y - 1) && !(seen[y * stride + x] & 1)) rings.push(follow(set, seen, stride, x, y, 0));
      if (set(x, y) && !set(x, y + 1) && !(seen[(y + 1) * stride + x + 1] & 4)) rings.push(follow(set, seen, stride, x + 1, y + 1, 2));
    }
  }
  return rings.sort((a, b) => Math.abs(doubleArea(b)) - Math.abs(doubleArea(a)));
}

/** Steps to the right, down, left, up. */
const STEPS = [[1, 0], [0, 1], [-1, 0], [0, -1]];
/** The pixels before a corner at the left and the right of who goes in each of these directions, from that corner. */
const AHEAD = [[[0, -1], [0, 0]], [[0, 0], [-1, 0]], [[-1, 0], [-1, -1]], [[-1, -1], [0, -1]]];

/**
 * Walks along edges with the mask at the right hand until the start.
 *
 * @param {(x: number, y: number) => boolean} set
 * @param {Uint8Array} seen at each corner, bits of the directions in which it was left
 * @param {number} stride
 * @param {number} startX
 * @param {number} startY
 * @param {number} startDirection
 */
function follow(set, seen, stride, startX, startY, startDirection) {
  /** @type {Point[]} */
  const ring = [];
  let [x, y, direction] = [startX, startY, startDirection];
  let before = -1;
  do {
    seen[y * stride + x] |= 1 << direction;
    if (direction !== before) ring.push({ x, y });
    before = direction;
    x += STEPS[direction][0];
    y += STEPS[direction][1];
    const [left, right] = AHEAD[direction].map(([dx, dy]) => set(x + dx, y + dy));
    if (!right) direction = (direction + 1) % 4;
    else if (left) direction = (direction + 3) % 4;
  } while (x !== startX || y !== startY || direction !== startDirection);
  if (before === startDirection) ring.shift();
  return ring;
}
