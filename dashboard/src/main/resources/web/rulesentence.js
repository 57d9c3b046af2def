import { seconds, unparted } from "./format.js";
import { t } from "./text.js";

/** @typedef {import("./text.js").TextKey} TextKey */

/** @type {Record<Measure, TextKey>} */
const CONDITIONS = { SHARE: "rules.sayShare", PEAK_PROBABILITY: "rules.sayPeak", CHANGE: "rules.sayChange", DRIFT: "rules.sayDrift" };

/**
 * A rule in one sentence of the page's language. In English it is the one that the API, the command line and alerts have.
 *
 * @param {RuleFields} rule
 * @param {object} known
 * @param {Map<string, {text: string}>} known.queries
 * @param {Map<string, {id: string, name: string, zones: {id: string, name: string}[]}>} known.cameras
 */
export function ruleSentence(rule, { queries, cameras }) {
  const plain = rule.expression === "";
  const where = rule.zone ? zoneName(rule, cameras) : t("rules.picture");
  const enter = t(rule.below ? "rules.orLess" : "rules.orMore", { value: valueOf(rule.enter, rule.measure) });
  const query = queries.get(rule.query)?.text ?? rule.query;
  const on = rule.cameras.map((id) => cameras.get(id)?.name || id).join(t("rules.sayComma"));
  return unparted([
    plain ? t(CONDITIONS[rule.measure], { query, enter, where }) : t("rules.sayExpression", { expression: rule.expression, where }),
    Number(rule.dwellMs) > 0 && t("rules.sayFor", { time: timeOf(Number(rule.dwellMs)) }),
    rule.n > 0 && t("rules.sayFrames", { k: rule.k, n: rule.n }),
    plain && t(rule.below ? "rules.sayClearsOver" : "rules.sayClearsUnder", { value: valueOf(rule.exit, rule.measure) }),
    t("rules.sayOn", { cameras: on || t("common.allCameras") }),
  ].filter(Boolean).join(""));
}

/**
 * Zones of different cameras may have the same id: the first of the rule's cameras names it.
 *
 * @param {RuleFields} rule
 * @param {Map<string, {id: string, zones: {id: string, name: string}[]}>} cameras
 */
function zoneName(rule, cameras) {
  const watched = [...cameras.values()].filter(({ id }) => !rule.cameras.length || rule.cameras.includes(id));
  return watched.flatMap(({ zones }) => zones).find(({ id, name }) => id === rule.zone && name)?.name ?? rule.zone;
}

/**
 * @param {number} value
 * @param {Measure} measure
 */
const valueOf = (value, measure) => (measure === "CHANGE" ? t("rules.sayDeviations", { n: value.toFixed(1) }) : `${(value * 100).toFixed(1)} %`);

/** @param {number} ms */
function timeOf(ms) {
  const tenths = (/** @type {number} */ value) => Number(value.toFixed(1));
  if (ms < 1000) return t("rules.sayMs", { n: ms });
  if (ms < 60_000) return seconds(tenths(ms / 1000));
  return ms < 3_600_000 ? t("rules.sayMinutes", { n: tenths(ms / 60_000) }) : t("rules.sayHours", { n: tenths(ms / 3_600_000) });
}
