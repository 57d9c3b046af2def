import assert from "node:assert/strict";
import { test } from "node:test";
import { mayBeEnglish, meaning, parts } from "../src/main/resources/web/querywords.js";

test("texts that differ in case, spaces or width mean the same", () => {
  assert.equal(meaning(" Red   Car "), meaning("red car"));
  assert.equal(meaning("ｃａｒ"), "car");
  assert.notEqual(meaning("car"), meaning("cars"));
});

test("a line is several queries at its commas, each once", () => {
  assert.deepEqual(parts("tree, road"), ["tree", "road"]);
  assert.deepEqual(parts("tree,road;, Tree，door"), ["Tree", "road", "door"]);
  assert.deepEqual(parts("red car"), ["red car"]);
  assert.deepEqual(parts("sign 1,000"), ["sign 1,000"]);
  assert.deepEqual(parts(" , "), []);
});

test("signs alone and other scripts are no English", () => {
  assert.equal(mayBeEnglish("red car"), true);
  assert.equal(mayBeEnglish("café au lait"), true);
  assert.equal(mayBeEnglish("!!!"), false);
  assert.equal(mayBeEnglish("汽车"), false);
  assert.equal(mayBeEnglish("red машина"), false);
});
