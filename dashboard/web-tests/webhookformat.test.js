import assert from "node:assert/strict";
import { test } from "node:test";
import { formatOf, isSigned, testText } from "../src/main/resources/web/webhookformat.js";

test("a service's own address tells its format, and no other does", () => {
  assert.equal(formatOf("https://hooks.slack.com/services/T/B/X"), "SLACK");
  assert.equal(formatOf("https://prod-1.westeurope.logic.azure.com:443/workflows/x?sig=y"), "TEAMS");
  assert.equal(formatOf("https://x.01.environment.api.powerplatform.com/powerautomate/x"), "TEAMS");
  assert.equal(formatOf("https://discord.com/api/webhooks/1/x"), "DISCORD");
  assert.equal(formatOf("https://ntfy.sh/topic"), "NTFY");
  assert.equal(formatOf("https://notslack.com/"), undefined);
  assert.equal(formatOf("https://example.com/discord.com"), undefined);
  assert.equal(formatOf("no address"), undefined);
  assert.ok(isSigned("BINARY") && !isSigned("NTFY"));
});

test("a test's outcome names the answer, the time and the reason", () => {
  const went = { webhook: "a", accepted: true, status: 204, tookMs: "31", reason: "" };
  assert.equal(testText(went), "Accepted (answer 204, 31 ms)");
  assert.equal(testText({ ...went, accepted: false, status: 0, reason: "The name x is not known" }),
    "Not accepted (no answer, 31 ms): The name x is not known");
});
