import { get } from "./api.js";
import { editButton, enableSwitch, inOrder, nameOf, updateSwitch } from "./definitions.js";
import { byId, h, mark, part, write } from "./dom.js";
import { later } from "./later.js";
import { missingParts } from "./ruleparts.js";
import { rows } from "./rows.js";
import { state } from "./state.js";
import { t } from "./text.js";

const openRule = later(async () => (await import("./ruleform.js")).openRule);
const GONE = /** @type {const} */ ({ query: "rules.goneQuery", zone: "rules.goneZone", camera: "rules.goneCamera" });
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
  rows(byId("rule-list"), inOrder(state.rules.values()), {
    key: ({ id }) => id, make: ruleRow, update: updateRow,
    empty: state.queries.size
      ? t("rules.none")
      : t("rules.noQuery"),
  });
}

/**
 * @param {Rule} rule
 * @param {() => Rule} current
 */
const ruleRow = (rule, current) => h("li", { "data-testid": "rule-item", "data-rule": rule.id },
  h("label", { class: "switch" }, enableSwitch("rules", current), h("span", { class: "who" })),
  editButton("", () => openRule(current())),
  h("p", { class: "reason" }),
  h("p", { class: "broken", "data-testid": "rule-broken", hidden: true }, h("span", {}), " ",
    h("button", { type: "button", class: "small needs-operator", "data-testid": "rule-fix", onclick: () => openRule(current()) }, t("rules.fix"))));

/**
 * @param {HTMLElement} row
 * @param {Rule} rule
 */
function updateRow(row, rule) {
  const name = nameOf(rule);
  const missing = missingParts(rule, state);
  mark(row, { class: `rule${rule.disabled ? " off" : ""}${missing.length ? " lacks" : ""}` });
  part(row, ".broken").hidden = !missing.length;
  write(part(row, ".broken span"), t("rules.broken", { parts: missing.map(({ kind, id }) => t(GONE[kind], { id })).join(", ") }));
  mark(part(row, ".switch"), { title: t(rule.disabled ? "rules.disarmed" : "rules.armed") });
  updateSwitch(row, rule, t("rules.isArmed", { name }));
  write(part(row, ".who"), name);
  mark(part(row, ".who"), { title: name });
  mark(part(row, ".mini"), { "aria-label": t("common.editWhat", { what: t("rules.one", { name }) }) });
  write(part(row, ".reason"), sentences.get(rule.id) ?? "…");
}
