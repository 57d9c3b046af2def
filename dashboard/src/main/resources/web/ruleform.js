import { backtestView } from "./backtest.js";
import { CalibrationView } from "./calibration.js";
import { choiceOf, chosenIds } from "./choice.js";
import { loadDefinition, nameOf, removeDefinition, saveDefinition } from "./definitions.js";
import { checkbox, h, select, toast } from "./dom.js";
import { checked, field, openForm } from "./form.js";
import { router } from "./router.js";
import { draftOf, fromInput, isPercent, toInput, valuesOf } from "./ruledraft.js";
import { scheduleForm } from "./scheduleform.js";
import { state } from "./state.js";
import { t } from "./text.js";

/** The form stands beside the view that it was opened in; over another one it would lie, so it waits. */
router.on("changed", ({ view }) => {
  const beside = document.querySelector("dialog.beside");
  if (beside instanceof HTMLElement) beside.hidden = beside.dataset.view !== view;
});

/** @type {[Measure, import("./text.js").TextKey][]} */
const MEASURES = [
  ["SHARE", "rules.share"], ["PEAK_PROBABILITY", "rules.peak"], ["CHANGE", "rules.change"], ["DRIFT", "rules.drift"],
];

/**
 * The form of a rule, with the query's baseline and a backtest.
 *
 * @param {Rule | null} rule that is edited; null for a new one
 * @param {Partial<RuleFields>} [about] what a new one begins with
 */
export function openRule(rule, about) {
  const start = rule ?? newRule(about);
  if (!start) {
    toast(t("rules.noQueryForm"));
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
  const backtest = h("fieldset", {}, h("legend", {}, t("rules.backtest")), ...backtestView(() => choice(inputs, calibrate), draft));
  openForm({
    title: rule ? t("rules.title", { name: nameOf(rule) }) : t("common.newRule"),
    testid: "rule-form",
    beside: true,
    body: [...conditionFields(inputs, calibration.element), backtest, moreFields(inputs)],
    submitText: t(rule ? "common.save" : "rules.arm"),
    remove: rule ? () => removeDefinition("rules", rule) : undefined,
    reload: rule ? async () => openRule(await loadDefinition("rules", rule.id)) : undefined,
    submit: () => saveDefinition("rules", { ...rule, ...draft() }, rule?.id),
  });
  document.querySelector("dialog.beside")?.setAttribute("data-view", router.here().view);
  calibrate();
}

/**
 * @param {Partial<RuleFields>} [about]
 * @returns {RuleFields | null} null while there is no query to compare
 */
function newRule(about) {
  const query = state.queries.keys().next().value;
  const start = state.defaultRule("SHARE", false);
  return query && start ? { ...start, id: "", query, cameras: [state.camera], ...about } : null;
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
  const measure = select({ name: "measure", "data-testid": "rule-measure" }, MEASURES.map(([name, key]) => [name, t(key)]));
  measure.value = values.measure;
  return {
    name: h("input", { name: "name", value: values.name, maxlength: 100, placeholder: t("rules.nameExample"), "data-testid": "rule-name" }),
    query,
    measure,
    zone: zoneChoice(values.zone),
    enter: number("enter", values.enter, "rule-enter", { min: -100, max: 100 }),
    exit: number("exit", values.exit, "rule-exit", { min: -100, max: 100 }),
    dwell: number("dwellMs", values.dwell, "rule-dwell"),
    exitDwell: number("exitDwellMs", values.exitDwell, "rule-exit-dwell"),
    cooldown: number("cooldownMs", values.cooldown, "rule-cooldown"),
    k: number("k", values.k, "rule-k", { step: 1, max: 1000, "aria-label": t("rules.k") }),
    n: number("n", values.n, "rule-n", { step: 1, max: 1000, "aria-label": t("rules.n") }),
    cameras: choiceOf("cameras", new Map([...state.cameras].map(([id, camera]) => [id, nameOf(camera)])), t("common.allCameras"), values.cameras),
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
  return choiceOf("zone", names, t("timeline.wholePicture"), chosen ? [chosen] : []);
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
    expression: inputs.expression.value.trim(),
    enter: fromInput(Number(inputs.enter.value), measure), exit: fromInput(Number(inputs.exit.value), measure),
    apply(enter, exit) {
      inputs.enter.value = String(toInput(enter, measure, 2));
      inputs.exit.value = String(toInput(exit, measure, 2));
      changed();
    },
    drag(enter, done) {
      const ratio = Number(inputs.enter.value) ? Number(inputs.exit.value) / Number(inputs.enter.value) : 1;
      inputs.enter.value = String(toInput(enter, measure, 1));
      inputs.exit.value = String(Number((Number(inputs.enter.value) * Math.min(1, Math.max(0, ratio))).toFixed(1)));
      inputs.enter.dispatchEvent(new Event("input", { bubbles: true }));
      if (done) changed();
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
  const threshold = kept(named(inputs.enter, "rules.threshold"), unit);
  const clear = kept(exit, named(inputs.exit, "rules.clear"));
  const sentence = h("div", { class: "sentence", "data-testid": "rule-sentence" },
    word("rules.when"), named(inputs.query, "rules.query"), named(inputs.measure, "rules.measure"), enter, threshold,
    kept(word("rules.of"), named(inputs.zone, "rules.zone")), kept(word("rules.for"), named(inputs.dwell, "rules.dwell"), word("rules.seconds")));
  const closing = h("div", { class: "sentence" }, clear, kept(word("rules.closeFor"), named(inputs.exitDwell, "rules.clearAfter"), word("rules.seconds")));
  const baseline = h("fieldset", {}, h("legend", {}, t("rules.baseline")), calibration);
  const label = () => {
    enter.textContent = t(inputs.below.checked ? "rules.triggerBelow" : "rules.triggerAbove");
    exit.textContent = t(inputs.below.checked ? "rules.clearAbove" : "rules.clearBelow");
    unit.textContent = t(isPercent(measureOf(inputs)) ? "rules.percent" : "rules.deviations");
    // An expression says by itself what it compares.
    const own = inputs.expression.value.trim() === "";
    for (const element of [inputs.query, inputs.measure, enter, threshold, clear]) {
      /** @type {HTMLElement} */ (element).hidden = !own;
    }
    baseline.hidden = !own;
  };
  for (const input of [inputs.below, inputs.measure]) input.addEventListener("change", label);
  inputs.expression.addEventListener("input", label);
  label();
  return [field(t("rules.name"), inputs.name), sentence, closing, baseline];
}

/** Words and inputs that no end of a line parts. @param {...Node} parts */
const kept = (...parts) => h("span", { class: "kept" }, ...parts);

/** @param {import("./text.js").TextKey} key */
const word = (key) => h("span", {}, t(key));

/**
 * @template {HTMLElement} E
 * @param {E} input
 * @param {import("./text.js").TextKey} key what it is called by those who do not see the sentence
 * @returns {E}
 */
function named(input, key) {
  input.setAttribute("aria-label", t(key));
  return input;
}

/** @param {RuleInputs} inputs */
function moreFields(inputs) {
  return h("details", { "data-testid": "rule-more", open: Boolean(inputs.expression.value) }, h("summary", {}, t("rules.more")),
    h("div", { class: "pair" }, field(t("rules.cooldown"), inputs.cooldown, t("rules.inSeconds")), field(t("rules.cameras"), inputs.cameras)),
    h("div", { class: "field", role: "group", "aria-label": t("rules.kOfN") }, h("span", {}, t("rules.kOfN")),
      h("div", { class: "of" }, inputs.k, t("rules.kOf"), inputs.n), h("small", {}, t("rules.kOfNHelp"))),
    checked(inputs.below, t("rules.absence")),
    field(t("rules.expression"), inputs.expression,
      "car / person > 2 · person and not forklift > 1 % · change(person) > 3 and dwell 30 s"),
    h("div", { class: "pair" },
      field(t("rules.minComponent"), inputs.minComponent, t("rules.ofPicture")),
      field(t("rules.cap"), inputs.cap, t("rules.capHelp"))),
    inputs.schedule.element);
}
