import { messageOf } from "./api.js";
import { removeDefinition, saveDefinition } from "./definitions.js";
import { byId, h, mark, part, toast, toastFailure, write } from "./dom.js";
import { percent } from "./format.js";
import { later } from "./later.js";
import { isDrawn, startMaskStyle, toggleHidden } from "./maskstyle.js";
import { picture } from "./picture.js";
import { mayBeEnglish, meaning, parts } from "./querywords.js";
import { rows } from "./rows.js";
import { Scores } from "./scores.js";
import { state } from "./state.js";
import { t } from "./text.js";

/** Queries that have seen nothing for so long make room, when there are more than a few. */
const QUIET_MS = 10_000;
const FEW = 4;
const CHECK_MS = 1000;

const scores = new Scores();
/** Whether the chips of queries that see nothing are shown, too. */
let unfolded = false;
/** The panel of a query, once one has been opened. @type {typeof import("./querypanel.js") | null} */
let panels = null;

/** The query box and a chip for each query, which is the overlay's legend too. */
export function startQueries() {
  startMaskStyle();
  byId("query-input").addEventListener("input", () => offer([]));
  byId("chips-quiet").addEventListener("click", () => {
    unfolded = !unfolded;
    fold();
  });
  state.on(["queries", "camera", "me"], draw);
  state.on("workers", remarks);
  state.on("camera", () => scores.clear());
  picture.on("shown", ({ header, masks }) => {
    scores.add(header.capturedAt, masks);
    shares();
  });
  setInterval(fold, CHECK_MS);
}

/** Id of the query whose panel is open, or "". */
const panelOf = () => panels?.panelOf() ?? "";

/** Opens a query's panel, or closes it. @type {(id: string, camera: string) => Promise<void>} */
const togglePanel = later(async () => {
  const loaded = await import("./querypanel.js");
  if (!panels) loaded.startPanel(scores, draw);
  panels = loaded;
  return (id, camera) => {
    if (loaded.panelOf() === id) loaded.closePanel();
    else if (camera === state.camera) loaded.openPanel(id);
  };
});

/** What was typed becomes a query; where it may be several, that is asked first. */
export function askQuery() {
  const all = parts(byId("query-input", HTMLInputElement).value);
  if (all.length > 1) offer(all);
  else if (all.length) add(all);
}

/** @param {string[]} texts that one line may mean; none takes the offer away */
function offer(texts) {
  const box = byId("query-offer");
  box.hidden = !texts.length;
  if (!texts.length) return;
  const named = texts.map((text) => `“${text}”`).join(", ");
  box.replaceChildren(
    h("span", {}, t("camera.split", { queries: named })),
    h("button", { type: "button", class: "small primary", "data-testid": "query-split", onclick: () => add(texts) },
      t("camera.splitYes", { n: texts.length })),
    h("button", { type: "button", class: "small", "data-testid": "query-one", onclick: () =>
      add([byId("query-input", HTMLInputElement).value.trim()]) }, t("camera.splitNo")));
  part(box, "button").focus();
}

/** @param {string[]} texts */
async function add(texts) {
  const input = byId("query-input", HTMLInputElement);
  const typed = input.value;
  input.value = "";
  offer([]);
  input.focus();
  for (const text of texts) {
    const there = state.cameraQueries().find((query) => meaning(query.text) === meaning(text));
    if (there) {
      alreadyThere(there);
      continue;
    }
    try {
      await saveDefinition("queries", { text, ...(state.me.cameras.length && { cameras: state.me.cameras }) });
      if (!mayBeEnglish(text)) toast(t("camera.english", { text: text.slice(0, 40) }));
    } catch (failure) {
      input.value = typed;
      toast(t("camera.notAdded", { text: text.slice(0, 40), problem: messageOf(failure) }));
    }
  }
}

/** @param {Query} query */
function alreadyThere(query) {
  toast(t(query.disabled ? "camera.thereButOff" : "camera.alreadyThere", { text: query.text }), "good");
  const element = byId("chips").querySelector(`[data-query="${CSS.escape(query.id)}"]`);
  element?.classList.remove("there");
  requestAnimationFrame(() => element?.classList.add("there"));
}

function draw() {
  rows(byId("chips-all"), state.cameraQueries(), { key: ({ id }) => id, make: chip, update, empty: t("camera.noQueries") });
  shares();
  fold();
  remarks();
  picture.draw();
}

/** What workers say of the queries that are shown: a word that the model does not know, for example. */
function remarks() {
  const said = new Map([...state.workers.values()].flatMap((worker) => worker.queries).map((one) => [one.query, one.reason]));
  const lines = state.cameraQueries().filter((query) => !query.disabled && said.has(query.id));
  rows(byId("query-remarks"), lines, {
    key: ({ id }) => id,
    make: () => h("li", {}),
    update: (element, query) => write(element, `${query.text}: ${said.get(query.id)}`),
  });
}

/**
 * @param {Query} query
 * @param {() => Query} current
 */
function chip(query, current) {
  return h("div", { class: "chip", "data-testid": "query-chip", "data-query": query.id },
    h("button", { class: "swatch", type: "button", "data-testid": "query-hide", onclick: () => {
      toggleHidden(current().id);
      draw();
    } }),
    h("button", { class: "name", type: "button", onclick: () => togglePanel(current().id, state.camera), "data-testid": "query-edit" }),
    h("output", { class: "share", "data-testid": "query-share" }),
    h("button", { class: "mini switch-off needs-operator", type: "button", onclick: () =>
      saveDefinition("queries", { ...current(), disabled: !current().disabled }, current().id).catch(toastFailure) }),
    h("button", { class: "mini needs-operator", type: "button", "data-testid": "query-remove", onclick: () =>
      removeDefinition("queries", current()).catch(toastFailure) }, "✕"));
}

/**
 * @param {HTMLElement} element
 * @param {Query} query
 */
function update(element, { id, text, disabled, color }) {
  const drawn = isDrawn(id);
  element.style.setProperty("--color", color);
  element.classList.toggle("off", disabled);
  element.classList.toggle("unseen", !drawn);
  const hide = t(drawn ? "camera.hideOverlay" : "camera.showOverlay", { query: text });
  mark(part(element, ".swatch"), { "aria-pressed": String(drawn), "aria-label": hide, title: hide });
  write(part(element, ".name"), text);
  mark(part(element, ".name"), { "aria-expanded": String(panelOf() === id), title: t("camera.queryOpen", { query: text }) });
  const off = t(disabled ? "camera.switchOn" : "camera.switchOff", { query: text });
  write(part(element, ".switch-off"), disabled ? "▶" : "⊘");
  mark(part(element, ".switch-off"), { "aria-label": off, title: off });
  const remove = t("camera.queryRemove", { query: text });
  mark(part(element, "[data-testid=query-remove]"), { "aria-label": remove, title: remove });
}

/** The share of the frame that is shown, beside each name. */
function shares() {
  const masks = new Map((picture.shown?.masks ?? []).map((mask) => [mask.id, mask]));
  for (const element of byId("chips-all").querySelectorAll(".chip")) {
    const query = state.queries.get(/** @type {HTMLElement} */ (element).dataset.query ?? "");
    if (!query) continue;
    const mask = masks.get(query.id);
    const output = part(element, "output");
    write(output, query.disabled ? t("camera.off") : mask ? percent(mask.share) : "–");
    mark(output, { title: query.disabled ? null : mask
      ? t("camera.shareTitle", { share: percent(mask.share), peak: percent(mask.peak), whole: percent(mask.class) })
      : t("camera.notObserved") });
    element.classList.toggle("seen", Boolean(mask?.share) && !query.disabled);
  }
}

/** Queries that see nothing take one place together, unless one of them is looked at. */
function fold() {
  const queries = state.cameraQueries();
  const now = picture.shown?.header.capturedAt ?? 0;
  const quiet = queries.length > FEW
    ? queries.filter(({ id, disabled }) => panelOf() !== id && (disabled || scores.isQuiet(id, now, QUIET_MS)))
    : [];
  const ids = new Set(quiet.map(({ id }) => id));
  for (const element of byId("chips-all").querySelectorAll(".chip")) {
    const id = /** @type {HTMLElement} */ (element).dataset.query ?? "";
    const hidden = ids.has(id) && !unfolded && !element.contains(document.activeElement);
    mark(element, { hidden });
  }
  const button = byId("chips-quiet");
  mark(button, { hidden: !quiet.length, "aria-expanded": String(unfolded) });
  write(button, t(unfolded ? "camera.quietFold" : "camera.quiet", { n: quiet.length }));
}
