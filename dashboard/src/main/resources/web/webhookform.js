import { post } from "./api.js";
import { choiceOf, chosenIds } from "./choice.js";
import { loadDefinition, nameOf, removeDefinition, saveDefinition } from "./definitions.js";
import { checkbox, h, select, toast, toastFailure } from "./dom.js";
import { checked, field, openForm } from "./form.js";
import { state } from "./state.js";

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
      field("Secret", inputs.secret, webhook
        ? "Leave it empty to keep the one it has; it cannot be shown. A new one is used beside the old one for a day."
        : "What the receiver checks signatures with. Copy it now: it is not shown again."),
      checked(inputs.binary, "CloudEvents in binary mode (attributes as headers)"),
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
    secret: h("input", { name: "secret", value: webhook ? "" : newSecret(), autocomplete: "off", spellcheck: "false",
      "data-testid": "webhook-secret" }),
    states: new Map(STATES.map((name) => [name, checkbox({}, !webhook?.states.length || webhook.states.includes(name))])),
    binary: checkbox({}, webhook?.format === "BINARY"),
  };
}

/** Names of the rules that people made, and of the built-in one of each query's drift. */
export function ruleNames() {
  /** @type {[string, string][]} */
  const rules = [...state.rules].map(([id, rule]) => [id, nameOf(rule)]);
  /** @type {[string, string][]} */
  const drifts = [...state.queries].map(([id, query]) => [`drift:${id}`, `Drift of ${query.text}`]);
  return new Map([...rules, ...drifts]);
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
    states: chosen.length === STATES.length ? [] : chosen, format: inputs.binary.checked ? "BINARY" : "STRUCTURED",
    ...(secret && { secret }),
  };
}

/** @param {Webhook} webhook */
function replayPart(webhook) {
  const span = select({ "aria-label": "Span of the replay" }, [[3600, "hour"], [86400, "day"], [604800, "week"]]);
  const replay = (/** @type {"DEAD_LETTER" | "ALERTS"} */ source) => async () => {
    try {
      const fromMs = String(Math.round(state.now()) - Number(span.value) * 1000);
      await post(`/api/webhooks/${webhook.id}/replay`, { source, fromMs });
      toast("The replay has started.", "good");
    } catch (failure) {
      toastFailure(failure);
    }
  };
  return h("fieldset", {}, h("legend", {}, "Replay"), h("div", { class: "row" },
    h("button", { type: "button", onclick: replay("DEAD_LETTER") }, "Undeliverable alerts"), " or ",
    h("button", { type: "button", onclick: replay("ALERTS") }, "all alerts"), " of the last ", span));
}
