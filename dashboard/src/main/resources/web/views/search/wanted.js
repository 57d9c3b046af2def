/**
 * What is looked for in the past: the address, the form and the request all tell the same.
 *
 * @typedef {{camera: string, epoch: string, sequence: string, at: number, box: number[]}} Like a part of a kept frame: a point
 *   (x, y) or a box (x0, y0, x1, y1), 0..1
 * @typedef {object} Wanted
 * @property {string} q
 * @property {string[]} also other words for the same
 * @property {string[]} not words for what must not be taken for it
 * @property {string[]} cameras none for all
 * @property {string} zone of the one camera, or ""
 * @property {SpanName} span
 * @property {number} from of a span of one's own, milliseconds since 1970
 * @property {number} to
 * @property {number} least share, 0..1; 0 for the service's own
 * @property {number} most moments
 * @property {Like | null} like
 *
 * @typedef {"1h" | "today" | "night" | "24h" | "7d" | "own"} SpanName
 */

/** @type {SpanName[]} */
const SPANS = ["1h", "today", "night", "24h", "7d", "own"];
export const DEFAULT_SPAN = /** @type {SpanName} */ ("24h");
export const MOST_CAMERAS = 64;
export const MOST_WORDS = 10;
export const FEW_MOMENTS = 200;
export const MOST_MOMENTS = 1000;
const HOUR_MS = 3_600_000;
/** When a night begins and ends, hours of local time. */
const NIGHT = { from: 22, to: 6 };

/** @param {string | null} text @param {string} separator */
const list = (text, separator) => [...new Set((text ?? "").split(separator).map((one) => one.trim()).filter(Boolean))];
/** @param {string | null} text */
const time = (text) => (text && Number.isFinite(Number(text)) ? Math.max(0, Math.round(Number(text))) : 0);

/**
 * @param {URLSearchParams} parameters
 * @returns {Wanted}
 */
export function wantedOf(parameters) {
  const cameras = list(parameters.get("cameras"), ",");
  const [from, to] = [time(parameters.get("from")), time(parameters.get("to"))];
  const named = /** @type {SpanName} */ (parameters.get("span"));
  const own = from > 0 && to > from;
  const least = Number(parameters.get("least"));
  return {
    q: (parameters.get("q") ?? "").trim().slice(0, 200),
    also: list(parameters.get("also"), ",").slice(0, MOST_WORDS),
    not: list(parameters.get("not"), ",").slice(0, MOST_WORDS),
    cameras,
    zone: cameras.length === 1 ? parameters.get("zone") ?? "" : "",
    span: own ? "own" : SPANS.includes(named) && named !== "own" ? named : DEFAULT_SPAN,
    from: own ? from : 0,
    to: own ? to : 0,
    least: least > 0 && least <= 1 ? least : 0,
    most: parameters.get("most") === String(MOST_MOMENTS) ? MOST_MOMENTS : FEW_MOMENTS,
    like: likeOf(parameters.get("like")),
  };
}

/**
 * @param {string | null} text camera/epoch/sequence/time/x,y or x0,y0,x1,y1
 * @returns {Like | null}
 */
function likeOf(text) {
  const [camera, epoch, sequence, at, numbers, ...more] = (text ?? "").split("/");
  const box = (numbers ?? "").split(",").map(Number);
  const whole = [epoch, sequence, at].every((one) => /^\d{1,19}$/.test(one ?? ""));
  if (!camera || !whole || more.length || (box.length !== 2 && box.length !== 4)) return null;
  return box.every((value) => value >= 0 && value <= 1) ? { camera, epoch, sequence, at: Number(at), box } : null;
}

/**
 * The parameters of the address of a search; what is as usual is left out.
 *
 * @param {Wanted} wanted
 * @returns {Record<string, string>}
 */
export function parametersOf({ q, also, not, cameras, zone, span, from, to, least, most, like }) {
  /** @type {Record<string, string>} */
  const all = {
    q, also: also.join(","), not: not.join(","), cameras: cameras.join(","), zone: cameras.length === 1 ? zone : "",
    span: span === "own" || span === DEFAULT_SPAN ? "" : span,
    from: span === "own" ? String(from) : "", to: span === "own" ? String(to) : "",
    least: least ? String(least) : "", most: most === FEW_MOMENTS ? "" : String(most),
    like: like ? [like.camera, like.epoch, like.sequence, like.at, like.box.map((value) => Number(value.toFixed(4))).join(",")].join("/") : "",
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value));
}

/**
 * What another view's address is told of a search: its words, and the zone.
 *
 * @param {Wanted} wanted
 */
export function wordsOf(wanted) {
  const { q, also, not, least, zone } = parametersOf(wanted);
  return Object.fromEntries(Object.entries({ q, also, not, least, zone }).filter(([, value]) => value));
}

/** Whether there is anything to look for. @param {Wanted} wanted */
export const asks = ({ q, like }) => Boolean(q || like);

/**
 * @param {Wanted} wanted
 * @param {number} now
 * @returns {{from: number, to: number}} milliseconds since 1970
 */
export function rangeOf({ span, from, to }, now) {
  const at = (/** @type {number} */ days, /** @type {number} */ hour) => {
    const day = new Date(now);
    day.setDate(day.getDate() + days);
    return day.setHours(hour, 0, 0, 0);
  };
  switch (span) {
    case "own": return { from, to };
    case "1h": return { from: now - HOUR_MS, to: now };
    case "today": return { from: at(0, 0), to: now };
    case "night": return { from: at(-1, NIGHT.from), to: Math.min(now, at(0, NIGHT.to)) };
    case "7d": return { from: now - 7 * 24 * HOUR_MS, to: now };
    default: return { from: now - 24 * HOUR_MS, to: now };
  }
}

/**
 * What the service is asked.
 *
 * @param {Wanted} wanted
 * @param {string[]} cameras
 * @param {{from: number, to: number}} range
 * @param {number} columns of the series that are drawn; 0 for none
 */
export function requestOf(wanted, cameras, { from, to }, columns) {
  const { like } = wanted;
  return {
    query: like ? undefined : queryOf(wanted), like: like ? exampleOf(like) : undefined,
    cameras, zone: cameras.length === 1 ? wanted.zone : "",
    fromMs: String(Math.round(from)), toMs: String(Math.round(to)),
    minShare: wanted.least, mostMoments: wanted.most, columns,
  };
}

/** @param {Wanted} wanted */
export const queryOf = ({ q, also, not }) => ({ text: q, synonyms: also, negatives: not });

/** @param {Like} like */
export function exampleOf({ camera, epoch, sequence, at, box }) {
  const [x0, y0, x1, y1] = box;
  const where = box.length === 2 ? { at: { x: x0, y: y0 } } : { box: { x0, y0, x1, y1 } };
  return { camera, epoch, sequence, capturedAtMs: String(at), ...where };
}

/**
 * A time as an input of the kind datetime-local holds it.
 *
 * @param {number} ms since 1970
 */
export const localInput = (ms) => new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
