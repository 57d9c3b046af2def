import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../src/main/resources/web/rle.js";

test("reads what pycocotools writes, column by column", () => {
  assert.deepEqual(decode({ width: 3, height: 2, counts: "33" }), Uint8Array.from([0, 0, 1, 0, 1, 1]));
});

test("reads an ellipse with holes as pycocotools 2.0.8 writes it", () => {
  const counts = "Y>51Ln00RO8k0NUONi0MWO80Gg07YO0f0JZO80Ie05[O2d0H\\O80Kc03]O20Gb01^O80Mb00^O30Ha00_O80O`0N@"
    + "30J`0M@900`0L@40Ka05_O0`0L@40M?3A00H>3B50N>2B00I>1B60O>0B10J>OB700?MA30J`0M@900`0L@40Ka05_"
    + "O0a0K_O50La03_O1c0I]O70Lb02^O20Gc00]O90Ld00\\O40Ge09[OLf0NZO60Gg07YONi0KWO9l0KTO0n02Q<";
  const expected = new Uint8Array(60 * 40);
  for (let y = 0; y < 40; y++) {
    for (let x = 0; x < 60; x++) {
      const ellipse = (x - 30) ** 2 / 400 + (y - 20) ** 2 / 150;
      expected[y * 60 + x] = Number(ellipse < 1 && (x * 7 + y * 3) % 11 !== 0);
    }
  }
  assert.deepEqual(decode({ width: 60, height: 40, counts }), expected);
});

test("reads a mask whose first pixel is inside", () => {
  assert.deepEqual(decode({ width: 2, height: 2, counts: "04" }), Uint8Array.from([1, 1, 1, 1]));
});

test("refuses runs that leave the mask or do not fill it", () => {
  assert.equal(decode({ width: 2, height: 2, counts: "09" }), null);
  assert.equal(decode({ width: 2, height: 2, counts: "03" }), null);
});

test("refuses what is not an encoding", () => {
  assert.equal(decode({ width: 2, height: 2, counts: "é" }), null);
  // The last group says that another one follows.
  assert.equal(decode({ width: 2, height: 2, counts: "0T" }), null);
  // Seven groups are more than 32 bits.
  assert.equal(decode({ width: 2, height: 2, counts: "ooooooo0" }), null);
  // A run of -1.
  assert.equal(decode({ width: 2, height: 2, counts: "O" }), null);
});

test("refuses a mask without pixels, or over the limit", () => {
  assert.equal(decode({ width: 0, height: 2, counts: "0" }), null);
  assert.equal(decode({ width: 100_000, height: 100_000, counts: "0" }), null);
});
