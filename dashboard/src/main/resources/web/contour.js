/**
 * The outline of a mask as a path in mask pixels: marching squares over the mask smoothed by a 1-2-1 kernel, crossing
 * the level 1/2 by linear interpolation, so that it does not show the mask's pixels.
 */
export function contour(pixels, width, height) {
  const field = smoothed(pixels, width, height);
  const path = new Path2D();
  const stride = width + 2;
  for (let y = 0; y <= height; y++) {
    for (let x = 0; x <= width; x++) {
      const i = y * stride + x;
      const a = field[i];
      const b = field[i + 1];
      const c = field[i + stride + 1];
      const d = field[i + stride];
      const inside = (a > 8) | ((b > 8) << 1) | ((c > 8) << 2) | ((d > 8) << 3);
      if (inside === 0 || inside === 15) continue;
      // Centres of mask pixels lie at +0.5; the field has a border of one.
      const left = x - 0.5;
      const top = y - 0.5;
      const points = {
        n: [left + cross(a, b), top], e: [left + 1, top + cross(b, c)],
        s: [left + cross(d, c), top + 1], w: [left, top + cross(a, d)],
      };
      for (const [from, to] of SEGMENTS[inside]) {
        path.moveTo(...points[from]);
        path.lineTo(...points[to]);
      }
    }
  }
  return path;
}

const SEGMENTS = [
  [], ["wn"], ["ne"], ["we"], ["es"], ["wn", "es"], ["ns"], ["ws"],
  ["sw"], ["ns"], ["ne", "sw"], ["es"], ["ew"], ["ne"], ["nw"], [],
];

const cross = (from, to) => (8.5 - from) / (to - from);

/** 0..16 at each pixel, with a border of one that is outside. */
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
