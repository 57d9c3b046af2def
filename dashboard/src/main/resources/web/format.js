import { language, t } from "./text.js";

/** The browser's own variety of the page's language, which knows how its country writes times. */
const locale = globalThis.navigator?.languages?.find((tag) => tag.split("-")[0] === language) ?? language;
const TIME = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", second: "2-digit" });
const DAY_AND_TIME = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
const FULL = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
const DAY = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short" });
const DAYS_AGO = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const MINUTE = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });

/**
 * Words in which no number is parted from the unit behind it at the end of a line.
 *
 * @param {string} text
 */
export const unparted = (text) => text.replace(/(\d) (?=%|(?:s|ms|min|h|d)(?![a-z])|\p{Script=Han})/gu, "$1\u00a0");

/**
 * A share of 1 as per cent, with one digit after the point where it is small.
 *
 * @param {number} share
 */
export function percent(share) {
  const value = share * 100;
  return unparted(`${value >= 9.95 || value === 0 ? value.toFixed(0) : value.toFixed(1)} %`);
}

/**
 * Local time of day with seconds, as 14:02:11 or 2:02:11 PM.
 *
 * @param {number | string} ms since 1970
 */
export const clock = (ms) => TIME.format(Number(ms));

/**
 * Local time to the minute, with the date where it is not today's.
 *
 * @param {number | string} ms since 1970
 * @param {number} [now]
 */
export function when(ms, now = Date.now()) {
  const same = new Date(Number(ms)).toDateString() === new Date(now).toDateString();
  return (same ? MINUTE : DAY_AND_TIME).format(Number(ms));
}

/**
 * Date and time, with year and seconds.
 *
 * @param {number | string} ms since 1970
 */
export const dateAndTime = (ms) => FULL.format(Number(ms));

/**
 * The day of local time: today, yesterday, or its date.
 *
 * @param {number} ms since 1970
 * @param {number} [now]
 */
export function dayName(ms, now = Date.now()) {
  const midnight = (/** @type {number} */ at) => new Date(at).setHours(0, 0, 0, 0);
  const ago = Math.round((midnight(now) - midnight(ms)) / 86_400_000);
  return ago === 0 || ago === 1 ? DAYS_AGO.format(-ago, "day") : DAY.format(ms);
}

/** @param {number | string} ms */
export function duration(ms) {
  const s = Math.max(0, Math.round(Number(ms) / 1000));
  if (s < 60) return seconds(s);
  if (s < 3600) return unparted(t("common.minutes", { min: Math.floor(s / 60), s: s % 60 }));
  if (s < 172_800) return unparted(t("common.hours", { h: Math.floor(s / 3600), min: Math.floor((s % 3600) / 60) }));
  return unparted(t("common.days", { d: Math.floor(s / 86_400), h: Math.floor((s % 86_400) / 3600) }));
}

/** @param {number | string} s as they are to be written */
export const seconds = (s) => unparted(t("common.seconds", { s }));

/**
 * Words of a line that commas separate.
 *
 * @param {string} line
 */
export const commaSeparated = (line) => line.split(",").map((word) => word.trim()).filter(Boolean);
