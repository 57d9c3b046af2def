import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder, merged, moved, readArrangement } from "../src/main/resources/web/views/wall/arrangement.js";
import { conditionOf } from "../src/main/resources/web/views/wall/condition.js";
import { grid, LAYOUTS, pageOf, wantedFor } from "../src/main/resources/web/views/wall/layout.js";
import { Spotlight } from "../src/main/resources/web/views/wall/spotlight.js";

const WIDE = { width: 1600, height: 880 };
const PHONE = { width: 378, height: 700 };

test("a layout has as many tiles as its name says, and fit as many as there are cameras", () => {
  assert.deepEqual(grid("3", 12, WIDE, false), { columns: 3, rows: 3, large: 0, capacity: 9, scrolls: false });
  assert.deepEqual(grid("fit", 1, WIDE, false), { columns: 1, rows: 1, large: 0, capacity: 1, scrolls: false });
  assert.deepEqual(grid("fit", 12, WIDE, false), { columns: 4, rows: 3, large: 0, capacity: 12, scrolls: false });
  assert.equal(grid("fit", 36, WIDE, false).capacity, 36);
  assert.equal(grid("fit", 100, WIDE, false).capacity, 36);
});

test("a narrow page scrolls rather than draw tiles on which nothing is to be seen", () => {
  assert.deepEqual(grid("6", 36, PHONE, false), { columns: 2, rows: 18, large: 0, capacity: 36, scrolls: true });
  assert.equal(grid("fit", 5, PHONE, true).scrolls, true);
});

test("with a spotlight all tiles still have their place in the grid", () => {
  for (const name of LAYOUTS) {
    for (const count of [2, 5, 6, 7, 12, 20, 36]) {
      const { columns, rows, large, capacity } = grid(name, count, WIDE, true);
      assert.ok(large * large + capacity - 1 <= columns * rows, `${name} of ${count}`);
      if (name === "fit") assert.ok(capacity >= count, `${name} of ${count}`);
    }
  }
});

test("small tiles are sent small pictures, many tiles fewer of them", () => {
  assert.deepEqual(wantedFor("a", 400, 1, 12), { id: "a", width: 300, fps: 4 });
  assert.deepEqual(wantedFor("a", 260, 1, 36), { id: "a", width: 195, fps: 2 });
  assert.deepEqual(wantedFor("a", 800, 2, 4), { id: "a", fps: 10 });
});

test("a page that there is not is the last one", () => {
  assert.deepEqual(pageOf([1, 2, 3, 4, 5], 2, 1), { items: [3, 4], page: 1, pages: 3 });
  assert.deepEqual(pageOf([1, 2, 3, 4, 5], 2, 9), { items: [5], page: 2, pages: 3 });
  assert.deepEqual(pageOf([], 4, 0), { items: [], page: 0, pages: 1 });
});

test("the spotlight goes to the newest open alert, and does not jump about", () => {
  const spotlight = new Spotlight();
  const cameras = ["a", "b", "c"];
  spotlight.follow([], cameras, 0);
  assert.equal(spotlight.camera, "a");
  assert.equal(spotlight.follow([{ camera: "b", openedAtMs: "5" }], cameras, 1000), true);
  assert.equal(spotlight.camera, "b");
  const both = [{ camera: "b", openedAtMs: "5" }, { camera: "c", openedAtMs: "7" }];
  assert.equal(spotlight.follow(both, cameras, 2000), false);
  assert.equal(spotlight.follow(both, cameras, 12_000), true);
  assert.equal(spotlight.camera, "c");
  spotlight.follow([], cameras, 40_000);
  assert.equal(spotlight.camera, "c");
  spotlight.choose("a", 41_000);
  assert.equal(spotlight.follow(both, cameras, 60_000), false);
  spotlight.follow([], ["b"], 61_000);
  assert.equal(spotlight.camera, "b");
});

test("cameras keep the order that they were given; others come after them by name", () => {
  const cameras = [{ id: "x", name: "Yard" }, { id: "d", name: "Door" }, { id: "g", name: "" }, { id: "n", name: "" }];
  assert.deepEqual(inOrder(cameras, ["n", "gone"]).map(({ id }) => id), ["n", "d", "g", "x"]);
  assert.deepEqual(moved(["a", "b", "c"], "a", "c"), ["b", "c", "a"]);
  assert.deepEqual(moved(["a", "b", "c"], "c", "a"), ["c", "a", "b"]);
  assert.deepEqual(moved(["a", "b"], "a", "gone"), ["a", "b"]);
  assert.deepEqual(merged(["a", "b", "c", "d"], ["d", "b"]), ["a", "d", "c", "b"]);
});

test("what was kept and is no arrangement is none", () => {
  const none = { order: [], groups: [] };
  for (const text of [null, "", "{", "null", "7", "[]"]) assert.deepEqual(readArrangement(text), none);
  assert.deepEqual(readArrangement('{"order":["a",7],"groups":[{"name":"Gates","cameras":["a",{}]},{"name":3},null]}'),
    { order: ["a"], groups: [{ name: "Gates", cameras: ["a"] }] });
});

test("a tile says what its camera does", () => {
  const live = { disabled: false, state: "LIVE", isLive: true };
  assert.equal(conditionOf(live, 500, 4).look, "live");
  assert.equal(conditionOf(live, 3500, 4).look, "stale");
  assert.equal(conditionOf(live, 8000, 0.3).look, "live");
  assert.equal(conditionOf(live, null, 4).look, "waiting");
  assert.equal(conditionOf({ ...live, isLive: false }, 500, 4).look, "silent");
  assert.equal(conditionOf({ disabled: false, state: "OFFLINE", isLive: false }, 500, 4).look, "offline");
  assert.equal(conditionOf({ ...live, disabled: true }, 500, 4).look, "disabled");
  assert.equal(conditionOf({ disabled: false, state: undefined, isLive: false }, null, 0).look, "waiting");
});
