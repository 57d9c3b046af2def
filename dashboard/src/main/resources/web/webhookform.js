import { post, problemLines } from "./api.js";
import { choiceOf, chosenIds } from "./choice.js";
import { loadDefinition, nameOf, removeDefinition, saveDefinition } from "./definitions.js";
import { checkbox, h, select, toast, toastFailure } from "./dom.js";
import { field, openForm } from "./form.js";
import { state } from "./state.js";
import { t } from "./text.js";
import { ruleNames, STATES } from "./webhookfilter.js";
import { FORMATS, formatOf, isSigned, testText } from "./webhookformat.js";

/** @param {Webhook | null} webhook that is edited; null for a new one */
export function openWebhook(webhook) {
  const inputs = webhookInputs(webhook);
  openForm({
    title: webhook ? t("webhooks.title", { name: nameOf(webhook) }) : t("webhooks.new"),
    testid: "webhook-form",
    body: [
      field(t("webhooks.address"), inputs.url, t("webhooks.addressHelp")),
      field(t("webhooks.name"), inputs.name),
      h("div", { class: "pair" }, field(t("webhooks.rules"), inputs.rules), field(t("webhooks.cameras"), inputs.cameras)),
      h("fieldset", {}, h("legend", {}, t("webhooks.events")), h("div", { class: "row" },
        inputs.states.map(({ label, box }) => h("label", { class: "inline check" }, box, ` ${t(label)}`)))),
      field(t("webhooks.receiver"), inputs.format),
      secretPart(inputs, webhook),
      webhook ? testPart(webhook) : null,
      webhook ? replayPart(webhook) : null,
    ],
    submitText: t(webhook ? "common.save" : "common.addWebhook"),
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
    rules: choiceOf("rules", ruleNames(), t("common.allRules"), webhook?.rules ?? []),
    cameras: choiceOf("cameras", cameraNames, t("common.allCameras"), webhook?.cameras ?? []),
    secret: h("input", { name: "secret", autocomplete: "off", spellcheck: "false",
      "data-testid": "webhook-secret" }),
    states: STATES.map(([name, label]) => ({ name, label, box: checkbox({}, !webhook?.states.length || webhook.states.includes(name)) })),
    format: formatChoice(webhook),
  };
}

/** @param {Webhook | null} webhook */
function formatChoice(webhook) {
  const choice = select({ name: "format", "data-testid": "webhook-format" }, FORMATS.map(([name, label]) => [name, t(label)]));
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
  const part = field(t("webhooks.secret"), secret, t(hasOne ? "webhooks.secretKept" : "webhooks.secretNew"));
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
  const chosen = inputs.states.filter(({ box }) => box.checked).map(({ name }) => name);
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
    result.textContent = t("webhooks.posting");
    try {
      /** @type {WebhookTest} */
      const went = await post(`api/webhooks/${webhook.id}/test`, {});
      result.textContent = testText(went);
    } catch (failure) {
      result.textContent = problemLines(failure).join(" ");
    } finally {
      button.disabled = false;
    }
  } }, t("webhooks.sendTest"));
  return h("fieldset", {}, h("legend", {}, t("webhooks.test")), h("div", { class: "row" }, button,
    ` ${t("webhooks.testHelp")}`), result);
}

/** @param {Webhook} webhook */
function replayPart(webhook) {
  const span = select({ "aria-label": t("webhooks.replaySpan") },
    [[3600, t("webhooks.lastHour")], [86400, t("webhooks.lastDay")], [604800, t("webhooks.lastWeek")]]);
  const replay = (/** @type {"DEAD_LETTER" | "ALERTS"} */ source) => async () => {
    try {
      const fromMs = String(Math.round(state.now()) - Number(span.value) * 1000);
      await post(`api/webhooks/${webhook.id}/replay`, { source, fromMs });
      toast(t("webhooks.replayStarted"), "good");
    } catch (failure) {
      toastFailure(failure);
    }
  };
  return h("fieldset", {}, h("legend", {}, t("webhooks.replay")), h("div", { class: "row" },
    h("button", { type: "button", onclick: replay("DEAD_LETTER") }, t("webhooks.undelivered")), ` ${t("webhooks.or")} `,
    h("button", { type: "button", onclick: replay("ALERTS") }, t("webhooks.allAlerts")), ` ${t("webhooks.ofLast")} `, span));
}
