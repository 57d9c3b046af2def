import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

test("the chart library that the page is served is the declared version, byte for byte", () => {
  for (const file of ["uPlot.esm.js", "uPlot.min.css"]) {
    const served = readFileSync(new URL(`../src/main/resources/uplot/${file}`, import.meta.url));
    assert.ok(served.equals(readFileSync(new URL(`node_modules/uplot/dist/${file}`, import.meta.url))), file);
  }
});
