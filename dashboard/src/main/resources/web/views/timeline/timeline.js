import { get, messageOf } from "../../api.js";
import { h } from "../../dom.js";
import { isTrial } from "../../id.js";
import { router } from "../../router.js";
import { state } from "../../state.js";
import { t } from "../../text.js";
import { Controls, MOST_CAMERAS, SHIFTS } from "./controls.js";
import { Found, WORDS } from "./found.js";
import { Moment } from "./moment.js";
import { Patterns } from "./patterns.js";
import { bounded, DEFAULT_MS, panned, rangeOf, zoomed } from "./range.js";
import { Row } from "./row.js";

/** @typedef {import("./range.js").Range} Range */

const SETTLE_MS = 150;
const REFRESH_MS = 5000;
const MOST_ALERTS = "200";
/** Moves that follow each other so soon are one, for who goes back. */
const ONE_MOVE_MS = 1500;
const KEPT = "timeline-cameras";
const fingers = matchMedia("(pointer: coarse)");

/** What is shown; `range` is null while the newest is followed. */
const view = {
  /** @type {string[]} */ cameras: [], zone: "", shift: "", moment: 0,
  /** @type {number} */ lengthMs: DEFAULT_MS,
  /** @type {Range | null} */ range: null,
};
/** @type {{controls: Controls, moment: Moment, patterns: Patterns, found: Found, list: HTMLElement, note: HTMLElement} | null} */
let parts = null;
/** @type {Map<string, Row>} */
const rowsByCamera = new Map();
let loading = 0;
let refreshing = 0;
let turn = 0;
let movedAt = -Infinity;

const range = () => view.range ?? { from: Math.round(state.now()) - view.lengthMs, to: Math.round(state.now()) };

state.on(["cameras", "queries"], () => {
  if (!parts) return;
  arrange();
  for (const row of rowsByCamera.values()) row.draw();
});
window.addEventListener("themechange", () => {
  for (const row of rowsByCamera.values()) row.draw(true);
});
document.addEventListener("visibilitychange", () => document.hidden || !parts || reload());

/**
 * @param {HTMLElement} element
 * @param {import("../../router.js").Place} place
 */
export function show(element, place) {
  read(place.parameters);
  if (!parts) {
    parts = build(element);
    refreshing = window.setInterval(refresh, REFRESH_MS);
  }
  arrange();
  reload();
}

export function hide() {
  clearTimeout(loading);
  clearInterval(refreshing);
  turn++;
  parts?.moment.hide();
  parts?.found.destroy();
  parts = null;
  for (const row of rowsByCamera.values()) row.destroy();
  rowsByCamera.clear();
}

/** @param {URLSearchParams} parameters */
function read(parameters) {
  const named = (parameters.get("cameras") || localStorage.getItem(KEPT) || state.camera).split(",").filter(Boolean);
  view.cameras = [...new Set(named)].slice(0, MOST_CAMERAS);
  view.zone = parameters.get("zone") ?? "";
  view.shift = Object.hasOwn(SHIFTS, parameters.get("compare") ?? "") ? parameters.get("compare") ?? "" : "";
  view.range = rangeOf(parameters, state.now());
  view.lengthMs = view.range ? view.range.to - view.range.from : Number(parameters.get("span")) || DEFAULT_MS;
  view.moment = Number(parameters.get("at")) || 0;
}

/** @param {HTMLElement} element */
function build(element) {
  const list = h("div", { class: "rows", tabindex: 0, role: "group", "aria-label": t("timeline.region"), "aria-describedby": "timeline-help",
    "data-testid": "timeline-rows", onkeydown: key });
  const made = {
    controls: new Controls({ cameras: chooseCameras, zone: (zone) => change({ zone }), span, pan, zoom, live,
      compare: (shift) => change({ shift }) }),
    moment: new Moment(), patterns: new Patterns(), found: new Found(forgetWords), list, note: h("p", { class: "note", role: "status" }),
  };
  made.controls.element.append(made.found.element);
  element.replaceChildren(h("h1", { class: "unseen-text" }, t("common.timeline")), made.controls.element, made.note, list,
    h("p", { class: "muted help", id: "timeline-help" }, t(fingers.matches ? "timeline.helpTouch" : "timeline.help")), made.moment.element, made.patterns.element);
  return made;
}

/** Rows for the cameras that are shown, and what can be chosen. */
function arrange() {
  if (!parts) return;
  const known = view.cameras.filter((id) => state.cameras.has(id));
  if (state.cameras.size && !known.length) known.push(state.cameras.has(state.camera) ? state.camera : [...state.cameras.keys()][0]);
  view.cameras = state.cameras.size ? known : view.cameras;
  for (const [id, row] of rowsByCamera) {
    if (!known.includes(id)) {
      row.destroy();
      rowsByCamera.delete(id);
    }
  }
  for (const id of known) {
    if (rowsByCamera.has(id)) continue;
    const move = (/** @type {number} */ from, /** @type {number} */ to) => moveTo({ from: from * 1000, to: to * 1000 });
    const row = new Row(id, { zoom: move, pan: move, reset: live, click: (second) => momentAt(second * 1000) }, wheel);
    rowsByCamera.set(id, row);
    parts.list.append(row.element);
    row.status = t("timeline.loading");
    row.draw();
    schedule();
  }
  for (const row of rowsByCamera.values()) row.moment = view.moment;
  parts.controls.show({ ...view, cameras: known, live: !view.range });
  parts.moment.show(view.moment, known);
  parts.patterns.show(known);
  // Before the first answer it is not known whether there are any.
  if (!state.cameras.size && state.defaultRules.length) parts.note.textContent = t("timeline.noCameras");
}

function schedule() {
  clearTimeout(loading);
  loading = window.setTimeout(reload, SETTLE_MS);
}

/** What the shown span needs; what was shown stays until it is there. */
async function reload() {
  clearTimeout(loading);
  const asked = ++turn;
  const span_ = range();
  for (const row of rowsByCamera.values()) row.show(span_);
  found(span_);
  await Promise.all([...rowsByCamera.values()].map((row) => load(row, span_, asked)));
}

/** @param {Range} of */
function found(of) {
  parts?.found.show([...rowsByCamera.values()], of, view.range !== null, rowsByCamera.size === 1 ? view.zone : "", router.here().parameters);
}

/** The words of a search are wanted no more. */
function forgetWords() {
  router.setParameters(Object.fromEntries(WORDS.map((name) => [name, null])));
  found(range());
}

/** @param {import("../../series.js").Columns} columns */
const withoutTrials = (columns) => ({ ...columns, queries: columns.queries.filter(({ query }) => !isTrial(query)) });

/**
 * @param {Row} row
 * @param {Range} of
 * @param {number} asked
 */
async function load(row, of, asked) {
  const shift = SHIFTS[view.shift];
  const zone = rowsByCamera.size === 1 ? view.zone : "";
  /** @param {number} by */
  const wanted = (by) => new URLSearchParams({ camera: row.camera, zone, from: String(of.from - by), to: String(of.to - by) });
  row.csv = `api/areas.csv?${wanted(0)}`;
  try {
    /** @param {number} by */
    const columns = async (by) => withoutTrials(await get(`api/areas/columns?${wanted(by)}&points=${row.points}`));
    /** @type {[import("../../series.js").Columns, import("../../series.js").Columns | null, {alerts: Alert[]}]} */
    const [now, before, alerts] = await Promise.all([columns(0), shift ? columns(shift) : null,
      get(`api/alerts?${new URLSearchParams({ camera: row.camera, from: String(of.from), to: String(of.to), limit: MOST_ALERTS })}`)]);
    if (asked !== turn || !parts) return;
    row.past = { columns: now, before, alerts: alerts.alerts };
    parts.note.textContent = now.complete ? "" : t("timeline.complete");
  } catch (failure) {
    if (asked === turn) row.status = t("timeline.failed", { problem: messageOf(failure) });
  }
}

/** What is newest moves on; a span of the past does not change. */
function refresh() {
  if (!document.hidden && !view.range) reload();
}

/**
 * @param {Range} wanted
 * @param {boolean} [settled] whether it is a move of its own
 */
function moveTo(wanted, settled = true) {
  const now = state.now();
  view.range = bounded(wanted, now);
  view.lengthMs = view.range.to - view.range.from;
  const push = settled && performance.now() - movedAt > ONE_MOVE_MS;
  movedAt = performance.now();
  router.setParameters({ from: view.range.from, to: view.range.to, span: null }, { push });
  shownAnew();
}

function shownAnew() {
  for (const row of rowsByCamera.values()) row.show(range());
  parts?.controls.show({ ...view, live: !view.range });
  schedule();
}

/** @param {number} factor */
function zoom(factor) {
  const now = range();
  moveTo(zoomed(now, factor, view.range && view.moment > now.from && view.moment < now.to ? view.moment : (now.from + now.to) / 2));
}

/** @param {number} part */
const pan = (part) => moveTo(panned(range(), part));

/** @param {number} ms that are shown, up to the same end */
function span(ms) {
  view.lengthMs = ms;
  if (view.range) return moveTo({ from: view.range.to - ms, to: view.range.to });
  router.setParameters({ span: ms }, { push: true });
  return shownAnew();
}

function live() {
  view.range = null;
  router.setParameters({ from: null, to: null, at: null, span: view.lengthMs }, { push: true });
  view.moment = 0;
  arrange();
  shownAnew();
}

/** @param {{zone?: string, shift?: string}} changed */
function change(changed) {
  Object.assign(view, changed);
  router.setParameters({ zone: view.zone || null, compare: view.shift || null }, { push: true });
  arrange();
  reload();
}

/** @param {string[]} cameras */
function chooseCameras(cameras) {
  view.cameras = cameras;
  localStorage.setItem(KEPT, cameras.join(","));
  router.setParameters({ cameras: cameras.join(","), zone: null }, { push: true });
  view.zone = "";
  arrange();
}

/** @param {number} at milliseconds */
function momentAt(at) {
  view.moment = Math.round(Math.min(at, state.now()));
  // What is pointed at must not run away.
  if (!view.range) view.range = bounded(range(), state.now());
  router.setParameters({ at: view.moment, from: view.range.from, to: view.range.to, span: null });
  arrange();
}

/**
 * @param {WheelEvent} event
 * @param {number} second under the pointer
 */
function wheel(event, second) {
  if (!event.deltaX && !event.deltaY) return;
  event.preventDefault();
  if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) moveTo(panned(range(), event.deltaX / 1000), false);
  else moveTo(zoomed(range(), event.deltaY < 0 ? 0.8 : 1.25, second * 1000), performance.now() - movedAt > ONE_MOVE_MS);
}

/** @param {KeyboardEvent} event */
function key(event) {
  if (event.target !== parts?.list || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = (event.key === "ArrowLeft" ? -1 : 1) * view.lengthMs / 100;
  /** @type {Record<string, () => void>} */
  const actions = {
    "ArrowLeft": () => (event.shiftKey ? pan(-0.25) : momentAt((view.moment || range().to) + step)),
    "ArrowRight": () => (event.shiftKey ? pan(0.25) : momentAt((view.moment || range().to) + step)),
    "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), "0": live, "Escape": live,
  };
  if (!Object.hasOwn(actions, event.key)) return;
  event.preventDefault();
  actions[event.key]();
}
