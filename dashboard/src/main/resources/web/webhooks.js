import { get } from "./api.js";
import { editButton, enableSwitch, inOrder, nameOf, saveDefinition, updateSwitch } from "./definitions.js";
import { byId, h, mark, part, toastFailure, write } from "./dom.js";
import { when } from "./format.js";
import { later } from "./later.js";
import { rows } from "./rows.js";
import { state } from "./state.js";
import { t } from "./text.js";
import { filterText } from "./webhookfilter.js";

const openWebhook = later(async () => (await import("./webhookform.js")).openWebhook);
const POLL_MS = 5000;
/** States of which somebody may have mended the cause. */
const WAITING = new Set(["RETRYING", "BLOCKED", "GONE"]);
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
  if (!state.webhooks.size || document.hidden || byId("view-camera").hidden) return;
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
  rows(byId("webhook-list"), inOrder(state.webhooks.values()), {
    key: ({ id }) => id, make: webhookRow, update: updateRow,
    empty: t("webhooks.none"),
  });
}

/**
 * @param {Webhook} webhook
 * @param {() => Webhook} current
 */
const webhookRow = (webhook, current) => h("li", { "data-testid": "webhook-item", "data-webhook": webhook.id },
  h("label", { class: "switch" }, enableSwitch("webhooks", current), h("span", { class: "who" })),
  editButton("", () => openWebhook(current())),
  h("p", { class: "reason" }),
  h("p", { class: "reason when", "data-testid": "webhook-status" }),
  h("p", { class: "reason" }, h("button", { type: "button", class: "small", "data-testid": "webhook-retry", hidden: true,
    onclick: () => tryNow(current()) }, t("webhooks.tryNow"))));

/**
 * Each stored definition begins its deliveries anew, with what waits first.
 *
 * @param {Webhook} webhook
 */
async function tryNow(webhook) {
  try {
    await saveDefinition("webhooks", webhook, webhook.id);
  } catch (failure) {
    toastFailure(failure);
  }
}

/**
 * @param {HTMLElement} row
 * @param {Webhook} webhook
 */
function updateRow(row, webhook) {
  const name = nameOf(webhook);
  mark(row, { class: `rule${webhook.disabled ? " off" : ""}` });
  mark(part(row, ".switch"), { title: t(webhook.disabled ? "webhooks.disabled" : "webhooks.enabled") });
  updateSwitch(row, webhook, t("webhooks.isEnabled", { name }));
  write(part(row, ".who"), name);
  mark(part(row, ".who"), { title: name });
  mark(part(row, ".mini"), { "aria-label": t("common.editWhat", { what: t("webhooks.one", { name }) }) });
  write(part(row, ".reason"), `${host(webhook.url)}: ${filterText(webhook)}`);
  const status = statuses.get(webhook.id);
  write(part(row, ".when"), statusText(status));
  part(row, "[data-testid=webhook-retry]").hidden = webhook.disabled || !status || !WAITING.has(status.state);
}

/** @param {string} url */
function host(url) {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

/** @param {WebhookStatus | undefined} status */
function statusText(status) {
  if (!status) return "…";
  const parts = [];
  if (status.reason) parts.push(status.reason);
  const next = Number(status.nextAttemptMs);
  if (next > state.now()) parts.push(t("webhooks.next", { time: when(next) }));
  if (Number(status.lastSuccessMs)) parts.push(t("webhooks.lastDelivered", { time: when(status.lastSuccessMs) }));
  if (Number(status.backlog)) parts.push(t("webhooks.pending", { n: status.backlog }));
  if (Number(status.replaying)) parts.push(t("webhooks.replaying", { n: status.replaying }));
  if (Number(status.deadLettered)) parts.push(t("webhooks.deadLettered", { n: status.deadLettered }));
  return parts.join(" · ") || t("webhooks.nothingYet");
}
