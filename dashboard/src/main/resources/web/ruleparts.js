import { namesIn } from "./dependents.js";

/**
 * What a rule names that is not there: it watches nothing, or less than it seems to.
 *
 * @param {RuleFields} rule
 * @param {{queries: Map<string, unknown>, cameras: Map<string, {zones: {id: string}[]}>}} known
 * @returns {{kind: "query" | "zone" | "camera", id: string}[]}
 */
export function missingParts(rule, { queries, cameras }) {
  const named = rule.expression ? namesIn(rule.expression) : [rule.query];
  /** @type {{kind: "query" | "zone" | "camera", id: string}[]} */
  const missing = [...new Set(named)].filter((id) => id && !queries.has(id)).map((id) => ({ kind: "query", id }));
  missing.push(...rule.cameras.filter((id) => !cameras.has(id)).map((id) => ({ kind: /** @type {const} */ ("camera"), id })));
  const watched = rule.cameras.length ? rule.cameras.flatMap((id) => cameras.get(id) ?? []) : [...cameras.values()];
  if (rule.zone && watched.length && !watched.some(({ zones }) => zones.some(({ id }) => id === rule.zone))) {
    missing.push({ kind: "zone", id: rule.zone });
  }
  return missing;
}
