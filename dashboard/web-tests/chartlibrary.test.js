import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

/** @param {string} file */
const served = (file) => readFileSync(new URL(`../src/main/resources/uplot/${file}`, import.meta.url), "utf8");
/** @param {string} file */
const published = (file) => readFileSync(new URL(`node_modules/uplot/dist/${file}`, import.meta.url), "utf8");

test("the chart library that the page is served is the declared version, byte for byte, as a module", () => {
  assert.equal(served("uPlot.min.js"), `${published("uPlot.iife.min.js")}export default uPlot;\n`);
  assert.equal(served("uPlot.min.css"), published("uPlot.min.css"));
});
