import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import en from "../src/main/resources/web/text/en.js";
import zh from "../src/main/resources/web/text/zh.js";

const WEB = new URL("../src/main/resources/web/", import.meta.url);
/** @param {RegExp} kind */
const read = (kind) => readdirSync(WEB, { recursive: true, encoding: "utf8" })
  .filter((name) => kind.test(name) && !/^(lib|text)\//.test(name))
  .map((name) => readFileSync(new URL(name, WEB), "utf8")).join("\n");
/** @type {Record<string, string>} */
const english = en;
/** @type {Record<string, string>} */
const chinese = zh;
const keys = Object.keys(en);
const areas = [...new Set(keys.map((key) => key.split(".")[0]))].join("|");
const sources = read(/\.js$/);
const pages = read(/\.html$/);
/**
 * @param {string} text
 * @param {RegExp} pattern
 */
const found = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]);
const inSources = found(sources, new RegExp(`["'\`]((?:${areas})\\.[A-Za-z0-9]+)["'\`]`, "g")).filter((name) => !/\.(?:html|js|css|json)$/.test(name));
const inPages = found(pages, /data-t(?:-\w+)?="([^"]*)"/g);
/** Of t(`rules.${measure}`), its beginning. */
const begun = found(sources, new RegExp(`\`((?:${areas})\\.[A-Za-z0-9]*)\\$\\{`, "g"));

test("has each text in both languages", () => {
  assert.deepEqual(Object.keys(zh).sort(), [...keys].sort());
  assert.deepEqual(keys.filter((key) => !english[key].trim() || !chinese[key].trim()), []);
});

test("puts the same values into a text in both languages", () => {
  const places = (/** @type {string} */ text) => [...new Set(found(text, /\{(\w+)\}/g))].sort().join();
  assert.deepEqual(keys.filter((key) => places(english[key]) !== places(chinese[key])), []);
});

test("has each text that a page or a module asks for", () => {
  const known = new Set(keys);
  assert.deepEqual([...inPages, ...inSources].filter((key) => !known.has(key)), []);
});

/** Errors of the page itself are for who mends it; what a COCO file says of itself stays in the file. */
const UNTRANSLATED = /new Error\(|description: /;

test("has no sentence that is written into a module", () => {
  const lines = sources.split("\n").filter((line) => !/^\s*(\*|\/\*\*|\/\/)/.test(line) && !UNTRANSLATED.test(line));
  assert.deepEqual(lines.filter((line) => /(["`])[A-Z][a-z]+(?: [a-z$]|…\1)/.test(line)), []);
});

test("keeps no text that nothing asks for", () => {
  const used = new Set([...inPages, ...inSources]);
  assert.deepEqual(keys.filter((key) => !used.has(key) && !begun.some((beginning) => key.startsWith(beginning))), []);
});
