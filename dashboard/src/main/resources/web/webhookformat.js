import { t } from "./text.js";

/** What a webhook's body can be, with its label. @type {[WebhookFormat, import("./text.js").TextKey][]} */
export const FORMATS = [
  ["STRUCTURED", "webhooks.structured"],
  ["BINARY", "webhooks.binary"],
  ["SLACK", "webhooks.slack"],
  ["TEAMS", "webhooks.teams"],
  ["DISCORD", "webhooks.discord"],
  ["NTFY", "webhooks.ntfy"],
];

/** Hosts of the chat services that are run by their makers. @type {[RegExp, WebhookFormat][]} */
const HOSTS = [
  [/(^|\.)slack\.com$/, "SLACK"],
  [/(^|\.)(logic\.azure|powerplatform)\.com$/, "TEAMS"],
  [/(^|\.)discord(app)?\.com$/, "DISCORD"],
  [/^ntfy\.sh$/, "NTFY"],
];

/**
 * The format that a receiver at this address surely wants.
 *
 * @param {string} url
 * @returns {WebhookFormat | undefined} undefined where that cannot be said
 */
export function formatOf(url) {
  try {
    const { hostname } = new URL(url);
    return HOSTS.find(([host]) => host.test(hostname))?.[1];
  } catch {
    return undefined;
  }
}

/**
 * Whether the format is signed, and so needs a secret.
 *
 * @param {string} format
 */
export const isSigned = (format) => format === "STRUCTURED" || format === "BINARY";

/**
 * How a test went, in a line.
 *
 * @param {WebhookTest} test
 */
export function testText({ accepted, status, tookMs, reason }) {
  const answer = status ? t("webhooks.answer", { status }) : t("webhooks.noAnswer");
  return `${t(accepted ? "webhooks.accepted" : "webhooks.notAccepted", { answer, ms: tookMs })}${reason && `: ${reason}`}`;
}
