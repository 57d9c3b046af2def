const MAX_PIXELS = 4 << 20;

/**
 * Reads COCO's compressed run-length encoding (maskApi.c, rleFrString): column-major runs, the first of zeros, from the
 * fourth on the difference to the run two before, in little-endian groups of 5 bits, each the character 48 + group.
 * Returns the mask row-major, 0 and 1; null when it is not well formed.
 */
export function decode({ width, height, counts }) {
  const total = width * height;
  if (!(total > 0 && total <= MAX_PIXELS)) return null;
  const pixels = new Uint8Array(total);
  let at = 0;
  let position = 0;
  let before = 0;
  let twoBefore = 0;
  for (let read = 0; position < counts.length; read++) {
    let value = 0;
    let shift = 0;
    for (;;) {
      const group = counts.charCodeAt(position++) - 48;
      if (!(group >= 0 && group <= 63) || shift > 30) return null;
      value |= (group & 0x1f) << shift;
      shift += 5;
      if (group & 0x20) continue;
      if (group & 0x10 && shift < 32) value |= -1 << shift;
      break;
    }
    if (read > 2) value += twoBefore;
    twoBefore = before;
    before = value;
    if (value < 0 || value > total - at) return null;
    if (read % 2 === 1) {
      for (let i = at; i < at + value; i++) {
        pixels[(i % height) * width + ((i / height) | 0)] = 1;
      }
    }
    at += value;
  }
  return at === total ? pixels : null;
}
