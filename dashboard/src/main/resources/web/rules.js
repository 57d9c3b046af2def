import { post, put, remove } from "./api.js";
import { byId, clock, duration, field, h, openForm, percent, problemLines, toast } from "./dom.js";
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
  const what = rule.expression || `${state.queries.get(rule.query)?.text ?? rule.query} ${rule.below ? "≤" : "≥"} ${percent(rule.enter)}`;
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
  const result = h("div", { class: "backtest", "data-testid": "backtest-result", "aria-live": "polite" });
  const span = h("select", { "aria-label": "Span of the backtest" },
    h("option", { value: 600 }, "10 minutes"), h("option", { value: 3600 }, "hour"), h("option", { value: 86400 }, "day"));
  const run = h("button", { type: "button", "data-testid": "backtest", onclick: () => backtest(inputs, Number(span.value), result, run) }, "Try it");
  const dialog = openForm({
    title: rule ? `Rule ${rule.name || rule.id}` : "New rule",
    testid: "rule-form",
    body: [
      field("Name", inputs.name),
      h("div", { class: "pair" }, field("When", inputs.query), field("covers of", inputs.zone)),
      h("div", { class: "pair three" }, field("opens at, %", inputs.enter), field("closes under, %", inputs.exit),
        field("for, seconds", inputs.dwell)),
      h("div", { class: "pair three" }, field("gone for, seconds", inputs.exitDwell), field("then quiet, seconds", inputs.cooldown),
        field("on", inputs.cameras)),
      h("div", { class: "pair" }, field("in at least so many (0 for all)", inputs.k), field("of the last frames", inputs.n)),
      h("label", { class: "check" }, inputs.below, " The other way round: alert when there is too little of it"),
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
}

function ruleInputs(rule) {
  const number = (value, testid, extra = {}) =>
    h("input", { type: "number", min: 0, step: "any", required: true, value, "data-testid": testid, ...extra });
  const start = rule ?? state.defaultRule;
  const seconds = (ms) => Number(ms) / 1000;
  const share = (value) => +(value * 100).toFixed(3);
  const inputs = {
    name: h("input", { value: rule?.name ?? "", maxlength: 100, placeholder: "Car in the driveway", "data-testid": "rule-name" }),
    query: h("select", { "data-testid": "rule-query" }, ...[...state.queries.values()].map((q) => h("option", { value: q.id }, q.text))),
    zone: h("select", { "data-testid": "rule-zone" }, h("option", { value: "" }, "the whole picture"),
      ...state.zones().filter((z) => z.kind !== "EXCLUDE").map((z) => h("option", { value: z.id }, z.name || z.id))),
    enter: number(share(start.enter), "rule-enter", { max: 100 }),
    exit: number(share(start.exit), "rule-exit", { max: 100 }),
    dwell: number(seconds(start.dwellMs), "rule-dwell"),
    exitDwell: number(seconds(start.exitDwellMs), "rule-exit-dwell"),
    cooldown: number(seconds(start.cooldownMs), "rule-cooldown"),
    k: number(start.k, "rule-k", { step: 1 }),
    n: number(start.n, "rule-n", { step: 1 }),
    cameras: h("select", {}, h("option", { value: "" }, "all cameras"),
      ...[...state.cameras.values()].map((c) => h("option", { value: c.id }, c.name || c.id))),
    below: h("input", { type: "checkbox" }),
  };
  if (rule) {
    inputs.query.value = rule.query;
    if (rule.zone && !state.zones().some((z) => z.id === rule.zone)) {
      inputs.zone.append(h("option", { value: rule.zone }, zoneName(rule.zone)));
    }
    inputs.zone.value = rule.zone;
    inputs.cameras.value = rule.cameras[0] ?? "";
    inputs.below.checked = rule.below;
  } else {
    inputs.cameras.value = state.camera;
  }
  return inputs;
}

function readRule(inputs) {
  const ms = (input) => Math.round(Number(input.value) * 1000);
  return {
    name: inputs.name.value.trim(), query: inputs.query.value, zone: inputs.zone.value,
    enter: Number(inputs.enter.value) / 100, exit: Number(inputs.exit.value) / 100, below: inputs.below.checked,
    dwellMs: ms(inputs.dwell), exitDwellMs: ms(inputs.exitDwell), cooldownMs: ms(inputs.cooldown),
    k: Number(inputs.k.value), n: Number(inputs.n.value),
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
  const opened = report.alerts.filter((alert) => alert.state === "OPEN");
  const times = opened.slice(0, 8).map((alert) => clock(alert.openedAtMs)).join(", ");
  const parts = [
    h("p", {}, h("strong", {}, `Would have fired ${opened.length} time${opened.length === 1 ? "" : "s"}`),
      ` in ${Number(report.frames)} frames.${times ? ` At ${times}${opened.length > 8 ? "…" : ""}.` : ""}`),
    evidence(opened.slice(0, 8)),
    histogram(report.histogram.map(Number), Number(inputs.enter.value) / 100, Number(inputs.exit.value) / 100),
  ];
  if (report.suggestedEnter > 0) {
    parts.push(h("p", { class: "row" },
      `Suggested: opens at ${percent(report.suggestedEnter)}, closes under ${percent(report.suggestedExit)}. `,
      h("button", { type: "button", "data-testid": "backtest-apply", onclick: () => {
        inputs.enter.value = +(report.suggestedEnter * 100).toFixed(2);
        inputs.exit.value = +(report.suggestedExit * 100).toFixed(2);
      } }, "Apply")));
  }
  if (report.effects.length) {
    parts.push(h("p", { class: "quiet" }, "At other thresholds: ",
      report.effects.map((effect) => `${percent(effect.enter)} → ${effect.opened}×`).join(", ")));
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

/** How many frames had which share; logarithmic, for most have none. */
function histogram(bins, enter, exit) {
  const width = 440;
  const height = 90;
  const canvas = h("canvas", { width, height, role: "img", "aria-label": "Frames by the share that the query covered" });
  const context = canvas.getContext("2d");
  const style = getComputedStyle(document.documentElement);
  let used = bins.length;
  while (used > 10 && !bins[used - 1]) used--;
  const shownBins = Math.min(bins.length, Math.max(10, used + 2, Math.ceil(enter * 100) + 2));
  const top = Math.log1p(Math.max(1, ...bins));
  const x = (share) => (share * 100 * width) / shownBins;
  context.fillStyle = style.getPropertyValue("--accent");
  for (let i = 0; i < shownBins; i++) {
    const bar = (Math.log1p(bins[i] ?? 0) / top) * (height - 16);
    context.fillRect(x(i / 100) + 0.5, height - 14 - bar, width / shownBins - 1, bar);
  }
  context.fillStyle = style.getPropertyValue("--quiet");
  context.font = "10px system-ui, sans-serif";
  for (const share of [0, shownBins / 200, shownBins / 100]) {
    context.textAlign = share === 0 ? "left" : share === shownBins / 100 ? "right" : "center";
    context.fillText(percent(share), x(share), height - 2);
  }
  for (const [share, color] of [[enter, "--bad"], [exit, "--good"]]) {
    context.fillStyle = style.getPropertyValue(color);
    context.fillRect(x(share) - 1, 0, 2, height - 14);
  }
  return canvas;
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
