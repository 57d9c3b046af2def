import assert from "node:assert/strict";
import { test } from "node:test";
import { optionLines, streamOf } from "../src/main/resources/web/streamdraft.js";

const DEFAULTS = {
  transport: "AUTOMATIC", deinterlace: "WHEN_INTERLACED", aspect: " ", connectTimeout: "", readTimeout: "", interval: "", options: "\n",
};

test("sends nothing where nothing is set", () => {
  assert.equal(streamOf(DEFAULTS), undefined);
});

test("sends seconds as milliseconds, and options by name", () => {
  const stream = streamOf({ ...DEFAULTS, readTimeout: "1.5", options: "max_delay = 500000\nuser_agent=a=b\n" });
  assert.equal(stream?.readTimeoutMs, 1500);
  assert.equal(stream?.connectTimeoutMs, 0);
  assert.deepEqual(stream?.options, { max_delay: "500000", user_agent: "a=b" });
  assert.equal(optionLines(stream?.options ?? {}), "max_delay=500000\nuser_agent=a=b");
});

test("sends a line without a value too, so that the service says what is wrong", () => {
  assert.deepEqual(streamOf({ ...DEFAULTS, options: "probesize" })?.options, { probesize: "" });
});
