/** What a webhook's body can be, with its label. @type {[WebhookFormat, string][]} */
export const FORMATS = [
  ["STRUCTURED", "A program: signed CloudEvent"],
  ["BINARY", "A program: signed CloudEvent, attributes as headers"],
  ["SLACK", "Slack"],
  ["TEAMS", "Microsoft Teams (Workflows)"],
  ["DISCORD", "Discord"],
  ["NTFY", "ntfy"],
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
  const answer = status ? `answer ${status}` : "no answer";
  return `${accepted ? "Accepted" : "Not accepted"} (${answer}, ${tookMs} ms)${reason && `: ${reason}`}`;
}
