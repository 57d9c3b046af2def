import { get, post, put, remove } from "./api.js";
import { byId, clock, field, h, openForm, toast } from "./dom.js";
import { state } from "./state.js";

const LOOK_MS = 5000;
const STATES = ["OPEN", "UPDATE", "CLOSE", "DIGEST"];
let statuses = new Map();

/** Programs that are told of alerts over HTTP, and how that goes. */
export function startWebhooks() {
  byId("webhook-add").addEventListener("click", () => openWebhook(null));
  state.on(["webhooks", "rules", "queries", "cameras"], draw);
  state.on("webhooks", look);
  setInterval(look, LOOK_MS);
}

async function look() {
  if (!state.webhooks.size || document.hidden) return;
  try {
    const answer = await get("/api/webhook-status");
    statuses = new Map(answer.webhooks.map((status) => [status.webhook, status]));
    draw();
  } catch {
    // The banner says that the connection is lost.
  }
}

function draw() {
  const rows = [...state.webhooks.values()].map((webhook) =>
    h("li", { class: `rule${webhook.disabled ? " off" : ""}`, "data-testid": "webhook-item", "data-webhook": webhook.id },
      h("label", { class: "switch", title: webhook.disabled ? "Off" : "On" },
        onOff(webhook), h("span", { class: "who" }, webhook.name || webhook.id)),
      h("button", { type: "button", class: "mini", "aria-label": `Change webhook ${webhook.name || webhook.id}`, title: "Change",
        onclick: () => openWebhook(webhook) }, "⋯"),
      h("p", { class: "reason" }, `${host(webhook.url)}: ${what(webhook)}`),
      h("p", { class: "when", "data-testid": "webhook-status" }, health(statuses.get(webhook.id)))));
  if (!rows.length) {
    rows.push(h("li", { class: "empty-line" }, "No webhook yet. A webhook posts alerts to a program of yours, signed."));
  }
  byId("webhook-list").replaceChildren(...rows);
}

function onOff(webhook) {
  const box = h("input", { type: "checkbox", "aria-label": `Webhook ${webhook.name || webhook.id} is on` });
  box.checked = !webhook.disabled;
  box.addEventListener("change", async () => {
    try {
      stored(await put(`/api/webhooks/${webhook.id}`, { ...webhook, disabled: !box.checked }));
    } catch (failure) {
      box.checked = !box.checked;
      toast(failure.message);
    }
  });
  return box;
}

function host(url) {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

function what(webhook) {
  const names = (ids, known, all) => (ids.length ? ids.map((id) => known.get(id)?.name || id).join(", ") : all);
  const states = webhook.states.length ? ` (${webhook.states.join(", ").toLowerCase()})` : "";
  return `${names(webhook.rules, allRules(), "all rules")} on ${names(webhook.cameras, state.cameras, "all cameras")}${states}`;
}

function health(status) {
  if (!status) return "…";
  const parts = [];
  if (status.reason) parts.push(status.reason);
  if (Number(status.lastSuccessMs)) parts.push(`last taken ${clock(status.lastSuccessMs)}`);
  if (Number(status.backlog)) parts.push(`${status.backlog} waiting`);
  if (Number(status.replaying)) parts.push(`${status.replaying} being replayed`);
  if (Number(status.deadLettered)) parts.push(`${status.deadLettered} given up`);
  return parts.join(" · ") || "Nothing posted yet";
}

const stored = (webhook) => state.changed({ kind: "webhooks", id: webhook.id, value: webhook });

function openWebhook(webhook) {
  const inputs = webhookInputs(webhook);
  const dialog = openForm({
    title: webhook ? `Webhook ${webhook.name || webhook.id}` : "New webhook",
    testid: "webhook-form",
    body: [
      field("Address", inputs.url, "http:// or https://. An address in your own network must be allowed in the configuration."),
      field("Name", inputs.name),
      h("div", { class: "pair" }, field("Alerts of", inputs.rule), field("on", inputs.camera)),
      h("fieldset", {}, h("legend", {}, "When they"), h("div", { class: "row" }, ...STATES.map((name) =>
        h("label", { class: "inline check" }, inputs.states[name], ` ${name.toLowerCase()}`)))),
      field("Secret", inputs.secret, webhook
        ? "Leave it empty to keep the one it has; it cannot be shown. A new one is used beside the old one for a day."
        : "What the receiver checks signatures with. Copy it now: it is not shown again."),
      h("label", { class: "check" }, inputs.binary, " CloudEvents in binary mode (attributes as headers)"),
      webhook ? replayRow(webhook) : null,
    ].filter(Boolean),
    submitText: webhook ? "Save" : "Add webhook",
    extra: webhook ? [h("button", { type: "button", class: "danger", onclick: () => removeWebhook(webhook, dialog) }, "Delete")] : [],
    submit: async () => {
      const wanted = { ...webhook, ...readWebhook(inputs) };
      stored(webhook ? await put(`/api/webhooks/${webhook.id}`, wanted) : await post("/api/webhooks", wanted));
    },
  });
}

function webhookInputs(webhook) {
  const choice = (known, all, chosen) => {
    const select = h("select", {}, h("option", { value: "" }, all),
      ...[...known.values()].map((one) => h("option", { value: one.id }, one.name || one.id)));
    if (chosen.length > 1) {
      select.append(h("option", { value: chosen.join(" ") }, chosen.join(", ")));
    } else if (chosen.length && !known.has(chosen[0])) {
      select.append(h("option", { value: chosen[0] }, chosen[0]));
    }
    select.value = chosen.join(" ");
    return select;
  };
  const states = {};
  for (const name of STATES) {
    states[name] = h("input", { type: "checkbox" });
    states[name].checked = !webhook?.states.length || webhook.states.includes(name);
  }
  const binary = h("input", { type: "checkbox" });
  binary.checked = webhook?.format === "BINARY";
  return {
    url: h("input", { type: "url", required: true, maxlength: 2000, value: webhook?.url ?? "", placeholder: "https://example.com/alerts", "data-testid": "webhook-url" }),
    name: h("input", { maxlength: 100, value: webhook?.name ?? "", "data-testid": "webhook-name" }),
    rule: choice(allRules(), "all rules", webhook?.rules ?? []),
    camera: choice(state.cameras, "all cameras", webhook?.cameras ?? []),
    secret: h("input", { value: webhook ? "" : newSecret(), autocomplete: "off", spellcheck: "false", "data-testid": "webhook-secret" }),
    states,
    binary,
  };
}

/** People's rules, and the built-in one of each query's drift. */
function allRules() {
  const drifts = [...state.queries].map(([id, query]) => [`drift:${id}`, { id: `drift:${id}`, name: `Drift of ${query.text}` }]);
  return new Map([...state.rules, ...drifts]);
}

/** Made here, so that the service never has to show one. */
function newSecret() {
  return `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`;
}

function readWebhook(inputs) {
  const chosen = STATES.filter((name) => inputs.states[name].checked);
  const ids = (select) => (select.value ? select.value.split(" ") : []);
  const wanted = {
    url: inputs.url.value.trim(), name: inputs.name.value.trim(), rules: ids(inputs.rule), cameras: ids(inputs.camera),
    states: chosen.length === STATES.length ? [] : chosen, format: inputs.binary.checked ? "BINARY" : "STRUCTURED",
  };
  if (inputs.secret.value.trim()) wanted.secret = inputs.secret.value.trim();
  return wanted;
}

function replayRow(webhook) {
  const span = h("select", { "aria-label": "Span of the replay" },
    h("option", { value: 3600 }, "hour"), h("option", { value: 86400 }, "day"), h("option", { value: 604800 }, "week"));
  const ask = (source) => async () => {
    try {
      await post(`/api/webhooks/${webhook.id}/replay`, { source, fromMs: String(Math.round(state.now()) - span.value * 1000) });
      toast("They are being posted again.", "good");
    } catch (failure) {
      toast(failure.message);
    }
  };
  return h("fieldset", {}, h("legend", {}, "Post again"), h("div", { class: "row" },
    h("button", { type: "button", onclick: ask("DEAD_LETTER") }, "What was given up"), " or ",
    h("button", { type: "button", onclick: ask("ALERTS") }, "every alert"), " of the last ", span));
}

async function removeWebhook(webhook, dialog) {
  try {
    await remove(`/api/webhooks/${webhook.id}`);
    state.changed({ kind: "webhooks", id: webhook.id, value: null });
    dialog.close();
  } catch (failure) {
    toast(failure.message);
  }
}
