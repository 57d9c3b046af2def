/**
 * What uses a definition, and would do nothing or something else without it.
 *
 * @typedef {{id: string, name: string}} Named
 * @typedef {{rules: Iterable<Rule>, webhooks: Iterable<Webhook>, cameras: Iterable<Camera>}} All
 * @typedef {{rules: Named[], webhooks: Named[], cameras: Named[]}} Dependents
 */

/** @type {Dependents} */
const NONE = { rules: [], webhooks: [], cameras: [] };

/**
 * @param {{kind: "cameras" | "queries" | "rules" | "webhooks", id: string} | {kind: "zones", id: string, camera: string}} what
 * @param {All} all
 * @returns {Dependents}
 */
export function dependentsOf(what, { rules, webhooks, cameras }) {
  switch (what.kind) {
    case "queries": return { ...NONE, rules: [...rules].filter((rule) => usesQuery(rule, what.id)),
      cameras: [...cameras].filter((camera) => camera.hiddenQueries.includes(what.id)) };
    case "zones": return { ...NONE, rules: [...rules].filter((rule) => usesZone(rule, what.id, what.camera)) };
    case "rules": return { ...NONE, webhooks: [...webhooks].filter((webhook) => webhook.rules.includes(what.id)) };
    case "cameras": return { ...NONE, rules: [...rules].filter((rule) => rule.cameras.includes(what.id)),
      webhooks: [...webhooks].filter((webhook) => webhook.cameras.includes(what.id)) };
    default: return NONE;
  }
}

/**
 * @param {Rule} rule
 * @param {string} query
 */
const usesQuery = (rule, query) => rule.query === query || namesIn(rule.expression).includes(query);

/**
 * A zone is known by its id within its camera.
 *
 * @param {Rule} rule
 * @param {string} zone
 * @param {string} camera
 */
const usesZone = (rule, zone, camera) => rule.zone === zone && (!rule.cameras.length || rule.cameras.includes(camera));

/** What an expression is made of besides queries, which stand in quotes where they have such a name. */
const WORDS = new Set(["and", "or", "not", "dwell", "ms", "s", "min", "h", "peak", "change"]);

/**
 * The queries that an expression looks at.
 *
 * @param {string} expression
 */
export const namesIn = (expression) => [...expression.matchAll(/"([^"]*)"|[A-Za-z_][\w.-]*/g)]
  .filter(([word, quoted]) => quoted !== undefined || !WORDS.has(word)).map(([word, quoted]) => quoted ?? word);
