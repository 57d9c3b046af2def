import { get } from "./api.js";
import { editButton, enableSwitch, nameOf } from "./definitions.js";
import { byId, h } from "./dom.js";
import { openRule } from "./ruleform.js";
import { state } from "./state.js";

/** Several definitions may change at once. */
const SETTLE_MS = 100;
/** Each rule in words, by its id. @type {Map<string, string>} */
let sentences = new Map();
let timer = 0;
let loads = 0;

/** The list of rules. */
export function startRules() {
  byId("rule-add").addEventListener("click", () => openRule(null));
  state.on(["rules", "queries", "cameras"], draw);
  // A rule's sentence names its query, zone and cameras.
  state.on(["rules", "queries", "cameras"], () => {
    clearTimeout(timer);
    timer = window.setTimeout(loadSentences, SETTLE_MS);
  });
}

async function loadSentences() {
  if (!state.rules.size) return;
  const load = ++loads;
  try {
    /** @type {{rules: {id: string, sentence: string}[]}} */
    const { rules } = await get("api/rules");
    // Answers may overtake each other.
    if (load !== loads) return;
    sentences = new Map(rules.map((rule) => [rule.id, rule.sentence]));
    draw();
  } catch {
    // The banner says that the connection is lost.
  }
}

function draw() {
  const rows = [...state.rules.values()].map((rule) =>
    h("li", { class: `rule${rule.disabled ? " off" : ""}`, "data-testid": "rule-item" },
      h("label", { class: "switch", title: rule.disabled ? "Disarmed" : "Armed" },
        enableSwitch("rules", rule, `Rule ${nameOf(rule)} is armed`), h("span", { class: "who" }, nameOf(rule))),
      editButton(`rule ${nameOf(rule)}`, () => openRule(rule)),
      h("p", { class: "reason" }, sentences.get(rule.id) ?? "…")));
  if (!rows.length) {
    rows.push(h("li", { class: "empty-line" }, state.queries.size
      ? "No rule yet. A rule opens an alert; run its backtest over the recorded past before you arm it."
      : "Add a query first: a rule compares how much of a zone the query covers with a threshold."));
  }
  byId("rule-list").replaceChildren(...rows);
}
