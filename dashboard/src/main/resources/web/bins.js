const FEWEST = 10;

/** @param {number[]} counts */
export const sum = (counts) => counts.reduce((total, count) => total + count, 0);

/**
 * How many bins of a histogram are worth drawing: up to the last that is not empty, and up to the threshold.
 *
 * @param {number[]} bins
 * @param {number[]} baseline
 * @param {number} threshold as a part of the bins' range
 */
export function shownBins(bins, baseline, threshold) {
  let used = bins.length;
  while (used > FEWEST && !bins[used - 1] && !baseline[used - 1]) used--;
  return Math.min(bins.length, Math.max(FEWEST, used + 2, Math.ceil(threshold * bins.length) + 2));
}
