import { backtestView } from "./backtest.js";
import { CalibrationView } from "./calibration.js";
import { choiceOf, chosenIds } from "./choice.js";
import { loadDefinition, nameOf, removeDefinition, saveDefinition } from "./definitions.js";
import { checkbox, h, select, toast } from "./dom.js";
import { checked, field, openForm } from "./form.js";
import { draftOf, fromInput, isPercent, toInput, valuesOf } from "./ruledraft.js";
import { scheduleForm } from "./scheduleform.js";
import { state } from "./state.js";

/** @type {[Measure, string][]} */
const MEASURES = [
  ["SHARE", "share covered"], ["PEAK_PROBABILITY", "peak confidence"], ["CHANGE", "z-score (hourly)"], ["DRIFT", "drift"],
];

/**
 * The form of a rule, with the query's baseline and a backtest.
 *
 * @param {Rule | null} rule that is edited; null for a new one
 */
export function openRule(rule) {
  const start = rule ?? newRule();
  if (!start) {
    toast("Add a query first: a rule compares how much a query covers.");
    return;
  }
  const inputs = ruleInputs(valuesOf(start));
  const calibration = new CalibrationView();
  const calibrate = () => calibration.show(choice(inputs, calibrate));
  for (const input of [inputs.measure, inputs.below]) input.addEventListener("change", () => proposeThresholds(inputs));
  for (const input of [inputs.query, inputs.zone, inputs.cameras, inputs.measure, inputs.below, inputs.enter, inputs.exit]) {
    input.addEventListener("change", calibrate);
  }
  const draft = () => draftOf(readRule(inputs));
  const backtest = h("fieldset", {}, h("legend", {}, "Backtest"), ...backtestView(() => choice(inputs, calibrate), draft));
  openForm({
    title: rule ? `Rule ${nameOf(rule)}` : "New rule",
    testid: "rule-form",
    body: [...conditionFields(inputs, calibration.element), moreFields(inputs), backtest],
    submitText: rule ? "Save" : "Arm rule",
    remove: rule ? () => removeDefinition("rules", rule) : undefined,
    reload: rule ? async () => openRule(await loadDefinition("rules", rule.id)) : undefined,
    submit: () => saveDefinition("rules", { ...rule, ...draft() }, rule?.id),
  });
  calibrate();
}

/** @returns {RuleFields | null} null while there is no query to compare */
function newRule() {
  const query = state.queries.keys().next().value;
  const start = state.defaultRule("SHARE", false);
  return query && start ? { ...start, id: "", query, cameras: [state.camera] } : null;
}

/**
 * @typedef {ReturnType<typeof ruleInputs>} RuleInputs
 * @param {import("./ruledraft.js").RuleValues} values
 */
function ruleInputs(values) {
  const number = (/** @type {string} */ name, /** @type {number} */ value, /** @type {string} */ testid, extra = {}) =>
    h("input", { name, type: "number", min: 0, step: "any", required: true, value, "data-testid": testid, ...extra });
  const query = select({ name: "query", "data-testid": "rule-query" }, [...state.queries.values()].map((one) => [one.id, one.text]));
  query.value = values.query;
  const measure = select({ name: "measure", "data-testid": "rule-measure" }, MEASURES);
  measure.value = values.measure;
  return {
    name: h("input", { name: "name", value: values.name, maxlength: 100, placeholder: "Car in the driveway", "data-testid": "rule-name" }),
    query,
    measure,
    zone: zoneChoice(values.zone),
    enter: number("enter", values.enter, "rule-enter", { min: -100, max: 100 }),
    exit: number("exit", values.exit, "rule-exit", { min: -100, max: 100 }),
    dwell: number("dwellMs", values.dwell, "rule-dwell"),
    exitDwell: number("exitDwellMs", values.exitDwell, "rule-exit-dwell"),
    cooldown: number("cooldownMs", values.cooldown, "rule-cooldown"),
    k: number("k", values.k, "rule-k", { step: 1, max: 1000, "aria-label": "K" }),
    n: number("n", values.n, "rule-n", { step: 1, max: 1000, "aria-label": "N" }),
    cameras: choiceOf("cameras", new Map([...state.cameras].map(([id, camera]) => [id, nameOf(camera)])), "all cameras", values.cameras),
    below: checkbox({ "data-testid": "rule-below" }, values.below),
    expression: h("input", { name: "expression", value: values.expression, maxlength: 1000, spellcheck: "false",
      "data-testid": "rule-expression" }),
    minComponent: number("minComponent", values.minComponent, "rule-min-component", { max: 100 }),
    cap: number("maxAlertsPerHour", values.maxAlertsPerHour, "rule-cap", { max: 3600 }),
    schedule: scheduleForm(values.schedule),
  };
}

/**
 * Zones of the shown camera that can be measured, and the rule's own, which may be another camera's.
 *
 * @param {string} chosen
 */
function zoneChoice(chosen) {
  const names = new Map(state.measuredZones().map((zone) => [zone.id, nameOf(zone)]));
  return choiceOf("zone", names, "whole picture", chosen ? [chosen] : []);
}

/**
 * @param {RuleInputs} inputs
 * @returns {import("./ruledraft.js").RuleValues}
 */
function readRule(inputs) {
  return {
    name: inputs.name.value, query: inputs.query.value, expression: inputs.expression.value, measure: measureOf(inputs),
    zone: inputs.zone.value, cameras: chosenIds(inputs.cameras), enter: Number(inputs.enter.value), exit: Number(inputs.exit.value),
    below: inputs.below.checked, dwell: Number(inputs.dwell.value), exitDwell: Number(inputs.exitDwell.value),
    cooldown: Number(inputs.cooldown.value), k: Number(inputs.k.value), n: Number(inputs.n.value),
    minComponent: Number(inputs.minComponent.value), maxAlertsPerHour: Number(inputs.cap.value), schedule: inputs.schedule.read(),
  };
}

/** @param {RuleInputs} inputs */
const measureOf = (inputs) => /** @type {Measure} */ (inputs.measure.value);

/**
 * What the form has chosen now.
 *
 * @param {RuleInputs} inputs
 * @param {() => void} changed is called when thresholds have been applied
 * @returns {import("./calibration.js").Choice}
 */
function choice(inputs, changed) {
  const measure = measureOf(inputs);
  return {
    camera: chosenIds(inputs.cameras)[0] ?? state.camera, query: inputs.query.value, zone: inputs.zone.value, measure,
    enter: fromInput(Number(inputs.enter.value), measure), exit: fromInput(Number(inputs.exit.value), measure),
    apply(enter, exit) {
      inputs.enter.value = String(toInput(enter, measure, 2));
      inputs.exit.value = String(toInput(exit, measure, 2));
      changed();
    },
  };
}

/**
 * Another measure has other thresholds, and so has absence.
 *
 * @param {RuleInputs} inputs
 */
function proposeThresholds(inputs) {
  const measure = measureOf(inputs);
  const start = state.defaultRule(measure, inputs.below.checked);
  if (!start) return;
  inputs.enter.value = String(toInput(start.enter, measure));
  inputs.exit.value = String(toInput(start.exit, measure));
}

/**
 * @param {RuleInputs} inputs
 * @param {Node} calibration
 */
function conditionFields(inputs, calibration) {
  const enter = h("span", {});
  const exit = h("span", {});
  const unit = h("span", {});
  const label = () => {
    enter.textContent = inputs.below.checked ? "Trigger below" : "Trigger above";
    exit.textContent = inputs.below.checked ? "Clear above" : "Clear below";
    unit.textContent = isPercent(measureOf(inputs)) ? "%" : "standard deviations from the hourly baseline";
  };
  for (const input of [inputs.below, inputs.measure]) input.addEventListener("change", label);
  label();
  return [
    field("Name", inputs.name),
    h("div", { class: "pair three" }, field("Query", inputs.query), field("Measure", inputs.measure), field("Zone", inputs.zone)),
    h("div", { class: "pair three" }, field(enter, inputs.enter, unit), field(exit, inputs.exit),
      field("For", inputs.dwell, "seconds above the trigger")),
    h("fieldset", {}, h("legend", {}, "Baseline"), calibration),
    h("div", { class: "pair three" }, field("Clear after", inputs.exitDwell, "seconds"), field("Cooldown", inputs.cooldown, "seconds"),
      field("Cameras", inputs.cameras)),
    h("div", { class: "field", role: "group", "aria-label": "K of N frames" }, h("span", {}, "K of N frames"),
      h("div", { class: "of" }, inputs.k, "of", inputs.n), h("small", {}, "At least K of the last N frames must match; 0 of 0 for every frame.")),
    checked(inputs.below, "Alert on absence"),
  ];
}

/** @param {RuleInputs} inputs */
function moreFields(inputs) {
  return h("details", { "data-testid": "rule-more" }, h("summary", {}, "More: expression, smallest region, alert cap, schedule"),
    field("Expression instead of one query", inputs.expression,
      "car / person > 2 · person and not forklift > 1 % · change(person) > 3 and dwell 30 s"),
    h("div", { class: "pair" },
      field("Ignore regions smaller than", inputs.minComponent, "% of the picture"),
      field("Alerts per hour, at most", inputs.cap, "0 for no cap; further ones are summed up in a digest")),
    inputs.schedule.element);
}
