import { isRunning } from "./alertwords.js";
import { editButton, enableSwitch, inOrder, nameOf, updateSwitch } from "./definitions.js";
import { byId, h, mark, part, write } from "./dom.js";
import { when } from "./format.js";
import { later } from "./later.js";
import { missingParts } from "./ruleparts.js";
import { rows } from "./rows.js";
import { ruleSentence } from "./rulesentence.js";
import { state } from "./state.js";
import { t } from "./text.js";

const openRule = later(async () => (await import("./ruleform.js")).openRule);
const endMute = later(async () => (await import("./mutes.js")).endMute);
const MUTES_MS = 5000;
const GONE = /** @type {const} */ ({ query: "rules.goneQuery", zone: "rules.goneZone", camera: "rules.goneCamera" });

/** The list of rules. */
export function startRules() {
  byId("rule-add").addEventListener("click", () => openRule(null));
  state.on(["rules", "queries", "cameras", "mutes"], draw);
  // A mute ends without a word.
  setInterval(draw, MUTES_MS);
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
  h("p", { class: "reason hush", "data-testid": "rule-muted", hidden: true }, h("span", {}), " ",
    h("button", { type: "button", class: "small needs-operator", onclick: () => endMute(muteOf(rule)) }, t("alerts.unmute"))),
  h("p", { class: "broken", "data-testid": "rule-broken", hidden: true }, h("span", {}), " ",
    h("button", { type: "button", class: "small needs-operator", "data-testid": "rule-fix", onclick: () => openRule(current()) }, t("rules.fix"))));

/** @param {Rule} rule @returns {Mute | undefined} that runs */
const muteOf = ({ id }) => [state.mutes.get(`rule/${id}`)].find((mute) => mute && isRunning(mute, state.now()));

/** @param {Mute | undefined} mute */
function mutedWords(mute) {
  const until = Number(mute?.now?.untilMs ?? 0);
  const by = mute?.now?.by ?? "";
  return until ? t("rules.mutedUntil", { time: when(until), by }) : t("rules.mutedOpen", { by });
}

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
  const mute = muteOf(rule);
  part(row, ".hush").hidden = !mute;
  write(part(row, ".hush span"), mutedWords(mute));
  write(part(row, ".reason"), ruleSentence(rule, state));
}
