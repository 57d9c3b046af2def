import { get } from "./api.js";
import { editButton, enableSwitch, nameOf } from "./definitions.js";
import { byId, h } from "./dom.js";
import { clock } from "./format.js";
import { state } from "./state.js";
import { openWebhook, ruleNames } from "./webhookform.js";

const POLL_MS = 5000;
/** @type {Map<string, WebhookStatus>} */
let statuses = new Map();

/** The list of webhooks with the state of their deliveries. */
export function startWebhooks() {
  byId("webhook-add").addEventListener("click", () => openWebhook(null));
  state.on(["webhooks", "rules", "queries", "cameras"], draw);
  state.on("webhooks", loadStatuses);
  setInterval(loadStatuses, POLL_MS);
}

async function loadStatuses() {
  if (!state.webhooks.size || document.hidden) return;
  try {
    /** @type {{webhooks: WebhookStatus[]}} */
    const answer = await get("api/webhook-status");
    statuses = new Map(answer.webhooks.map((status) => [status.webhook, status]));
    draw();
  } catch {
    // The banner says that the connection is lost.
  }
}

function draw() {
  const rows = [...state.webhooks.values()].map((webhook) =>
    h("li", { class: `rule${webhook.disabled ? " off" : ""}`, "data-testid": "webhook-item", "data-webhook": webhook.id },
      h("label", { class: "switch", title: webhook.disabled ? "Disabled" : "Enabled" },
        enableSwitch("webhooks", webhook, `Webhook ${nameOf(webhook)} is enabled`), h("span", { class: "who" }, nameOf(webhook))),
      editButton(`webhook ${nameOf(webhook)}`, () => openWebhook(webhook)),
      h("p", { class: "reason" }, `${host(webhook.url)}: ${filterText(webhook)}`),
      h("p", { class: "when", "data-testid": "webhook-status" }, statusText(statuses.get(webhook.id)))));
  if (!rows.length) {
    rows.push(h("li", { class: "empty-line" }, "No webhook yet. A webhook posts alerts, signed, to a program of yours."));
  }
  byId("webhook-list").replaceChildren(...rows);
}

/** @param {string} url */
function host(url) {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

/** @param {Webhook} webhook */
function filterText({ rules, cameras, states }) {
  const names = ruleNames();
  const rulesText = rules.length ? rules.map((id) => names.get(id) ?? id).join(", ") : "all rules";
  const camerasText = cameras.length ? cameras.map((id) => state.cameras.get(id)?.name || id).join(", ") : "all cameras";
  return `${rulesText} on ${camerasText}${states.length ? ` (${states.join(", ").toLowerCase()})` : ""}`;
}

/** @param {WebhookStatus | undefined} status */
function statusText(status) {
  if (!status) return "…";
  const parts = [];
  if (status.reason) parts.push(status.reason);
  if (Number(status.lastSuccessMs)) parts.push(`last delivered ${clock(status.lastSuccessMs)}`);
  if (Number(status.backlog)) parts.push(`${status.backlog} pending`);
  if (Number(status.replaying)) parts.push(`${status.replaying} being replayed`);
  if (Number(status.deadLettered)) parts.push(`${status.deadLettered} undeliverable`);
  return parts.join(" · ") || "Nothing delivered yet";
}
