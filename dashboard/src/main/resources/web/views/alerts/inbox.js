import { asked, FILTERS } from "../../alertwords.js";
import { get } from "../../api.js";
import { nameOf } from "../../definitions.js";
import { h, part, toastFailure, write } from "../../dom.js";
import { live } from "../../live.js";
import { askToMute, endMute, muteText, runningMutes } from "../../mutes.js";
import { acknowledge } from "../../reviews.js";
import { link, router } from "../../router.js";
import { rows } from "../../rows.js";
import { state } from "../../state.js";
import { plural, t } from "../../text.js";
import { AlertPages, MOST, PAGE } from "./alertpages.js";
import { detailView, refreshDetail, renewDetail, tickDetail } from "./detail.js";
import { makeRow, mutable, updateRow } from "./row.js";

const SETTLE_MS = 1000;
const RETRY_MS = 5000;

const pages = new AlertPages();
/** @type {Set<string>} */
const selected = new Set();
let wanted = "";
let timer = 0;
/** @type {HTMLElement | null} */
let root = null;
/** What ends when the view is hidden. @type {(() => void)[]} */
let endings = [];
let openId = "";

/**
 * @param {HTMLElement} element
 * @param {import("../../router.js").Place} place
 */
export async function show(element, place) {
  if (root !== element) begin(element);
  openId = place.id;
  drawPlace();
  const query = asked(place.parameters).toString();
  if (query !== wanted || !pages.loaded) {
    wanted = query;
    pages.clear();
    selected.clear();
    await load();
  }
  drawPlace();
}

export function hide() {
  endings.forEach((end) => end());
  endings = [];
  clearTimeout(timer);
  timer = 0;
  root = null;
  pages.clear();
  openId = "";
}

/** @param {HTMLElement} element */
function begin(element) {
  root = element;
  element.replaceChildren(
    h("section", { class: "inbox", "aria-labelledby": "inbox-title" },
      h("div", { class: "head" }, h("h1", { id: "inbox-title" }, t("common.alerts")), h("span", { class: "count muted", role: "status" })),
      h("ul", { class: "mutes", "data-testid": "mute-list" }),
      filters(), tools(),
      h("ul", { class: "items", "data-testid": "inbox-list", "aria-label": t("common.alerts") }),
      h("p", { class: "empty-line", "data-testid": "inbox-empty", hidden: true }),
      h("button", { type: "button", class: "more", "data-testid": "inbox-more", hidden: true, onclick: () => load(pages.next) }, t("alerts.older"))),
    h("section", { class: "one", "data-testid": "alert-detail", "aria-label": t("alerts.one"), hidden: true }));
  listen();
  const ticking = setInterval(draw, SETTLE_MS);
  document.addEventListener("keydown", onKey, true);
  endings.push(() => clearInterval(ticking), () => document.removeEventListener("keydown", onKey, true));
}

let listening = false;

function listen() {
  if (listening) return;
  listening = true;
  live.on(["alert", "open"], soon);
  state.on("reviews", soon);
  state.on("mutes", draw);
  state.on(["cameras", "rules", "queries"], () => {
    offer();
    if (root && openId) refreshDetail(detail(root));
    draw();
  });
}

/** What has changed is asked for once it has settled; alerts may come many a second. */
function soon() {
  if (timer || !root) return;
  timer = window.setTimeout(() => {
    timer = 0;
    load();
    if (root && openId) renewDetail(detail(root), { back: back() });
  }, SETTLE_MS);
}

/** Where one alert is shown. @param {HTMLElement} view */
const detail = (view) => part(view, "[data-testid=alert-detail]");

/** @param {string} [after] where the page before ended; without it, the newest are read again */
async function load(after = "") {
  const turn = pages.ask();
  const query = { ...Object.fromEntries(new URLSearchParams(wanted)), limit: String(PAGE), ...(after && { after }) };
  try {
    pages.take(turn, await get(`api/alerts?${new URLSearchParams(query)}`), Boolean(after));
    draw();
  } catch (failure) {
    toastFailure(failure);
    if (!pages.loaded) retry();
  }
}

/** The list is not there yet, and nobody asks for it again. */
function retry() {
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    timer = 0;
    if (root) load();
  }, RETRY_MS);
}

function filters() {
  const form = h("form", { class: "filters", "data-testid": "inbox-filters", "aria-label": t("alerts.filters") });
  /** @type {[string, [string, string][]][]} */
  const choices = [
    ["camera", camerasToChoose()], ["rule", rulesToChoose()],
    ["state", [["", t("alerts.openOrClosed")], ["open", t("alerts.open")], ["closed", t("alerts.closed")]]],
    ["review", [["", t("alerts.anyReview")], ["unseen", t("alerts.unseen")], ["unacknowledged", t("alerts.unacknowledged")], ["acknowledged", t("alerts.acknowledged")]]],
  ];
  const now = router.here().parameters;
  for (const [name, options] of choices) {
    const chosen = now.get(name) ?? "";
    const choice = h("select", { name, "data-testid": `filter-${name}`,
      "aria-label": t(/** @type {any} */ (`alerts.by${name[0].toUpperCase()}${name.slice(1)}`)) });
    fill(choice, options, chosen);
    form.append(choice);
  }
  for (const name of ["from", "to"]) {
    form.append(h("label", { class: "inline" }, t(/** @type {any} */ (`alerts.by${name[0].toUpperCase()}${name.slice(1)}`)),
      h("input", { type: "date", name, value: now.get(name) ?? "", "data-testid": `filter-${name}` })));
  }
  form.addEventListener("change", () => {
    const values = Object.fromEntries(FILTERS.map((name) => [name, String(new FormData(form).get(name) ?? "")]));
    router.navigate(link("alerts", "", Object.fromEntries(Object.entries(values).filter(([, value]) => value))));
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}

/** @returns {[string, string][]} */
const camerasToChoose = () => [["", t("alerts.allCameras")], ...named(state.cameras)];
/** @returns {[string, string][]} */
const rulesToChoose = () => [["", t("alerts.allRules")], ...named(state.rules)];

/**
 * @param {HTMLSelectElement} choice
 * @param {[string, string][]} options
 * @param {string} chosen also when it is none of them
 */
function fill(choice, options, chosen) {
  const all = options.some(([value]) => value === chosen) ? options : [...options, [chosen, chosen]];
  choice.replaceChildren(...all.map(([value, label]) => h("option", { value }, label)));
  choice.value = chosen;
}

/** Cameras and rules have come or changed. */
function offer() {
  for (const [name, options] of /** @type {[string, [string, string][]][]} */ ([["camera", camerasToChoose()], ["rule", rulesToChoose()]])) {
    const choice = root?.querySelector(`.filters [name=${name}]`);
    if (choice instanceof HTMLSelectElement && choice !== document.activeElement) fill(choice, options, choice.value);
  }
}

/**
 * @param {Map<string, {id: string, name: string}>} definitions
 * @returns {[string, string][]}
 */
const named = (definitions) => [...definitions.values()].map((one) => [one.id, nameOf(one)]);

function tools() {
  const all = h("input", { type: "checkbox", "aria-label": t("alerts.selectAll"), "data-testid": "select-all" });
  all.addEventListener("change", () => {
    selected.clear();
    if (all.checked) pages.alerts.forEach(({ id }) => selected.add(id));
    draw();
  });
  return h("div", { class: "tools", role: "toolbar", "aria-label": t("alerts.actions") }, h("label", { class: "check" }, all, ` ${t("alerts.selectAll")}`),
    h("button", { type: "button", class: "small needs-operator", "data-testid": "ack-selected", onclick: () => acknowledgeChosen() }, t("alerts.acknowledge")),
    h("button", { type: "button", class: "small needs-operator", "data-testid": "mute-add", onclick: () => askToMute(everything()) }, t("alerts.mute")),
    h("span", { class: "grow" }),
    h("a", { class: "button small export", "data-format": "csv", download: "", "data-testid": "export-csv" }, "CSV"),
    h("a", { class: "button small export", "data-format": "json", download: "", "data-testid": "export-json" }, "JSON"));
}

/** @returns {import("../../mutes.js").Muted[]} */
const everything = () => [
  ...named(state.rules).map(([id, name]) => ({ kind: /** @type {const} */ ("rule"), id, name })),
  ...named(state.cameras).map(([id, name]) => ({ kind: /** @type {const} */ ("camera"), id, name }))];

/** Those that are selected, else the one that has the focus. */
async function acknowledgeChosen() {
  const focused = document.activeElement?.closest("[data-alert]")?.getAttribute("data-alert");
  const ids = selected.size ? [...selected] : focused ? [focused] : [];
  if (!ids.length || state.me.role === "VIEWER") return;
  try {
    await acknowledge(ids, { acknowledged: true });
    selected.clear();
    await load();
  } catch (failure) {
    toastFailure(failure);
  }
}

/** The list, or one alert of it. */
function drawPlace() {
  if (!root) return;
  const [list, one] = root.children;
  /** @type {HTMLElement} */ (list).hidden = Boolean(openId);
  /** @type {HTMLElement} */ (one).hidden = !openId;
  if (openId) {
    detailView(/** @type {HTMLElement} */ (one), openId, { back: back() });
  } else {
    one.replaceChildren();
    const parameters = router.here().parameters;
    for (const input of /** @type {Iterable<HTMLInputElement>} */ (list.querySelectorAll(".filters [name]"))) input.value = parameters.get(input.name) ?? "";
  }
  draw();
}

/** The address of the list as it is filtered now, or of one alert of it. @param {string} [id] */
const back = (id = "") => link("alerts", id,
  Object.fromEntries([...router.here().parameters].filter(([name]) => FILTERS.some((one) => one === name))));

/** @param {{id: string}} alert @param {boolean} on */
function select({ id }, on) {
  if (on) selected.add(id);
  else selected.delete(id);
}

function draw() {
  if (!root) return;
  if (openId) {
    tickDetail(detail(root));
    return;
  }
  const list = root.children[0];
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (list.querySelector(selector));
  write(find(".count"), pages.loaded ? plural(pages.total, "alerts.countOne", "alerts.count") : t("alerts.loading"));
  rows(find(".items"), pages.alerts, {
    key: (alert) => alert.id,
    make: (alert, current) => makeRow(alert, { current, select, changed: load }),
    update: (element, alert) => updateRow(element, alert, { selected: selected.has(alert.id), address: back(alert.id) }),
  });
  rows(find(".mutes"), runningMutes(), {
    key: (mute) => mute.id,
    make: (_mute, current) => h("li", { "data-testid": "mute-item" }, h("span", {}),
      h("button", { type: "button", class: "small needs-operator", onclick: () => endMute(current()) }, t("alerts.unmute"))),
    update: (element, mute) => write(/** @type {Element} */ (element.firstElementChild), muteText(mute)),
  });
  const filtered = Boolean(wanted);
  find("[data-testid=inbox-empty]").hidden = !pages.loaded || pages.alerts.length > 0;
  write(find("[data-testid=inbox-empty]"), t(filtered ? "alerts.emptyFiltered" : state.rules.size ? "alerts.empty" : "alerts.emptyNoRule"));
  find(".more").hidden = !pages.next || pages.alerts.length >= MOST;
  for (const one of /** @type {Iterable<HTMLAnchorElement>} */ (list.querySelectorAll(".export"))) {
    one.href = `api/alert-export?${new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(wanted)), format: one.dataset.format ?? "csv" })}`;
  }
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const { target } = event;
  if (!(target instanceof Element) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (target.closest("input:not([type=checkbox]), select, textarea")) return;
  const action = keyAction(event.key, target);
  if (!action) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  action();
}

/**
 * @param {string} key
 * @param {Element} target
 * @returns {(() => void) | null}
 */
function keyAction(key, target) {
  const focused = pages.alerts.find(({ id }) => id === (openId || target.closest("[data-alert]")?.getAttribute("data-alert")));
  switch (key) {
    case "j": return () => step(1);
    case "k": return () => step(-1);
    case "a": return () => (openId ? root?.querySelector(/** @type {any} */ ("[data-testid=detail-ack]"))?.click() : acknowledgeChosen());
    case "m": return focused && state.me.role !== "VIEWER" ? () => askToMute(mutable(focused)) : null;
    case "Enter": return focused && !openId && !target.closest("a, button, input") ? () => router.navigate(back(focused.id)) : null;
    case "Escape": return openId ? () => router.navigate(back()) : selected.size ? () => { selected.clear(); draw(); } : null;
    default: return null;
  }
}

/** @param {number} by */
function step(by) {
  if (openId) {
    const to = pages.alerts[pages.alerts.findIndex(({ id }) => id === openId) + by];
    if (to) router.navigate(back(to.id), { replace: true });
    return;
  }
  const links = /** @type {HTMLElement[]} */ ([...(root?.querySelectorAll(".item .name") ?? [])]);
  const at = links.findIndex((one) => one.closest(".item")?.contains(document.activeElement));
  links[Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
}

