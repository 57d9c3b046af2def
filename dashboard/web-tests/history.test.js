import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../src/main/resources/web/history.js";

test("goes back and forth, and forgets what was undone when something new is done", () => {
  const history = new History("a");
  assert.equal(history.undo(), false);
  history.push("b");
  history.push("c");
  assert.equal(history.undo() && history.undo(), true);
  assert.equal(history.now, "a");
  assert.equal(history.redo(), true);
  assert.equal(history.now, "b");
  history.push("d");
  assert.equal(history.redo(), false);
  assert.equal(history.now, "d");
});

test("keeps the last two hundred states", () => {
  const history = new History(0);
  for (let i = 1; i <= 500; i++) history.push(i);
  let steps = 0;
  while (history.undo()) steps++;
  assert.equal(steps, 199);
  assert.equal(history.now, 301);
});
