import assert from "node:assert/strict";
import { test } from "node:test";
import { AlertPages } from "../src/main/resources/web/views/alerts/alertpages.js";

/** @param {string} id @param {number} at @param {string} [state] */
const alert = (id, at, state = "CLOSE") => /** @type {WholeAlert} */ ({ id, openedAtMs: String(at), state });
/** @param {AlertPages} pages */
const shown = (pages) => pages.alerts.map(({ id, state }) => `${id} ${state}`);

test("an answer that was asked for before another changes nothing when it comes after it", () => {
  const pages = new AlertPages();
  const first = pages.ask();
  const second = pages.ask();
  pages.take(second, { alerts: [alert("b", 2), alert("a", 1)], total: 2 }, false);
  pages.take(first, { alerts: [alert("a", 1, "OPEN")], total: 1 }, false);
  assert.deepEqual(shown(pages), ["b CLOSE", "a CLOSE"]);
  assert.equal(pages.total, 2);
});

test("a page further back that comes late is added, and what is known better stays", () => {
  const pages = new AlertPages();
  pages.take(pages.ask(), { alerts: [alert("c", 3)], total: 3, next: "c" }, false);
  const older = pages.ask();
  pages.take(pages.ask(), { alerts: [alert("d", 4), alert("c", 3), alert("b", 2)], total: 4, next: "b" }, false);
  pages.take(older, { alerts: [alert("b", 2, "OPEN"), alert("a", 1)], total: 3 }, true);
  assert.deepEqual(shown(pages), ["d CLOSE", "c CLOSE", "b CLOSE", "a CLOSE"]);
  assert.equal(pages.total, 4);
  assert.equal(pages.next, "");
});

test("what was asked for with other filters is not taken", () => {
  const pages = new AlertPages();
  const before = pages.ask();
  pages.clear();
  pages.take(before, { alerts: [alert("a", 1)], total: 1 }, false);
  assert.deepEqual(shown(pages), []);
  assert.equal(pages.loaded, false);
});

test("what no longer passes the filters is gone from what was read again, and older pages stay", () => {
  const pages = new AlertPages();
  pages.take(pages.ask(), { alerts: [alert("c", 3), alert("b", 2)], total: 3, next: "b" }, false);
  pages.take(pages.ask(), { alerts: [alert("a", 1)], total: 3 }, true);
  pages.take(pages.ask(), { alerts: [alert("b", 2)], total: 2, next: "b" }, false);
  assert.deepEqual(shown(pages), ["b CLOSE", "a CLOSE"]);
});
