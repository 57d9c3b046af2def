import { ApiError, problemLines } from "../../api.js";
import { h } from "../../dom.js";
import { dateAndTime, duration, percent, when } from "../../format.js";
import { mayBeEnglish } from "../../querywords.js";
import { link } from "../../router.js";
import { language, plural, t } from "../../text.js";
import { makeCard, updateCard } from "./card.js";
import { unreadableWords } from "./causes.js";
import { keyOf } from "./moments.js";
import { cameraName } from "./results.js";
import { MOST_MOMENTS, parametersOf } from "./wanted.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./wanted.js").Wanted} Wanted */
/** @typedef {import("./thumbnails.js").Thumbnails} Thumbnails */
/** @typedef {{run: Run, wanted: Wanted, hrefOf: (key: string) => string, thumbnails: Thumbnails, retry: () => void}} Outcome */

/** A part of the span that is hard to see in a band of all of it. */
const LITTLE = 0.25;
const numbers = new Intl.NumberFormat(language);

/** How long a search has been running, or took. @param {Run} run */
export function took({ end, startedAt, endedAt }) {
  const ms = end ? Number(end.tookMs) : (endedAt || performance.now()) - startedAt;
  return ms < 10_000 ? t("search.seconds", { s: (ms / 1000).toFixed(1) }) : duration(ms);
}

/** What a search is doing, in a line. @param {Run} run */
export function progressLine(run) {
  const { state, moments, progress, end } = run;
  const found = plural(moments.size, "search.foundOne", "search.foundMany");
  const scored = Number(end?.frames ?? progress.frames);
  const frames = plural(scored, "search.framesOne", "search.framesMany", { n: numbers.format(scored) });
  const reached = Number(progress.reachedMs);
  const back = state !== "done" && reached ? t("search.reached", { time: when(reached) }) : "";
  const how = state === "running" ? t("search.running") : state === "cancelled" ? t("search.cancelled") : state === "failed" ? t("search.failed") : "";
  return [how, found, frames, took(run), back].filter(Boolean).join(" · ");
}

/**
 * What there is to say of a search besides what it found, and what can be done about it.
 *
 * @param {Outcome} outcome
 */
export function outcomeOf(outcome) {
  return [...words(outcome), ...failed(outcome), ...kept(outcome), ...nothing(outcome), ...unreadable(outcome), ...more(outcome)];
}

/** @param {Outcome} outcome */
function words({ run, wanted }) {
  const unknown = run.begun?.unknownWords ?? [];
  const lines = [];
  if (unknown.length) lines.push(note(t("search.unknownWords", { words: unknown.join(", ") }), "warn", "search-unknown"));
  else if (wanted.q && !mayBeEnglish(wanted.q)) lines.push(note(t("search.english"), "warn", "search-unknown"));
  return lines;
}

/** What the form calls the fields of a request. @type {[RegExp, import("../../text.js").TextKey][]} */
const FIELDS = [
  [/^query\.synonyms/, "search.also"], [/^query\.negatives/, "search.not"], [/^(query|like)/, "search.words"], [/^cameras/, "timeline.cameras"],
  [/^zone/, "timeline.zone"], [/^(from|to)Ms/, "search.span"], [/^minShare/, "search.least"],
];

/**
 * @param {ApiError} failure
 * @returns {string[]}
 */
const refusedLines = ({ problems }) => problems.map(({ field, detail }) => {
  const label = FIELDS.find(([pattern]) => pattern.test(field))?.[1];
  return `${label ? t(label) : field}: ${detail}`;
});

/** @param {Outcome} outcome */
function failed({ run, retry }) {
  if (run.state !== "failed") return [];
  const { failure } = run;
  const status = failure instanceof ApiError ? failure.status : 0;
  const busy = status === 429 || status === 503;
  const refused = status === 400;
  const said = refused ? refusedLines(/** @type {ApiError} */ (failure)) : problemLines(failure);
  const title = status === 501 ? "search.noModel" : busy ? "search.busy" : refused ? "search.refused" : run.moments.size ? "search.brokenOff" : "search.notDone";
  return [h("div", { class: "note bad", role: "alert", "data-testid": "search-failed" }, h("strong", {}, t(title)), ...said.map((line) => h("p", {}, line)),
    status === 501 || refused ? null : h("p", {}, h("button", { type: "button", "data-testid": "search-retry", onclick: retry }, t("search.retry"))))];
}

/** @param {Outcome} outcome */
function kept({ run, wanted }) {
  if (!run.begun || run.state === "failed") return [];
  const from = Number(run.begun.keptFromMs);
  if (!from) {
    return run.state !== "done" ? [] : [h("div", { class: "note", "data-testid": "search-nothing-kept" }, h("strong", {}, t("search.nothingKept")),
      h("p", {}, t("search.nothingKeptWhy")))];
  }
  if (from <= run.from + 60_000) return [];
  const said = note(t("search.keptFrom", { time: when(from) }), "", "search-kept-from");
  // Most of the band would be empty.
  if (run.to - from < (run.to - run.from) * LITTLE && run.to - from > 60_000) {
    said.append(" ", h("a", { class: "button small", "data-testid": "search-kept-only", href: link("search", "",
      parametersOf({ ...wanted, span: "own", from: Math.floor(from / 60_000) * 60_000, to: Math.ceil(run.to / 60_000) * 60_000 })) }, t("search.keptOnly")));
  }
  return [said];
}

/** @param {Outcome} outcome */
function nothing(outcome) {
  const { run, wanted } = outcome;
  if (run.state !== "done" || !run.end || run.moments.size || !Number(run.begun?.keptFromMs)) return [];
  const frames = Number(run.end.frames);
  const how = frames ? t("search.howSure", { n: numbers.format(frames), share: percent(run.end.seen) }) : t("search.noFrames");
  return [h("div", { class: "note", "data-testid": "search-nothing" }, h("strong", {}, frames ? t("search.nothing") : t("search.nothingThere")), h("p", {}, how),
    best(outcome), nearest(run.end.nearest, wanted))];
}

/** The likeliest frame, for who wants to see for themselves. @param {Outcome} outcome */
function best({ run, hrefOf, thumbnails }) {
  const moment = run.end?.best;
  if (!moment) return null;
  const card = makeCard(moment, hrefOf(keyOf(moment)), thumbnails);
  updateCard(card, moment, { shown: false, camera: cameraName(moment.camera) });
  return h("div", { class: "best" }, h("ul", { class: "cards", "data-testid": "search-best" }, card), h("p", {}, t("search.best", {
    camera: cameraName(moment.camera), time: dateAndTime(moment.peakAtMs),
    probability: percent(moment.peakProbability) })));
}

/**
 * @param {NearestWord[]} all
 * @param {Wanted} wanted
 */
function nearest(all, wanted) {
  if (!all.length) return null;
  return h("p", { class: "nearest", "data-testid": "search-nearest" }, t("search.nearest"), " ", ...all.flatMap(({ word, probability }) => [
    h("a", { class: "button small", href: link("search", "", parametersOf({ ...wanted, q: word, also: [], not: [], like: null })) },
      `${word} ${percent(probability)}`), " "]));
}

/** @param {Outcome} outcome */
function unreadable({ run }) {
  const all = run.end?.unreadable ?? [];
  if (!all.length) return [];
  return [h("div", { class: "note warn", "data-testid": "search-unreadable" }, h("strong", {}, t("search.unreadable")),
    ...all.map((some) => h("p", {}, t(some.model ? "search.unreadableOf" : "search.unreadableFrames",
      { model: some.model, n: numbers.format(Number(some.frames)) }), " ", unreadableWords(some))))];
}

/** @param {Outcome} outcome */
function more({ run, wanted }) {
  if (!run.end?.more) return [];
  const all = wanted.most >= MOST_MOMENTS;
  return [h("p", { class: "note", "data-testid": "search-more-moments" }, t("search.moreThere", { n: run.moments.size }), " ",
    all ? t("search.narrow") : h("a", { class: "button small", href: link("search", "", parametersOf({ ...wanted, most: MOST_MOMENTS })) },
      t("search.showMore", { n: MOST_MOMENTS })))];
}

/**
 * @param {string} text
 * @param {string} kind
 * @param {string} testid
 */
const note = (text, kind, testid) => h("p", { class: `note ${kind}`, "data-testid": testid }, text);
