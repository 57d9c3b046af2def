import { language } from "./text.js";

/** The browser's own variety of the page's language, which knows how its country writes times. */
const locale = globalThis.navigator?.languages?.find((tag) => tag.split("-")[0] === language) ?? language;

/** @param {Intl.DateTimeFormatOptions} options */
const format = (options) => new Intl.DateTimeFormat(locale, options);
const SECOND = format({ hour: "numeric", minute: "2-digit", second: "2-digit" });
const MINUTE = format({ hour: "numeric", minute: "2-digit" });
const DAY = format({ day: "numeric", month: "short" });

const DAY_S = 86_400;
/** Distances between ticks, seconds. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
  DAY_S, 2 * DAY_S, 7 * DAY_S, 14 * DAY_S, 28 * DAY_S];
/** Room for a tick's label. */
const LABEL_PX = 90;

/**
 * Where ticks of a time axis stand, in seconds: on whole minutes, hours and days of local time.
 *
 * @param {number} from second
 * @param {number} to second
 * @param {number} most how many there is room for
 */
export function ticks(from, to, most) {
  const step = STEPS.find((one) => (to - from) / one <= most) ?? STEPS[STEPS.length - 1];
  const offset = new Date(from * 1000).getTimezoneOffset() * 60;
  /** @type {number[]} */
  const found = [];
  for (let at = Math.ceil((from - offset) / step) * step + offset; at <= to; at += step) found.push(at);
  return found;
}

/** Ticks of a plot's time axis. @param {uPlot} plot */
export const timeTicks = (plot) => ticks(plot.scales.x.min ?? 0, plot.scales.x.max ?? 1, plot.width / LABEL_PX);

/**
 * What stands at the ticks: no more than tells them apart, and the day where a new one begins.
 *
 * @param {number[]} seconds
 */
export function tickLabels(seconds) {
  const step = seconds.length > 1 ? seconds[1] - seconds[0] : 60;
  return seconds.map((second) => {
    const date = new Date(second * 1000);
    const midnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
    if (step >= DAY_S || (midnight && step >= 300)) return DAY.format(date);
    return (step < 60 ? SECOND : MINUTE).format(date);
  });
}

/** Names of Monday to Sunday. */
export const WEEKDAYS = [...Array(7).keys()].map((day) => format({ weekday: "short", timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + day)));
