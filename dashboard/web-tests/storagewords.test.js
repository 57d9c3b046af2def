import assert from "node:assert/strict";
import { test } from "node:test";
import { erasureText, kept, sentence, verdict } from "../src/main/resources/web/views/system/storagewords.js";

const DAY = 86_400_000;
const GB = 1e9;
/** @param {Partial<import("../src/main/resources/web/views/system/storagewords.js").Held>} fields */
const held = (fields) => ({ records: 1, limit: /** @type {const} */ ("TIME"), keptMs: 14 * DAY, longestKeptMs: 14 * DAY, ...fields });

test("time ends first: after how long, and when that begins", () => {
  assert.equal(sentence(held({ limitInMs: 5 * DAY })), "Time: goes after 14 days, the first in 5 days.");
  assert.equal(sentence(held({ limitInMs: 0 })), "Time: goes after 14 days.");
});

test("size ends first: how much of the time fits", () => {
  const busy = held({ limit: "SIZE", keepsMs: 3 * DAY, limitInMs: 2 * DAY });
  assert.equal(sentence(busy), "Size: at this rate 3 days fit, not 14 days; full in 2 days.");
});

test("a kind of several topics is kept from the shortest to the longest", () => {
  assert.equal(kept(held({ keptMs: 7 * DAY, longestKeptMs: 400 * DAY })), "7 days to 400 days");
  assert.equal(sentence(held({ limit: "UNKNOWN" })), "Kept for 14 days. At what rate it comes in is not known yet.");
  assert.equal(sentence({ ...held({ limit: "UNKNOWN" }), records: 0 }), "Kept for 14 days. Nothing has come in.");
});

test("a disk that will be full names what takes most, and one that holds all says so", () => {
  const kinds = [{ ...held({ allowedBytes: GB, willHoldBytes: GB }), kind: "features", topics: [] },
    { ...held({ allowedBytes: GB, willHoldBytes: 5 * GB }), kind: "observations", topics: [] }];
  const disk = { usedBytes: GB, freeBytes: GB, roomBytes: 2 * GB, allowedBytes: 9 * GB, willHoldBytes: 6 * GB,
    holdsAllowed: false, holdsForecast: false };
  const storage = { atMs: 1, copies: 1, kinds, total: held({}), disk, remarks: [] };
  assert.equal(verdict(storage).kind, "bad");
  assert.match(verdict(storage).text, /Observations, Search vectors/);
  assert.equal(verdict({ ...storage, disk: { ...disk, holdsForecast: true } }).kind, "warn");
  assert.equal(verdict({ ...storage, disk: { ...disk, holdsForecast: true, holdsAllowed: true } }).kind, "good");
  assert.equal(verdict({ ...storage, disk: { allowedBytes: GB } }).kind, "");
});

test("a deleted camera's past is hidden now and gone from disk by a time", () => {
  const now = Date.UTC(2026, 5, 10, 12);
  const erasure = { camera: "door", requestedAtMs: String(now - 60_000), finishedAtMs: String(now), goneByMs: String(now + 300_000), topics: [] };
  assert.match(erasureText(erasure, now), /^Hidden since .+\. Gone from disk by .+\.$/);
  assert.match(erasureText({ ...erasure, finishedAtMs: "0" }, now), /is being deleted/);
  assert.match(erasureText({ ...erasure, goneByMs: "0" }, now), /does not tell/);
  assert.match(erasureText(erasure, now + 600_000), /Nothing of it is left on disk/);
});
