import { furthest, isOpen, lasted } from "./alertwords.js";
import { state } from "./state.js";
import { t } from "./text.js";

/**
 * Why an alert opened, at its furthest: what closed it says less.
 *
 * @param {Alert & {openedReason?: string}} alert
 */
export function why(alert) {
  const rule = state.rules.get(alert.rule);
  const query = rule ? state.queries.get(rule.query)?.text ?? rule.query : "";
  const far = furthest(alert, rule, lasted(alert, state.now()), (value, time) => t("alerts.why", { query, value, time }));
  return far || (isOpen(alert) ? alert.reason : alert.openedReason || alert.reason);
}
