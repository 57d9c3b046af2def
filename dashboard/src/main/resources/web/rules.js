import { post, put, remove } from "./api.js";
import { CalibrationView, cameraOf } from "./calibration.js";
import { byId, clock, duration, field, h, openForm, percent, problemLines, toast } from "./dom.js";
import { histogram } from "./histogram.js";
import { openSchedule } from "./schedule.js";
import { state } from "./state.js";

export function startRules() {
  byId("rule-add").addEventListener("click", () => openRule(null));
  state.on(["rules", "queries", "cameras"], draw);
}

function draw() {
  const rows = [...state.rules.values()].map((rule) =>
    h("li", { class: `rule${rule.disabled ? " off" : ""}`, "data-testid": "rule-item" },
      h("label", { class: "switch", title: rule.disabled ? "Off" : "Armed" },
        armed(rule), h("span", { class: "who" }, rule.name || rule.id)),
      h("button", { type: "button", class: "mini", "aria-label": `Change rule ${rule.name || rule.id}`, title: "Change",
        onclick: () => openRule(rule) }, "⋯"),
      h("p", { class: "reason" }, sentence(rule))));
  if (!rows.length) {
    rows.push(h("li", { class: "empty-line" }, state.queries.size
      ? "No rule yet. A rule opens an alert; try it on the recorded past before you arm it."
      : "Add a query first; a rule then watches how much of a zone it covers."));
  }
  byId("rule-list").replaceChildren(...rows);
}

function armed(rule) {
  const box = h("input", { type: "checkbox", "aria-label": `Rule ${rule.name || rule.id} is armed` });
  box.checked = !rule.disabled;
  box.addEventListener("change", async () => {
    try {
      stored(await put(`/api/rules/${rule.id}`, { ...rule, disabled: !box.checked }));
    } catch (failure) {
      box.checked = !box.checked;
      toast(failure.message);
    }
  });
  return box;
}

/** The rule in words. */
function sentence(rule) {
  const name = state.queries.get(rule.query)?.text ?? rule.query;
  const what = rule.expression || `${name} ${{
    PEAK_PROBABILITY: "at its surest ", CHANGE: "against the usual ", DRIFT: "drift " }[rule.measure] ?? ""}${
    rule.below ? "≤" : "≥"} ${rule.measure === "CHANGE" ? `${rule.enter} deviations` : percent(rule.enter)}`;
  const dwell = Number(rule.dwellMs) ? ` for ${duration(Number(rule.dwellMs))}` : "";
  const cameras = rule.cameras.length ? rule.cameras.map((id) => state.cameras.get(id)?.name || id).join(", ") : "all cameras";
  return `${what} of ${zoneName(rule.zone)}${dwell}, on ${cameras}`;
}

function zoneName(id) {
  if (!id) return "the picture";
  for (const camera of state.cameras.values()) {
    const zone = camera.zones.find((z) => z.id === id);
    if (zone) return zone.name || id;
  }
  return id;
}

const stored = (rule) => state.changed({ kind: "rules", id: rule.id, value: rule });

/** The form of a rule, with the backtest: how often would it have fired? */
function openRule(rule) {
  if (!state.queries.size) {
    toast("Add a query first: a rule watches how much a query covers.");
    return;
  }
  const inputs = ruleInputs(rule);
  const calibration = new CalibrationView();
  const calibrate = () => calibration.show({
    camera: cameraOf(inputs.cameras.value), query: inputs.query.value, zone: inputs.zone.value, measure: inputs.measure.value,
    enter: Number(inputs.enter.value) / 100, exit: Number(inputs.exit.value) / 100,
  }, (enter, exit) => {
    inputs.enter.value = +(enter * 100).toFixed(2);
    inputs.exit.value = +(exit * 100).toFixed(2);
    calibrate();
  });
  for (const input of ["query", "zone", "cameras", "measure", "enter", "exit"]) inputs[input].addEventListener("change", calibrate);
  const result = h("div", { class: "backtest", "data-testid": "backtest-result", "aria-live": "polite" });
  const span = h("select", { "aria-label": "Span of the backtest" },
    h("option", { value: 600 }, "10 minutes"), h("option", { value: 3600 }, "hour"), h("option", { value: 86400 }, "day"));
  const run = h("button", { type: "button", "data-testid": "backtest", onclick: () => backtest(inputs, Number(span.value), result, run) }, "Try it");
  const dialog = openForm({
    title: rule ? `Rule ${rule.name || rule.id}` : "New rule",
    testid: "rule-form",
    body: [
      field("Name", inputs.name),
      h("div", { class: "pair three" }, field("When", inputs.query), field("by", inputs.measure), field("in", inputs.zone)),
      h("div", { class: "pair three" }, field("opens at", inputs.enter, inputs.unit), field("closes under", inputs.exit),
        field("for, seconds", inputs.dwell)),
      h("fieldset", {}, h("legend", {}, "What is usual"), calibration.element),
      h("div", { class: "pair three" }, field("gone for, seconds", inputs.exitDwell), field("then quiet, seconds", inputs.cooldown),
        field("on", inputs.cameras)),
      h("div", { class: "pair" }, field("in at least so many (0 for all)", inputs.k), field("of the last frames", inputs.n)),
      h("label", { class: "check" }, inputs.below, " The other way round: alert when there is too little of it"),
      h("details", { "data-testid": "rule-more" }, h("summary", {}, "More: several queries, cap, hours"),
        field("Expression instead of one query", inputs.expression,
          "car / person > 2 · person and not forklift > 1 % · change(person) > 3 and dwell 30 s"),
        h("div", { class: "pair" }, field("parts under, % of the picture, do not count", inputs.minComponent),
          field("alerts an hour, at most (0: no cap)", inputs.cap)),
        inputs.schedule.element),
      state.backtest
        ? h("fieldset", {}, h("legend", {}, "Before you arm it"), h("div", { class: "row" }, run, " over the last ", span), result)
        : null,
    ].filter(Boolean),
    submitText: rule ? "Save" : "Arm rule",
    extra: rule ? [h("button", { type: "button", class: "danger", onclick: () => removeRule(rule, dialog) }, "Delete")] : [],
    submit: async () => {
      const wanted = { ...rule, ...readRule(inputs) };
      stored(rule ? await put(`/api/rules/${rule.id}`, wanted) : await post("/api/rules", wanted));
    },
  });
  calibrate();
}

/** Of a change, deviations as they are; of all others, per cent. */
const scale = (measure) => (measure === "CHANGE" ? 1 : 100);

function ruleInputs(rule) {
  const number = (value, testid, extra = {}) =>
    h("input", { type: "number", min: 0, step: "any", required: true, value, "data-testid": testid, ...extra });
  const start = rule ?? state.defaultRule;
  const seconds = (ms) => Number(ms) / 1000;
  const threshold = (value) => +(value * scale(start.measure)).toFixed(3);
  const inputs = {
    name: h("input", { value: rule?.name ?? "", maxlength: 100, placeholder: "Car in the driveway", "data-testid": "rule-name" }),
    query: h("select", { "data-testid": "rule-query" }, ...[...state.queries.values()].map((q) => h("option", { value: q.id }, q.text))),
    measure: h("select", { "data-testid": "rule-measure" },
      h("option", { value: "SHARE" }, "share covered"), h("option", { value: "PEAK_PROBABILITY" }, "highest probability"),
      h("option", { value: "CHANGE" }, "change against the usual for this hour"), h("option", { value: "DRIFT" }, "drift of its scores")),
    zone: h("select", { "data-testid": "rule-zone" }, h("option", { value: "" }, "the whole picture"),
      ...state.zones().filter((z) => z.kind !== "EXCLUDE").map((z) => h("option", { value: z.id }, z.name || z.id))),
    enter: number(threshold(start.enter), "rule-enter", { min: -100, max: 100 }),
    exit: number(threshold(start.exit), "rule-exit", { min: -100, max: 100 }),
    unit: h("span", {}, "%"),
    dwell: number(seconds(start.dwellMs), "rule-dwell"),
    exitDwell: number(seconds(start.exitDwellMs), "rule-exit-dwell"),
    cooldown: number(seconds(start.cooldownMs), "rule-cooldown"),
    k: number(start.k, "rule-k", { step: 1, max: 1000 }),
    n: number(start.n, "rule-n", { step: 1, max: 1000 }),
    cameras: h("select", {}, h("option", { value: "" }, "all cameras"),
      ...[...state.cameras.values()].map((c) => h("option", { value: c.id }, c.name || c.id))),
    below: h("input", { type: "checkbox" }),
    expression: h("input", { value: rule?.expression ?? "", maxlength: 1000, spellcheck: "false", "data-testid": "rule-expression" }),
    minComponent: number(+((rule?.minComponent ?? 0) * 100).toFixed(4), "rule-min-component", { max: 100 }),
    cap: number(rule?.maxAlertsPerHour ?? 0, "rule-cap", { max: 3600 }),
    schedule: openSchedule(rule?.schedule),
  };
  if (rule) {
    inputs.query.value = rule.query;
    inputs.measure.value = rule.measure;
    if (rule.zone && !state.zones().some((z) => z.id === rule.zone)) {
      inputs.zone.append(h("option", { value: rule.zone }, zoneName(rule.zone)));
    }
    inputs.zone.value = rule.zone;
    inputs.cameras.value = rule.cameras[0] ?? "";
    inputs.below.checked = rule.below;
  } else {
    inputs.cameras.value = state.camera;
  }
  const unit = () => (inputs.unit.textContent = inputs.measure.value === "CHANGE" ? "standard deviations; under 0 for less" : "%");
  inputs.measure.addEventListener("change", () => {
    const change = inputs.measure.value === "CHANGE";
    inputs.enter.value = change ? 3 : 5;
    inputs.exit.value = change ? 1.5 : 3;
    unit();
  });
  unit();
  return inputs;
}

function readRule(inputs) {
  const ms = (input) => Math.round(Number(input.value) * 1000);
  const by = scale(inputs.measure.value);
  const expression = inputs.expression.value.trim();
  return {
    name: inputs.name.value.trim(), query: expression ? "" : inputs.query.value, expression, measure: inputs.measure.value,
    zone: inputs.zone.value, enter: Number(inputs.enter.value) / by, exit: Number(inputs.exit.value) / by, below: inputs.below.checked,
    dwellMs: ms(inputs.dwell), exitDwellMs: ms(inputs.exitDwell), cooldownMs: ms(inputs.cooldown),
    k: Number(inputs.k.value), n: Number(inputs.n.value), minComponent: Number(inputs.minComponent.value) / 100,
    maxAlertsPerHour: Number(inputs.cap.value), schedule: inputs.schedule.read(),
    cameras: inputs.cameras.value ? [inputs.cameras.value] : [],
  };
}

async function backtest(inputs, seconds, result, button) {
  button.disabled = true;
  result.textContent = "Running over the recorded past…";
  const now = Math.round(state.now());
  try {
    const report = await post("/api/rules/backtest", {
      camera: inputs.cameras.value || state.camera, rule: readRule(inputs), fromMs: now - seconds * 1000, toMs: now,
    });
    result.replaceChildren(...reportView(report, inputs));
  } catch (failure) {
    result.replaceChildren(h("ul", { class: "problems" }, ...problemLines(failure).map((line) => h("li", {}, line))));
  } finally {
    button.disabled = false;
  }
}

function reportView(report, inputs) {
  const by = scale(inputs.measure.value);
  const show = by === 1 ? (value) => value.toFixed(1) : percent;
  const opened = report.alerts.filter((alert) => alert.state === "OPEN");
  const times = opened.slice(0, 8).map((alert) => clock(alert.openedAtMs)).join(", ");
  const parts = [
    h("p", {}, h("strong", {}, `Would have fired ${opened.length} time${opened.length === 1 ? "" : "s"}`),
      ` in ${Number(report.frames)} frames.${times ? ` At ${times}${opened.length > 8 ? "…" : ""}.` : ""}`),
    evidence(opened.filter((alert) => alert.evidence).slice(0, 8)),
    histogram({
      bins: report.histogram.map(Number), to: report.histogramTo || 1, label: show,
      enter: Math.abs(Number(inputs.enter.value)) / by, exit: Math.abs(Number(inputs.exit.value)) / by,
      about: "Frames by the number that the rule compares",
    }),
    Number(report.unanswered) ? h("p", { class: "quiet" }, `Of ${Number(report.unanswered)} frames the rule could say nothing: `
      + "the query was not answered, or the usual for the hour was not known.") : null,
  ].filter(Boolean);
  if (report.suggestedEnter !== 0) {
    parts.push(h("p", { class: "row" },
      `Suggested: opens at ${show(report.suggestedEnter)}, closes under ${show(report.suggestedExit)}. `,
      h("button", { type: "button", "data-testid": "backtest-apply", onclick: () => {
        inputs.enter.value = +(report.suggestedEnter * by).toFixed(2);
        inputs.exit.value = +(report.suggestedExit * by).toFixed(2);
      } }, "Apply")));
  }
  if (report.effects.length) {
    parts.push(h("p", { class: "quiet" }, "At other thresholds: ",
      report.effects.map((effect) => `${show(effect.enter)} → ${effect.opened}×`).join(", ")));
  }
  return parts;
}

/** The frames that would have opened the alerts, where they are still kept: one after another, for each is looked for. */
function evidence(alerts) {
  const pictures = h("div", { class: "row", "data-testid": "backtest-evidence" });
  const showNext = (i) => {
    if (i === alerts.length) return;
    const { camera, evidence: frame, atMs } = alerts[i];
    const picture = h("img", { width: 96, alt: `The picture at ${clock(atMs)}`, title: alerts[i].reason,
      src: `/api/cameras/${camera}/frames/${frame.epoch}/${frame.sequence}?atMs=${atMs}` });
    picture.addEventListener("load", () => showNext(i + 1));
    picture.addEventListener("error", () => {
      picture.remove();
      showNext(i + 1);
    });
    pictures.append(picture);
  };
  showNext(0);
  return pictures;
}

async function removeRule(rule, dialog) {
  try {
    await remove(`/api/rules/${rule.id}`);
    dialog.close();
    state.changed({ kind: "rules", id: rule.id, value: null });
  } catch (failure) {
    toast(failure.message);
  }
}
