import { furthest, isOpen } from "./alertwords.js";
import { unparted } from "./format.js";
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
  const far = furthest(alert, rule);
  return far ? t("alerts.why", { query, value: far }) : unparted(isOpen(alert) ? alert.reason : alert.openedReason || alert.reason);
}
