import { editButton, enableSwitch, nameOf } from "./definitions.js";
import { byId, h } from "./dom.js";
import { duration, percent } from "./format.js";
import { openRule } from "./ruleform.js";
import { state } from "./state.js";

/** The list of rules. */
export function startRules() {
  byId("rule-add").addEventListener("click", () => openRule(null));
  state.on(["rules", "queries", "cameras"], draw);
}

function draw() {
  const rows = [...state.rules.values()].map((rule) =>
    h("li", { class: `rule${rule.disabled ? " off" : ""}`, "data-testid": "rule-item" },
      h("label", { class: "switch", title: rule.disabled ? "Disarmed" : "Armed" },
        enableSwitch("rules", rule, `Rule ${nameOf(rule)} is armed`), h("span", { class: "who" }, nameOf(rule))),
      editButton(`rule ${nameOf(rule)}`, () => openRule(rule)),
      h("p", { class: "reason" }, sentence(rule))));
  if (!rows.length) {
    rows.push(h("li", { class: "empty-line" }, state.queries.size
      ? "No rule yet. A rule opens an alert; run its backtest over the recorded past before you arm it."
      : "Add a query first: a rule compares how much of a zone the query covers with a threshold."));
  }
  byId("rule-list").replaceChildren(...rows);
}

/**
 * The rule in words.
 *
 * @param {Rule} rule
 */
function sentence(rule) {
  const name = state.queries.get(rule.query)?.text ?? rule.query;
  const measure = { SHARE: "", PEAK_PROBABILITY: "peak confidence ", CHANGE: "against the usual ", DRIFT: "drift " }[rule.measure];
  const what = rule.expression || `${name} ${measure}${
    rule.below ? "≤" : "≥"} ${rule.measure === "CHANGE" ? `${rule.enter} deviations` : percent(rule.enter)}`;
  const dwell = Number(rule.dwellMs) ? ` for ${duration(rule.dwellMs)}` : "";
  const cameras = rule.cameras.length
    ? rule.cameras.map((id) => state.cameras.get(id)?.name || id).join(", ")
    : "all cameras";
  return `${what} of ${zoneName(rule.zone)}${dwell}, on ${cameras}`;
}

/** @param {string} id */
function zoneName(id) {
  if (!id) return "the picture";
  for (const camera of state.cameras.values()) {
    const zone = camera.zones.find((one) => one.id === id);
    if (zone) return nameOf(zone);
  }
  return id;
}
