/**
 * A rule as its form shows it: thresholds in the unit of the measure, times in seconds, parts in per cent.
 *
 * @typedef {object} RuleValues
 * @property {string} name
 * @property {string} query
 * @property {string} expression
 * @property {Measure} measure
 * @property {string} zone
 * @property {string[]} cameras
 * @property {number} enter
 * @property {number} exit
 * @property {boolean} below
 * @property {number} dwell
 * @property {number} exitDwell
 * @property {number} cooldown
 * @property {number} k
 * @property {number} n
 * @property {number} minComponent
 * @property {number} maxAlertsPerHour
 * @property {Schedule | undefined} schedule
 */

/**
 * Deviations from the baseline are numbers, all other measures parts of 1 that are shown in per cent.
 *
 * @param {Measure} measure
 */
export const isPercent = (measure) => measure !== "CHANGE";

/**
 * @param {number} value
 * @param {Measure} measure
 * @param {number} digits after the point, at most
 */
export const toInput = (value, measure, digits = 3) => rounded(value * (isPercent(measure) ? 100 : 1), digits);

/**
 * @param {number} value
 * @param {Measure} measure
 */
export const fromInput = (value, measure) => (isPercent(measure) ? value / 100 : value);

/**
 * @param {RuleFields} rule
 * @returns {RuleValues}
 */
export function valuesOf(rule) {
  const { name, query, expression, measure, zone, cameras, below, k, n, maxAlertsPerHour, schedule } = rule;
  /** @param {string} ms */
  const seconds = (ms) => Number(ms) / 1000;
  return {
    name, query, expression, measure, zone, cameras, below, k, n, maxAlertsPerHour, schedule,
    enter: toInput(rule.enter, measure), exit: toInput(rule.exit, measure),
    dwell: seconds(rule.dwellMs), exitDwell: seconds(rule.exitDwellMs), cooldown: seconds(rule.cooldownMs),
    minComponent: rounded(rule.minComponent * 100, 4),
  };
}

/**
 * @param {RuleValues} values
 * @returns {Draft<"rules">}
 */
export function draftOf(values) {
  const { name, measure, zone, cameras, below, k, n, maxAlertsPerHour, schedule } = values;
  /** @param {number} seconds */
  const ms = (seconds) => String(Math.round(seconds * 1000));
  const expression = values.expression.trim();
  return {
    name: name.trim(), measure, zone, cameras, below, k, n, maxAlertsPerHour, schedule,
    // Either the one or the other.
    query: expression ? "" : values.query, expression,
    enter: fromInput(values.enter, measure), exit: fromInput(values.exit, measure),
    dwellMs: ms(values.dwell), exitDwellMs: ms(values.exitDwell), cooldownMs: ms(values.cooldown),
    minComponent: values.minComponent / 100,
  };
}

/**
 * @param {number} value
 * @param {number} digits
 */
const rounded = (value, digits) => Number(value.toFixed(digits));
