/**
 * A share of 1 as per cent, with one digit after the point where it is small.
 *
 * @param {number} share
 */
export function percent(share) {
  const value = share * 100;
  return `${value >= 9.95 || value === 0 ? value.toFixed(0) : value.toFixed(1)} %`;
}

/**
 * Local time, as 14:02:11.
 *
 * @param {number | string} ms since 1970
 */
export function clock(ms) {
  return new Date(Number(ms)).toTimeString().slice(0, 8);
}

/** @param {number | string} ms */
export function duration(ms) {
  const seconds = Math.max(0, Math.round(Number(ms) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/**
 * Words of a line that commas separate.
 *
 * @param {string} line
 */
export const commaSeparated = (line) => line.split(",").map((word) => word.trim()).filter(Boolean);
