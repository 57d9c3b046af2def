import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const WEB = new URL("../src/main/resources/web/", import.meta.url);

test("all addresses are relative: a proxy may put the page below a path", () => {
  for (const name of readdirSync(WEB)) {
    if (!/\.(js|html|css)$/.test(name)) continue;
    const absolute = readFileSync(new URL(name, WEB), "utf8").match(/["'`(]\/[a-z][\w.]*[^"'`]*["'`)]/g) ?? [];
    assert.deepEqual(absolute, [], name);
  }
});
