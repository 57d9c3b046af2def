import { post, problemLines } from "./api.js";
import { choiceOf, chosenIds } from "./choice.js";
import { loadDefinition, nameOf, removeDefinition, saveDefinition } from "./definitions.js";
import { checkbox, h, select, toast, toastFailure } from "./dom.js";
import { field, openForm } from "./form.js";
import { state } from "./state.js";
import { ruleNames } from "./webhookfilter.js";
import { FORMATS, formatOf, isSigned, testText } from "./webhookformat.js";

/** @type {AlertState[]} */
const STATES = ["OPEN", "UPDATE", "CLOSE", "DIGEST"];

/** @param {Webhook | null} webhook that is edited; null for a new one */
export function openWebhook(webhook) {
  const inputs = webhookInputs(webhook);
  openForm({
    title: webhook ? `Webhook ${nameOf(webhook)}` : "New webhook",
    testid: "webhook-form",
    body: [
      field("Address", inputs.url, "http:// or https://. An address in your own network must be allowed in the configuration."),
      field("Name", inputs.name),
      h("div", { class: "pair" }, field("Rules", inputs.rules), field("Cameras", inputs.cameras)),
      h("fieldset", {}, h("legend", {}, "Events"), h("div", { class: "row" },
        [...inputs.states].map(([name, box]) => h("label", { class: "inline check" }, box, ` ${name.toLowerCase()}`)))),
      field("Receiver", inputs.format),
      secretPart(inputs, webhook),
      webhook ? testPart(webhook) : null,
      webhook ? replayPart(webhook) : null,
    ],
    submitText: webhook ? "Save" : "Add webhook",
    remove: webhook ? () => removeDefinition("webhooks", webhook) : undefined,
    reload: webhook ? async () => openWebhook(await loadDefinition("webhooks", webhook.id)) : undefined,
    submit: () => saveDefinition("webhooks", { ...webhook, ...readWebhook(inputs) }, webhook?.id),
  });
}

/** @param {Webhook | null} webhook */
function webhookInputs(webhook) {
  const cameraNames = new Map([...state.cameras].map(([id, camera]) => [id, nameOf(camera)]));
  return {
    url: h("input", { name: "url", type: "url", required: true, maxlength: 2000, value: webhook?.url ?? "", placeholder: "https://example.com/alerts",
      "data-testid": "webhook-url" }),
    name: h("input", { name: "name", maxlength: 100, value: webhook?.name ?? "", "data-testid": "webhook-name" }),
    rules: choiceOf("rules", ruleNames(), "all rules", webhook?.rules ?? []),
    cameras: choiceOf("cameras", cameraNames, "all cameras", webhook?.cameras ?? []),
    secret: h("input", { name: "secret", autocomplete: "off", spellcheck: "false",
      "data-testid": "webhook-secret" }),
    states: new Map(STATES.map((name) => [name, checkbox({}, !webhook?.states.length || webhook.states.includes(name))])),
    format: formatChoice(webhook),
  };
}

/** @param {Webhook | null} webhook */
function formatChoice(webhook) {
  const choice = select({ name: "format", "data-testid": "webhook-format" }, FORMATS);
  choice.value = webhook?.format ?? "STRUCTURED";
  return choice;
}

/**
 * The secret, for the formats that are signed. A new webhook's address chooses the format until a person does.
 *
 * @param {ReturnType<typeof webhookInputs>} inputs
 * @param {Webhook | null} webhook
 */
function secretPart({ url, format, secret }, webhook) {
  const hasOne = webhook && isSigned(webhook.format);
  const part = field("Secret", secret, hasOne
    ? "Leave it empty to keep the one it has; it cannot be shown. A new one is used beside the old one for a day."
    : "What the receiver checks signatures with. Copy it now: it is not shown again.");
  let chosen = webhook !== null;
  const show = () => {
    part.hidden = !isSigned(format.value);
    if (!hasOne) secret.value = part.hidden ? "" : secret.value || newSecret();
  };
  format.addEventListener("change", () => {
    chosen = true;
    show();
  });
  url.addEventListener("input", () => {
    if (chosen) return;
    format.value = formatOf(url.value.trim()) ?? "STRUCTURED";
    show();
  });
  show();
  return part;
}

/** Made here, so that the service never has to show one. */
function newSecret() {
  return `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`;
}

/**
 * @param {ReturnType<typeof webhookInputs>} inputs
 * @returns {Draft<"webhooks">}
 */
function readWebhook(inputs) {
  const chosen = STATES.filter((name) => inputs.states.get(name)?.checked);
  const secret = inputs.secret.value.trim();
  return {
    url: inputs.url.value.trim(), name: inputs.name.value.trim(), rules: chosenIds(inputs.rules), cameras: chosenIds(inputs.cameras),
    states: chosen.length === STATES.length ? [] : chosen, format: /** @type {WebhookFormat} */ (inputs.format.value),
    ...(secret && isSigned(inputs.format.value) && { secret }),
  };
}

/** @param {Webhook} webhook */
function testPart(webhook) {
  const result = h("output", { "data-testid": "webhook-test-result" });
  const button = h("button", { type: "button", "data-testid": "webhook-test", onclick: async () => {
    button.disabled = true;
    result.textContent = "Posting…";
    try {
      /** @type {WebhookTest} */
      const went = await post(`api/webhooks/${webhook.id}/test`, {});
      result.textContent = testText(went);
    } catch (failure) {
      result.textContent = problemLines(failure).join(" ");
    } finally {
      button.disabled = false;
    }
  } }, "Send a test");
  return h("fieldset", {}, h("legend", {}, "Test"), h("div", { class: "row" }, button,
    " to the address as it is saved. It is no alert, and says so."), result);
}

/** @param {Webhook} webhook */
function replayPart(webhook) {
  const span = select({ "aria-label": "Span of the replay" }, [[3600, "hour"], [86400, "day"], [604800, "week"]]);
  const replay = (/** @type {"DEAD_LETTER" | "ALERTS"} */ source) => async () => {
    try {
      const fromMs = String(Math.round(state.now()) - Number(span.value) * 1000);
      await post(`api/webhooks/${webhook.id}/replay`, { source, fromMs });
      toast("The replay has started.", "good");
    } catch (failure) {
      toastFailure(failure);
    }
  };
  return h("fieldset", {}, h("legend", {}, "Replay"), h("div", { class: "row" },
    h("button", { type: "button", onclick: replay("DEAD_LETTER") }, "Undeliverable alerts"), " or ",
    h("button", { type: "button", onclick: replay("ALERTS") }, "all alerts"), " of the last ", span));
}
