import assert from "node:assert/strict";
import { test } from "node:test";
import { wanted } from "../src/main/resources/web/watching.js";

test("of each camera the most that a part wants", () => {
  assert.deepEqual(
    wanted([[{ id: "a", width: 160, fps: 2 }, { id: "b", width: 160, fps: 2 }], [{ id: "a", width: 320, fps: 1, facts: true }]], false),
    [{ id: "a", width: 320, fps: 2, facts: true }, { id: "b", width: 160, fps: 2 }]);
  assert.deepEqual(wanted([[{ id: "a", width: 160, fps: 2 }], [{ id: "a" }]], false), [{ id: "a" }]);
});

test("a page that nobody sees wants what happens and no pictures", () => {
  assert.deepEqual(wanted([[{ id: "a", facts: true }, { id: "b", width: 160 }]], true), [{ id: "a", fps: 0, facts: true }]);
  assert.deepEqual(wanted([], true), []);
});

test("no more cameras than the service takes", () => {
  const many = Array.from({ length: 50 }, (_, i) => ({ id: String(i) }));
  assert.equal(wanted([many], false).length, 36);
});
