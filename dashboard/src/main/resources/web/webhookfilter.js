import { nameOf } from "./definitions.js";
import { state } from "./state.js";
import { t } from "./text.js";

/** What an alert can be posted for, with its label. @type {[AlertState, import("./text.js").TextKey][]} */
export const STATES = [["OPEN", "webhooks.open"], ["UPDATE", "webhooks.update"], ["CLOSE", "webhooks.close"], ["DIGEST", "webhooks.digest"]];

/** Names of the rules that people made, and of the built-in one of each query's drift. */
export function ruleNames() {
  /** @type {[string, string][]} */
  const rules = [...state.rules].map(([id, rule]) => [id, nameOf(rule)]);
  /** @type {[string, string][]} */
  const drifts = [...state.queries].map(([id, query]) => [`drift:${id}`, t("webhooks.driftOf", { query: query.text })]);
  return new Map([...rules, ...drifts]);
}

/**
 * Which alerts a webhook posts.
 *
 * @param {Webhook} webhook
 */
export function filterText({ rules, cameras, states }) {
  const names = ruleNames();
  const rulesText = rules.length ? rules.map((id) => names.get(id) ?? id).join(", ") : t("common.allRules");
  const camerasText = cameras.length ? cameras.map((id) => state.cameras.get(id)?.name || id).join(", ") : t("common.allCameras");
  const values = { rules: rulesText, cameras: camerasText };
  if (!states.length) return t("webhooks.posts", values);
  const labels = STATES.filter(([one]) => states.includes(one)).map(([, label]) => t(label));
  return t("webhooks.postsStates", { ...values, states: labels.join(", ") });
}
