import assert from "node:assert/strict";
import { test } from "node:test";
import { ZoneDraft, snapped } from "../src/main/resources/web/zonedraft.js";

const SIZE = { width: 1000, height: 500 };
/** @param {...[number, number]} points */
const ring = (...points) => points.map(([x, y]) => ({ x, y }));
/** @param {Point[]} points @param {"AREA" | "LINE"} [kind] */
const zone = (points, kind = "AREA") => ({ id: "z", name: "Z", version: 1, kind, rings: [{ points }] });
const SQUARE = ring([0.2, 0.2], [0.6, 0.2], [0.6, 0.6], [0.2, 0.6]);

test("a side that would cross another is not set", () => {
  const draft = new ZoneDraft("door", null);
  for (const point of ring([0.1, 0.1], [0.9, 0.9], [0.9, 0.1])) assert.equal(draft.add(point), null);
  assert.equal(draft.add({ x: 0.1, y: 0.9 }), "crosses");
  assert.equal(draft.rings[0].length, 3);
  assert.equal(draft.close(), null);
  assert.equal(draft.closed, true);
});

test("a zone is not closed with a side that crosses another, nor with one corner", () => {
  const draft = new ZoneDraft("door", null);
  draft.add({ x: 0, y: 0 });
  assert.equal(draft.close(), "tooFew");
  for (const point of ring([0.5, 0], [0.5, 0.5], [0.25, -0.25])) draft.add(point);
  const open = new ZoneDraft("door", null);
  for (const point of ring([0, 0], [1, 0], [1, 1], [0.5, 0.5], [0.6, 0.9], [0.2, 0.9], [0.9, 0.3])) open.add(point);
  assert.equal(open.close() ?? "closed", open.open ? "crosses" : "closed");
});

test("drawing goes on where it was ended, and every corner can be taken back", () => {
  const draft = new ZoneDraft("door", null);
  SQUARE.forEach((point) => draft.add(point));
  draft.close();
  draft.reopen();
  assert.equal(draft.open, true);
  assert.equal(draft.rings[0].length, 4);
  draft.undo();
  draft.undo();
  assert.equal(draft.rings[0].length, 2);
  draft.redo();
  assert.equal(draft.rings[0].length, 3);
});

test("a corner is moved, inserted and removed, but never so that sides cross or too few are left", () => {
  const draft = new ZoneDraft("door", zone(SQUARE));
  assert.equal(draft.change(draft.withMoved({ ring: 0, corner: 0 }, { x: 0.9, y: 0.4 })), "crosses");
  assert.deepEqual(draft.rings, [SQUARE]);
  assert.equal(draft.change(draft.withInserted({ ring: 0, corner: 3 }, { x: 0.1, y: 0.4 })), null);
  assert.deepEqual(draft.rings[0][4], { x: 0.1, y: 0.4 });
  assert.equal(draft.remove({ ring: 0, corner: 4 }), null);
  assert.equal(draft.remove({ ring: 0, corner: 0 }), null);
  assert.equal(draft.remove({ ring: 0, corner: 0 }), "tooFew");
  assert.equal(draft.rings[0].length, 3);
});

test("a hole may not leave its outline, and goes when too few of its corners are left", () => {
  const hole = ring([0.3, 0.3], [0.5, 0.3], [0.4, 0.5]);
  const draft = new ZoneDraft("door", { ...zone(SQUARE), rings: [{ points: SQUARE }, { points: hole }] });
  assert.equal(draft.change(draft.withMoved({ ring: 1, corner: 0 }, { x: 0.1, y: 0.3 })), "crosses");
  assert.equal(draft.remove({ ring: 1, corner: 0 }), null);
  assert.equal(draft.rings.length, 1);
});

test("a place is on a corner before a side before the inside", () => {
  const draft = new ZoneDraft("door", zone(SQUARE));
  assert.equal(draft.partAt({ x: 0.205, y: 0.205 }, SIZE, 9)?.what, "corner");
  assert.deepEqual(draft.partAt({ x: 0.4, y: 0.21 }, SIZE, 9), { what: "side", ring: 0, corner: 0, at: { x: 0.4, y: 0.2 } });
  assert.equal(draft.partAt({ x: 0.4, y: 0.4 }, SIZE, 9)?.what, "inside");
  assert.equal(draft.partAt({ x: 0.9, y: 0.9 }, SIZE, 9), null);
});

test("a line has no inside and no side from its end to its start", () => {
  const draft = new ZoneDraft("door", zone(SQUARE, "LINE"));
  assert.equal(draft.partAt({ x: 0.4, y: 0.4 }, SIZE, 9), null);
  assert.equal(draft.partAt({ x: 0.2, y: 0.4 }, SIZE, 9), null);
});

test("Tab goes through all corners and then on", () => {
  const draft = new ZoneDraft("door", zone(SQUARE.slice(1)));
  let at = null;
  const way = [];
  while ((at = draft.step(at, 1))) way.push(at.corner);
  assert.deepEqual(way, [0, 1, 2]);
  assert.deepEqual(draft.step(null, -1), { ring: 0, corner: 2 });
});

test("a place snaps to others' corners, then sides, then the picture's edge", () => {
  const others = [{ points: SQUARE, closed: true }];
  assert.deepEqual(snapped({ x: 0.205, y: 0.21 }, others, SIZE, 9), { x: 0.2, y: 0.2, snapped: true });
  assert.deepEqual(snapped({ x: 0.4, y: 0.21 }, others, SIZE, 9), { x: 0.4, y: 0.2, snapped: true });
  assert.deepEqual(snapped({ x: 0.995, y: 0.8 }, others, SIZE, 9), { x: 1, y: 0.8, snapped: true });
  assert.deepEqual(snapped({ x: 0.4, y: 0.4 }, others, SIZE, 9), { x: 0.4, y: 0.4, snapped: false });
});
