/** For each of the 16 cases, the sides of the cell that a segment joins. @type {("n" | "e" | "s" | "w")[][][]} */
const SEGMENTS = [
  [], [["w", "n"]], [["n", "e"]], [["w", "e"]], [["e", "s"]], [["w", "n"], ["e", "s"]], [["n", "s"]], [["w", "s"]],
  [["s", "w"]], [["n", "s"]], [["n", "e"], ["s", "w"]], [["e", "s"]], [["e", "w"]], [["n", "e"]], [["n", "w"]], [],
];
/** Of 0..16: half of a pixel's neighbourhood. */
const HALF = 8;

/**
 * The outline of a mask as a path in mask pixels: marching squares over the mask smoothed by a 1-2-1 kernel, crossing
 * the level 1/2 by linear interpolation, so that it does not show the mask's pixels.
 *
 * @template {{moveTo(x: number, y: number): void, lineTo(x: number, y: number): void}} Path
 * @param {Uint8Array} pixels row-major, 0 and 1
 * @param {number} width
 * @param {number} height
 * @param {Path} path is drawn on
 * @returns {Path}
 */
export function contour(pixels, width, height, path) {
  const field = smoothed(pixels, width, height);
  const stride = width + 2;
  for (let y = 0; y <= height; y++) {
    for (let x = 0; x <= width; x++) {
      const i = y * stride + x;
      const a = field[i];
      const b = field[i + 1];
      const c = field[i + stride + 1];
      const d = field[i + stride];
      const inside = Number(a > HALF) | (Number(b > HALF) << 1) | (Number(c > HALF) << 2) | (Number(d > HALF) << 3);
      if (inside === 0 || inside === 15) continue;
      // Centres of mask pixels lie at +0.5; the field has a border of one.
      const left = x - 0.5;
      const top = y - 0.5;
      /** @type {Record<string, [number, number]>} */
      const points = {
        n: [left + crossing(a, b), top], e: [left + 1, top + crossing(b, c)],
        s: [left + crossing(d, c), top + 1], w: [left, top + crossing(a, d)],
      };
      for (const [from, to] of SEGMENTS[inside]) {
        path.moveTo(...points[from]);
        path.lineTo(...points[to]);
      }
    }
  }
  return path;
}

/**
 * Where between two levels the outline crosses, 0..1.
 *
 * @param {number} from
 * @param {number} to
 */
const crossing = (from, to) => (HALF + 0.5 - from) / (to - from);

/**
 * 0..16 at each pixel, with a border of one that is outside.
 *
 * @param {Uint8Array} pixels
 * @param {number} width
 * @param {number} height
 */
function smoothed(pixels, width, height) {
  const stride = width + 2;
  const rows = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      rows[y * stride + x + 1] = 2 * pixels[i] + pixels[x > 0 ? i - 1 : i] + pixels[x < width - 1 ? i + 1 : i];
    }
  }
  const field = new Uint8Array(stride * (height + 2));
  for (let y = 0; y < height; y++) {
    const above = Math.max(0, y - 1) * stride;
    const below = Math.min(height - 1, y + 1) * stride;
    for (let x = 1; x <= width; x++) {
      field[(y + 1) * stride + x] = 2 * rows[y * stride + x] + rows[above + x] + rows[below + x];
    }
  }
  return field;
}
