const MAX_PIXELS = 4 << 20;

/**
 * Reads COCO's compressed run-length encoding (maskApi.c, rleFrString): column-major runs, the first of zeros.
 *
 * @param {Mask} mask
 * @returns {Uint8Array | null} the mask row-major, 0 and 1; null when it is not well formed
 */
export function decode({ width, height, counts }) {
  const total = width * height;
  if (!(total > 0 && total <= MAX_PIXELS)) return null;
  const runs = runLengths(counts);
  if (!runs || runs.reduce((sum, run) => sum + run, 0) !== total) return null;
  const pixels = new Uint8Array(total);
  let at = 0;
  for (const [index, run] of runs.entries()) {
    const end = at + run;
    if (index % 2 === 0) {
      at = end;
      continue;
    }
    for (; at < end; at++) {
      pixels[(at % height) * width + Math.floor(at / height)] = 1;
    }
  }
  return pixels;
}

/**
 * From the fourth on, a run is written as the difference to the run two before; each number in little-endian groups of
 * 5 bits, each the character 48 + group, whose sixth bit says that another group follows.
 *
 * @param {string} counts
 * @returns {number[] | null} null when it is not well formed
 */
function runLengths(counts) {
  const runs = [];
  for (let position = 0; position < counts.length;) {
    let value = 0;
    let shift = 0;
    let group = 0x20;
    while (group & 0x20) {
      group = counts.charCodeAt(position++) - 48;
      if (!(group >= 0 && group <= 63) || shift > 30) return null;
      value |= (group & 0x1f) << shift;
      shift += 5;
    }
    if (group & 0x10 && shift < 32) value |= -1 << shift;
    if (runs.length > 2) value += runs[runs.length - 2];
    if (value < 0) return null;
    runs.push(value);
  }
  return runs;
}

/**
 * Writes what {@link decode} reads.
 *
 * @param {Uint8Array} pixels row-major, 0 and 1
 * @param {number} width
 * @param {number} height
 */
export function encode(pixels, width, height) {
  const runs = [0];
  let value = 0;
  for (let i = 0; i < width * height; i++) {
    const pixel = pixels[(i % height) * width + Math.floor(i / height)];
    if (pixel !== value) {
      runs.push(0);
      value = pixel;
    }
    runs[runs.length - 1]++;
  }
  return runs.map((run, i) => numberText(i > 2 ? run - runs[i - 2] : run)).join("");
}

/** @param {number} number */
function numberText(number) {
  let text = "";
  for (let rest = number, more = true; more;) {
    const group = rest & 0x1f;
    rest >>= 5;
    more = group & 0x10 ? rest !== -1 : rest !== 0;
    text += String.fromCharCode(48 + (more ? group | 0x20 : group));
  }
  return text;
}
