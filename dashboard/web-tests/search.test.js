import assert from "node:assert/strict";
import { test } from "node:test";
import { Lines } from "../src/main/resources/web/views/search/lines.js";
import { Band, beside, grouped, keyOf, nearest } from "../src/main/resources/web/views/search/moments.js";
import { recent } from "../src/main/resources/web/views/search/recent.js";
import {
  asks, DEFAULT_SPAN, localInput, parametersOf, rangeOf, requestOf, wantedOf,
} from "../src/main/resources/web/views/search/wanted.js";

const HOUR = 3_600_000;
/** A day in autumn, local time. */
const at = (/** @type {number} */ day, /** @type {number} */ hour, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();

/** @param {string} camera @param {number} fromMs @param {number} [toMs] @returns {any} */
const moment = (camera, fromMs, toMs = fromMs + 1000) => ({ camera, fromMs: String(fromMs), toMs: String(toMs), peakAtMs: String(fromMs) });

test("lines are whole wherever the parts of an answer end, also within a character", () => {
  const text = '{"a":"äöü 白色货车"}\n\n{"b":1}\r\n{"c":2}';
  const bytes = new TextEncoder().encode(text);
  for (let size = 1; size <= bytes.length; size++) {
    const lines = new Lines();
    const found = [];
    for (let from = 0; from < bytes.length; from += size) found.push(...lines.add(bytes.subarray(from, from + size)));
    found.push(...lines.end());
    assert.deepEqual(found, ['{"a":"äöü 白色货车"}', '{"b":1}', '{"c":2}'], `parts of ${size}`);
  }
});

test("an answer whose line never ends is given up", () => {
  const lines = new Lines();
  const part = new Uint8Array(1_000_000).fill(97);
  assert.throws(() => {
    for (let i = 0; i < 10; i++) lines.add(part);
  }, /no end/);
});

test("the address holds a search, and nothing that is as usual", () => {
  const wanted = wantedOf(new URLSearchParams("q=white+van&cameras=gate,yard&not=bus,%20coach&also=lorry&span=night&least=0.02&most=1000"));
  assert.deepEqual([wanted.q, wanted.cameras, wanted.not, wanted.also, wanted.span, wanted.least, wanted.most],
    ["white van", ["gate", "yard"], ["bus", "coach"], ["lorry"], "night", 0.02, 1000]);
  const again = wantedOf(new URLSearchParams(parametersOf(wanted)));
  assert.deepEqual(again, wanted);
  assert.deepEqual(parametersOf(wantedOf(new URLSearchParams("q=car"))), { q: "car" });
});

test("a span of one's own wins over a named one, and an odd one is none", () => {
  const own = wantedOf(new URLSearchParams("q=car&from=1000&to=2000&span=7d"));
  assert.deepEqual([own.span, own.from, own.to], ["own", 1000, 2000]);
  assert.deepEqual(parametersOf(own), { q: "car", from: "1000", to: "2000" });
  for (const odd of ["from=2000&to=1000", "from=x&to=y", "from=1", "span=own", "span=constructor", "least=7&most=5"]) {
    const wanted = wantedOf(new URLSearchParams(`q=car&${odd}`));
    assert.deepEqual([wanted.span, wanted.from, wanted.least, wanted.most], [DEFAULT_SPAN, 0, 0, 200], odd);
  }
});

test("a zone is of one camera only", () => {
  assert.equal(wantedOf(new URLSearchParams("q=car&cameras=gate&zone=left")).zone, "left");
  assert.equal(wantedOf(new URLSearchParams("q=car&cameras=gate,yard&zone=left")).zone, "");
  assert.equal(wantedOf(new URLSearchParams("q=car&zone=left")).zone, "");
});

test("a part of a kept picture can be looked for, by a point or a box", () => {
  const box = wantedOf(new URLSearchParams("like=gate/1700000000000/42/1700000000500/0.1,0.2,0.30001,0.4"));
  /** @param {import("../src/main/resources/web/views/search/wanted.js").Wanted} wanted @returns {any} */
  const example = (wanted) => requestOf(wanted, ["gate"], { from: 1, to: 2 }, 10).like;
  assert.deepEqual(example(box), { camera: "gate", epoch: "1700000000000", sequence: "42",
    capturedAtMs: "1700000000500", box: { x0: 0.1, y0: 0.2, x1: 0.30001, y1: 0.4 } });
  assert.equal(parametersOf(box).like, "gate/1700000000000/42/1700000000500/0.1,0.2,0.3,0.4");
  const point = wantedOf(new URLSearchParams("like=gate/1/2/3/0.5,0.6"));
  assert.deepEqual(example(point).at, { x: 0.5, y: 0.6 });
  assert.ok(asks(point));
  for (const odd of ["gate", "gate/1/2/3/0.5", "gate/x/2/3/0.5,0.6", "/1/2/3/0.5,0.6", "gate/1/2/3/0.5,7", "gate/1/2/3/0.5,0.6/7"]) {
    assert.equal(wantedOf(new URLSearchParams({ like: odd })).like, null, odd);
  }
});

test("last night is the one that is over, or the one that it is", () => {
  const night = (/** @type {number} */ now) => rangeOf(wantedOf(new URLSearchParams("span=night")), now);
  assert.deepEqual(night(at(28, 9)), { from: at(27, 22), to: at(28, 6) });
  assert.deepEqual(night(at(28, 3)), { from: at(27, 22), to: at(28, 3) });
  assert.deepEqual(night(at(28, 23)), { from: at(27, 22), to: at(28, 6) });
  const today = rangeOf(wantedOf(new URLSearchParams("span=today")), at(28, 9, 30));
  assert.deepEqual(today, { from: at(28, 0), to: at(28, 9, 30) });
  assert.equal(localInput(at(28, 9, 30)), "2026-11-28T09:30");
});

test("moments stand by day and camera, the newest first, in whichever order they came", () => {
  const groups = grouped([moment("yard", at(28, 9)), moment("gate", at(28, 8)), moment("gate", at(27, 8)), moment("gate", at(28, 10))], ["gate", "yard"]);
  assert.deepEqual(groups.map(({ key, moments }) => [key, moments.map((one) => Number(one.fromMs))]), [
    ["2026-11-28/gate", [at(28, 10), at(28, 8)]], ["2026-11-28/yard", [at(28, 9)]], ["2026-11-27/gate", [at(27, 8)]]]);
  const first = keyOf(groups[0].moments[0]);
  assert.equal(beside(groups, first, -1), undefined);
  assert.equal(beside(groups, first, 1)?.fromMs, String(at(28, 8)));
  assert.equal(beside(groups, "gone", 1), undefined);
});

test("a click on a band leads to the moment of its camera that is nearest", () => {
  const all = [moment("gate", 1000, 5000), moment("gate", 9000), moment("yard", 6000)];
  assert.equal(nearest(all, "gate", 6500)?.fromMs, "1000");
  assert.equal(nearest(all, "gate", 8000)?.fromMs, "9000");
  assert.equal(nearest(all, "door", 8000), undefined);
});

test("a band comes in pieces, from the newest on", () => {
  const band = new Band();
  band.add({ camera: "gate", fromMs: String(3 * HOUR), columnMs: String(HOUR), shares: [-1, 0.1] });
  band.add({ camera: "gate", fromMs: String(HOUR), columnMs: String(HOUR), shares: [0.4, 0] });
  assert.deepEqual([0.5, 1.5, 2.5, 3.5, 4.5].map((hour) => band.shareAt(hour * HOUR)), [0, 0.4, 0.1, -1, undefined]);
  assert.equal(band.most, 0.4);
});

test("the last searches are few, each once, and what a browser has kept is not trusted", () => {
  assert.deepEqual(recent(["car", "White  van", 7, "", "bus"], "white van"), ["white van", "car", "bus"]);
  assert.deepEqual(recent("no list", "car"), ["car"]);
  assert.equal(recent(Array.from({ length: 100 }, (_, i) => `word ${i}`), "car").length, 12);
});
