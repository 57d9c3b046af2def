import assert from "node:assert/strict";
import { test } from "node:test";
import { cocoFile } from "../src/main/resources/web/coco.js";
import { decode, encode } from "../src/main/resources/web/rle.js";

const IMAGE = { name: "door-1-2.jpg", url: "http://x/api/cameras/door/frames/1/2", width: 8, height: 6, capturedAt: 1_700_000_000_000 };
/** @param {...string} rows # for what is set */
const shape = (...rows) =>
  ({ pixels: Uint8Array.from(rows.join(""), (c) => Number(c === "#")), width: rows[0].length, height: rows.length });
const RING = shape("####", "#..#", "####");

test("run lengths are those of the whole picture, and read back as they were", () => {
  const { annotations: [{ segmentation, area, bbox }] } = cocoFile([{ image: IMAGE, shape: RING, label: "car" }], "rle");
  assert.ok("counts" in segmentation);
  assert.deepEqual(segmentation.size, [6, 8]);
  const pixels = decode({ width: 8, height: 6, counts: segmentation.counts });
  assert.equal(pixels?.reduce((sum, p) => sum + p, 0), area);
  assert.equal(area, 40);
  assert.deepEqual(bbox, [0, 0, 8, 6]);
});

test("polygons are lists of x and y in pixels of the picture, with area and box", () => {
  const { annotations: [{ segmentation, area, bbox }] } =
    cocoFile([{ image: IMAGE, shape: shape("....", ".##.", ".##."), label: "car" }], "polygons");
  assert.deepEqual(segmentation, [[2, 2, 6, 2, 6, 6, 2, 6]]);
  assert.equal(area, 16);
  assert.deepEqual(bbox, [2, 2, 4, 4]);
});

test("each thing points to its picture and its category by their ids", () => {
  const other = { ...IMAGE, name: "door-1-3.jpg" };
  const file = cocoFile([
    { image: IMAGE, shape: RING, label: "car" }, { image: IMAGE, shape: RING, label: "lorry" }, { image: other, shape: RING, label: "car" },
  ], "polygons");
  assert.deepEqual(file.images.map(({ id, file_name, width, height }) => [id, file_name, width, height]),
    [[1, "door-1-2.jpg", 8, 6], [2, "door-1-3.jpg", 8, 6]]);
  assert.deepEqual(file.categories.map(({ id, name }) => [id, name]), [[1, "car"], [2, "lorry"]]);
  assert.deepEqual(file.annotations.map((one) => [one.id, one.image_id, one.category_id, one.iscrowd]),
    [[1, 1, 1, 0], [2, 1, 2, 0], [3, 2, 1, 0]]);
});

test("any mask reads back as it was written", () => {
  let seed = 3;
  for (const [width, height] of [[1, 1], [40, 30], [7, 90], [64, 1]]) {
    const pixels = Uint8Array.from({ length: width * height }, () => Number((seed = (seed * 48271) % 2147483647) % 5 < 2));
    assert.deepEqual(decode({ width, height, counts: encode(pixels, width, height) }), pixels);
  }
});
