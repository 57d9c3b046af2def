import { nameOf } from "./definitions.js";
import { state } from "./state.js";

/** Names of the rules that people made, and of the built-in one of each query's drift. */
export function ruleNames() {
  /** @type {[string, string][]} */
  const rules = [...state.rules].map(([id, rule]) => [id, nameOf(rule)]);
  /** @type {[string, string][]} */
  const drifts = [...state.queries].map(([id, query]) => [`drift:${id}`, `Drift of ${query.text}`]);
  return new Map([...rules, ...drifts]);
}

/**
 * Which alerts a webhook posts.
 *
 * @param {Webhook} webhook
 */
export function filterText({ rules, cameras, states }) {
  const names = ruleNames();
  const rulesText = rules.length ? rules.map((id) => names.get(id) ?? id).join(", ") : "all rules";
  const camerasText = cameras.length ? cameras.map((id) => state.cameras.get(id)?.name || id).join(", ") : "all cameras";
  return `${rulesText} on ${camerasText}${states.length ? ` (${states.join(", ").toLowerCase()})` : ""}`;
}
