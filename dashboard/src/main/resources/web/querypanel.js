import { ApiError, messageOf } from "./api.js";
import { loadDefinition, saveDefinition } from "./definitions.js";
import { byId, checkbox, h, mark, part, toast, write } from "./dom.js";
import { field } from "./form.js";
import { commaSeparated, percent } from "./format.js";
import { isDrawn, isSolo, opacityOf, setOpacity, toggleHidden, toggleSolo, tryColor } from "./maskstyle.js";
import { DEFAULT_COLOR, picture } from "./picture.js";
import { drawScores } from "./scorechart.js";
import { state } from "./state.js";
import { t } from "./text.js";
import { endTrial, startTrials, trialButton } from "./trial.js";

/** @typedef {import("./scores.js").Scores} Scores */

/** What a query without a threshold of its own takes. */
const DEFAULT_THRESHOLD = 0.5;
const DRAW_MS = 500;

/** Id of the query whose panel is open, or "". */
let opened = "";
/** @type {Scores | null} */
let scores = null;
let drawnAt = 0;
/** Is called when a panel opens or closes, or another query is drawn. */
let changed = () => {};

/**
 * @param {Scores} all that the page has seen
 * @param {() => void} onChange when a panel opens or closes, or another query is drawn
 */
export function startPanel(all, onChange) {
  scores = all;
  changed = () => {
    refresh();
    onChange();
  };
  state.on("queries", refresh);
  state.on("camera", closePanel);
  picture.on("shown", () => {
    if (opened && performance.now() - drawnAt > DRAW_MS) histogram();
  });
  addEventListener("themechange", () => opened && histogram());
  startTrials();
}

export const panelOf = () => opened;

export function closePanel() {
  const before = opened;
  opened = "";
  endTrial();
  tryColor(before, null);
  byId("query-panel").hidden = true;
  byId("query-panel").replaceChildren();
  if (before) changed();
}

/** @param {string} id */
export function openPanel(id) {
  const query = state.queries.get(id);
  if (!query) return;
  if (opened) closePanel();
  opened = id;
  byId("query-panel").replaceChildren(content(query));
  byId("query-panel").hidden = false;
  mark(byId("query-panel"), { "aria-label": t("camera.queryTitle", { query: query.text }) });
  changed();
}

/** @param {Query} query */
function content(query) {
  const may = state.me.role !== "VIEWER";
  return h("div", { class: "query-panel-parts" },
    h("div", { class: "head" },
      h("h2", {}, t("camera.queryTitle", { query: query.text })),
      h("button", { type: "button", class: "small", "data-testid": "query-solo", onclick: () => {
        toggleSolo(query.id);
        changed();
      } }, t("camera.solo")),
      h("button", { type: "button", class: "small", "data-testid": "query-panel-hide", onclick: () => {
        toggleHidden(query.id);
        changed();
      } }, t("camera.hide")),
      h("button", { type: "button", class: "mini", "aria-label": t("camera.close"), title: t("camera.close"), "data-testid": "query-panel-close",
        onclick: closePanel }, "✕")),
    h("div", { class: "query-sides" },
      h("div", { class: "query-looks" }, ...looks(query, may),
        h("figure", { class: "scores" },
          h("canvas", { "data-testid": "query-scores", role: "img", "aria-label": t("camera.scores") }),
          h("figcaption", { class: "muted", "data-testid": "query-scores-words" }))),
      may ? words(query) : null));
}

/**
 * @param {Query} query
 * @param {boolean} may
 */
function looks(query, may) {
  const threshold = h("input", { type: "range", min: 5, max: 95, step: 1, value: Math.round((query.threshold || DEFAULT_THRESHOLD) * 100),
    "data-testid": "query-threshold", disabled: !may });
  const thresholdOut = h("output", {});
  const say = () => {
    write(thresholdOut, `${threshold.value} %`);
    histogram();
  };
  threshold.addEventListener("input", say);
  threshold.addEventListener("change", () => change(query.id, { threshold: Number(threshold.value) / 100 }));
  write(thresholdOut, `${threshold.value} %`);
  const opacity = h("input", { type: "range", min: 0, max: 100, value: Math.round(opacityOf(query.id) * 100), "data-testid": "query-opacity" });
  opacity.addEventListener("input", () => setOpacity(query.id, Number(opacity.value) / 100));
  const color = h("input", { type: "color", value: query.color || DEFAULT_COLOR, "data-testid": "query-color", disabled: !may });
  color.addEventListener("input", () => tryColor(query.id, color.value));
  color.addEventListener("change", () => change(query.id, { color: color.value }).then(() => tryColor(query.id, null)));
  return [
    h("label", { class: "inline", title: t("camera.thresholdHelp") }, t("camera.threshold"), threshold, thresholdOut),
    h("label", { class: "inline" }, t("camera.opacity"), opacity),
    h("label", { class: "inline" }, t("camera.color"), color),
  ];
}

/** @param {Query} query */
function words(query) {
  const text = h("input", { name: "text", value: query.text, required: true, maxlength: 200, "data-testid": "query-text" });
  const synonyms = h("input", { name: "synonyms", value: query.synonyms.join(", "), placeholder: "lorry, van", "data-testid": "query-synonyms" });
  const negatives = h("input", { name: "negatives", value: query.negatives.join(", "), placeholder: "poster, statue",
    "data-testid": "query-negatives" });
  const refine = checkbox({ name: "refine" }, query.refine);
  const here = checkbox({ name: "here" }, query.cameras.length > 0);
  const problems = h("p", { class: "problems", role: "alert" });
  const typed = () => ({
    text: text.value.trim(), synonyms: commaSeparated(synonyms.value), negatives: commaSeparated(negatives.value), refine: refine.checked,
  });
  const form = h("form", { class: "query-words", "data-testid": "query-words" },
    field(t("camera.query"), text),
    h("div", { class: "checks" },
      h("label", { class: "check" }, refine, ` ${t("camera.refine")}`),
      h("label", { class: "check" }, here, ` ${t("camera.onlyHere")}`)),
    field(t("camera.synonyms"), synonyms, t("camera.synonymsHelp")),
    field(t("camera.negatives"), negatives, t("camera.negativesHelp")),
    h("div", { class: "row" },
      h("span", { class: "grow" }),
      trialButton(query.id, typed),
      h("button", { type: "submit", class: "primary small", "data-testid": "query-save" }, t("camera.saveWords"))),
    h("p", { class: "trial", role: "status", "data-testid": "query-trial-result", id: "query-trial-result", hidden: true }),
    problems);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    write(problems, "");
    try {
      await endTrial();
      await save(query.id, ({ cameras }) => ({ ...typed(), cameras: !here.checked ? [] : cameras.length ? cameras : [state.camera] }));
      toast(t("camera.saved"), "good");
    } catch (failure) {
      write(problems, messageOf(failure));
    }
  });
  return form;
}

/** The last save: they come one after the other, for those of a slider would refuse each other. @type {Promise<unknown>} */
let saving = Promise.resolve();

/**
 * @param {string} id
 * @param {(newest: Query) => Draft<"queries">} fields
 */
function save(id, fields) {
  const saved = saving.then(() => saveNow(id, fields));
  saving = saved.catch(() => {
    // Whoever asked for it is told.
  });
  return saved;
}

/**
 * Changes some fields of a query as it is now, so that what others have changed meanwhile stays.
 *
 * @param {string} id
 * @param {(newest: Query) => Draft<"queries">} fields
 */
async function saveNow(id, fields) {
  for (let left = 3; ; left--) {
    const newest = await loadDefinition("queries", id);
    try {
      return await saveDefinition("queries", { ...newest, ...fields(newest) }, id);
    } catch (failure) {
      if (!(failure instanceof ApiError) || failure.status !== ApiError.STALE || left <= 1) throw failure;
    }
  }
}

/**
 * @param {string} id
 * @param {Draft<"queries">} fields
 */
async function change(id, fields) {
  try {
    await save(id, () => fields);
  } catch (failure) {
    toast(messageOf(failure));
  }
}

/** What may have changed elsewhere; what is being typed stays. */
function refresh() {
  const query = state.queries.get(opened);
  if (!opened) return;
  if (!query) {
    closePanel();
    return;
  }
  const panel = byId("query-panel");
  mark(part(panel, "[data-testid=query-solo]"), { "aria-pressed": String(isSolo(query.id)) });
  mark(part(panel, "[data-testid=query-panel-hide]"), { "aria-pressed": String(!isDrawn(query.id)) });
  histogram();
}

function histogram() {
  const query = state.queries.get(opened);
  if (!query || !scores) return;
  drawnAt = performance.now();
  const panel = byId("query-panel");
  const threshold = Number(part(panel, "[data-testid=query-threshold]", HTMLInputElement).value) / 100;
  drawScores(part(panel, "canvas", HTMLCanvasElement), scores.histogram(query.id, "peak"), scores.histogram(query.id, "class"), threshold,
    query.color || DEFAULT_COLOR);
  const frames = scores.count(query.id);
  write(part(panel, "figcaption"), frames
    ? t("camera.scoresWords", { n: frames, share: percent(scores.reached(query.id, threshold)), threshold: percent(threshold) })
    : t("camera.scoresNone"));
}
