/**
 * How a camera is read, as its form shows it: times in seconds, options a line each.
 *
 * @typedef {{transport: string, deinterlace: string, aspect: string, connectTimeout: string, readTimeout: string,
 *   interval: string, options: string}} StreamValues
 */

/**
 * @param {StreamValues} values
 * @returns {Camera["stream"]} undefined where everything is the default
 */
export function streamOf({ transport, deinterlace, aspect, connectTimeout, readTimeout, interval, options }) {
  const stream = /** @type {NonNullable<Camera["stream"]>} */ ({
    transport, deinterlace, aspect: aspect.trim(), connectTimeoutMs: ms(connectTimeout), readTimeoutMs: ms(readTimeout),
    intervalMs: ms(interval), options: optionsOf(options),
  });
  const set = transport !== "AUTOMATIC" || deinterlace !== "WHEN_INTERLACED" || stream.aspect || stream.connectTimeoutMs
    || stream.readTimeoutMs || stream.intervalMs || Object.keys(stream.options ?? {}).length;
  return set ? stream : undefined;
}

/** @param {string} seconds */
const ms = (seconds) => Math.round(Number(seconds || 0) * 1000);

/** @param {string} text */
function optionsOf(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  return Object.fromEntries(lines.map((line) => {
    const at = line.indexOf("=");
    return at < 0 ? [line, ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  }));
}

/** @param {{[name: string]: string}} options */
export const optionLines = (options) => Object.entries(options).map(([name, value]) => `${name}=${value}`).join("\n");
